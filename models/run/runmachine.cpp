#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

namespace drover::run {

RunMachine::RunMachine(const plan::Plan &plan, RunOptions options)
    : m_plan(plan)
    , m_options(options)
    , m_steps(plan.steps.size())
    , m_devices(plan.devices.size())
    , m_population(static_cast<qsizetype>(plan.devices.size()), char(DeviceState::Planned))
    , m_waves(plan.waves.size())
    , m_devicesOf(plan.waves.size())
{
    // What the plan names and cannot be is refused where plans are read; this keeps a bad one from being a crash.
    Q_ASSERT(!plan.waves.empty() || plan.devices.empty());
    for (DeviceIndex device = 0; device < deviceCount(); ++device) {
        const plan::PlannedDevice &row = planned(device);
        at(device).away = !row.home;
        m_steps[static_cast<size_t>(row.step)].devices.push_back(device);
        m_devicesOf[static_cast<size_t>(row.wave)].push_back(device);
        WaveState &wave = m_waves[static_cast<size_t>(row.wave)];
        ++wave.devices;
        ++wave.counts[static_cast<size_t>(DeviceState::Planned)];
    }
    m_counts[static_cast<size_t>(DeviceState::Planned)] = deviceCount();
    linkFollowingSteps();
    chooseTellings();
    listTargets();
}

bool RunMachine::atRest() const
{
    return m_phase == Phase::Paused || m_phase == Phase::Stopped || m_phase == Phase::Finished
        || m_phase == Phase::Failed;
}

Commands RunMachine::on(const Event &event)
{
    const Instant before = m_now;
    m_eventAt = event.at;
    const bool revives = std::holds_alternative<RetryAsked>(event.what) && atRest();
    const bool resumes = (revives || std::holds_alternative<Resumed>(event.what)) && before != Instant{};
    // Another machine's clock may be behind: the run's own time goes on from where it was all the same.
    if (resumes && event.at + m_ahead < m_now)
        m_ahead = m_now - event.at;
    // The time of a run stands still while it rests, whatever is noted meanwhile.
    if (resumes || !atRest())
        m_now = std::max(m_now, event.at + m_ahead);
    // What was decided for the time before the break does not run on during it.
    if (resumes) {
        takeUpDevices(m_now - std::exchange(m_blindSince, std::nullopt).value_or(before));
        m_blindAhead = false;
    } else if (!m_blindSince && m_waitingFor && m_now > *m_waitingFor + m_options.slept && m_sleeps < m_options.sleeps) {
        ++m_sleeps;
        postpone(m_now - before);
    }
    std::visit([this](const auto &what) { apply(what); }, event.what);
    Commands commands = decide();
    sample();
    return commands;
}

Commands RunMachine::decide()
{
    Commands commands;
    if (m_phase == Phase::Planned)
        return commands;
    if (m_phase == Phase::Stopping) {
        goOnStopping(commands);
    } else if (!atRest()) {
        expire();
        endureBlindness(commands);
        enforceLimits();
        tryGate();
        finishWhenSettled();
    }
    if (atRest() || m_phase == Phase::Stopping) {
        if (!std::exchange(m_calledOff, true))
            callOff(commands);
    }
    if (atRest()) {
        if (!std::exchange(m_halted, true))
            commands.emplace_back(Halt{});
        return commands;
    }
    if (m_phase == Phase::Stopping)
        return commands;
    if (std::exchange(m_snapshotDue, false)) {
        m_snapshotting = true;
        commands.emplace_back(TakeSnapshot{.wave = m_wave, .withoutTwins = m_withoutTwins});
    }
    if (std::exchange(m_probeDue, false))
        commands.emplace_back(AskProbe{.wave = m_wave});
    commandHandBacks();
    commandReads(commands);
    commandWrites(commands);
    refill();
    commandTriggers(commands);
    commandBatches(commands, false);
    commandWait(commands);
    return commands;
}

void RunMachine::apply(const Started &)
{
    m_started = m_now;
    m_allowanceAt = m_now;
    m_phase = Phase::Snapshot;
    say(RunEvent::Tone::Neutral,
        u"Started: %1 in %2."_s.arg(counted(deviceCount(), u"device"), counted(int(m_waves.size()), u"wave")));
    if (!m_waves.empty())
        openWave(0);
}

void RunMachine::apply(const SnapshotTaken &event)
{
    if (event.wave != m_wave)
        return;
    m_snapshotting = false;
    m_snapshotTaken = true;
    m_lastAsked = m_now;
    if (m_phase == Phase::Snapshot)
        m_phase = Phase::Running;
    if (m_wave == 0) {
        const auto enrollments = std::ranges::count_if(
            m_plan.steps, [](const plan::Step &step) { return step.strategy != plan::Strategy::Remove; });
        const auto twins = std::ranges::count_if(
            m_plan.devices, [this](const plan::PlannedDevice &row) { return m_plan.steps[static_cast<size_t>(row.step)].wave == 0; });
        say(RunEvent::Tone::Neutral,
            u"Kept %1 and %2 as they are now%3."_s.arg(counted(enrollments, u"enrollment"),
                counted(twins - event.withoutTwin, u"twin"),
                twins < deviceCount() ? u"; the others are kept before their waves"_s : QString()));
    }
    if (event.withoutTwin > 0)
        say(RunEvent::Tone::Warn,
            u"Goes on without the twins of %1: whether their data came over will not be known."_s.arg(
                counted(event.withoutTwin, u"device")));
    m_withoutTwins = m_withoutTwins && event.withoutTwin > 0;
    m_lacksTwins |= event.withoutTwin > 0;
    for (StepIndex step = 0; step < static_cast<StepIndex>(m_steps.size()); ++step) {
        if (has(step, StepState::Todo) && !isRemoval(step) && firstWaveOf(step) <= m_wave)
            queueStep(step);
    }
    for (const DeviceIndex device : m_devicesOf[static_cast<size_t>(m_wave)]) {
        if (stepIsDone(device))
            queueTrigger(device);
    }
}

void RunMachine::apply(const SnapshotFailed &event)
{
    m_snapshotting = false;
    m_snapshotDue = false;
    if (atRest() || m_phase == Phase::Stopping)
        return;
    m_mayGoWithoutTwins = event.acceptable;
    rest(Phase::Paused, event.why, RunEvent::Tone::Bad);
}

void RunMachine::apply(const PauseAsked &event)
{
    if (!atRest() && m_phase != Phase::Stopping)
        rest(Phase::Paused, event.reason, RunEvent::Tone::Warn);
}

void RunMachine::apply(const StopAsked &)
{
    if (m_phase == Phase::Stopped || m_phase == Phase::Finished)
        return;
    m_phase = Phase::Stopping;
    m_halted = false;
    keepRemovalsOnly();
    for (const DeviceIndex device : std::exchange(m_triggerQueue, {}))
        at(device).queued = false;
    for (auto &[key, queue] : m_batchQueues) {
        for (const DeviceIndex device : std::exchange(queue, {}))
            at(device).queued = false;
    }
    for (DeviceIndex device = 0; device < deviceCount() && m_disabled > 0; ++device)
        queueEnable(device);
    m_stopUntil = m_now + m_options.stopPatience;
    say(RunEvent::Tone::Warn, u"Stopping: nothing new is started, what is under way is waited for."_s);
}

void RunMachine::revive()
{
    m_halted = false;
    m_ended.reset();
    m_reason.clear();
    m_waitingFor.reset();
    m_snapshotting = false;
    m_probing = false;
    m_stopUntil = m_now + m_options.stopPatience;
    takeUpSteps();
}

void RunMachine::apply(const Resumed &)
{
    if (m_phase == Phase::Stopped || m_phase == Phase::Finished || m_phase == Phase::Planned)
        return;
    revive();
    if (m_phase == Phase::Stopping)
        return;
    m_phase = m_wave == 0 && !m_snapshotTaken ? Phase::Snapshot : Phase::Running;
    m_withoutTwins |= std::exchange(m_mayGoWithoutTwins, false);
    say(RunEvent::Tone::Neutral, u"Taken up again."_s);
    if (m_wave < 0)
        return;
    if (m_waves[static_cast<size_t>(m_wave)].verdict != WaveStatus::Verdict::Open && mayGoOn())
        openWave(m_wave + 1);
    else
        m_snapshotDue = !m_snapshotTaken;
}

/// Told already and not there yet: on their way, whoever stops the run.
int RunMachine::inFlight() const
{
    return stopCounts(m_counts).finish;
}

void RunMachine::goOnStopping(Commands &commands)
{
    commandReads(commands);
    commandWrites(commands);
    commandBatches(commands, true);
    // A job that cannot be called off is not waited for: what it did is read when somebody asks.
    const bool onlyBatches = !m_snapshotting && m_writing == 0 && m_triggering == 0 && m_reading == 0;
    if (somethingUnderWay() && !(onlyBatches && isLate(m_stopUntil)))
        return;
    const int left = inFlight();
    if ((left == 0 && m_disabled == 0 && m_writeQueue.empty() && m_readQueue.empty()) || isLate(m_stopUntil))
        return skipTheRest();
    m_reason = u"%1 told already; waited for, %2 s at most."_s.arg(counted(left, u"device") + (left == 1 ? u" was"_s : u" were"_s))
                   .arg(std::chrono::ceil<std::chrono::seconds>(m_options.stopPatience).count());
    if (std::exchange(m_waitingFor, m_stopUntil) != m_stopUntil)
        commands.emplace_back(WaitUntil{.at = m_stopUntil - m_ahead});
}

void RunMachine::skipTheRest()
{
    for (size_t step = 0; step < m_steps.size(); ++step) {
        const StepState state = m_steps[step].state;
        if (state == StepState::Done || state == StepState::Failed || state == StepState::Unknown)
            continue;
        for (const DeviceIndex device : m_steps[step].devices) {
            if (!isSettled(device)) {
                at(device).note = m_words.of(u"stopped before its turn"_s);
                setState(device, DeviceState::Skipped);
            }
        }
    }
    if (m_disabled > 0) {
        say(RunEvent::Tone::Bad,
            u"%1 could not be enabled again at the hub before the run stopped."_s.arg(counted(m_disabled, u"device")));
    }
    failWhoWasNotSeenAgain();
    sayWhoKeepsItsOwn();
    const int following = sayWhoFollows();
    rest(Phase::Stopped,
        following == 0
            ? u"Stopped by a person."_s
            : u"Stopped by a person. %1 not told, but the enrollment is written: each follows when it registers by itself, unless this is taken back."_s
                  .arg(counted(following, u"device") + (following == 1 ? u" was"_s : u" were"_s)),
        RunEvent::Tone::Warn);
}

/// Stopping writes nothing: an enrollment that names the target still does.
int RunMachine::sayWhoFollows()
{
    int following = 0;
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        const DeviceState state = at(index).state;
        if ((state != DeviceState::Enrolled && state != DeviceState::Waiting) || !stepIsDone(index))
            continue;
        at(index).note = m_words.of(u"not told; it follows when it registers by itself, for its enrollment is written"_s);
        ++following;
    }
    return following;
}

