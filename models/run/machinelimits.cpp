#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

// How far a run may reach before a person is asked. What is beyond a limit is accepted by resuming; it counts anew then.
namespace drover::run {
namespace {

constexpr Duration anHour = std::chrono::hours(1);

/// Not where it was and not yet where it should be, or lost.
bool isOut(DeviceState state)
{
    switch (state) {
    case DeviceState::Triggered:
    case DeviceState::Registering:
    case DeviceState::Assigned:
    case DeviceState::Connected:
    case DeviceState::Throttled:
    case DeviceState::Failed:
        return true;
    default:
        return false;
    }
}

/// Beyond the limit for the first time since somebody accepted what there was.
bool isBeyond(auto &reach, int most)
{
    if (most <= 0 || reach.out <= most)
        reach.accepted = 0;
    if (most <= 0 || reach.out <= reach.accepted + most)
        return false;
    reach.accepted = reach.out;
    return true;
}

QString accepting()
{
    return u"Resume accepts these and counts anew; stop ends here."_s;
}

} // namespace

void RunMachine::listTargets()
{
    m_targetOf.resize(m_devices.size());
    for (DeviceIndex device = 0; device < deviceCount(); ++device) {
        const HubHostName &hub = planned(device).target;
        const auto known = std::ranges::find(m_targets, hub);
        m_targetOf[static_cast<size_t>(device)] = static_cast<quint16>(known - m_targets.begin());
        if (known == m_targets.end())
            m_targets.push_back(hub);
    }
    m_reach.resize(m_targets.size());
}

void RunMachine::countReach(DeviceIndex device, DeviceState before, DeviceState after)
{
    m_reach[m_targetOf[static_cast<size_t>(device)]].out += int(isOut(after)) - int(isOut(before));
    m_failed.out += int(after == DeviceState::Failed) - int(before == DeviceState::Failed);
    if (after == DeviceState::Verified)
        countMoved(device);
}

void RunMachine::forgetTheHourBefore()
{
    while (!m_hour.empty() && m_hour.front() + anHour <= m_now)
        m_hour.pop_front();
}

bool RunMachine::mayTellOneMore() const
{
    const int most = m_plan.options.blast.mostAnHour;
    return most <= 0 || static_cast<int>(m_hour.size()) < most;
}

/// Once a device: when it is told, or when it arrives without having been told.
void RunMachine::countMoved(DeviceIndex device)
{
    if (m_plan.options.blast.mostAnHour > 0 && !std::exchange(at(device).counted, true))
        m_hour.push_back(m_now);
}

void RunMachine::enforceLimits()
{
    forgetTheHourBefore();
    const plan::BlastRadius &blast = m_plan.options.blast;
    if (isBeyond(m_failed, blast.mostFailed))
        return rest(Phase::Paused,
            u"%1 have failed in this run, %2 are allowed. %3"_s.arg(
                counted(m_failed.out, u"device"), grouped(blast.mostFailed), accepting()),
            RunEvent::Tone::Bad);
    for (size_t target = 0; target < m_reach.size(); ++target) {
        if (isBeyond(m_reach[target], blast.mostPerStamp))
            return rest(Phase::Paused,
                u"%1 have failed or are under way to %2, %3 are allowed at a time. %4"_s.arg(
                    counted(m_reach[target].out, u"device"), m_targets[target].text(), grouped(blast.mostPerStamp),
                    accepting()),
                RunEvent::Tone::Bad);
    }
    const auto moved = static_cast<int>(m_hour.size());
    if (blast.mostAnHour > 0 && moved > blast.mostAnHour) {
        m_hour.clear();
        rest(Phase::Paused,
            u"%1 were told to move or moved by themselves within an hour, %2 are allowed. %3"_s.arg(
                counted(moved, u"device"), grouped(blast.mostAnHour), accepting()),
            RunEvent::Tone::Bad);
    }
}

} // namespace drover::run
