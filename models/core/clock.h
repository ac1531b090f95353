#pragma once

#include <chrono>
#include <cmath>

namespace drover {

/// A moment of the clock that quotas, deadlines and devices obey (simulated time runs faster than the wall's).
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// The one clock. Nothing else reads the time.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    /// The same, but never set: what budgets count by. It may differ from now() by a constant.
    virtual Instant paced() const { return now(); }
    /// How many times as fast as real time this clock runs; never below 1.
    virtual double speed() const { return 1; }
    /// How long to really wait for a span of this clock.
    virtual std::chrono::milliseconds real(Duration span) const
    {
        return std::chrono::milliseconds(static_cast<long long>(std::ceil(static_cast<double>(span.count()) / speed())));
    }
};

} // namespace drover
