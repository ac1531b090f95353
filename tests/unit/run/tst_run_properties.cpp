#include "models/run/eventcodec.h"
#include "tests/support/fakeworld.h"
#include "tests/support/testmain.h"

#include <QTest>

#include <rapidcheck.h>

#include <numeric>

using namespace drover;
using namespace drover::test;

namespace {

/// Any fleet, some of it offline or deaf, some enrollments changed by others.
FakeWorld anyWorld(const plan::Plan &plan, std::mt19937 &chaos)
{
    FakeWorld world(plan);
    for (FakeWorld::Device &device : world.devices) {
        device.online = chaos() % 10 != 0;
        device.deaf = chaos() % 15 == 0;
    }
    for (FakeWorld::Step &step : world.steps)
        step.foreign = chaos() % 40 == 0;
    return world;
}

plan::TriggerChain anyChain(std::mt19937 &chaos)
{
    plan::TriggerChain chain;
    for (int kind = 0; kind <= int(plan::TriggerKind::Wait); ++kind) {
        if (chaos() % 3 == 0)
            chain.push_back(plan::TriggerKind(kind));
    }
    std::ranges::shuffle(chain, chaos);
    return chain.empty() ? plan::TriggerChain{plan::TriggerKind::Job} : chain;
}

void holdsItsInvariants(const run::RunMachine &machine)
{
    const auto sum = [](const run::Counts &counts) { return std::accumulate(counts.begin(), counts.end(), 0); };
    RC_ASSERT(sum(machine.counts()) == machine.deviceCount());
    run::Counts waves = {};
    for (const run::WaveStatus &wave : machine.waves()) {
        RC_ASSERT(sum(wave.counts) == wave.devices);
        for (size_t state = 0; state < waves.size(); ++state)
            waves[state] += wave.counts[state];
    }
    RC_ASSERT(waves == machine.counts());
}

bool isOver(run::Phase phase)
{
    return phase == run::Phase::Finished || phase == run::Phase::Stopped;
}

/// What a device's verification stands on was seen: nothing else makes it so.
void verifiedOnlyWithEvidence(const run::RunMachine &machine)
{
    using run::Sighting;
    for (run::DeviceIndex device = 0; device < machine.deviceCount(); ++device) {
        if (machine.state(device) != run::DeviceState::Verified)
            continue;
        const Sighting::Facts &seen = machine.known(device);
        RC_ASSERT(seen.registration == Sighting::Registration::OnTarget);
        RC_ASSERT(seen.target == Sighting::Target::Connected);
        RC_ASSERT(seen.source == Sighting::Source::Absent);
        RC_ASSERT(seen.twin == Sighting::Twin::AsPolicySays);
    }
}

bool sameState(const run::RunMachine &a, const run::RunMachine &b)
{
    return a.phase() == b.phase() && a.counts() == b.counts() && a.population() == b.population()
        && a.wave() == b.wave() && a.reason() == b.reason() && a.log().size() == b.log().size();
}

/// Gates and limits of any kind.
void demand(plan::Plan &plan, std::mt19937 &chaos)
{
    const auto perhaps = [&chaos](int most) { return chaos() % 4 == 0 ? int(chaos() % quint32(most)) + 1 : 0; };
    plan.options.blast = {.mostFailed = perhaps(3), .mostPerStamp = perhaps(9), .mostAnHour = perhaps(30)};
    for (plan::Wave &wave : plan.waves) {
        wave.gate.sample = perhaps(9);
        wave.gate.connectWithin = std::chrono::minutes(perhaps(5));
        wave.gate.soak = std::chrono::seconds(perhaps(90));
        if (perhaps(2) > 0)
            wave.gate.limits.push_back({QStringLiteral("offline"), perhaps(2)});
    }
}

void behaves(quint32 seed)
{
    std::mt19937 chaos(seed);
    const auto strategy = plan::Strategy(chaos() % 3);
    const bool strict = chaos() % 4 == 0;
    const int size = int(chaos() % 25) + 1;
    const std::vector<int> waves = {1, int(chaos() % 6)};
    const bool undoes = !strict && chaos() % 2 == 0;
    plan::Plan plan = strict ? sampleStrict(size, waves)
        : undoes             ? sampleUndo(size, strategy, waves)
                             : samplePlan(size, strategy, waves);
    demand(plan, chaos);
    if (chaos() % 3 != 0)
        plan = toldBy(plan, anyChain(chaos));
    // Some never left.
    for (plan::PlannedDevice &device : plan.devices)
        device.home = undoes && chaos() % 4 == 0;
    FakeWorld world = anyWorld(plan, chaos);
    world.restless = strict && chaos() % 2 == 0;
    if (strict && chaos() % 2 == 0)
        world.strays = run::DeviceIndex(chaos() % quint32(size));
    for (size_t device = 0; device < world.devices.size(); ++device)
        world.devices[device].moved = plan.devices[device].home;
    std::vector<QByteArray> journal;
    run::Phase phase = run::Phase::Planned;
    constexpr int hostile = 40;
    constexpr int calm = 20;
    for (int lives = 0; lives < hostile + calm && !isOver(phase); ++lives) {
        FakeRun life(plan, world, journal);
        life.chaos = lives < hostile ? &chaos : nullptr;
        life.after = [&](const run::RunMachine &machine) {
            holdsItsInvariants(machine);
            verifiedOnlyWithEvidence(machine);
            for (run::DeviceIndex device = 0; strict && device < machine.deviceCount(); ++device)
                RC_ASSERT(!world.devices[size_t(device)].moved || plan.devices[size_t(device)].wave <= machine.wave());
        };
        life.probe = run::ProbeVerdict(chaos() % 3);
        if (life.chaos && chaos() % 2 == 0)
            life.diesAt = journal.size() + 1 + chaos() % 60;
        const bool survived = life.live();
        phase = life.machine().phase();
        run::RunMachine replay(plan);
        for (const QByteArray &record : journal)
            replay.on(*run::decode(record));
        if (survived || life.diesAt == journal.size())
            RC_ASSERT(sameState(replay, life.machine()));
    }
    run::RunMachine last(plan);
    for (const QByteArray &record : journal)
        last.on(*run::decode(record));
    // Once nothing interferes, whoever takes it up again and again brings it to its end.
    RC_ASSERT(isOver(phase));
    RC_ASSERT(world.blindWrites == 0);
    RC_ASSERT(world.earlyRemovals == 0);
    RC_ASSERT(world.doubleJobs == 0);
    // RC_ASSERT evaluates both sides of an "or".
    if (world.hasStrayed())
        RC_ASSERT(last.state(world.strays) != run::DeviceState::Verified);
    // What was disabled is enabled again before the run ends, unless it was stopped in a hurry and says so.
    if (phase == run::Phase::Finished)
        RC_ASSERT(std::ranges::none_of(world.devices, &FakeWorld::Device::disabled));
    for (const FakeWorld::Step &step : world.steps)
        RC_ASSERT(step.writes <= 1);
    for (run::DeviceIndex device = 0; device < last.deviceCount(); ++device) {
        const bool verified = last.state(device) == run::DeviceState::Verified;
        RC_ASSERT(!verified || world.devices[size_t(device)].moved);
        if (last.state(device) == run::DeviceState::Undone)
            RC_ASSERT(plan.devices[size_t(device)].home);
        const bool home = verified || last.state(device) == run::DeviceState::Undone;
        const size_t removal = size_t(device) + plan.devices.size();
        if (home && undoes && strategy == plan::Strategy::SplitOut)
            RC_ASSERT(world.steps[removal].written);
    }
}

} // namespace

/// Worlds in which everything that can go wrong does, in any order: ten thousand that are always the same, or DROVER_WORLDS new ones; DROVER_WORLD names one.
class TestRunProperties final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
        constexpr int usual = 1000;
#else
        constexpr int usual = 10'000;
#endif
        test::setCases("DROVER_WORLDS", usual);
    }

    void keepsItsPromisesInAnyOrderOfEvents()
    {
        const QByteArray one = qgetenv("DROVER_WORLD");
        QVERIFY(rc::check("a run in a hostile world", [one] {
            behaves(one.isEmpty() ? *rc::gen::arbitrary<quint32>() : one.toUInt());
        }));
    }
};

DROVER_TEST(TestRunProperties)
#include "tst_run_properties.moc"
