#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

// One device at a time: what is known of it, and what that makes of it.
namespace drover::run {
namespace {

template <typename T>
bool news(T known, T seen)
{
    return seen != T::Unknown && seen != known;
}

} // namespace

bool isTransient(int code)
{
    return code / 1000 == 429 || code == 429 || code / 1000 >= 500;
}

void RunMachine::setState(DeviceIndex index, DeviceState state)
{
    Device &device = at(index);
    if (device.state == state)
        return;
    WaveState &wave = m_waves[static_cast<size_t>(planned(index).wave)];
    const bool wasSettled = isSettled(index);
    --m_counts[static_cast<size_t>(device.state)];
    --wave.counts[static_cast<size_t>(device.state)];
    countReach(index, device.state, state);
    device.state = state;
    ++m_counts[static_cast<size_t>(state)];
    ++wave.counts[static_cast<size_t>(state)];
    m_population[index] = char(state);
    m_settled += int(isSettled(index)) - int(wasSettled);
    // Nobody stays disabled: not one that is given up, nor one whose new hub took that over.
    if (isSettled(index))
        queueEnable(index);
}

bool RunMachine::isSettled(DeviceIndex device) const
{
    const DeviceState state = at(device).state;
    return state == DeviceState::Verified || state == DeviceState::Failed || state == DeviceState::Skipped
        || state == DeviceState::Undone;
}

/// A group's listing tells at once who is away: nobody of it is told to go home who never left.
bool RunMachine::waitsToBeSeen(DeviceIndex index) const
{
    const plan::Step &step = m_plan.steps[static_cast<size_t>(planned(index).step)];
    return !m_plan.undoes.isEmpty() && step.strategy == plan::Strategy::RepointGroup
        && at(index).facts.registration == Sighting::Registration::Unknown;
}

bool RunMachine::stepIsDone(DeviceIndex device) const
{
    return has(planned(device).step, StepState::Done);
}

void RunMachine::failDevice(
    DeviceIndex index, const QString &cause, const QString &remedy, const QString &note, bool forGood)
{
    Device &device = at(index);
    auto known = std::ranges::find(m_causes, cause, &FailureCause::cause);
    if (known == m_causes.end())
        known = m_causes.insert(known, {.cause = cause, .remedy = remedy});
    device.cause = static_cast<qint32>(known - m_causes.begin());
    device.note = m_words.of(note);
    device.settledForGood = forGood;
    // A thousand lines of the same would hide all others.
    constexpr int told = 10;
    const int times = ++m_saidOf[cause];
    if (times == told + 1)
        say(RunEvent::Tone::Bad, u"More devices fail so: %1. The report names each."_s.arg(cause));
    else if (!forGood && times <= told)
        say(RunEvent::Tone::Bad,
            note.isEmpty() ? u"%1: %2."_s.arg(planned(index).registrationId, cause)
                           : u"%1: %2 (%3)."_s.arg(planned(index).registrationId, cause, note));
    setState(index, DeviceState::Failed);
}

void RunMachine::failNotAssigned(DeviceIndex index)
{
    failDevice(index, u"DPS could not assign it (%1)"_s.arg(at(index).facts.code),
        u"Look at the target hub: whether it answers, its room, its throttles, its link to the DPS."_s, m_words.text(at(index).remark), false);
}

void RunMachine::apply(const Observed &event)
{
    for (const Sighting &sighting : event.sightings) {
        // An answer that was long on its way does not change what a verification stood on.
        if (!knows(sighting.device) || at(sighting.device).state == DeviceState::Verified)
            continue;
        merge(sighting.device, sighting);
        judge(sighting.device);
    }
}

bool RunMachine::tellsSomething(const Sighting &seen) const
{
    if (!knows(seen.device))
        return false;
    const Device &device = at(seen.device);
    if (device.settledForGood || device.state == DeviceState::Verified || device.state == DeviceState::Skipped
        || device.state == DeviceState::Undone)
        return false;
    const Sighting::Facts &facts = device.facts;
    return news(facts.registration, seen.registration) || news(facts.target, seen.target)
        || news(facts.source, seen.source) || news(facts.twin, seen.twin);
}

void RunMachine::merge(DeviceIndex index, const Sighting &seen)
{
    Device &device = at(index);
    Sighting::Facts &facts = device.facts;
    device.away |= (seen.registration != Sighting::Registration::Unknown
                       && seen.registration != Sighting::Registration::OnTarget)
        || seen.source == Sighting::Source::Present || seen.source == Sighting::Source::Connected;
    const bool wasWaiting = waitsToBeSeen(index);
    const auto take = [](auto &known, auto fresh) {
        if (news(known, fresh))
            known = fresh;
    };
    take(facts.registration, seen.registration);
    take(facts.target, seen.target);
    take(facts.source, seen.source);
    take(facts.twin, seen.twin);
    if (seen.registration == Sighting::Registration::Failed)
        facts.code = seen.code;
    if (!seen.note.isEmpty())
        device.remark = m_words.of(seen.note);
    if (wasWaiting && wantsTrigger(index))
        queueTrigger(index);
    // It came back: no reason to let it wait for its next turn. A listing may lag, so not at once after it was told
    // offline.
    constexpr Duration lag = std::chrono::seconds(15);
    if (device.state == DeviceState::Waiting && seen.source == Sighting::Source::Connected
        && isLate(device.retryAt - m_options.waitingRetry + lag)) {
        device.means = 0;
        device.roamed = false;
        queueTrigger(index);
    }
    if (facts.registration == Sighting::Registration::OnTarget)
        queueEnable(index);
}

void RunMachine::judge(DeviceIndex index)
{
    Device &device = at(index);
    if (device.settledForGood || device.state == DeviceState::Verified || device.state == DeviceState::Skipped
        || device.state == DeviceState::Undone || !stepIsDone(index))
        return;
    const Sighting::Facts &facts = device.facts;
    const bool arrived = facts.registration == Sighting::Registration::OnTarget
        && facts.target == Sighting::Target::Connected && facts.source == Sighting::Source::Absent;
    if (const std::optional<DeviceState> home = homeState(device); home && mayClose(index)) {
        device.cause = -1;
        device.note = m_words.of(*home == DeviceState::Undone ? u"at home and offline, as it was: it never left"_s
                : facts.twin == Sighting::Twin::NotKept       ? u"its twin was not compared: it could not be read before the move"_s
                                                              : QString());
        setState(index, *home);
        return offerHandBack(index);
    }
    // A failure that later looks may take back is taken back by success alone.
    if (device.state == DeviceState::Failed)
        return;
    if (arrived && facts.twin == Sighting::Twin::Differs) {
        return failDevice(index, u"Its twin is not what it was on the source"_s,
            u"Compare the parts named, and put back what is missing."_s, m_words.text(device.remark), false);
    }
    if (facts.registration == Sighting::Registration::Disabled)
        return failDevice(
            index, u"Its enrollment is disabled"_s, u"Enable it, then let the device register again."_s, {}, false);
    if (facts.registration == Sighting::Registration::Failed && !isTransient(facts.code))
        return failNotAssigned(index);
    if (const std::optional<DeviceState> seen = stateSeen(device))
        setState(index, *seen);
    watchConnecting(index);
}

/// How a device that is where it should be settles: verified, or at home all the time when that is what was wanted.
std::optional<DeviceState> RunMachine::homeState(const Device &device) const
{
    const Sighting::Facts &facts = device.facts;
    if (facts.registration != Sighting::Registration::OnTarget || facts.source != Sighting::Source::Absent)
        return std::nullopt;
    if (facts.target == Sighting::Target::Connected
        && (facts.twin == Sighting::Twin::AsPolicySays || facts.twin == Sighting::Twin::NotKept))
        return DeviceState::Verified;
    const bool neverLeft = !m_plan.undoes.isEmpty() && !device.away && facts.target == Sighting::Target::Present;
    return neverLeft ? std::optional(DeviceState::Undone) : std::nullopt;
}

/// A split-out enrollment is deleted before its device counts as returned; queues that when its time has come.
bool RunMachine::mayClose(DeviceIndex device)
{
    const StepIndex then = m_steps[static_cast<size_t>(planned(device).step)].then;
    if (then < 0 || handsBack(then))
        return true;
    if (has(then, StepState::Todo) && groupIsReady(then))
        queueStep(then);
    return has(then, StepState::Done);
}

std::optional<DeviceState> RunMachine::stateSeen(const Device &device) const
{
    const Sighting::Facts &facts = device.facts;
    if (facts.registration == Sighting::Registration::Failed)
        return DeviceState::Throttled;
    if (facts.registration == Sighting::Registration::OnTarget)
        return facts.target == Sighting::Target::Connected ? DeviceState::Connected : DeviceState::Assigned;
    if (facts.registration == Sighting::Registration::Assigning)
        return DeviceState::Registering;
    // It went back: somebody else acts on it, or the listing was stale.
    if (device.state == DeviceState::Registering || device.state == DeviceState::Assigned
        || device.state == DeviceState::Connected)
        return device.tries > 0 ? DeviceState::Triggered : DeviceState::Enrolled;
    return std::nullopt;
}

std::vector<DeviceIndex> RunMachine::watched() const
{
    std::vector<DeviceIndex> devices;
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        const bool soft = at(index).state == DeviceState::Failed && !at(index).settledForGood;
        if (stepIsDone(index) && (soft || !isSettled(index)))
            devices.push_back(index);
    }
    return devices;
}

bool RunMachine::isWatching() const
{
    return m_stepsDone > 0 && !atRest();
}

QString RunMachine::reasonOf(DeviceIndex index) const
{
    const Device &device = at(index);
    const QString cause = device.cause < 0 ? QString() : m_causes[static_cast<size_t>(device.cause)].cause;
    const QString note = m_words.text(device.note);
    if (cause.isEmpty() || note.isEmpty())
        return cause.isEmpty() ? note : cause;
    return u"%1 (%2)"_s.arg(cause, note);
}

FailureCause RunMachine::causeOf(DeviceIndex index) const
{
    const Device &device = at(index);
    if (device.cause < 0)
        return {.cause = m_words.text(device.note), .remedy = {}};
    return m_causes[static_cast<size_t>(device.cause)];
}

} // namespace drover::run
