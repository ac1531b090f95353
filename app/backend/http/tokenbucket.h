#pragma once

#include "models/core/clock.h"

#include <deque>

namespace drover::backend {

/// What one side may ask of a service: so much a minute, of it `burst` at once.
struct Limit {
    double perMinute = 1;
    double burst = 1;
    /// No more than that in any `window`, whatever the burst; 0: burst and rate alone hold.
    double most = 0;
    Duration window = {};

    Limit operator*(double share) const { return {perMinute * share, burst, most * share, window}; }
};

/// Over any window of w minutes at most burst + perMinute * w tokens are taken, and never more than the limit's own window
/// may hold. Pure: the time is a parameter.
/// It is born empty: the process before, killed a moment ago, may have spent a burst of the same quota, and then the
/// two together still keep to that bound. A call that costs more than a whole burst waits for a full bucket and leaves it in debt.
class TokenBucket final {
public:
    TokenBucket(Instant born, const Limit &limit);

    /// Zero when the call may go now.
    Duration untilReady(Instant now, double cost) const;
    void take(Instant now, double cost);
    /// Nothing goes before that moment: the service said so.
    void block(Instant until);
    void setLimit(Instant now, const Limit &limit);

private:
    struct Taken {
        Instant since;
        Instant at;
        double tokens;
    };

    double levelAt(Instant now) const;
    Duration untilWindowHasRoom(Instant now, double cost) const;

    Limit m_limit;
    double m_level = 0;
    /// What the window has held, oldest first; what went at nearly one moment is one entry.
    std::deque<Taken> m_taken;
    Instant m_seen;
    Instant m_blocked = {};
};

} // namespace drover::backend
