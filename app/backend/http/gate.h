#pragma once

#include "app/backend/http/tokenbucket.h"
#include "app/backend/http/wake.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>
#include <stop_token>

namespace drover::backend {

/// Lets calls through one after the other, in the order they came, as fast as a token bucket has it.
class Gate final : public QObject {
    Q_OBJECT

public:
    Gate(const Clock &clock, double perMinute, double burst);

    /// False when stopped before it was let through; nothing is taken then.
    QCoro::Task<bool> pass(int cost, std::stop_token stop);
    void setLimit(double perMinute, double burst);
    void block(Duration span);

private:
    struct Waiting {
        explicit Waiting(int tokens)
            : cost(tokens)
        {
        }

        int cost;
        bool granted = false;
        Wake wake;
    };

    void letThrough();
    void leave(const std::shared_ptr<Waiting> &waiting);

    const Clock &m_clock;
    TokenBucket m_bucket;
    std::deque<std::shared_ptr<Waiting>> m_queue;
    QTimer m_timer;
};

} // namespace drover::backend
