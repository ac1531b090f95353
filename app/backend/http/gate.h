#pragma once

#include "app/backend/http/governor.h"
#include "app/backend/http/tokenbucket.h"
#include "app/backend/http/wake.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>
#include <optional>
#include <stop_token>

namespace drover::backend {

/// Lets calls through one after the other, in the order they came, as fast as a token bucket has it, and that as fast as
/// the service bears.
class Gate final : public QObject {
    Q_OBJECT

public:
    Gate(const Clock &clock, const Limit &limit);

    /// False when stopped before it was let through; nothing is taken then.
    QCoro::Task<bool> pass(int cost, std::stop_token stop);
    void setLimit(const Limit &limit);
    void block(Duration span);
    /// What came of a call that was let through: 0 without any answer. `took` is real time; nothing when a device made it.
    void learn(int status, std::optional<std::chrono::milliseconds> took);
    /// Of the limit; 1 when the service bears all of it.
    double borne() const { return m_governor.share(); }

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
    void applyLimit();
    void leave(const std::shared_ptr<Waiting> &waiting);

    const Clock &m_clock;
    Limit m_limit;
    TokenBucket m_bucket;
    Governor m_governor;
    std::deque<std::shared_ptr<Waiting>> m_queue;
    QTimer m_timer;
};

} // namespace drover::backend
