#include "models/plan/undo.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using test::SampleFleet;

namespace {

const HubHostName alpha = *HubHostName::parse(QString::fromUtf8(test::hostOf(u"alpha"_s)));
const HubHostName beta = *HubHostName::parse(QString::fromUtf8(test::hostOf(u"beta"_s)));

/// The same record with another hub and a new ETag, as a run leaves it.
void repoint(fleet::Enrollment &record, const HubHostName &hub)
{
    QByteArray raw = *fleet::repointed(record.raw, hub, {});
    raw.replace("\\\"g1\\\"", "\\\"g2\\\"").replace("\\\"i1\\\"", "\\\"i2\\\"");
    record = *fleet::parseEnrollment(raw);
}

/// A group of five and two with enrollments of their own, before they moved to beta and after.
struct World {
    World()
        : group(before.addGroup(u"meters"_s).raw)
    {
        before.addDevices(u"meters"_s, u"meter"_s, 5, u"alpha"_s);
        valve = before.addIndividual(u"reg-1"_s, u"valve-1"_s, u"alpha"_s).raw;
        plan = *makePlan(before.fleet(),
            {test::moveOf(u"group:meters"_s, u"beta"_s), test::moveOf(u"ids:valve-1"_s, u"beta"_s)}, {}, {});
        after.addGroup(u"meters"_s);
        after.addDevices(u"meters"_s, u"meter"_s, 5, u"beta"_s);
        after.addIndividual(u"reg-1"_s, u"valve-1"_s, u"beta"_s);
        after.value.individuals[u"reg-1"_s] = *fleet::parseEnrollment(valve);
        repoint(after.value.groups[u"meters"_s], beta);
        repoint(after.value.individuals[u"reg-1"_s], beta);
    }

    Plan undo(bool withoutChanged = false, Trace::Write write = Trace::Write::Done) const
    {
        std::vector<Trace> traces;
        for (const Step &step : plan.steps)
            traces.push_back({.write = write, .before = step.strategy == Strategy::RepointGroup ? group : valve});
        return makeUndo(after.fleet(), {.run = u"20260101-000000-0001"_s, .plan = plan, .traces = traces}, withoutChanged, {});
    }

    SampleFleet before;
    SampleFleet after;
    QByteArray group;
    QByteArray valve;
    Plan plan;
};

Verdict verdictOf(const Plan &plan, const QString &check)
{
    return test::checkOf(plan.checks, check)->verdict;
}

/// Devices of a group that were split out of it to beta.
struct SplitWorld {
    SplitWorld()
    {
        for (SampleFleet *fleet : {&before, &after})
            fleet->addGroup(u"meters"_s);
        before.addDevices(u"meters"_s, u"meter"_s, 5, u"alpha"_s);
        plan = *makePlan(before.fleet(), {test::moveOf(u"ids:meter-1"_s, u"beta"_s)}, {}, {});
        after.addIndividual(u"meter-1"_s, u"meter-1"_s, u"beta"_s);
        QByteArray made = *fleet::splitOut(after.value.groups[u"meters"_s].raw,
            R"({"symmetricKey":{"primaryKey":"AAAA","secondaryKey":"AAAA"}})", u"meter-1"_s, beta);
        made.chop(1);
        after.value.individuals[u"meter-1"_s] = *fleet::parseEnrollment(made + ",\"etag\":\"s1\"}");
    }

    Plan undo() const
    {
        return makeUndo(after.fleet(),
            {.run = u"20260101-000000-0001"_s, .plan = plan, .traces = {{.write = Trace::Write::Done, .before = {}}}}, false, {});
    }

    SampleFleet before;
    SampleFleet after;
    Plan plan;
};

/// A group of five that moved to beta in strict waves: meter-0 was split out first, and handed back unless told.
struct StrictWorld {
    explicit StrictWorld(bool handedBack)
        : group(before.addGroup(u"meters"_s).raw)
    {
        before.addDevices(u"meters"_s, u"meter"_s, 5, u"alpha"_s);
        Options options;
        options.strictWaves = true;
        options.waves = {0};
        plan = *makePlan(before.fleet(), {test::moveOf(u"group:meters"_s, u"beta"_s)}, options, {});
        after.addGroup(u"meters"_s);
        after.addDevices(u"meters"_s, u"meter"_s, 5, u"beta"_s);
        repoint(after.value.groups[u"meters"_s], beta);
        for (const Step &step : plan.steps) {
            const bool removal = step.strategy == Strategy::Remove;
            traces.push_back({.write = removal && !handedBack ? Trace::Write::Never : Trace::Write::Done,
                .before = step.strategy == Strategy::RepointGroup ? group : QByteArray()});
        }
        if (handedBack)
            return;
        const QString own = plan.steps[1].enrollment;
        QByteArray made = *fleet::splitOut(after.value.groups[u"meters"_s].raw,
            R"({"symmetricKey":{"primaryKey":"AAAA","secondaryKey":"AAAA"}})", own, beta);
        made.chop(1);
        after.value.individuals[own.toLower()] = *fleet::parseEnrollment(made + ",\"etag\":\"s1\"}");
    }

    Plan undo() const
    {
        return makeUndo(after.fleet(), {.run = u"20260101-000000-0001"_s, .plan = plan, .traces = traces}, false, {});
    }

    SampleFleet before;
    SampleFleet after;
    QByteArray group;
    Plan plan;
    std::vector<Trace> traces;
};

} // namespace

