#pragma once

#include <QCoroTask>
#include <QObject>

#include <stop_token>

namespace drover::async {

/// Owns the coroutines nobody awaits. Give each its stopToken(); await stop() before letting the scope die.
class TaskScope final : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    ~TaskScope() override;

    void start(QCoro::Task<> task);
    QCoro::Task<> stop();

    std::stop_token stopToken() const { return m_stop.get_token(); }
    int running() const { return m_running; }

Q_SIGNALS:
    void idle();

private:
    QCoro::Task<> watch(QCoro::Task<> task);

    std::stop_source m_stop;
    int m_running = 0;
};

} // namespace drover::async
