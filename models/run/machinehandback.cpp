#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

// Strict waves: devices that left their group for the time of the run go back to it. The group must name the target
// first, and the device must have arrived: then nothing changes for it when its own enrollment is deleted.
namespace drover::run {

bool RunMachine::handsBack(StepIndex removal) const
{
    const StepIndex after = removal < 0 ? -1 : m_steps[static_cast<size_t>(removal)].after;
    return after >= 0 && m_plan.steps[static_cast<size_t>(after)].strategy == plan::Strategy::SplitOut;
}

bool RunMachine::groupIsReady(StepIndex removal) const
{
    const StepIndex group = m_steps[static_cast<size_t>(removal)].group;
    return group < 0 || has(group, StepState::Done);
}

void RunMachine::offerHandBack(DeviceIndex device)
{
    const StepIndex removal = m_steps[static_cast<size_t>(planned(device).step)].then;
    if (handsBack(removal) && has(removal, StepState::Todo) && groupIsReady(removal)
        && state(device) == DeviceState::Verified)
        m_handBack.push_back(removal);
}

/// Those who wait for their group may go back to it, and what must be deleted before a device counts as home is.
void RunMachine::groupDone(StepIndex group)
{
    for (const StepIndex removal : m_removalsOf[static_cast<size_t>(group)]) {
        const StepIndex after = m_steps[static_cast<size_t>(removal)].after;
        if (after < 0)
            continue;
        for (const DeviceIndex device : m_steps[static_cast<size_t>(after)].devices) {
            if (handsBack(removal))
                offerHandBack(device);
            else
                judge(device);
        }
    }
}

/// Each of them registers again, so that only some do at a time, and none while devices of the last wave are told.
void RunMachine::commandHandBacks()
{
    constexpr int atOnce = 50;
    while (!m_handBack.empty() && m_handing < atOnce && !isTelling()) {
        const StepIndex removal = m_handBack.front();
        m_handBack.pop_front();
        if (!has(removal, StepState::Todo))
            continue;
        queueStep(removal);
        ++m_handing;
    }
}

void RunMachine::handBackDone(StepIndex removal)
{
    --m_handing;
    ++m_handedBack;
    if (m_handing == 0 && m_handBack.empty())
        say(RunEvent::Tone::Progress,
            u"Handed back to their group: %1; the last was group %2's."_s.arg(
                counted(m_handedBack, u"device"), m_plan.steps[static_cast<size_t>(removal)].group));
}

/// Something about groups is left to do although every device has settled.
bool RunMachine::groupsAreOpen() const
{
    const auto isOpen = [this](StepIndex group) {
        const StepState state = m_steps[static_cast<size_t>(group)].state;
        return state != StepState::Todo && state != StepState::Done && state != StepState::Failed;
    };
    return m_handing > 0 || !m_handBack.empty() || std::ranges::any_of(m_groupsAlone, isOpen);
}

/// The run ends before it was read where they are: they were verified, and may have been sent away since.
void RunMachine::failWhoWasNotSeenAgain()
{
    for (StepIndex removal = 0; removal < static_cast<StepIndex>(m_steps.size()); ++removal) {
        if (!handsBack(removal) || fate(removal) != plan::Trace::Write::Perhaps)
            continue;
        for (const DeviceIndex device : m_steps[static_cast<size_t>(m_steps[static_cast<size_t>(removal)].after)].devices) {
            if (state(device) == DeviceState::Verified)
                failDevice(device, u"It arrived; whether it was handed back to its group, and where it is since, was not answered"_s,
                    u"Look it up: where it is, and what its enrollment names."_s, {}, true);
        }
    }
}

void RunMachine::sayWhoKeepsItsOwn()
{
    int kept = 0;
    for (StepIndex step = 0; step < static_cast<StepIndex>(m_steps.size()); ++step)
        kept += handsBack(step) && !has(step, StepState::Done) && has(m_steps[static_cast<size_t>(step)].after, StepState::Done);
    if (kept > 0)
        say(RunEvent::Tone::Warn,
            u"%1 with an enrollment of their own, which names the target: they were not handed back to their group."_s.arg(
                counted(kept, u"device") + (kept == 1 ? u" stays"_s : u" stay"_s)));
}

} // namespace drover::run
