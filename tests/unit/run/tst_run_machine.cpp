#include "models/run/eventcodec.h"
#include "tests/support/fakeworld.h"
#include "tests/support/testmain.h"

#include <QTest>

#include <ranges>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::run;
using namespace drover::test;

namespace {

int countOf(const RunMachine &machine, DeviceState state)
{
    return machine.counts()[size_t(state)];
}

template <typename T>
std::vector<T> ofKind(const Commands &commands)
{
    std::vector<T> found;
    for (const Command &command : commands) {
        if (const T *match = std::get_if<T>(&command))
            found.push_back(*match);
    }
    return found;
}

/// A machine, and a clock that goes on by a second with every event.
struct Bench {
    explicit Bench(const plan::Plan &plan, const RunOptions &options = {})
        : machine(plan, options)
    {
    }
    Commands tell(Happening what)
    {
        now += 1s;
        return machine.on({.at = now, .what = std::move(what)});
    }
    void wait(int minutes)
    {
        for (int i = 0; i < minutes; ++i) {
            now += 1min;
            tell(Tick{});
        }
    }
    /// Starts the run and writes its first enrollment.
    void enroll()
    {
        tell(Started{});
        tell(SnapshotTaken{.wave = 0});
        tell(WriteIntended{.steps = {0}});
        tell(WriteOutcome{.step = 0, .result = WriteResult::Done, .why = {}});
    }
    /// The device takes the call to register again.
    void call(DeviceIndex device)
    {
        tell(TriggerIntended{.devices = {device}});
        tell(TriggerOutcome{.device = device, .result = TriggerResult::Accepted, .status = 200});
    }
    RunMachine machine;
    Instant now = Instant(1'700'000'000s);
};

Sighting arrived(DeviceIndex device)
{
    Sighting sighting;
    sighting.device = device;
    sighting.registration = Sighting::Registration::OnTarget;
    sighting.target = Sighting::Target::Connected;
    sighting.source = Sighting::Source::Absent;
    sighting.twin = Sighting::Twin::AsPolicySays;
    return sighting;
}

/// One device whose enrollment is written.
Bench enrolled()
{
    Bench bench(samplePlan(1, plan::Strategy::RepointGroup, {}));
    bench.enroll();
    return bench;
}

} // namespace

Q_DECLARE_METATYPE(drover::run::Sighting)

/// What the machine commands and concludes, one idea at a time.
class TestRunMachine final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesNothingBeforeTheSnapshotIsDurable()
    {
        Bench bench(samplePlan(3, plan::Strategy::RepointIndividual, {}));
        const Commands first = bench.tell(Started{});
        QCOMPARE(ofKind<TakeSnapshot>(first).size(), size_t(1));
        QVERIFY(ofKind<WriteSteps>(first).empty());
        QCOMPARE(ofKind<WriteSteps>(bench.tell(SnapshotTaken{.wave = 0})).size(), size_t(1));
    }

    void writesInBulksOfTen()
    {
        Bench bench(samplePlan(25, plan::Strategy::SplitOut, {}));
        bench.tell(Started{});
        const auto writes = ofKind<WriteSteps>(bench.tell(SnapshotTaken{.wave = 0}));
        QCOMPARE(writes.size(), size_t(3));
        QCOMPARE(writes.front().steps.size(), size_t(10));
        QCOMPARE(writes.back().steps.size(), size_t(5));
    }

