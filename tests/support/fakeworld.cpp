#include "tests/support/fakeworld.h"

#include "models/plan/waves.h"
#include "models/run/eventcodec.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::test {

plan::Plan samplePlan(int devices, plan::Strategy strategy, const std::vector<int> &waves)
{
    const HubHostName from = *HubHostName::parse(u"a.azure-devices.net");
    const HubHostName to = *HubHostName::parse(u"b.azure-devices.net");
    plan::Plan plan;
    int left = devices;
    for (size_t i = 0; i <= waves.size(); ++i) {
        const int size = i == waves.size() ? left : std::min(left, waves[i]);
        left -= size;
        plan.waves.push_back({.devices = size, .gate = {}});
    }
    size_t wave = 0;
    int used = 0;
    for (int i = 0; i < devices; ++i) {
        while (used == plan.waves[wave].devices) {
            ++wave;
            used = 0;
        }
        ++used;
        const QString id = u"meter-%1"_s.arg(i + 1);
        const bool grouped = strategy == plan::Strategy::RepointGroup;
        if (!grouped || i == 0) {
            plan::Step step;
            step.strategy = strategy;
            step.enrollment = grouped ? u"meters"_s : id;
            if (strategy == plan::Strategy::SplitOut)
                step.group = u"meters"_s;
            step.target = to;
            step.wave = int(wave);
            plan.steps.push_back(step);
        }
        plan.devices.push_back({.registrationId = id,
            .deviceId = id,
            .source = from,
            .target = to,
            .step = grouped ? 0 : i,
            .wave = int(wave)});
    }
    return plan;
}

plan::Plan toldBy(plan::Plan plan, const plan::TriggerChain &chain)
{
    const int devices = int(plan.devices.size());
    plan.tellings = {{.source = plan.devices.front().source, .chain = chain, .devices = devices}};
    return plan;
}

plan::Plan sampleStrict(int devices, const std::vector<int> &waves)
{
    plan::Plan plan = samplePlan(devices, plan::Strategy::RepointGroup, waves);
    plan.options.strictWaves = true;
    plan::splitEarlyWaves(plan.devices, plan.steps, int(plan.waves.size()));
    return plan;
}

plan::Plan sampleUndo(int devices, plan::Strategy strategy, const std::vector<int> &waves)
{
    const bool splitOuts = strategy == plan::Strategy::SplitOut;
    plan::Plan plan = samplePlan(devices, splitOuts ? plan::Strategy::RepointIndividual : strategy, waves);
    plan.undoes = u"20260101-000000-0001"_s;
    for (plan::Step &step : plan.steps) {
        if (!splitOuts)
            step.record = "{}";
    }
    for (size_t i = 0, count = plan.steps.size(); splitOuts && i < count; ++i) {
        plan::Step removal = plan.steps[i];
        removal.strategy = plan::Strategy::Remove;
        removal.group = u"meters"_s;
        plan.steps.push_back(removal);
    }
    return plan;
}

FakeWorld::FakeWorld(const plan::Plan &plan)
    : steps(plan.steps.size())
    , devices(plan.devices.size())
    , m_plan(plan)
{
    for (size_t device = 0; device < plan.devices.size(); ++device)
        m_deviceOf.insert(plan.devices[device].deviceId, device);
    for (size_t step = 0; step < plan.steps.size(); ++step) {
        if (plan.steps[step].strategy == plan::Strategy::RepointGroup)
            m_groupOf.insert(plan.steps[step].enrollment, step);
    }
}

bool FakeWorld::points(run::DeviceIndex device) const
{
    return steps[size_t(m_plan.devices[size_t(device)].step)].written;
}

run::WriteResult FakeWorld::write(run::StepIndex index)
{
    Step &step = steps[size_t(index)];
    blindWrites += step.unread ? 1 : 0;
    if (step.foreign || step.written)
        return run::WriteResult::Conflict;
    if (m_plan.steps[size_t(index)].strategy == plan::Strategy::Remove) {
        const auto group = m_groupOf.constFind(m_plan.steps[size_t(index)].group);
        const bool groupPoints = group == m_groupOf.cend() || steps[*group].written;
        const Device &device = devices[m_deviceOf.value(m_plan.steps[size_t(index)].enrollment)];
        earlyRemovals += device.moved && groupPoints ? 0 : 1;
    }
    step.written = true;
    ++step.writes;
    return run::WriteResult::Done;
}

