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
    FakeWorld world = anyWorld(plan, chaos);
    world.restless = strict && chaos() % 2 == 0;
    // Some never left.
    for (FakeWorld::Device &device : world.devices)
        device.moved = undoes && chaos() % 4 == 0;
    std::vector<QByteArray> journal;
    run::Phase phase = run::Phase::Planned;
    for (int lives = 0; lives < 40 && phase != run::Phase::Finished && phase != run::Phase::Stopped; ++lives) {
        FakeRun life(plan, world, journal);
        life.chaos = &chaos;
        life.after = [&](const run::RunMachine &machine) {
            holdsItsInvariants(machine);
            for (run::DeviceIndex device = 0; strict && device < machine.deviceCount(); ++device)
                RC_ASSERT(!world.devices[size_t(device)].moved || plan.devices[size_t(device)].wave <= machine.wave());
        };
        life.probe = run::ProbeVerdict(chaos() % 3);
        if (chaos() % 2 == 0)
            life.diesAt = journal.size() + 1 + chaos() % 60;
        const bool survived = life.live();
        phase = life.machine().phase();
        run::RunMachine replay(plan);
        for (const QByteArray &record : journal)
            replay.on(*run::decode(record));
        if (survived || life.diesAt == journal.size())
            RC_ASSERT(sameState(replay, life.machine()));
    }
    RC_ASSERT(world.blindWrites == 0);
    RC_ASSERT(world.earlyRemovals == 0);
    for (const FakeWorld::Step &step : world.steps)
        RC_ASSERT(step.writes <= 1);
    run::RunMachine last(plan);
    for (const QByteArray &record : journal)
        last.on(*run::decode(record));
    for (run::DeviceIndex device = 0; device < last.deviceCount(); ++device) {
        const bool verified = last.state(device) == run::DeviceState::Verified;
        RC_ASSERT(!verified || world.devices[size_t(device)].moved);
        const bool home = verified || last.state(device) == run::DeviceState::Undone;
        const size_t removal = size_t(device) + plan.devices.size();
        if (home && undoes && strategy == plan::Strategy::SplitOut)
            RC_ASSERT(world.steps[removal].written);
    }
}

} // namespace

/// A thousand worlds in which everything that can go wrong does, in any order.
class TestRunProperties final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("RC_PARAMS", "max_success=1000 " + qgetenv("RC_PARAMS")); }

    void keepsItsPromisesInAnyOrderOfEvents()
    {
        QVERIFY(rc::check("a run in a hostile world", [] { behaves(*rc::gen::arbitrary<quint32>()); }));
    }
};

DROVER_TEST(TestRunProperties)
#include "tst_run_properties.moc"
