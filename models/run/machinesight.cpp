#include "models/run/runmachine.h"

using namespace Qt::StringLiterals;

// While the services do not tell where devices are, nobody is late, no gate closes, nobody is sent to where no answer comes
// from, and in the end a person is asked.
namespace drover::run {

void RunMachine::apply(const Sight &event)
{
    if (!event.why.isEmpty()) {
        m_blindBecause = event.why;
        m_blindAhead = event.ahead;
        if (m_blindSince || atRest() || m_phase == Phase::Planned)
            return;
        m_blindSince = m_now;
        m_blindTold = false;
        m_blindCalledOff = false;
        m_timers.push({.at = m_now + m_options.blindCallOff});
        m_timers.push({.at = m_now + m_options.blindNotice});
        m_timers.push({.at = m_now + m_options.blindPatience});
        return;
    }
    const std::optional<Instant> since = std::exchange(m_blindSince, std::nullopt);
    m_blindAhead = false;
    if (!since)
        return;
    postpone(m_now - *since);
    if (m_blindTold)
        say(RunEvent::Tone::Neutral, u"Where the devices are can be seen again; the time between does not count."_s);
}

/// A short one is not worth a word. After a long one a person must know: nothing that was asked of the devices can be told.
void RunMachine::endureBlindness(Commands &commands)
{
    if (!m_blindSince || atRest())
        return;
    if (isLate(*m_blindSince + m_options.blindPatience) && !evacuates())
        return rest(Phase::Paused,
            u"%1 could not be seen for %2 min: %3 Resume when the service answers again."_s
                .arg(m_blindAhead ? u"Where the devices are"_s : u"Whether devices have left"_s)
                .arg(std::chrono::duration_cast<std::chrono::minutes>(m_options.blindPatience).count())
                .arg(m_blindBecause),
            RunEvent::Tone::Bad);
    if (holdsBack() && isLate(*m_blindSince + m_options.blindCallOff) && !std::exchange(m_blindCalledOff, true))
        callOff(commands);
    if (!isLate(*m_blindSince + m_options.blindNotice) || std::exchange(m_blindTold, true))
        return;
    say(RunEvent::Tone::Warn,
        u"%1: %2"_s.arg(m_blindAhead ? u"Where the devices are cannot be seen, so nobody counts as late and nobody more is sent"_s
                                    : u"Whether devices have left cannot be seen, so nobody counts as late"_s,
            m_blindBecause));
}

} // namespace drover::run