bool FakeWorld::isRemovalOf(run::StepIndex index, run::DeviceIndex device) const
{
    const plan::Step &change = m_plan.steps[size_t(index)];
    return device >= 0 && change.strategy == plan::Strategy::Remove
        && m_deviceOf.value(change.enrollment) == size_t(device);
}

bool FakeWorld::hasStrayed() const
{
    for (run::StepIndex index = 0; index < run::StepIndex(steps.size()); ++index) {
        if (steps[size_t(index)].written && isRemovalOf(index, strays))
            return true;
    }
    return false;
}

run::ReadVerdict FakeWorld::readBack(run::StepIndex index)
{
    Step &step = steps[size_t(index)];
    step.unread = false;
    if (step.foreign || (step.written && isRemovalOf(index, strays)))
        return run::ReadVerdict::Different;
    return step.written ? run::ReadVerdict::AsPlanned : run::ReadVerdict::AsBefore;
}

run::TriggerResult FakeWorld::trigger(run::DeviceIndex index, Instant now)
{
    Device &device = devices[size_t(index)];
    if (device.moved)
        return run::TriggerResult::NotThere;
    if (!device.online)
        return run::TriggerResult::NotOnline;
    if (device.deaf)
        return run::TriggerResult::Refused;
    if (!device.movesAt)
        device.movesAt = now + 2s;
    return run::TriggerResult::Accepted;
}

std::vector<run::TriggerOutcome> FakeWorld::tell(const run::Trigger &command, Instant now)
{
    using plan::TriggerKind;
    const bool isJob = command.kind == TriggerKind::Job || command.kind == TriggerKind::TwinJob;
    if (isJob && jobs.contains(command.batch)) {
        doubleJobs += command.again ? 0 : 1;
        return jobs[command.batch];
    }
    std::vector<run::TriggerOutcome> outcomes;
    for (const run::DeviceIndex index : command.devices) {
        Device &device = devices[size_t(index)];
        run::TriggerResult result = run::TriggerResult::Accepted;
        if (command.kind == TriggerKind::Job)
            result = trigger(index, now);
        else if (command.kind == TriggerKind::Enable)
            device.disabled = false;
        else if (device.moved)
            result = run::TriggerResult::NotThere;
        else if (!device.movesAt && (device.online || command.kind == TriggerKind::Register))
            device.movesAt = now + 2s;
        if (command.kind == TriggerKind::Disable && !device.moved)
            device.disabled = true;
        outcomes.push_back({.device = index, .result = result, .status = 200});
    }
    if (isJob)
        jobs.emplace(command.batch, outcomes);
    return outcomes;
}

std::vector<run::Sighting> FakeWorld::look(const std::vector<run::DeviceIndex> &which, Instant now)
{
    using run::Sighting;
    std::vector<Sighting> seen;
    for (size_t index = 0; restless && index < devices.size(); ++index)
        devices[index].moved |= points(run::DeviceIndex(index));
    for (const run::DeviceIndex index : which) {
        Device &device = devices[size_t(index)];
        if (device.movesAt && *device.movesAt <= now && points(index))
            device.moved = true;
        Sighting sighting;
        sighting.device = index;
        sighting.registration = device.moved ? Sighting::Registration::OnTarget : Sighting::Registration::Elsewhere;
        // The flag travels with the device: it cannot connect before it is enabled.
        sighting.target = !device.moved             ? Sighting::Target::Absent
            : device.online && !device.disabled ? Sighting::Target::Connected
                                                : Sighting::Target::Present;
        sighting.source = device.moved ? Sighting::Source::Absent
            : device.online            ? Sighting::Source::Connected
                                       : Sighting::Source::Present;
        sighting.twin = device.moved ? Sighting::Twin::AsPolicySays : Sighting::Twin::Unknown;
        seen.push_back(sighting);
    }
    return seen;
}

