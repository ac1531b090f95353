#include "models/plan/triggers.h"
#include "tests/support/fakeworld.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace drover;
using namespace drover::test;

Q_DECLARE_METATYPE(drover::plan::TriggerChain)

/// The power goes at every single record of a run; what is taken up ends as if nothing had happened.
class TestKillSweep final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsTheSameWhereverItIsKilled_data()
    {
        QTest::addColumn<int>("strategy");
        QTest::addColumn<bool>("atOnce");
        QTest::addColumn<bool>("undoes");
        QTest::addColumn<plan::TriggerChain>("chain");
        for (const bool atOnce : {false, true}) {
            const char *when = atOnce ? "right after the record" : "before the next record";
            QTest::addRow("group, %s", when) << int(plan::Strategy::RepointGroup) << atOnce << false << plan::TriggerChain();
            QTest::addRow("individuals, %s", when) << int(plan::Strategy::RepointIndividual) << atOnce << false << plan::TriggerChain();
            QTest::addRow("split out, %s", when) << int(plan::Strategy::SplitOut) << atOnce << false << plan::TriggerChain();
            QTest::addRow("undo of a group, %s", when) << int(plan::Strategy::RepointGroup) << atOnce << true << plan::TriggerChain();
            QTest::addRow("undo of individuals, %s", when) << int(plan::Strategy::RepointIndividual) << atOnce << true << plan::TriggerChain();
            QTest::addRow("undo of split-outs, %s", when) << int(plan::Strategy::SplitOut) << atOnce << true << plan::TriggerChain();
            using enum plan::TriggerKind;
            for (const plan::TriggerChain &chain : std::vector<plan::TriggerChain>{
                     {Job, Method, Wait}, {Job}, {TwinJob}, {Twin, Wait}, {Disable}, {Register}}) {
                QTest::addRow("told by %s, %s", qPrintable(plan::wordsOf(chain)), when)
                    << int(plan::Strategy::RepointIndividual) << atOnce << false << chain;
                QTest::addRow("undo told by %s, %s", qPrintable(plan::wordsOf(chain)), when)
                    << int(plan::Strategy::SplitOut) << atOnce << true << chain;
            }
        }
    }
    void endsTheSameWhereverItIsKilled()
    {
        QFETCH(plan::TriggerChain, chain);
        QFETCH(int, strategy);
        QFETCH(bool, atOnce);
        QFETCH(bool, undoes);
        const plan::Plan sample = undoes ? sampleUndo(37, plan::Strategy(strategy), {1, 6})
                                         : samplePlan(37, plan::Strategy(strategy), {1, 6});
        const plan::Plan plan = chain.empty() ? sample : toldBy(sample, chain);
        std::vector<QByteArray> whole;
        FakeWorld untouched(plan);
        QVERIFY(FakeRun(plan, untouched, whole).live());
        for (size_t record = 1; record < whole.size(); ++record) {
            FakeWorld world(plan);
            std::vector<QByteArray> journal;
            FakeRun first(plan, world, journal);
            first.diesAt = record;
            first.diesAtOnce = atOnce;
            QVERIFY(!first.live());
            QCOMPARE(journal.size(), record);
            FakeRun second(plan, world, journal);
            QVERIFY(second.live());
            QCOMPARE(second.machine().phase(), run::Phase::Finished);
            QCOMPARE(second.machine().counts()[size_t(run::DeviceState::Verified)], 37);
            QCOMPARE(world.blindWrites, 0);
            QCOMPARE(world.earlyRemovals, 0);
            QVERIFY(std::ranges::all_of(world.steps, [](const FakeWorld::Step &step) { return step.writes == 1; }));
            QVERIFY(std::ranges::all_of(world.devices, &FakeWorld::Device::moved));
            QCOMPARE(world.doubleJobs, 0);
            QVERIFY(std::ranges::none_of(world.devices, &FakeWorld::Device::disabled));
        }
    }

    void handsDevicesBackWhereverItIsKilled_data()
    {
        QTest::addColumn<bool>("atOnce");
        QTest::newRow("right after the record") << true;
        QTest::newRow("before the next record") << false;
    }
    void handsDevicesBackWhereverItIsKilled()
    {
        QFETCH(bool, atOnce);
        const plan::Plan plan = sampleStrict(37, {1, 6});
        std::vector<QByteArray> whole;
        FakeWorld untouched(plan);
        untouched.restless = true;
        QVERIFY(FakeRun(plan, untouched, whole).live());
        for (size_t record = 1; record < whole.size(); ++record) {
            FakeWorld world(plan);
            world.restless = true;
            std::vector<QByteArray> journal;
            FakeRun first(plan, world, journal);
            first.diesAt = record;
            first.diesAtOnce = atOnce;
            QVERIFY(!first.live());
            FakeRun second(plan, world, journal);
            QVERIFY(second.live());
            QCOMPARE(second.machine().phase(), run::Phase::Finished);
            QCOMPARE(second.machine().counts()[size_t(run::DeviceState::Verified)], 37);
            QCOMPARE(world.blindWrites, 0);
            QCOMPARE(world.earlyRemovals, 0);
            // The group, seven enrollments of their own, and their end.
            QCOMPARE(world.steps.size(), size_t(15));
            QVERIFY(std::ranges::all_of(world.steps, [](const FakeWorld::Step &step) { return step.writes == 1; }));
        }
    }

    void survivesBeingKilledAgainAndAgain()
    {
        const plan::Plan plan = samplePlan(30, plan::Strategy::RepointIndividual, {1, 5});
        FakeWorld world(plan);
        std::vector<QByteArray> journal;
        bool ended = false;
        for (size_t kills = 0; !ended && kills < 2000; ++kills) {
            FakeRun life(plan, world, journal);
            life.diesAt = journal.size() + 3;
            ended = life.live();
        }
        QVERIFY(ended);
        QCOMPARE(world.blindWrites, 0);
        QVERIFY(std::ranges::all_of(world.devices, &FakeWorld::Device::moved));
    }
};

DROVER_TEST(TestKillSweep)
#include "tst_kill_sweep.moc"
