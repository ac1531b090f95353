#include "models/plan/eta.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;

class TestEta final : public QObject {
    Q_OBJECT

private:
    static Plan of(test::SampleFleet &fleet, const QString &set, const TriggerChain &triggers = {})
    {
        Options options;
        options.triggers = triggers;
        return *makePlan(fleet.fleet(), {test::moveOf(set, u"beta"_s)}, options, {});
    }

private Q_SLOTS:
    void aGroupIsHeldByRegistrations()
    {
        test::SampleFleet fleet;
        fleet.addGroup(u"meters"_s);
        fleet.addDevices(u"meters"_s, u"meter"_s, 3'600, u"alpha"_s);
        const Plan plan = of(fleet, u"group:meters"_s, {TriggerKind::Method});
        QCOMPARE(plan.eta.bottleneck, u"DPS registrations 1,000/min"_s);
        QVERIFY(plan.eta.expected >= std::chrono::minutes(4));
        QVERIFY(plan.eta.longest > plan.eta.shortest);
    }

    void splitOutsAreHeldByOperations()
    {
        test::SampleFleet fleet;
        fleet.addGroup(u"meters"_s);
        fleet.addDevices(u"meters"_s, u"meter"_s, 500, u"alpha"_s);
        const Plan plan = of(fleet, u"where:deviceId != 'meter-1'"_s);
        QCOMPARE(plan.eta.bottleneck, u"DPS operations 1,000/min"_s);
    }

    void aSmallHubIsHeldByItsMethods()
    {
        test::SampleFleet fleet;
        fleet.stamp(u"alpha"_s).sku.units = 1;
        fleet.value.dps.limits.registrationsPerMinute = 100'000;
        fleet.addGroup(u"meters"_s);
        fleet.addDevices(u"meters"_s, u"meter"_s, 500, u"alpha"_s);
        QCOMPARE(of(fleet, u"group:meters"_s, {TriggerKind::Method}).eta.bottleneck, u"direct methods on alpha 40/s"_s);
    }

    void aJobOfASmallHubIsSlowerThanTheRegistrations()
    {
        test::SampleFleet fleet;
        fleet.stamp(u"alpha"_s).sku.units = 1;
        fleet.addGroup(u"meters"_s);
        fleet.addDevices(u"meters"_s, u"meter"_s, 3'600, u"alpha"_s);
        const Eta eta = of(fleet, u"group:meters"_s).eta;
        QCOMPARE(eta.bottleneck, u"jobs on alpha 10 devices/s"_s);
        QVERIFY(eta.expected > std::chrono::minutes(6));
        QVERIFY(eta.shortest < eta.expected && eta.expected < eta.longest);
        QCOMPARE(eta.waves.size(), size_t(4));
    }

    void theHoverTellsWhatThePlanTells()
    {
        for (const int devices : {30, 400, 3'000}) {
            test::SampleFleet fleet;
            fleet.addGroup(u"meters"_s);
            fleet.addDevices(u"meters"_s, u"meter"_s, devices, u"alpha"_s);
            const fleet::Fleet now = fleet.fleet();
            const fleet::Stamp &alpha = fleet.stamp(u"alpha"_s);
            const Work hovering = workOf(now, devices, {alpha.hub}, *now.stamp(*StampName::parse(u"beta"_s)));
            const Plan plan = of(fleet, u"group:meters"_s);
            QCOMPARE(estimated(hovering).whole, plan.eta.expected);
        }
    }

    void offlineDevicesMayKeepItWaiting()
    {
        test::SampleFleet fleet;
        fleet.addGroup(u"meters"_s);
        fleet.addDevices(u"meters"_s, u"meter"_s, 30, u"alpha"_s);
        const Duration before = of(fleet, u"group:meters"_s).eta.longest;
        fleet::DeviceFact away;
        away.deviceId = away.registrationId = "away";
        away.hub = test::hostOf(u"alpha"_s);
        away.group = "meters";
        away.connected = false;
        fleet.addDevice(away);
        QVERIFY(of(fleet, u"group:meters"_s).eta.longest >= before + Options().deadline);
    }

    void nothingToMoveTakesNoTime()
    {
        test::SampleFleet fleet;
        QCOMPARE(of(fleet, u"stamp:alpha"_s).eta.longest, Duration());
        QCOMPARE(of(fleet, u"stamp:alpha"_s).calls, 0);
    }

    void spansAreToldInWords()
    {
        QCOMPARE(about(std::chrono::seconds(20)), u"under 1 min"_s);
        QCOMPARE(about(std::chrono::seconds(60)), u"about 1 min"_s);
        QCOMPARE(about(std::chrono::seconds(200)), u"about 4 min"_s);
        QCOMPARE(about(std::chrono::minutes(130)), u"about 2 h 10 min"_s);
    }
};

DROVER_TEST(TestEta)
#include "tst_eta.moc"
