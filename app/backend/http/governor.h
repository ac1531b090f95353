#pragma once

#include "models/core/clock.h"

#include <chrono>

namespace drover::backend {

/// How much of a documented limit a service bears now. A refusal for the rate, an answer that says the service is in
/// trouble, or answers that take much longer than they did lower the share by a factor; quiet lets it climb by steps.
/// Pure: time and latency are parameters. The cuts follow the service's clock, the latency is real time.
class Governor final {
public:
    static constexpr double least = 0.05;

    /// Of the limit; 1 when nothing is wrong.
    double share() const { return m_share; }
    /// 429: the service counts more calls than its limit, ours or somebody else's.
    void refused(Instant now);
    /// 5xx, or no answer at all.
    void troubled(Instant now);
    void answered(Instant now, std::chrono::milliseconds took);
    /// The same for calls whose time is a device's and not the service's.
    void answered(Instant now);

private:
    void cut(Instant now, double factor);
    bool isSlow() const;

    double m_share = 1;
    /// The last change of either kind, and the last cut.
    Instant m_changed = {};
    Instant m_cut = {};
    /// What an answer takes when all is well: the fastest, forgotten slowly.
    double m_usual = -1;
    double m_lately = -1;
};

} // namespace drover::backend
