#include "models/plan/triggers.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using enum drover::plan::TriggerKind;

namespace {

Plan planOf(test::SampleFleet &fleet, const Options &options = {})
{
    return *makePlan(fleet.fleet(), {test::moveOf(u"group:meters"_s, u"beta"_s)}, options, {});
}

test::SampleFleet fleetOf(int devices, const QByteArray &attestation = "symmetricKey")
{
    test::SampleFleet fleet;
    fleet.stamp(u"beta"_s).capacity = 1'000'000;
    fleet.addGroup(u"meters"_s, attestation);
    fleet.addDevices(u"meters"_s, u"meter"_s, devices, u"alpha"_s);
    return fleet;
}

bool says(const Plan &plan, const QString &text)
{
    return std::ranges::any_of(plan.notes, [&text](const QString &note) { return note.contains(text); });
}

} // namespace

/// Which trigger comes first, what is left out, and that a plan says and keeps it.
class TestTriggers final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fewDevicesAreToldByMethodAndManyByJobs()
    {
        test::SampleFleet few = fleetOf(20);
        test::SampleFleet many = fleetOf(600);
        QCOMPARE(planOf(few).tellings.front().chain, (TriggerChain{Method, Job, Wait}));
        QCOMPARE(planOf(many).tellings.front().chain, (TriggerChain{Job, Method, Wait}));
        QVERIFY(says(planOf(many), u"600 devices on alpha are told to register again by jobs"_s));
        QVERIFY(planOf(many).calls < 600);
    }

    void theHubsEditionSetsTheJobs_data()
    {
        QTest::addColumn<QString>("edition");
        QTest::addColumn<int>("units");
        QTest::addColumn<int>("atOnce");
        QTest::addColumn<double>("perSecond");
        QTest::newRow("S1") << u"S1"_s << 1 << 1 << 10.0;
        QTest::newRow("many units of S1") << u"S1"_s << 20 << 1 << 20.0;
        QTest::newRow("S2") << u"S2"_s << 1 << 5 << 10.0;
        QTest::newRow("S3") << u"S3"_s << 2 << 10 << 100.0;
    }
    void theHubsEditionSetsTheJobs()
    {
        QFETCH(QString, edition);
        QFETCH(int, units);
        QFETCH(int, atOnce);
        QFETCH(double, perSecond);
        test::SampleFleet fleet = fleetOf(3);
        fleet.stamp(u"alpha"_s).sku = {edition, units};
        const Telling telling = planOf(fleet).tellings.front();
        QCOMPARE(telling.jobsAtOnce, atOnce);
        QCOMPARE(telling.jobDevicesPerSecond, perSecond);
    }

    void whatIsAskedForComesAsFarAsItCan()
    {
        test::SampleFleet keys = fleetOf(3);
        test::SampleFleet certificates = fleetOf(3, "x509");
        Options options;
        options.triggers = {Register, Twin};
        QCOMPARE(planOf(keys, options).tellings.front().chain, (TriggerChain{Register, Twin}));
        QCOMPARE(planOf(certificates, options).tellings.front().chain, TriggerChain{Twin});
        keys.stamp(u"alpha"_s).sku = {u"B1"_s, 1};
        options.triggers = {Twin, Method};
        QCOMPARE(planOf(keys, options).tellings.front().chain, TriggerChain{Wait});
    }

    void aPlanKeepsItsTriggers()
    {
        test::SampleFleet fleet = fleetOf(3);
        Options options;
        options.triggers = {Disable, TwinJob, Wait};
        options.property = u"moveNow"_s;
        options.lookShare = 0.25;
        const Plan plan = planOf(fleet, options);
        const Result<Plan> read = fromJson(toJson(plan));
        QVERIFY(read);
        QCOMPARE(read->options.triggers, options.triggers);
        QCOMPARE(read->options.property, options.property);
        QCOMPARE(read->options.lookShare, 0.25);
        QVERIFY(read->tellings == plan.tellings);
        QCOMPARE(toJson(*read), toJson(plan));
    }

    /// What support has raised makes a plan quicker, and its run goes by it wherever it is resumed.
    void aPlanKeepsTheLimitsThatItWasMadeWith()
    {
        test::SampleFleet fleet = fleetOf(3);
        const Plan usual = planOf(fleet);
        fleet.value.dps.limits = {.operationsPerMinute = 2500, .registrationsPerMinute = 5000};
        const Plan plan = planOf(fleet);
        const Result<Plan> read = fromJson(toJson(plan));
        QVERIFY(read);
        QVERIFY(read->options.dps == fleet.value.dps.limits);
        QCOMPARE(toJson(*read), toJson(plan));
        QVERIFY(!toJson(usual).contains("PerMinute"));
    }

    /// Plans from before there were triggers have no such member, and their hash is over what they have.
    void anOldPlanStaysReadable()
    {
        test::SampleFleet fleet = fleetOf(3);
        Plan old = planOf(fleet);
        old.tellings.clear();
        const QByteArray json = toJson(old);
        QVERIFY(!json.contains("\"triggers\"") && !json.contains("lookShare") && !json.contains("\"property\""));
        QVERIFY(fromJson(json));
    }

    void wordsThatAreNoneAreNamed()
    {
        QCOMPARE(*triggersOf(u"job, method,wait"_s), (TriggerChain{Job, Method, Wait}));
        QCOMPARE(wordsOf({Twin, TwinJob, Disable, Register}), u"twin,twin-job,disable,register"_s);
        for (const QString &text : {u""_s, u"shout"_s, u"job,job"_s, u"enable"_s}) {
            const Result<TriggerChain> read = triggersOf(text);
            QVERIFY2(!read, qPrintable(text));
            QCOMPARE(read.error().kind, ErrorKind::Usage);
        }
    }
};

DROVER_TEST(TestTriggers)
#include "tst_triggers.moc"
