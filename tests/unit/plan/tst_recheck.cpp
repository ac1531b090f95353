#include "models/plan/plan.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using test::SampleFleet;

class TestRecheck final : public QObject {
    Q_OBJECT

private:
    static SampleFleet sample()
    {
        SampleFleet sample;
        sample.addGroup(u"meters"_s);
        sample.addDevices(u"meters"_s, u"meter"_s, 5, u"alpha"_s);
        return sample;
    }

    static Plan planOf(const QString &set)
    {
        return *makePlan(sample().fleet(), {test::moveOf(set, u"beta"_s)}, {}, {});
    }

    static Verdict verdictOf(const Plan &plan, const SampleFleet &fleet, const QString &id)
    {
        const std::vector<Check> checks = recheck(plan, fleet.fleet(), {});
        return test::checkOf(checks, id)->verdict;
    }

private Q_SLOTS:
    void anUnchangedFleetPasses()
    {
        for (const Check &check : recheck(planOf(u"group:meters"_s), sample().fleet(), {}))
            QVERIFY2(check.verdict == Verdict::Pass, qPrintable(check.id + check.evidence));
    }

    void aChangedEtagBlocks()
    {
        SampleFleet fleet = sample();
        fleet.value.groups[u"meters"_s].etag = u"\"g2\""_s;
        QCOMPARE(verdictOf(planOf(u"group:meters"_s), fleet, u"enrollment-drift"_s), Verdict::Block);
    }

    void aGoneEnrollmentBlocks()
    {
        SampleFleet fleet = sample();
        fleet.value.groups.clear();
        QCOMPARE(verdictOf(planOf(u"group:meters"_s), fleet, u"enrollment-drift"_s), Verdict::Block);
    }

    void whatWasNotSeenIsNotCalledGone()
    {
        SampleFleet fleet = sample();
        fleet.value.groups.clear();
        fleet.value.gaps.push_back({.what = u"Enrollment groups"_s, .why = u"The key was refused."_s});
        const std::vector<Check> checks = recheck(planOf(u"group:meters"_s), fleet.fleet(), {});
        const auto check = std::ranges::find(checks, u"enrollment-drift"_s, &Check::id);
        QCOMPARE(check->verdict, Verdict::Block);
        QVERIFY2(check->evidence.contains(u"The key was refused."_s) && !check->evidence.contains(u"gone"_s), qPrintable(check->evidence));
    }

    void aSplitOutThatExistsAlreadyBlocks()
    {
        SampleFleet fleet = sample();
        fleet.addIndividual(u"meter-1"_s, u"meter-1"_s, u"alpha"_s);
        QCOMPARE(verdictOf(planOf(u"ids:meter-1"_s), fleet, u"enrollment-drift"_s), Verdict::Block);
    }

    void aNewMemberOfTheGroupBlocks()
    {
        SampleFleet fleet = sample();
        fleet.addDevices(u"meters"_s, u"new"_s, 1, u"alpha"_s);
        QCOMPARE(verdictOf(planOf(u"group:meters"_s), fleet, u"whole-or-subset"_s), Verdict::Block);
    }

    void devicesThatArrivedWarnAndLostOnesBlock()
    {
        SampleFleet moved;
        moved.addGroup(u"meters"_s);
        moved.addDevices(u"meters"_s, u"meter"_s, 5, u"beta"_s);
        QCOMPARE(verdictOf(planOf(u"group:meters"_s), moved, u"device-drift"_s), Verdict::Warn);
        SampleFleet gone;
        gone.addGroup(u"meters"_s);
        QCOMPARE(verdictOf(planOf(u"group:meters"_s), gone, u"device-drift"_s), Verdict::Block);
    }

    void anotherDpsBlocks()
    {
        SampleFleet fleet = sample();
        fleet.value.dps.host = u"dps-two.azure-devices-provisioning.net"_s;
        QCOMPARE(verdictOf(planOf(u"group:meters"_s), fleet, u"same-fleet"_s), Verdict::Block);
    }

    void aBlockAboutDevicesLeftOutStays()
    {
        const Plan plan = *makePlan(sample().fleet(),
            {test::moveOf(u"ids:meter-1 meter-2"_s, u"beta"_s), test::moveOf(u"ids:meter-2"_s, u"gamma"_s)}, {}, {});
        QCOMPARE(verdictOf(plan, sample(), u"one-move-each"_s), Verdict::Block);
    }
};

DROVER_TEST(TestRecheck)
#include "tst_recheck.moc"
