#pragma once

#include "app/simulator/text.h"

#include <chrono>
#include <functional>
#include <optional>
#include <queue>

namespace drover::simulator {

/// How the simulated clock starts.
struct ClockStart {
    double speed = 1;
    /// The present if not set.
    std::optional<Millis> time {};
    /// The clock then stands still but for what it is put forward.
    bool stopped = false;
};

/// The simulated clock: runs `speed` times as fast as real time.
class Clock {
public:
    explicit Clock(const ClockStart &start);

    Millis now() const;
    double speed() const { return m_speed; }
    void advance(Millis by) { m_offset += by; }
    /// How long a simulated span takes for real.
    std::chrono::microseconds realTime(Millis span) const;
    /// The real time in seconds: a token counts as expired only when it is so by both clocks.
    static std::int64_t wallSeconds();

private:
    double m_speed;
    bool m_stopped;
    Millis m_offset = 0;
    Millis m_started;
    std::chrono::steady_clock::time_point m_startedReal;
};

/// Everything that is to happen later, in one heap: a million devices need no million timers.
class Timeline {
public:
    void at(Millis time, std::function<void()> happen);
    /// Lets happen what is due, at most `most` things; tells whether anything due is left.
    bool runDue(Millis now, int most);
    std::optional<Millis> next() const;
    /// The clock was put back by so much: what is to happen is as far away as before.
    void putBack(Millis by) { m_shift -= by; }

private:
    struct Event {
        /// By a clock that was never put back.
        Millis time;
        std::uint64_t order;
        std::function<void()> happen;
        bool operator<(const Event &other) const
        {
            return time != other.time ? time > other.time : order > other.order;
        }
    };
    std::priority_queue<Event> m_events;
    std::uint64_t m_order = 0;
    Millis m_shift = 0;
};

} // namespace drover::simulator
