#pragma once

#include "app/simulator/text.h"

#include <deque>

namespace drover::simulator {

/// What Azure allows of one kind of call: so many in any window of simulated time.
class Quota {
public:
    Quota(std::string service, std::string name, int limit, Millis window);
    /// A bucket of `limit` calls that fills again at `perSecond`.
    static Quota bucket(std::string service, std::string name, int limit, double perSecond);

    int limit() const { return m_limit; }
    /// 0 if granted, otherwise how long to wait until the same call would be.
    Millis take(Millis now, int cost, bool enforced);
    /// As `/_sim/truth` tells it: the limit, the fullest window so far, what was refused.
    Json truth() const;

private:
    Millis takeFromBucket(Millis now, int cost, bool enforced);
    void forget(Millis now);

    std::string m_service;
    std::string m_name;
    int m_limit;
    Millis m_window;
    double m_perSecond = 0;
    double m_level = 0;
    Millis m_latest = 0;
    std::deque<std::pair<Millis, int>> m_taken;
    int m_sum = 0;
    int m_highest = 0;
    std::uint64_t m_rejected = 0;
};

} // namespace drover::simulator
