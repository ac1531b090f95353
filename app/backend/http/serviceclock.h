#pragma once

#include "models/core/clock.h"

namespace drover::backend {

/// The clock of a fleet: the wall's, or, for a local Azure, one that runs `speed` times as fast and keeps up with it.
class ServiceClock final : public Clock {
public:
    explicit ServiceClock(double speed = 1);

    Instant now() const override;
    double speed() const override { return m_speed; }
    /// Jumps ahead when the service is well ahead of us; never back, so that no wait and no budget is cut short.
    void keepUpWith(Instant service);

private:
    double m_speed;
    Instant m_origin;
    std::chrono::steady_clock::time_point m_started;
};

} // namespace drover::backend
