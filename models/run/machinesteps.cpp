#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

// The enrollments of a run: what is written, what was written, what must be read before anything is written again.
namespace drover::run {

bool RunMachine::has(StepIndex step, StepState state) const
{
    return step >= 0 && step < static_cast<StepIndex>(m_steps.size())
        && m_steps[static_cast<size_t>(step)].state == state;
}

bool RunMachine::answers(StepIndex step, qint32 ask) const
{
    return ask < 0 || m_steps[static_cast<size_t>(step)].ask == ask;
}

QString RunMachine::home() const
{
    return m_plan.undoes.isEmpty() ? u"at its target"_s : u"home"_s;
}

bool RunMachine::isRemoval(StepIndex step) const
{
    return m_plan.steps[static_cast<size_t>(step)].strategy == plan::Strategy::Remove;
}

/// What is removed follows the step that brings its device home, or that split it out, and the group that takes it back.
void RunMachine::linkFollowingSteps()
{
    QHash<QString, StepIndex> bringing;
    QHash<QString, StepIndex> groups;
    for (StepIndex index = 0; index < static_cast<StepIndex>(m_steps.size()); ++index) {
        const plan::Step &step = m_plan.steps[static_cast<size_t>(index)];
        if (step.strategy == plan::Strategy::RepointIndividual || step.strategy == plan::Strategy::SplitOut)
            bringing.insert(step.enrollment.toLower(), index);
        if (step.strategy == plan::Strategy::RepointGroup)
            groups.insert(step.enrollment.toLower(), index);
        if (step.strategy == plan::Strategy::RepointGroup && m_steps[static_cast<size_t>(index)].devices.empty())
            m_groupsAlone.push_back(index);
    }
    m_removalsOf.resize(m_steps.size());
    for (StepIndex index = 0; index < static_cast<StepIndex>(m_steps.size()); ++index) {
        if (!isRemoval(index))
            continue;
        const StepIndex first = bringing.value(m_plan.steps[static_cast<size_t>(index)].enrollment.toLower(), -1);
        m_steps[static_cast<size_t>(index)].after = first;
        if (first >= 0)
            m_steps[static_cast<size_t>(first)].then = index;
        const StepIndex group = groups.value(m_plan.steps[static_cast<size_t>(index)].group.toLower(), -1);
        m_steps[static_cast<size_t>(index)].group = group;
        if (group >= 0)
            m_removalsOf[static_cast<size_t>(group)].push_back(index);
    }
}

plan::Trace::Write RunMachine::fate(StepIndex step) const
{
    switch (m_steps[static_cast<size_t>(step)].state) {
    case StepState::Done:
        return plan::Trace::Write::Done;
    case StepState::Intended:
    case StepState::Unknown:
    case StepState::Reading:
        return plan::Trace::Write::Perhaps;
    default:
        return plan::Trace::Write::Never;
    }
}

int RunMachine::firstWaveOf(StepIndex step) const
{
    int wave = m_plan.steps[static_cast<size_t>(step)].wave;
    for (const DeviceIndex device : m_steps[static_cast<size_t>(step)].devices)
        wave = std::min(wave, planned(device).wave);
    return wave;
}

void RunMachine::queueStep(StepIndex step)
{
    m_steps[static_cast<size_t>(step)].state = StepState::Queued;
    m_writeQueue.push_back(step);
}

void RunMachine::apply(const WriteIntended &event)
{
    for (const StepIndex step : event.steps) {
        if (has(step, StepState::Issued))
            m_steps[static_cast<size_t>(step)].state = StepState::Intended;
    }
}

void RunMachine::apply(const WriteOutcome &event)
{
    if (!has(event.step, StepState::Intended) && !has(event.step, StepState::Issued))
        return;
    if (!answers(event.step, event.ask))
        return;
    Step &step = m_steps[static_cast<size_t>(event.step)];
    --m_writing;
    const bool removes = isRemoval(event.step);
    switch (event.result) {
    case WriteResult::Done:
        if (handsBack(event.step)) {
            // It registers with its group now: done when it was seen to stay.
            constexpr Duration settling = std::chrono::seconds(3);
            step.state = StepState::Unknown;
            step.notBefore = m_now + settling;
            m_timers.push({.at = step.notBefore});
            m_readQueue.push_back(event.step);
            return;
        }
        return stepDone(event.step);
    case WriteResult::Conflict:
        if (removes) {
            return stepFailed(event.step, u"It is %1, but its own enrollment was changed by somebody else and stays"_s.arg(home()),
                u"Look at that enrollment, and delete it when nobody needs it."_s, event.why);
        }
        return stepFailed(event.step, u"Its enrollment was changed by somebody else"_s,
            u"Look at both versions, then plan these devices again."_s, event.why);
    case WriteResult::Rejected:
        if (removes) {
            return stepFailed(event.step, u"It is %1, and keeps an enrollment of its own"_s.arg(home()),
                u"Look at that enrollment and at its group, then retry."_s, event.why);
        }
        return stepFailed(event.step, u"DPS refused the new enrollment"_s,
            u"Correct what it names, then plan these devices again."_s, event.why);
    case WriteResult::Unknown:
        step.state = StepState::Unknown;
        m_readQueue.push_back(event.step);
        return;
    case WriteResult::NotSent:
        queueStep(event.step);
        step.notBefore = m_now + m_options.serviceRetry;
        m_timers.push({.at = step.notBefore});
        return;
    }
}

void RunMachine::apply(const ReadBackDone &event)
{
    if (!has(event.step, StepState::Reading) || !answers(event.step, event.ask))
        return;
    Step &step = m_steps[static_cast<size_t>(event.step)];
    --m_reading;
    switch (event.verdict) {
    case ReadVerdict::AsPlanned:
        return stepDone(event.step);
    case ReadVerdict::AsBefore:
        // Its write got no answer and no effect. Again at once for the first time, then slowly, then not without a person.
        step.state = StepState::Todo;
        if (m_phase == Phase::Stopping && !isRemoval(event.step))
            return;
        queueStep(event.step);
        if (++step.silent > 1) {
            step.notBefore = m_now + m_options.serviceRetry;
            m_timers.push({.at = step.notBefore});
        }
        if (step.silent >= m_options.serviceTries && !atRest() && m_phase != Phase::Stopping) {
            rest(Phase::Paused,
                u"%1 was sent to the provisioning service %2 times; no answer came, and it is still as it was. Nothing is lost; resume when the service answers."_s.arg(
                    m_plan.steps[static_cast<size_t>(event.step)].enrollment).arg(step.silent),
                RunEvent::Tone::Bad);
        }
        return;
    case ReadVerdict::Different:
        return stepFailed(event.step,
            handsBack(event.step)       ? u"It arrived, but was not handed back to its group"_s
                : isRemoval(event.step) ? u"It is home, but its own enrollment was changed by somebody else and stays"_s
                                  : u"Its enrollment was changed by somebody else"_s,
            handsBack(event.step) ? u"Look it up: where it is, and what its enrollment names."_s
                                  : u"Look at both versions, then plan these devices again."_s,
            event.why);
    case ReadVerdict::NoAnswer:
        step.state = StepState::Unknown;
        step.notBefore = m_now + m_options.serviceRetry;
        m_timers.push({.at = step.notBefore});
        // Whoever stops does not wait for enrollments; where a device is that was given back to its group, must be known.
        if (m_phase == Phase::Stopping && !handsBack(event.step))
            return;
        m_readQueue.push_back(event.step);
        if (++step.silent >= m_options.serviceTries && !atRest() && m_phase != Phase::Stopping) {
            rest(Phase::Paused,
                u"The provisioning service does not answer: %1 Nothing is lost; resume when it does."_s.arg(event.why),
                RunEvent::Tone::Bad);
        }
        return;
    }
}

void RunMachine::stepDone(StepIndex index)
{
    Step &step = m_steps[static_cast<size_t>(index)];
    step.state = StepState::Done;
    step.writtenAt = m_eventAt;
    ++m_stepsDone;
    m_lastAsked = m_now;
    const plan::Step &change = m_plan.steps[static_cast<size_t>(index)];
    if (change.strategy == plan::Strategy::RepointGroup)
        say(RunEvent::Tone::Progress, u"Group %1 now names %2."_s.arg(change.enrollment, change.target.text()));
    else if (m_stepsDone == static_cast<int>(m_steps.size()))
        say(RunEvent::Tone::Progress,
            m_stepsDone == 1 ? u"The enrollment is written."_s : u"All %1 are written."_s.arg(counted(m_stepsDone, u"enrollment")));
    if (handsBack(index))
        return handBackDone(index);
    if (step.after >= 0) {
        for (const DeviceIndex device : m_steps[static_cast<size_t>(step.after)].devices)
            judge(device);
        return;
    }
    for (const DeviceIndex device : step.devices) {
        if (at(device).state == DeviceState::Planned)
            setState(device, DeviceState::Enrolled);
        judge(device);
        if (planned(device).wave <= m_wave)
            queueTrigger(device);
    }
    groupDone(index);
}

void RunMachine::stepFailed(StepIndex index, const QString &cause, const QString &remedy, const QString &note)
{
    Step &step = m_steps[static_cast<size_t>(index)];
    step.state = StepState::Failed;
    m_handing -= handsBack(index) ? 1 : 0;
    say(RunEvent::Tone::Bad, u"%1: %2. %3"_s.arg(m_plan.steps[static_cast<size_t>(index)].enrollment, cause, note));
    for (const DeviceIndex device : step.after < 0 ? step.devices : m_steps[static_cast<size_t>(step.after)].devices) {
        if (at(device).state != DeviceState::Skipped)
            failDevice(device, cause, remedy, note, true);
    }
}

void RunMachine::takeUpSteps()
{
    m_writing = 0;
    m_reading = 0;
    m_readQueue.clear();
    for (StepIndex index = 0; index < static_cast<StepIndex>(m_steps.size()); ++index) {
        Step &step = m_steps[static_cast<size_t>(index)];
        step.silent = 0;
        if (step.state == StepState::Issued) {
            queueStep(index);
        } else if (step.state == StepState::Intended || step.state == StepState::Reading
            || step.state == StepState::Unknown) {
            step.state = StepState::Unknown;
            step.notBefore = {};
            m_readQueue.push_back(index);
        }
    }
    if (m_phase == Phase::Stopping)
        keepRemovalsOnly();
}

/// Whoever stops wants nothing more to move; what is home is still tidied up.
void RunMachine::keepRemovalsOnly()
{
    std::erase_if(m_writeQueue, [this](StepIndex step) {
        if (isRemoval(step))
            return false;
        m_steps[static_cast<size_t>(step)].state = StepState::Todo;
        return true;
    });
}

bool RunMachine::isSkipped(StepIndex step) const
{
    const std::vector<DeviceIndex> &devices = m_steps[static_cast<size_t>(step)].devices;
    return !devices.empty()
        && std::ranges::all_of(devices, [this](DeviceIndex device) { return state(device) == DeviceState::Skipped; });
}

void RunMachine::commandReads(Commands &commands)
{
    constexpr int most = 16;
    for (size_t left = m_readQueue.size(); left > 0 && m_reading < most; --left) {
        const StepIndex index = m_readQueue.front();
        m_readQueue.pop_front();
        Step &step = m_steps[static_cast<size_t>(index)];
        if (!isLate(step.notBefore)) {
            m_readQueue.push_back(index);
            continue;
        }
        step.state = StepState::Reading;
        step.ask = m_asks++;
        ++m_reading;
        commands.emplace_back(ReadBack{.step = index, .ask = step.ask});
    }
}

void RunMachine::commandWrites(Commands &commands)
{
    constexpr size_t bulk = 10;
    // Outcomes come one by one: a call is not sent for each place that becomes free, but for ten.
    const auto room = static_cast<size_t>(std::max(0, m_options.writesInFlight - m_writing));
    if (m_writing > 0 && room < bulk && m_writeQueue.size() > room)
        return;
    std::vector<StepIndex> batch;
    const auto flush = [&] {
        if (batch.empty())
            return;
        for (const StepIndex step : batch)
            m_steps[static_cast<size_t>(step)].ask = m_asks;
        commands.emplace_back(WriteSteps{.steps = std::exchange(batch, {}), .ask = m_asks++});
    };
    for (size_t left = m_writeQueue.size(); left > 0 && m_writing < m_options.writesInFlight; --left) {
        const StepIndex index = m_writeQueue.front();
        m_writeQueue.pop_front();
        Step &step = m_steps[static_cast<size_t>(index)];
        if (!isLate(step.notBefore) || (holdsBack() && !isRemoval(index))) {
            m_writeQueue.push_back(index);
            continue;
        }
        if (isSkipped(index)) {
            step.state = StepState::Todo;
            continue;
        }
        const plan::Step &change = m_plan.steps[static_cast<size_t>(index)];
        const bool alone = change.strategy == plan::Strategy::RepointGroup;
        const bool sameKind = !batch.empty()
            && m_plan.steps[static_cast<size_t>(batch.back())].strategy == change.strategy
            && m_plan.steps[static_cast<size_t>(batch.back())].group == change.group;
        if (alone || !sameKind || batch.size() == bulk)
            flush();
        step.state = StepState::Issued;
        ++m_writing;
        batch.push_back(index);
    }
    flush();
}

} // namespace drover::run