FakeRun::FakeRun(const plan::Plan &plan, FakeWorld &world, std::vector<QByteArray> &journal)
    : m_world(world)
    , m_journal(journal)
    , m_machine(plan)
    , m_now(Instant(1'700'000'000s))
{
}

bool FakeRun::chance(int percent)
{
    return chaos && int((*chaos)() % 100) < percent;
}

bool FakeRun::live()
{
    for (const QByteArray &record : m_journal) {
        const Result<run::Event> event = run::decode(record);
        m_machine.on(*event);
        m_now = std::max(m_now, event->at);
    }
    m_now += 1s;
    const bool fresh = m_journal.empty();
    if (!feed(first.value_or(fresh ? run::Happening(run::Started{}) : run::Happening(run::Resumed{}))))
        return false;
    for (int steps = 0; !m_machine.atRest() || !m_todo.empty(); ++steps) {
        if (steps > 100'000)
            return true;
        if (!step())
            return false;
    }
    return true;
}

bool FakeRun::feed(run::Happening what)
{
    if (m_journal.size() >= diesAt)
        return false;
    const run::Event event{.at = m_now, .what = std::move(what)};
    const bool answers = std::holds_alternative<run::WriteOutcome>(event.what)
        || std::holds_alternative<run::TriggerOutcome>(event.what) || std::holds_alternative<run::Told>(event.what)
        || std::holds_alternative<run::ReadBackDone>(event.what);
    if (answers && chance(30))
        m_lastAnswer = event.what;
    m_journal.push_back(run::encode(event));
    if (diesAtOnce && m_journal.size() >= diesAt)
        return false;
    for (run::Command &command : m_machine.on(event)) {
        if (const auto *wait = std::get_if<run::WaitUntil>(&command))
            m_wake = wait->at;
        else if (!std::holds_alternative<run::Halt>(command) && !std::holds_alternative<run::CallOff>(command))
            m_todo.push_back(std::move(command));
    }
    if (after)
        after(m_machine);
    return true;
}

bool FakeRun::step()
{
    if (chaos && !interfere())
        return false;
    if (m_todo.empty())
        return idle();
    const size_t next = chaos ? (*chaos)() % m_todo.size() : 0;
    const run::Command command = m_todo[next];
    m_todo.erase(m_todo.begin() + std::ptrdiff_t(next));
    return perform(command);
}

/// Nothing to do: time passes, devices register, and are looked at.
bool FakeRun::idle()
{
    m_now += 1s;
    std::vector<run::Sighting> seen = m_world.look(m_machine.watched(), m_now);
    std::erase_if(seen, [this](const run::Sighting &sighting) { return !m_machine.tellsSomething(sighting); });
    if (!seen.empty()) {
        const run::Observed observed{.sightings = std::move(seen)};
        if (chaos)
            m_seen.push_back(observed);
        if (!feed(observed))
            return false;
    }
    if (m_wake && *m_wake <= m_now) {
        m_wake.reset();
        return feed(run::Tick{});
    }
    return true;
}

bool FakeRun::interfere()
{
    if (m_machine.atRest())
        return true;
    if (chance(1))
        return feed(run::PauseAsked{.reason = u"chaos"_s});
    if (chance(1) && chance(20))
        return feed(run::StopAsked{});
    // The clock that events come with is set, or the machine that this runs on slept.
    if (chance(1) && chance(20))
        m_now += chance(50) ? 1h : -1h;
    // An answer that was long on its way, and one that comes twice.
    if (chance(2) && !m_seen.empty())
        return feed(m_seen[(*chaos)() % m_seen.size()]);
    if (chance(1))
        return feed(run::Tick{});
    if (chance(1))
        {
        const bool blind = chance(50);
        return feed(run::Sight{.why = blind ? u"No answer."_s : QString(), .ahead = blind && chance(50)});
    }
    if (chance(1) && chance(30))
        return feed(run::ProbeGiven{.asked = chance(70)});
    if (chance(1))
        return feed(run::PaceAsked{.share = 0.01 * double(1 + (*chaos)() % 100)});
    if (chance(1))
        return feed(run::RetryAsked{.devices = m_machine.failedBecause({})});
    // An answer that comes a second time, or long after anybody waits for it.
    if (chance(2) && m_lastAnswer)
        return feed(*m_lastAnswer);
    // The clock jumps, either way.
    if (chance(1) && chance(30))
        m_now += std::chrono::minutes(int((*chaos)() % 90) - 30);
    if (chance(1) && chance(30))
        return feed(run::SkipAsked{.devices = {run::DeviceIndex((*chaos)() % size_t(m_machine.deviceCount()))}});
    return true;
}

bool FakeRun::perform(const run::Command &command)
{
    if (const auto *snapshot = std::get_if<run::TakeSnapshot>(&command)) {
        if (chance(3))
            return feed(run::SnapshotFailed{.why = u"chaos"_s, .acceptable = chance(50)});
        return feed(run::SnapshotTaken{.wave = snapshot->wave, .withoutTwin = snapshot->withoutTwins ? 1 : 0});
    }
    if (const auto *read = std::get_if<run::ReadBack>(&command)) {
        const bool silent = chance(20);
        return feed(run::ReadBackDone{.step = read->step,
            .verdict = silent ? run::ReadVerdict::NoAnswer : m_world.readBack(read->step),
            .why = {},
            .ask = read->ask});
    }
    if (const auto *ask = std::get_if<run::AskProbe>(&command)) {
        ++probed;
        return feed(run::ProbeAnswered{.wave = ask->wave, .verdict = probe, .evidence = u"it said so"_s});
    }
    if (const auto *steps = std::get_if<run::WriteSteps>(&command))
        return write(*steps);
    return trigger(std::get<run::Trigger>(command));
}

bool FakeRun::write(const run::WriteSteps &command)
{
    if (!feed(run::WriteIntended{.steps = command.steps}))
        return false;
    std::vector<run::WriteOutcome> outcomes;
    for (const run::StepIndex step : command.steps) {
        run::WriteOutcome outcome{.step = step, .result = run::WriteResult::NotSent, .why = {}, .ask = command.ask};
        if (!chance(5))
            outcome.result = m_world.write(step);
        if (outcome.result == run::WriteResult::Done && chance(10))
            outcome.result = run::WriteResult::Unknown;
        // Until the outcome is durable, nobody knows it.
        m_world.loseOutcome(step);
        outcomes.push_back(outcome);
    }
    for (const run::WriteOutcome &outcome : outcomes) {
        if (!feed(outcome))
            return false;
        if (outcome.result != run::WriteResult::Unknown)
            m_world.steps[size_t(outcome.step)].unread = false;
    }
    return true;
}

bool FakeRun::tell(const run::Trigger &command)
{
    if (!command.again
        && !feed(run::TellingIntended{.kind = command.kind, .batch = command.batch, .devices = command.devices}))
        return false;
    const bool arrives = !chance(10);
    std::vector<run::TriggerOutcome> outcomes
        = arrives ? m_world.tell(command, m_now) : std::vector<run::TriggerOutcome>();
    if (chance(10))
        outcomes.clear();
    for (run::TriggerOutcome &outcome : outcomes) {
        if (chance(5))
            outcome.result = chance(50) ? run::TriggerResult::Lost : run::TriggerResult::Throttled;
    }
    return feed(run::Told{.batch = command.batch, .outcomes = std::move(outcomes)});
}

bool FakeRun::trigger(const run::Trigger &command)
{
    if (command.kind != plan::TriggerKind::Method)
        return tell(command);
    if (!feed(run::TriggerIntended{.devices = command.devices}))
        return false;
    for (const run::DeviceIndex device : command.devices) {
        run::TriggerResult result = m_world.trigger(device, m_now);
        if (chance(5))
            result = chance(50) ? run::TriggerResult::Lost : run::TriggerResult::Throttled;
        if (!feed(run::TriggerOutcome{.device = device, .result = result, .status = 200}))
            return false;
    }
    return true;
}

} // namespace drover::test