void RunMachine::finishWhenSettled()
{
    const bool closed
        = std::ranges::all_of(m_waves, [](const WaveState &wave) { return wave.verdict != WaveStatus::Verdict::Open; });
    if (atRest() || !closed || m_settled < deviceCount() || somethingUnderWay() || m_disabled > 0 || groupsAreOpen())
        return;
    sayWhoKeepsItsOwn();
    const int verified = m_counts[static_cast<size_t>(DeviceState::Verified)];
    const int atHome = m_counts[static_cast<size_t>(DeviceState::Undone)];
    const std::optional<ProbeAnswered> probe = m_waves.empty() ? std::nullopt : m_waves.back().probe;
    const bool doubted = m_probes && probe && probe->verdict != ProbeVerdict::Pass;
    const bool all = verified + atHome == deviceCount();
    rest(Phase::Finished,
        u"%1 of %2 verified%3.%4"_s.arg(grouped(verified), counted(deviceCount(), u"device"),
            atHome > 0 ? u", %1 never left"_s.arg(grouped(atHome)) : QString(),
            doubted ? u" Afterwards %1."_s.arg(probe->evidence) : QString()),
        all && !doubted ? RunEvent::Tone::Good : RunEvent::Tone::Warn);
}

void RunMachine::rest(Phase phase, const QString &reason, RunEvent::Tone tone)
{
    m_phase = phase;
    m_reason = reason;
    m_soakUntil.reset();
    m_halted = false;
    if (phase != Phase::Paused)
        m_ended = m_now;
    say(tone, reason.startsWith(phaseName(phase)) ? reason : u"%1: %2"_s.arg(phaseName(phase), reason));
}

