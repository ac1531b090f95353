#include "app/console/backendthread.h"

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

/// At the GUI's own priority the worker costs it 15 to 20 ms of lateness on two cores.
void stepBack()
{
#ifdef Q_OS_LINUX
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 10);
#endif
}

} // namespace

BackendThread::BackendThread(QObject *parent)
    : QObject(parent)
    , m_backend(new Backend)
{
    m_thread.setObjectName(QStringLiteral("backend"));
    m_backend->moveToThread(&m_thread);
    connect(&m_thread, &QThread::started, m_backend, stepBack);
    connect(&m_thread, &QThread::finished, m_backend, &QObject::deleteLater);
    m_thread.start();
}

BackendThread::~BackendThread()
{
    m_thread.quit();
    m_thread.wait();
}

void BackendThread::close()
{
    QMetaObject::invokeMethod(m_backend, [this] { m_backend->changes().start(shut()); });
}

Failure BackendThread::notConnected()
{
    return fail(ErrorKind::Usage, u"No fleet is connected yet."_s, u"Choose one on the Connect page."_s);
}

QCoro::Task<> BackendThread::shut()
{
    co_await m_backend->close();
    Q_EMIT closed();
}

} // namespace drover::console
