#pragma once

#include "models/core/clock.h"

namespace drover::backend {

/// Over any window of w minutes at most burst + perMinute * w tokens are taken. Pure: the time is a parameter.
/// It is born empty: the process before, killed a moment ago, may have spent a burst of the same quota, and then the
/// two together still keep to that bound. A call that costs more than a whole burst waits for a full bucket and leaves it in debt.
class TokenBucket final {
public:
    TokenBucket(Instant born, double perMinute, double burst);

    /// Zero when the call may go now.
    Duration untilReady(Instant now, double cost) const;
    void take(Instant now, double cost);
    /// Nothing goes before that moment: the service said so.
    void block(Instant until);
    void setLimit(Instant now, double perMinute, double burst);

private:
    double levelAt(Instant now) const;

    double m_perMinute;
    double m_burst;
    double m_level = 0;
    Instant m_seen;
    Instant m_blocked = {};
};

} // namespace drover::backend
