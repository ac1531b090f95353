#pragma once

#include "models/plan/looks.h"

namespace drover::run {

/// What a look cost and told.
struct LookTaken {
    int calls = 0;
    int dpsCalls = 0;
    bool news = false;
    /// Everybody of the wave was told: a gate waits for what is seen.
    bool closing = false;
    /// Nobody is under way but devices that are offline.
    bool onlyWaiting = false;
};

/// When to look again: soon where it costs little or a gate waits for it, seldom where nothing changes.
class LookPacer final {
public:
    explicit LookPacer(double dpsCallsPerMinute)
        : m_dpsCallsPerMinute(dpsCallsPerMinute)
    {
    }

    /// The first look after something was written or told.
    static constexpr Duration first = std::chrono::milliseconds(2500);
    Duration after(const LookTaken &look);
    /// Everybody has been told now: the pause that was meant for before is not kept.
    bool shortens(const LookTaken &last, bool closing) const { return closing && !last.closing; }

private:
    double m_dpsCallsPerMinute;
    Duration m_idle = first;
};

} // namespace drover::run