/// The way back of a run, from what its journal kept and what is there now.
class TestUndo final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesBackExactlyWhatWasKept()
    {
        const World world;
        const Plan undo = world.undo();
        QVERIFY2(undo.verdict() != Verdict::Block, qPrintable(undo.checks.back().evidence));
        QCOMPARE(undo.steps.size(), size_t(2));
        for (const Step &step : undo.steps) {
            const bool group = step.strategy == Strategy::RepointGroup;
            QCOMPARE(step.record, group ? world.group : world.valve);
            QCOMPARE(step.etag, group ? u"\"g2\""_s : u"\"i2\""_s);
            QCOMPARE(step.target, alpha);
        }
        QCOMPARE(undo.devices.size(), size_t(6));
        for (const PlannedDevice &device : undo.devices) {
            QCOMPARE(device.source, beta);
            QCOMPARE(device.target, alpha);
        }
    }

    void isADocumentLikeAnyPlan()
    {
        for (const Plan &undo : {World().undo(), SplitWorld().undo()}) {
            const Result<Plan> read = fromJson(toJson(undo));
            QVERIFY2(read, qPrintable(read ? QString() : read.error().what));
            QCOMPARE(hashOf(*read), hashOf(undo));
            QCOMPARE(read->undoes, u"20260101-000000-0001"_s);
        }
    }

    void listsAndBlocksWhatSomebodyChangedSince()
    {
        World world;
        world.after.value.groups[u"meters"_s].raw.replace("[1,2]", "[1,2,3]");
        const Plan blocked = world.undo();
        QCOMPARE(verdictOf(blocked, undoDrift), Verdict::Block);
        QVERIFY(test::checkOf(blocked.checks, undoDrift)->evidence.contains(u"meters: x-unknown differs"_s));
        const Plan without = world.undo(true);
        QCOMPARE(verdictOf(without, undoDrift), Verdict::Warn);
        QCOMPARE(without.devices.size(), size_t(1));
        QCOMPARE(without.skipped.size(), size_t(5));
    }

    void leavesAloneWhatTheRunNeverWrote()
    {
        const Plan undo = World().undo(false, Trace::Write::Never);
        QVERIFY(undo.steps.empty() && undo.devices.empty());
        QCOMPARE(undo.skipped.size(), size_t(6));
    }

    void readsAWriteWithoutOutcomeFromWhatIsThere()
    {
        World world;
        QCOMPARE(world.undo(false, Trace::Write::Perhaps).steps.size(), size_t(2));
        world.after.value.individuals[u"reg-1"_s] = *fleet::parseEnrollment(world.valve);
        QCOMPARE(world.undo(false, Trace::Write::Perhaps).steps.size(), size_t(1));
    }

    void bringsASplitOutHomeBeforeItIsDeleted()
    {
        const Plan undo = SplitWorld().undo();
        QVERIFY2(undo.verdict() != Verdict::Block, qPrintable(test::checkOf(undo.checks, undoDrift)->evidence));
        QCOMPARE(undo.steps.size(), size_t(2));
        QCOMPARE(undo.steps[0].strategy, Strategy::RepointIndividual);
        QCOMPARE(undo.steps[0].target, alpha);
        QVERIFY(undo.steps[0].record.isEmpty());
        QCOMPARE(undo.steps[1].strategy, Strategy::Remove);
        QCOMPARE(undo.devices.front().step, 0);
    }

    void takesHandedBackDevicesHomeWithTheirGroup()
    {
        const Plan undo = StrictWorld(true).undo();
        QVERIFY2(undo.verdict() != Verdict::Block, qPrintable(undo.checks.back().evidence));
        QCOMPARE(undo.steps.size(), size_t(1));
        QCOMPARE(undo.steps.front().strategy, Strategy::RepointGroup);
        QCOMPARE(undo.steps.front().record, StrictWorld(true).group);
        QCOMPARE(undo.devices.size(), size_t(5));
    }

    void takesADeviceThatWasNotHandedBackHomeByItself()
    {
        const Plan undo = StrictWorld(false).undo();
        QVERIFY2(undo.verdict() != Verdict::Block, qPrintable(undo.checks.back().evidence));
        QCOMPARE(undo.steps.size(), size_t(3));
        QCOMPARE(undo.devices.size(), size_t(5));
        QCOMPARE(verdictOf(undo, u"undo-group"_s), Verdict::Pass);
        QVERIFY(fromJson(toJson(undo)));
    }

    void handsNoDeviceBackToAGroupThatPointsElsewhere()
    {
        SplitWorld world;
        repoint(world.after.value.groups[u"meters"_s], beta);
        QCOMPARE(verdictOf(world.undo(), u"undo-group"_s), Verdict::Block);
    }

    void countsNoRoomForDevicesThatAreHome()
    {
        World world;
        world.after.stamp(u"alpha"_s).capacity = 6;
        QVERIFY(verdictOf(world.undo(), u"capacity"_s) != Verdict::Block);
        world.after.addDevices(QString(), u"other"_s, 1, u"alpha"_s);
        QCOMPARE(verdictOf(world.undo(), u"capacity"_s), Verdict::Block);
    }

    void refusesAPlanThatDeletesWhatItDoesNotBringHome()
    {
        Plan undo = SplitWorld().undo();
        undo.steps[1].enrollment = u"meter-2"_s;
        QVERIFY(!fromJson(toJson(undo)));
        undo = World().undo();
        undo.steps.front().record = R"({"enrollmentGroupId":"other","attestation":{"type":"x509"}})";
        QVERIFY(!fromJson(toJson(undo)));
    }
};

DROVER_TEST(TestUndo)
#include "tst_undo.moc"
