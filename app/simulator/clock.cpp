#include "app/simulator/clock.h"

namespace drover::simulator {

using namespace std::chrono;

Clock::Clock(const ClockStart &start)
    : m_speed(start.speed)
    , m_stopped(start.stopped)
    , m_started(start.time.value_or(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()))
    , m_startedReal(steady_clock::now())
{
}

Millis Clock::now() const
{
    if (m_stopped)
        return m_started + m_offset;
    const duration<double, std::milli> passed = steady_clock::now() - m_startedReal;
    return m_started + m_offset + static_cast<Millis>(passed.count() * m_speed);
}

microseconds Clock::realTime(Millis span) const
{
    return microseconds(static_cast<std::int64_t>(static_cast<double>(span) * 1000.0 / m_speed));
}

std::int64_t Clock::wallSeconds() { return duration_cast<seconds>(system_clock::now().time_since_epoch()).count(); }

void Timeline::at(Millis time, std::function<void()> happen) { m_events.push({time - m_shift, m_order++, std::move(happen)}); }

bool Timeline::runDue(Millis now, int most)
{
    while (!m_events.empty() && m_events.top().time + m_shift <= now) {
        if (most-- == 0)
            return true;
        const std::function<void()> happen = m_events.top().happen;
        m_events.pop();
        happen();
    }
    return false;
}

std::optional<Millis> Timeline::next() const
{
    return m_events.empty() ? std::nullopt : std::optional(m_events.top().time + m_shift);
}

} // namespace drover::simulator