    void readsAWriteWithoutOutcomeBeforeAnythingElse()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointGroup, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0}});
        const Commands resumed = bench.tell(Resumed{});
        QCOMPARE(ofKind<ReadBack>(resumed).size(), size_t(1));
        QVERIFY(ofKind<WriteSteps>(resumed).empty());
        QCOMPARE(
            ofKind<WriteSteps>(bench.tell(ReadBackDone{.step = 0, .verdict = ReadVerdict::AsBefore, .why = {}})).size(),
            size_t(1));
    }

    void takesAnAnswerOnlyForTheQuestionItBelongsTo()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointGroup, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0}});
        const qint32 first = ofKind<ReadBack>(bench.tell(Resumed{})).front().ask;
        const ReadBackDone before{.step = 0, .verdict = ReadVerdict::AsBefore, .why = {}, .ask = first};
        const qint32 write = ofKind<WriteSteps>(bench.tell(before)).front().ask;
        bench.tell(WriteIntended{.steps = {0}});
        const WriteOutcome unknown{.step = 0, .result = WriteResult::Unknown, .why = {}, .ask = write};
        QCOMPARE(ofKind<ReadBack>(bench.tell(unknown)).size(), size_t(1));
        // What was read before the second write was sent comes once more: it must not have a third one sent.
        QVERIFY(ofKind<WriteSteps>(bench.tell(before)).empty());
        bench.tell(ReadBackDone{.step = 0, .verdict = ReadVerdict::AsPlanned, .why = {}, .ask = write + 1});
        QCOMPARE(countOf(bench.machine, DeviceState::Enrolled), 1);
    }

    void takesItsPartOfABudgetThatOthersUseToo()
    {
        Bench bench(samplePlan(3, plan::Strategy::RepointGroup, {}));
        bench.tell(Started{});
        const double whole = bench.machine.triggersPerMinute();
        const double pace = bench.machine.pace();
        bench.tell(Shared{.runs = 3});
        QCOMPARE(bench.machine.triggersPerMinute(), whole / 3);
        QCOMPARE(bench.machine.pace(), pace);
        bench.tell(PaceAsked{.share = pace / 2});
        QCOMPARE(bench.machine.triggersPerMinute(), whole / 6);
        bench.tell(Shared{.runs = 1});
        QCOMPARE(bench.machine.triggersPerMinute(), whole / 2);
    }

    void pausesWhenAWriteIsNeverAnsweredNorCarriedOut()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointGroup, {}));
        bench.tell(Started{});
        Commands due = bench.tell(SnapshotTaken{.wave = 0});
        int writes = 0;
        for (int ticks = 0; ticks < 1000 && !bench.machine.atRest(); ++ticks) {
            if (ofKind<WriteSteps>(due).empty()) {
                due = bench.tell(Tick{});
                continue;
            }
            ++writes;
            bench.tell(WriteIntended{.steps = {0}});
            bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Unknown, .why = u"it broke off"_s});
            due = bench.tell(ReadBackDone{.step = 0, .verdict = ReadVerdict::AsBefore, .why = {}});
        }
        QCOMPARE(bench.machine.phase(), Phase::Paused);
        QCOMPARE(writes, RunOptions().serviceTries);
        QVERIFY(bench.machine.reason().contains(u"no answer came"_s));
        // A person who resumes has it sent again.
        size_t again = ofKind<WriteSteps>(bench.tell(Resumed{})).size();
        for (int ticks = 0; ticks < 30; ++ticks)
            again += ofKind<WriteSteps>(bench.tell(Tick{})).size();
        QCOMPARE(again, size_t(1));
    }

    void failsDevicesOfAnEnrollmentThatSomebodyChanged()
    {
        Bench bench(samplePlan(4, plan::Strategy::RepointGroup, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0}});
        bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Conflict, .why = u"theirs and ours"_s});
        QCOMPARE(countOf(bench.machine, DeviceState::Failed), 4);
        QVERIFY(bench.machine.reasonOf(0).contains(u"theirs and ours"_s));
    }

    void verifiesOnlyWhatIsCompletelyThere_data()
    {
        QTest::addColumn<Sighting>("seen");
        QTest::addColumn<int>("state");
        Sighting sighting = arrived(0);
        QTest::newRow("all of it") << sighting << int(DeviceState::Verified);
        sighting.twin = Sighting::Twin::Unknown;
        QTest::newRow("twin not compared") << sighting << int(DeviceState::Connected);
        sighting.twin = Sighting::Twin::Differs;
        QTest::newRow("twin differs") << sighting << int(DeviceState::Failed);
        sighting = arrived(0);
        sighting.source = Sighting::Source::Present;
        QTest::newRow("old identity still there") << sighting << int(DeviceState::Connected);
        sighting.target = Sighting::Target::Present;
        QTest::newRow("not connected") << sighting << int(DeviceState::Assigned);
        sighting = arrived(0);
        sighting.registration = Sighting::Registration::Assigning;
        QTest::newRow("assigning") << sighting << int(DeviceState::Registering);
        sighting.registration = Sighting::Registration::Failed;
        sighting.code = 429001;
        QTest::newRow("DPS is throttled") << sighting << int(DeviceState::Throttled);
        sighting.code = 400207;
        QTest::newRow("DPS refuses") << sighting << int(DeviceState::Failed);
    }
    void verifiesOnlyWhatIsCompletelyThere()
    {
        QFETCH(Sighting, seen);
        QFETCH(int, state);
        Bench bench = enrolled();
        bench.tell(Observed{.sightings = {seen}});
        QCOMPARE(int(bench.machine.state(0)), state);
    }

    void takesAFailureBackWhenTheDeviceArrivesAfterAll()
    {
        Bench bench(samplePlan(2, plan::Strategy::RepointGroup, {}));
        bench.enroll();
        bench.tell(TriggerIntended{.devices = {0, 1}});
        for (const DeviceIndex device : {0, 1})
            bench.tell(TriggerOutcome{.device = device, .result = TriggerResult::Accepted, .status = 200});
        Sighting refused = arrived(0);
        refused.registration = Sighting::Registration::Failed;
        refused.code = 400207;
        bench.tell(Observed{.sightings = {refused}});
        QCOMPARE(bench.machine.state(0), DeviceState::Failed);
        bench.tell(Observed{.sightings = {arrived(0), arrived(1)}});
        QCOMPARE(bench.machine.phase(), Phase::Finished);
        QCOMPARE(countOf(bench.machine, DeviceState::Verified), 2);
    }

    void asksAPersonWhenAGateIsInconclusive()
    {
        const plan::Plan plan = samplePlan(3, plan::Strategy::RepointGroup, {1});
        FakeWorld world(plan);
        world.devices[0].online = false;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Paused);
        QCOMPARE(run.machine().waves()[0].verdict, WaveStatus::Verdict::Inconclusive);
        QCOMPARE(run.machine().state(0), DeviceState::Waiting);

        // A person says "go on": the rest moves, and the offline one is given up at its deadline, honestly.
        FakeRun second(plan, world, journal);
        QVERIFY(second.live());
        QCOMPARE(second.machine().phase(), Phase::Finished);
        QCOMPARE(countOf(second.machine(), DeviceState::Verified), 2);
        QVERIFY(second.machine().reasonOf(0).contains(u"offline"_s));
    }

    void doesNotLetAFewOfflineDevicesHoldTheNextWave()
    {
        const plan::Plan plan = samplePlan(40, plan::Strategy::RepointIndividual, {20});
        FakeWorld world(plan);
        world.devices[3].online = false;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().waves()[0].verdict, WaveStatus::Verdict::Pass);
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 39);
        QCOMPARE(countOf(run.machine(), DeviceState::Failed), 1);
    }

    void saysWhyADeafDeviceDidNotCome()
    {
        const plan::Plan plan = samplePlan(60, plan::Strategy::RepointGroup, {});
        FakeWorld world(plan);
        world.devices[5].deaf = true;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(countOf(run.machine(), DeviceState::Failed), 1);
        QVERIFY(run.machine().reasonOf(5).contains(u"Reprovision answered"_s));
    }

    void tellsNoMoreDevicesAMinuteThanItMay()
    {
        const plan::Plan plan = samplePlan(2000, plan::Strategy::RepointGroup, {});
        FakeWorld world(plan);
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        std::map<qint64, int> settled;
        run.after = [&settled](const RunMachine &machine) {
            settled[std::chrono::floor<std::chrono::minutes>(machine.now()).time_since_epoch().count()]
                = countOf(machine, DeviceState::Verified);
        };
        QVERIFY(run.live());
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 2000);
        int before = 0;
        for (const auto &[minute, verified] : settled) {
            QVERIFY2(verified - before <= 960, qPrintable(QString::number(verified - before)));
            before = verified;
        }
    }

    void goesOnInItsOwnTimeWhenTheNextClockIsBehind()
    {
        Bench bench = enrolled();
        bench.tell(TriggerIntended{.devices = {0}});
        bench.now -= 2h;
        const auto wait = ofKind<WaitUntil>(bench.tell(Resumed{}));
        QCOMPARE(wait.size(), size_t(1));
        QVERIFY(wait.front().at > bench.now && wait.front().at < bench.now + 1min);
        bench.now = wait.front().at;
        QCOMPARE(ofKind<Trigger>(bench.tell(Tick{})).size(), size_t(1));
    }

    void stopsCleanly()
    {
        Bench bench(samplePlan(4, plan::Strategy::RepointIndividual, {1}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0}});
        QVERIFY(ofKind<Halt>(bench.tell(StopAsked{})).empty());
        QCOMPARE(bench.machine.phase(), Phase::Stopping);
        QCOMPARE(ofKind<Halt>(bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Done, .why = {}})).size(),
            size_t(1));
        QCOMPARE(bench.machine.phase(), Phase::Stopped);
        QCOMPARE(countOf(bench.machine, DeviceState::Skipped), 3);
    }

    void waitsForThoseThatWereToldWhenItStops()
    {
        Bench bench = enrolled();
        bench.call(0);
        const auto wait = ofKind<WaitUntil>(bench.tell(StopAsked{}));
        QCOMPARE(wait.size(), size_t(1));
        QCOMPARE(bench.machine.phase(), Phase::Stopping);
        QVERIFY(bench.machine.reason().contains(u"1 device was told"_s));
        QCOMPARE(ofKind<Halt>(bench.tell(Observed{.sightings = {arrived(0)}})).size(), size_t(1));
        QCOMPARE(bench.machine.phase(), Phase::Stopped);
        QCOMPARE(countOf(bench.machine, DeviceState::Verified), 1);
    }

    void waitsNoLongerThanItsPatienceWhenItStops()
    {
        Bench bench = enrolled();
        bench.call(0);
        bench.now = ofKind<WaitUntil>(bench.tell(StopAsked{})).front().at;
        bench.tell(Tick{});
        QCOMPARE(bench.machine.phase(), Phase::Stopped);
        QCOMPARE(countOf(bench.machine, DeviceState::Triggered), 1);
    }

    void failsAGateByTheKindOfFailure()
    {
        plan::Plan plan = samplePlan(40, plan::Strategy::RepointIndividual, {20});
        plan.waves[0].gate.limits = {{u"enrollment was changed"_s, 0}};
        plan.waves[0].gate.success = 0.5;
        FakeWorld world(plan);
        world.steps[3].foreign = true;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Paused);
        QCOMPARE(run.machine().waves()[0].verdict, WaveStatus::Verdict::Fail);
        const QString sentence = run.machine().waves()[0].sentence;
        QVERIFY2(sentence.contains(u"1 device failed with \"enrollment was changed\" in the cause, none is taken"_s), qPrintable(sentence));
        QVERIFY(std::ranges::none_of(
            world.devices | std::views::drop(20), [](const FakeWorld::Device &device) { return device.moved; }));
    }

    void takesAsManyFailuresOfAKindAsItMay()
    {
        plan::Plan plan = samplePlan(40, plan::Strategy::RepointIndividual, {20});
        plan.waves[0].gate.limits = {{u"enrollment was changed"_s, 1}};
        plan.waves[0].gate.success = 0.5;
        FakeWorld world(plan);
        world.steps[3].foreign = true;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().waves()[0].verdict, WaveStatus::Verdict::Pass);
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 39);
    }

    void wantsAsLargeASampleAsItWasAskedFor()
    {
        plan::Plan plan = samplePlan(30, plan::Strategy::RepointIndividual, {10});
        plan.waves[0].gate.sample = 9;
        FakeWorld world(plan);
        world.devices[1].online = world.devices[2].online = false;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().waves()[0].verdict, WaveStatus::Verdict::Inconclusive);
    }

    void failsWhoIsAssignedAndDoesNotConnect()
    {
        plan::Plan plan = samplePlan(1, plan::Strategy::RepointGroup, {});
        plan.waves[0].gate.connectWithin = 2min;
        Bench bench(plan);
        bench.enroll();
        Sighting assigned = arrived(0);
        assigned.target = Sighting::Target::Present;
        bench.tell(Observed{.sightings = {assigned}});
        bench.now += 100s;
        bench.tell(Tick{});
        QCOMPARE(bench.machine.state(0), DeviceState::Assigned);
        bench.now += 30s;
        bench.tell(Tick{});
        QCOMPARE(bench.machine.state(0), DeviceState::Failed);
        bench.tell(Observed{.sightings = {arrived(0)}});
        QCOMPARE(bench.machine.state(0), DeviceState::Verified);
    }

    void asksAProbeAfterEachWave_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<int>("verdict");
        QTest::newRow("pass") << int(ProbeVerdict::Pass) << int(WaveStatus::Verdict::Pass);
        QTest::newRow("fail") << int(ProbeVerdict::Fail) << int(WaveStatus::Verdict::Fail);
        QTest::newRow("no answer") << int(ProbeVerdict::Inconclusive) << int(WaveStatus::Verdict::Inconclusive);
    }
    void asksAProbeAfterEachWave()
    {
        QFETCH(int, answer);
        QFETCH(int, verdict);
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointGroup, {5});
        FakeWorld world(plan);
        std::vector<QByteArray> journal = {encode({.at = Instant(1'700'000'000s), .what = ProbeGiven{.asked = true}})};
        FakeRun run(plan, world, journal);
        run.first = Started{};
        run.probe = ProbeVerdict(answer);
        QVERIFY(run.live());
        QCOMPARE(int(run.machine().waves()[0].verdict), verdict);
        QVERIFY(run.machine().waves()[0].sentence.contains(u"it said so"_s));
        const bool passed = answer == int(ProbeVerdict::Pass);
        QCOMPARE(run.probed, passed ? 2 : 1);
        QCOMPARE(run.machine().phase(), passed ? Phase::Finished : Phase::Paused);
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), passed ? 20 : 5);
    }

    void tellsAProbeThatIsNotContentAtTheEnd()
    {
        const plan::Plan plan = samplePlan(5, plan::Strategy::RepointGroup, {});
        FakeWorld world(plan);
        std::vector<QByteArray> journal = {encode({.at = Instant(1'700'000'000s), .what = ProbeGiven{.asked = true}})};
        FakeRun run(plan, world, journal);
        run.first = Started{};
        run.probe = ProbeVerdict::Fail;
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Finished);
        QCOMPARE(run.machine().reason(), u"5 of 5 devices verified. Afterwards it said so."_s);
    }

    void asksAProbeAgainThatDidNotAnswerBeforeACrash()
    {
        Bench bench(samplePlan(2, plan::Strategy::RepointGroup, {1}));
        bench.tell(ProbeGiven{.asked = true});
        bench.enroll();
        QCOMPARE(ofKind<AskProbe>(bench.tell(Observed{.sightings = {arrived(0)}})).size(), size_t(1));
        QVERIFY(ofKind<AskProbe>(bench.tell(Tick{})).empty());
        QCOMPARE(ofKind<AskProbe>(bench.tell(Resumed{})).size(), size_t(1));
    }

    void pausesWhenMoreHaveFailedThanMay()
    {
        plan::Plan plan = samplePlan(60, plan::Strategy::RepointIndividual, {});
        plan.options.blast.mostFailed = 2;
        FakeWorld world(plan);
        for (size_t step : {1, 2, 3})
            world.steps[step].foreign = true;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Paused);
        QVERIFY2(run.machine().reason().startsWith(u"3 devices have failed in this run, 2 are allowed."_s), qPrintable(run.machine().reason()));
        FakeRun accepted(plan, world, journal);
        QVERIFY(accepted.live());
        QCOMPARE(accepted.machine().phase(), Phase::Finished);
        QCOMPARE(countOf(accepted.machine(), DeviceState::Verified), 57);
    }

    void tellsNoMoreDevicesAnHourThanItMay()
    {
        plan::Plan plan = samplePlan(25, plan::Strategy::RepointGroup, {});
        plan.options.blast.mostAnHour = 10;
        FakeWorld world(plan);
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        Instant began = {};
        run.after = [&began](const RunMachine &machine) {
            if (began == Instant{})
                began = machine.now();
            const int hours = int((machine.now() - began) / 1h);
            QVERIFY(countOf(machine, DeviceState::Verified) <= 10 * (hours + 1));
        };
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Finished);
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 25);
    }

    void pausesWhenTooManyMoveByThemselves()
    {
        plan::Plan plan = samplePlan(25, plan::Strategy::RepointGroup, {});
        plan.options.blast.mostAnHour = 10;
        FakeWorld world(plan);
        world.restless = true;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Paused);
        QVERIFY(run.machine().reason().contains(u"moved by themselves within an hour, 10 are allowed"_s));
    }

    void pausesWhenTooManyAreOutAtAStamp()
    {
        plan::Plan plan = samplePlan(30, plan::Strategy::RepointGroup, {});
        plan.options.blast.mostPerStamp = 5;
        FakeWorld world(plan);
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Paused);
        QVERIFY2(run.machine().reason().contains(u"are under way to b.azure-devices.net, 5 are allowed"_s), qPrintable(run.machine().reason()));
    }

    void movesNobodyBeforeItsWaveWhenWavesAreStrict()
    {
        const plan::Plan plan = sampleStrict(60, {1, 9});
        FakeWorld world(plan);
        world.restless = true;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        run.after = [&](const RunMachine &machine) {
            for (size_t device = 0; device < world.devices.size(); ++device)
                QVERIFY(!world.devices[device].moved || plan.devices[device].wave <= machine.wave());
        };
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Finished);
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 60);
        QVERIFY(std::ranges::all_of(world.steps, [](const FakeWorld::Step &step) { return step.written; }));
        QCOMPARE(world.earlyRemovals, 0);
    }

    void keepsTheEnrollmentOfADeviceThatDidNotArrive()
    {
        const plan::Plan plan = sampleStrict(60, {30});
        FakeWorld world(plan);
        world.devices[4].online = false;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Finished);
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 59);
        QCOMPARE(std::ranges::count_if(world.steps, [](const FakeWorld::Step &step) { return !step.written; }), 1);
        QVERIFY(std::ranges::any_of(run.machine().log(), [](const RunEvent &event) {
            return event.sentence.startsWith(u"1 device stays with an enrollment of their own"_s);
        }));
    }

    void failsWhoIsSentElsewhereWhenItIsHandedBack()
    {
        const plan::Plan plan = sampleStrict(20, {10});
        FakeWorld world(plan);
        world.strays = 3;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Finished);
        QCOMPARE(run.machine().state(3), DeviceState::Failed);
        QVERIFY(run.machine().reasonOf(3).contains(u"was not handed back to its group"_s));
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 19);
    }

    void countsWhatAStopComesTo()
    {
        Counts counts = {};
        counts[size_t(DeviceState::Verified)] = 5;
        counts[size_t(DeviceState::Triggered)] = 2;
        counts[size_t(DeviceState::Waiting)] = 1;
        counts[size_t(DeviceState::Planned)] = 7;
        counts[size_t(DeviceState::Failed)] = 3;
        QCOMPARE(stopCounts(counts), (StopCounts{.stay = 5, .finish = 2, .follow = 1, .neverStart = 7, .settled = 3}));
    }

    void triesFailedDevicesAgain()
    {
        const plan::Plan plan = samplePlan(40, plan::Strategy::RepointGroup, {});
        FakeWorld world(plan);
        world.devices[5].deaf = true;
        world.devices[9].online = false;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QVERIFY(run.live());
        QCOMPARE(countOf(run.machine(), DeviceState::Failed), 2);
        QCOMPARE(run.machine().failedBecause(u"OFFLINE"_s), std::vector<DeviceIndex>{9});
        world.devices[5].deaf = false;
        world.devices[9].online = true;
        FakeRun again(plan, world, journal);
        again.first = RetryAsked{.devices = {5}};
        QVERIFY(again.live());
        QCOMPARE(again.machine().phase(), Phase::Finished);
        QCOMPARE(again.machine().state(5), DeviceState::Verified);
    }

    void readsARefusedEnrollmentBeforeItIsWrittenAgain()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointIndividual, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0}});
        bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Rejected, .why = u"no link"_s});
        QCOMPARE(bench.machine.phase(), Phase::Finished);
        const Commands again = bench.tell(RetryAsked{.devices = {0}});
        QCOMPARE(ofKind<ReadBack>(again).size(), size_t(1));
        QVERIFY(ofKind<WriteSteps>(again).empty());
        const Commands read = bench.tell(ReadBackDone{.step = 0, .verdict = ReadVerdict::AsBefore, .why = {}});
        QCOMPARE(ofKind<WriteSteps>(read).size(), size_t(1));
    }

    void leavesOutWhatAPersonNames()
    {
        Bench bench(samplePlan(3, plan::Strategy::RepointIndividual, {1}));
        bench.tell(Started{});
        bench.tell(SkipAsked{.devices = bench.machine.named({u"METER-2"_s})});
        QCOMPARE(bench.machine.state(1), DeviceState::Skipped);
        QCOMPARE(bench.machine.named({u"ghost"_s}), std::vector<DeviceIndex>{-1});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0}});
        bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Done, .why = {}});
        bench.tell(Observed{.sightings = {arrived(0)}});
        const Commands second = bench.tell(SnapshotTaken{.wave = 1});
        QCOMPARE(ofKind<WriteSteps>(second).front().steps, std::vector<StepIndex>{2});
    }

    void keepsThePaceThatWasAskedFor()
    {
        const plan::Plan plan = samplePlan(300, plan::Strategy::RepointGroup, {});
        FakeWorld world(plan);
        std::vector<QByteArray> journal = {encode({.at = Instant(1'600'000'000s), .what = PaceAsked{.share = 0.06}})};
        FakeRun run(plan, world, journal);
        run.first = Started{};
        QVERIFY(run.live());
        QCOMPARE(run.machine().triggersPerMinute(), 60.0);
        QVERIFY(run.machine().now() - run.machine().started() > 4min + 30s);
    }

    void deletesASplitOutOnlyWhenItsDeviceIsHome()
    {
        Bench bench(sampleUndo(1, plan::Strategy::SplitOut, {}));
        bench.tell(Started{});
        QCOMPARE(ofKind<WriteSteps>(bench.tell(SnapshotTaken{.wave = 0})).front().steps, std::vector<StepIndex>{0});
        bench.tell(WriteIntended{.steps = {0}});
        QVERIFY(ofKind<WriteSteps>(bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Done, .why = {}})).empty());
        bench.call(0);
        const Commands home = bench.tell(Observed{.sightings = {arrived(0)}});
        QCOMPARE(ofKind<WriteSteps>(home).front().steps, std::vector<StepIndex>{1});
        QCOMPARE(bench.machine.state(0), DeviceState::Connected);
        bench.tell(WriteIntended{.steps = {1}});
        bench.tell(WriteOutcome{.step = 1, .result = WriteResult::Done, .why = {}});
        QCOMPARE(bench.machine.state(0), DeviceState::Verified);
        QCOMPARE(bench.machine.phase(), Phase::Finished);
    }

    void saysThatSomebodyChangedASplitOutMeanwhile()
    {
        Bench bench(sampleUndo(1, plan::Strategy::SplitOut, {}));
        bench.enroll();
        bench.tell(Observed{.sightings = {arrived(0)}});
        bench.tell(WriteIntended{.steps = {1}});
        bench.tell(WriteOutcome{.step = 1, .result = WriteResult::Conflict, .why = u"theirs"_s});
        QCOMPARE(bench.machine.state(0), DeviceState::Failed);
        QVERIFY(bench.machine.reasonOf(0).contains(u"It is home"_s));
    }

    void tellsNobodyToGoHomeWhoNeverLeft()
    {
        plan::Plan plan = sampleUndo(30, plan::Strategy::RepointGroup, {1});
        for (size_t device = 1; device < plan.devices.size(); ++device)
            plan.devices[device].home = true;
        FakeWorld world(plan);
        for (size_t device = 1; device < world.devices.size(); ++device)
            world.devices[device].moved = true;
        world.devices[7].online = false;
        std::vector<QByteArray> journal;
        FakeRun run(plan, world, journal);
        QCOMPARE(statusOf(run.machine(), Instant{}).crossings.at(0).toNow, 29);
        QCOMPARE(statusOf(run.machine(), Instant{}).crossings.at(0).fromNow, 1);
        QVERIFY(run.live());
        QCOMPARE(run.machine().phase(), Phase::Finished);
        QCOMPARE(run.machine().state(7), DeviceState::Undone);
        // Who never left was never counted where the others came from.
        const RunStatus status = statusOf(run.machine(), Instant{});
        QCOMPARE(status.crossings.size(), size_t(1));
        QCOMPARE(status.crossings[0].fromBefore, 1);
        QCOMPARE(status.crossings[0].toBefore, 29);
        QCOMPARE(status.crossings[0].fromNow, 0);
        QCOMPARE(status.crossings[0].toNow, 30);
        QCOMPARE(countOf(run.machine(), DeviceState::Verified), 29);
        int told = 0;
        for (const QByteArray &record : journal) {
            if (const auto event = decode(record); const auto *trigger = std::get_if<TriggerIntended>(&event->what))
                told += int(trigger->devices.size());
        }
        QCOMPARE(told, 1);
    }

    void nobodyWhoMayHaveHeardTheCallCountsAsNeverGone()
    {
        plan::Plan plan = sampleUndo(1, plan::Strategy::RepointIndividual, {});
        plan.devices[0].home = true;
        Bench bench(plan);
        bench.enroll();
        bench.tell(TriggerIntended{.devices = {0}});
        // Killed before the answer; it has registered meanwhile, and is about to connect.
        bench.tell(Resumed{});
        Sighting seen = arrived(0);
        seen.target = Sighting::Target::Present;
        bench.tell(Observed{.sightings = {seen}});
        QCOMPARE(bench.machine.state(0), DeviceState::Assigned);
        bench.tell(Observed{.sightings = {arrived(0)}});
        QCOMPARE(bench.machine.state(0), DeviceState::Verified);
    }

    void nobodyWhoWasAwayWhenTheWayBackWasPlannedCountsAsNeverGone()
    {
        Bench bench(sampleUndo(1, plan::Strategy::RepointIndividual, {}));
        bench.enroll();
        Sighting seen = arrived(0);
        seen.target = Sighting::Target::Present;
        bench.tell(Observed{.sightings = {seen}});
        QCOMPARE(bench.machine.state(0), DeviceState::Assigned);
    }

    void nobodyIsLateWhileNothingCanBeSeen()
    {
        plan::Plan plan = samplePlan(2, plan::Strategy::RepointGroup, {1});
        plan.options.deadline = 10min;
        plan.waves[0].gate.within = 5min;
        Bench bench(plan, {.retryAfter = 5h, .blindPatience = 3h});
        bench.enroll();
        bench.call(0);
        bench.now += 1min;
        bench.tell(Sight{.why = u"Hub beta did not answer."_s, .ahead = true});
        bench.wait(120);
        QCOMPARE(bench.machine.state(0), DeviceState::Triggered);
        QCOMPARE(bench.machine.waves()[0].verdict, WaveStatus::Verdict::Open);
        bench.tell(Sight{});
        bench.wait(3);
        QCOMPARE(bench.machine.waves()[0].verdict, WaveStatus::Verdict::Open);
        bench.wait(2);
        QCOMPARE(bench.machine.waves()[0].verdict, WaveStatus::Verdict::Inconclusive);
    }

    void nobodyIsSentToWhereNoAnswerComesFrom()
    {
        plan::Plan plan = samplePlan(40, plan::Strategy::RepointIndividual, {});
        Bench bench(plan, {.writesInFlight = 10});
        bench.tell(Started{});
        const auto first = ofKind<WriteSteps>(bench.tell(SnapshotTaken{.wave = 0}));
        QCOMPARE(first.size(), size_t(1));
        bench.tell(WriteIntended{.steps = first.front().steps});
        bench.tell(Sight{.why = u"Hub beta did not answer."_s, .ahead = true});
        for (const StepIndex step : first.front().steps) {
            const Commands held = bench.tell(WriteOutcome{.step = step, .result = WriteResult::Done, .why = {}, .ask = first.front().ask});
            QVERIFY2(ofKind<Trigger>(held).empty() && ofKind<WriteSteps>(held).empty(), "sent to a hub that is away");
        }
        bench.wait(2);
        QVERIFY(bench.machine.log().back().sentence.contains(u"nobody more is sent"_s));
        const Commands after = bench.tell(Sight{});
        QVERIFY(!ofKind<Trigger>(after).empty());
        QVERIFY(!ofKind<WriteSteps>(after).empty());
    }

    void aSourceThatIsAwayHoldsNobodyBack()
    {
        Bench bench(samplePlan(2, plan::Strategy::RepointIndividual, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0, 1}});
        bench.tell(Sight{.why = u"Hub alpha did not answer."_s});
        QVERIFY(!ofKind<Trigger>(bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Done, .why = {}})).empty());
    }

    void asksAPersonBeforeItGoesOnWithoutTwins()
    {
        Bench bench(samplePlan(2, plan::Strategy::RepointIndividual, {1, 1}));
        const auto asked = [](const Commands &commands) {
            const auto snapshots = ofKind<TakeSnapshot>(commands);
            return snapshots.size() == 1 ? int(snapshots.front().withoutTwins) : -1;
        };
        QCOMPARE(asked(bench.tell(Started{})), 0);
        bench.tell(SnapshotFailed{.why = u"Alpha does not answer."_s, .acceptable = true});
        QCOMPARE(bench.machine.phase(), Phase::Paused);
        QCOMPARE(asked(bench.tell(Resumed{})), 1);
        QVERIFY(!ofKind<WriteSteps>(bench.tell(SnapshotTaken{.wave = 0, .withoutTwin = 1})).empty());
        QVERIFY(bench.machine.log().back().sentence.contains(u"without the twins of 1 device"_s));
    }

    void nobodyAcceptedWhatTheyWereNotTold()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointIndividual, {}));
        bench.tell(Started{});
        bench.tell(PauseAsked{.reason = u"lunch"_s});
        bench.tell(SnapshotFailed{.why = u"Alpha does not answer."_s, .acceptable = true});
        const auto again = ofKind<TakeSnapshot>(bench.tell(Resumed{}));
        QCOMPARE(again.size(), size_t(1));
        QVERIFY(!again.front().withoutTwins);
    }

    void doesNotGoOnWithoutEnrollmentsThatItCannotRead()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointIndividual, {}));
        bench.tell(Started{});
        bench.tell(SnapshotFailed{.why = u"The DPS refuses."_s});
        const auto again = ofKind<TakeSnapshot>(bench.tell(Resumed{}));
        QCOMPARE(again.size(), size_t(1));
        QVERIFY(!again.front().withoutTwins);
    }

    void aGateClosesAlthoughTheSourceIsAway()
    {
        plan::Plan plan = samplePlan(2, plan::Strategy::RepointIndividual, {1, 1});
        plan.waves[0].gate.within = 10min;
        Bench bench(plan, {.retryAfter = 5h});
        bench.enroll();
        bench.tell(TriggerIntended{.devices = {0}});
        bench.tell(TriggerOutcome{.device = 0, .result = TriggerResult::Silent, .status = 0});
        bench.tell(Sight{.why = u"Hub alpha did not answer."_s});
        bench.wait(11);
        QCOMPARE(bench.machine.waves()[0].verdict, WaveStatus::Verdict::Inconclusive);
        QVERIFY(bench.machine.reason().contains(u"leaving a source that does not answer"_s));
        bench.tell(Resumed{});
        QCOMPARE(bench.machine.wave(), 1);
    }

    void whatDpsSaidBeforeAnEnrollmentWasWrittenOrARetryIsOfBefore()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointIndividual, {}));
        bench.enroll();
        QCOMPARE(bench.machine.countsFrom(0), bench.now);
        const Instant written = bench.now;
        Sighting refused;
        refused.device = 0;
        refused.registration = Sighting::Registration::Failed;
        refused.code = 403002;
        bench.tell(Observed{.sightings = {refused}});
        QCOMPARE(bench.machine.state(0), DeviceState::Failed);
        QCOMPARE(bench.machine.countsFrom(0), written);
        bench.tell(RetryAsked{.devices = {0}});
        QCOMPARE(bench.machine.countsFrom(0), bench.now);
    }

    void saysThatATwinWasNotCompared()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointIndividual, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0, .withoutTwin = 1});
        bench.tell(WriteIntended{.steps = {0}});
        bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Done, .why = {}});
        Sighting seen;
        seen.device = 0;
        seen.registration = Sighting::Registration::OnTarget;
        seen.target = Sighting::Target::Connected;
        seen.source = Sighting::Source::Absent;
        seen.twin = Sighting::Twin::NotKept;
        bench.tell(Observed{.sightings = {seen}});
        QCOMPARE(bench.machine.state(0), DeviceState::Verified);
        QVERIFY(bench.machine.reasonOf(0).contains(u"not compared"_s));
    }

    void saysWhatDpsAnsweredToADeviceThatCameTooLate()
    {
        plan::Plan plan = samplePlan(1, plan::Strategy::RepointIndividual, {});
        plan.options.deadline = 10min;
        plan.waves[0].gate.within = 5h;
        Bench bench(plan, {.retryAfter = 5h});
        bench.enroll();
        bench.call(0);
        Sighting refused;
        refused.device = 0;
        refused.registration = Sighting::Registration::Failed;
        refused.code = 503001;
        bench.tell(Observed{.sightings = {refused}});
        QCOMPARE(bench.machine.state(0), DeviceState::Throttled);
        bench.wait(12);
        QCOMPARE(bench.machine.state(0), DeviceState::Failed);
        QCOMPARE(bench.machine.causeOf(0).cause, u"DPS could not assign it (503001)"_s);
    }

    void aComputerThatIsAlwaysLateEndsItsRunAllTheSame()
    {
        plan::Plan plan = samplePlan(1, plan::Strategy::RepointGroup, {});
        plan.options.deadline = 10min;
        Bench bench(plan, {.retryAfter = 5h});
        bench.enroll();
        bench.call(0);
        int sleeps = 0;
        for (; bench.machine.state(0) != DeviceState::Failed && sleeps < 20; ++sleeps) {
            bench.now += 1h;
            bench.tell(Tick{});
        }
        QCOMPARE(sleeps, RunOptions().sleeps + 1);
    }

    void asksAPersonWhenNothingCanBeSeenForLong()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointGroup, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(Sight{.why = u"Hub beta did not answer."_s});
        bench.wait(14);
        QCOMPARE(bench.machine.phase(), Phase::Running);
        bench.wait(1);
        QCOMPARE(bench.machine.phase(), Phase::Paused);
        QVERIFY(bench.machine.reason().contains(u"could not be seen for 15 min: Hub beta did not answer."_s));
        bench.tell(Resumed{});
        QCOMPARE(bench.machine.phase(), Phase::Running);
    }

    void pausesWhenTheServiceStaysSilent()
    {
        Bench bench(samplePlan(1, plan::Strategy::RepointGroup, {}));
        bench.tell(Started{});
        bench.tell(SnapshotTaken{.wave = 0});
        bench.tell(WriteIntended{.steps = {0}});
        bench.tell(WriteOutcome{.step = 0, .result = WriteResult::Unknown, .why = {}});
        for (int i = 0; i < 20 && bench.machine.phase() != Phase::Paused; ++i) {
            bench.tell(ReadBackDone{.step = 0, .verdict = ReadVerdict::NoAnswer, .why = u"No answer."_s});
            bench.now += 10s;
            bench.tell(Tick{});
        }
        QCOMPARE(bench.machine.phase(), Phase::Paused);
        QVERIFY(bench.machine.reason().contains(u"does not answer"_s));
    }
};

DROVER_TEST(TestRunMachine)
#include "tst_run_machine.moc"