void RunMachine::commandWait(Commands &commands)
{
    std::optional<Instant> next = m_blindSince ? std::nullopt : m_soakUntil;
    const auto sooner = [&next](std::optional<Instant> instant) {
        if (instant && (!next || *instant < *next))
            next = instant;
    };
    if (!m_timers.empty())
        sooner(m_timers.top().at);
    if (!holdsBack())
        sooner(gateDeadline());
    sooner(nextTrigger());
    if (!next)
        return;
    // Whole seconds: a thousand devices' retries come due together and not one by one.
    const Instant second = std::chrono::ceil<std::chrono::seconds>(std::max(*next, m_now + Duration(1)));
    if (std::exchange(m_waitingFor, second) != second)
        commands.emplace_back(WaitUntil{.at = second - m_ahead});
}

void RunMachine::say(RunEvent::Tone tone, const QString &sentence)
{
    constexpr size_t most = 1000;
    if (m_log.size() == most)
        m_log.erase(m_log.begin() + 1, m_log.begin() + most / 2);
    m_log.push_back({.at = m_now, .tone = tone, .sentence = sentence});
}

void RunMachine::sample()
{
    constexpr size_t most = 1200;
    const bool same = !m_samples.empty() && m_samples.back().counts == m_counts;
    if (same || m_phase == Phase::Planned)
        return;
    if (!m_samples.empty() && !atRest()) {
        // As fine as the run is short: a sample a second at first, ever fewer later.
        const Duration step = std::max<Duration>(std::chrono::seconds(1), (m_now - m_started) / 600);
        if (m_now - m_samples.back().at < step)
            return;
    }
    if (m_samples.size() >= most) {
        size_t kept = 0;
        for (size_t i = 0; i < m_samples.size(); i += 2)
            m_samples[kept++] = m_samples[i];
        m_samples.resize(kept);
    }
    m_samples.push_back({.at = m_now, .counts = m_counts});
}

} // namespace drover::run
