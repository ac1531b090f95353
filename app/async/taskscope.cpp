#include "app/async/taskscope.h"

#include <QCoroSignal>
#include <QLoggingCategory>

#include <exception>

Q_LOGGING_CATEGORY(lcTasks, "drover.tasks")

namespace drover::async {

TaskScope::~TaskScope()
{
    Q_ASSERT_X(m_running == 0, "TaskScope", "destroyed while tasks still run in it");
}

void TaskScope::start(QCoro::Task<> task)
{
    watch(std::move(task));
}

QCoro::Task<> TaskScope::stop()
{
    m_stop.request_stop();
    while (m_running > 0)
        co_await qCoro(this, &TaskScope::idle);
}

QCoro::Task<> TaskScope::watch(QCoro::Task<> task)
{
    ++m_running;
    try {
        co_await task;
    } catch (const std::exception &escaped) {
        qCCritical(lcTasks) << "a task ended with an exception:" << escaped.what();
    }
    if (--m_running == 0)
        Q_EMIT idle();
}

} // namespace drover::async
