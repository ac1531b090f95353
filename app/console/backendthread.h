#pragma once

#include "app/console/backend.h"

#include <QThread>

namespace drover::console {

/// The one worker thread and the bridge to it: work goes over as a coroutine, its result comes back to the asking thread.
class BackendThread final : public QObject {
    Q_OBJECT

public:
    explicit BackendThread(QObject *parent = nullptr);
    /// Waits a moment for the thread; a program that cannot wait longer leaves it to the journal.
    ~BackendThread() override;

    /// For connecting to its signals; its functions belong to the worker thread.
    Backend &backend() { return *m_backend; }

    /// Runs `work(Backend &) -> QCoro::Task<Result<T>>` on the worker, then `done(Result<T>)` in the receiver's thread; fails at once
    /// while no fleet is connected. The receiver must outlive this object.
    template <typename Work, typename Done>
    void ask(QObject *receiver, Work work, Done done)
    {
        QMetaObject::invokeMethod(m_backend, [backend = m_backend, receiver, work = std::move(work), done = std::move(done)] {
            backend->tasks().start(carry(backend, receiver, work, done));
        });
    }

    /// The same for connecting.
    template <typename Done>
    void open(QObject *receiver, const Source &source, const QString &journal, Done done)
    {
        QMetaObject::invokeMethod(m_backend, [backend = m_backend, receiver, source, journal, done = std::move(done)] {
            auto work = [source, journal](Backend &there) { return there.open(source, journal); };
            backend->changes().start(deliver(backend, receiver, work, done));
        });
    }

    /// Pauses the run and ends the tasks; `closed` follows, or not if Azure holds something back.
    void close();

Q_SIGNALS:
    void closed();

private:
    template <typename Work, typename Done>
    static QCoro::Task<> carry(Backend *backend, QObject *receiver, Work work, Done done)
    {
        if (!backend->engine()) {
            using Answer = typename decltype(work(*backend))::value_type;
            QMetaObject::invokeMethod(receiver, [done = std::move(done)] { done(Answer(notConnected())); });
            co_return;
        }
        co_await deliver(backend, receiver, std::move(work), std::move(done));
    }
    template <typename Work, typename Done>
    static QCoro::Task<> deliver(Backend *backend, QObject *receiver, Work work, Done done)
    {
        auto result = co_await work(*backend);
        QMetaObject::invokeMethod(receiver, [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
    }
    static Failure notConnected();
    QCoro::Task<> shut();

    QThread m_thread;
    Backend *m_backend;
};

} // namespace drover::console
