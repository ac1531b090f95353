#pragma once

#include "models/core/clock.h"

namespace drover::backend {

/// The clock of a fleet: the wall's, or, for a local Azure, one that runs `speed` times as fast and keeps up with it.
class ServiceClock final : public Clock {
public:
    explicit ServiceClock(double speed = 1);

    Instant now() const override;
    Instant paced() const override;
    double speed() const override { return m_speed; }
    /// Jumps ahead when the service is well ahead of us; never back, so that no wait and no budget is cut short.
    void keepUpWith(Instant service);

private:
    Duration passed() const;

    double m_speed;
    Instant m_origin;
    /// By how much now() was set ahead so far.
    Duration m_ahead = {};
    std::chrono::nanoseconds m_started;
};

} // namespace drover::backend
