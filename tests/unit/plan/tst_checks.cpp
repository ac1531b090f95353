#include "models/plan/plan.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

#include <set>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using test::SampleFleet;

namespace {

using Bend = void (*)(SampleFleet &);

constexpr Instant now = Instant(std::chrono::days(20'000));

SampleFleet sample()
{
    SampleFleet sample;
    sample.addGroup(u"meters"_s);
    sample.addDevices(u"meters"_s, u"meter"_s, 20, u"alpha"_s);
    return sample;
}

std::vector<Check> checksOf(const SampleFleet &fleet)
{
    return makePlan(fleet.fleet(), {test::moveOf(u"group:meters"_s, u"beta"_s)}, {}, now)->checks;
}

fleet::Enrollment &meters(SampleFleet &fleet)
{
    return fleet.value.groups[u"meters"_s];
}

void tie(SampleFleet &fleet, const QByteArray &device, const fleet::Ties &ties)
{
    fleet::DeviceFact fact;
    fact.deviceId = device;
    fact.hub = test::hostOf(u"alpha"_s);
    fact.ties = ties;
    fleet.addDevice(fact);
}

} // namespace
Q_DECLARE_METATYPE(Bend)
Q_DECLARE_METATYPE(Verdict)

class TestChecks final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aHealthyPlanPassesEverything()
    {
        for (const Check &check : checksOf(sample())) {
            QVERIFY2(check.verdict == Verdict::Pass, qPrintable(check.id + u": "_s + check.evidence));
            QVERIFY2(!check.evidence.isEmpty() && !check.title.isEmpty(), qPrintable(check.id));
            QVERIFY(check.remedy.isEmpty());
        }
    }

    void everyCheckOfTheCatalogueIsThereOnce()
    {
        std::set<QString> ids;
        for (const Check &check : checksOf(sample()))
            QVERIFY2(ids.insert(check.id).second, qPrintable(check.id));
        for (const char *id : {"target-linked", "hub-reachable", "tier-has-twins", "capacity", "hub-maximum",
                 "headroom-n-1", "hub-throttles", "message-quota", "dps-limits", "enrollment-enabled",
                 "reprovision-policy", "allocation-policy", "static-list", "whole-or-subset", "custom-allocation",
                 "attestation", "already-at-target", "id-mismatch", "orphaned-registrations", "edge-devices",
                 "trigger-supported", "offline-devices", "production", "etags-known", "clock-skew", "data-complete",
                 "owners-rules", "windows", "approval"})
            QVERIFY2(ids.contains(QString::fromLatin1(id)), id);
    }

    /// What must be at the target before a device is verified: modules, and a parent that goes there, too.
    void whatHangsOnDevicesIsCountedAndKept()
    {
        SampleFleet fleet = sample();
        fleet.addIndividual(u"gate"_s, u"gate"_s, u"alpha"_s);
        tie(fleet, "gate", {.edge = true, .modules = 0, .parent = {}});
        tie(fleet, "meter-1", {.edge = true, .modules = 1, .parent = {}});
        tie(fleet, "meter-1", {.edge = true, .modules = 1, .parent = "gate"});
        tie(fleet, "meter-2", {.edge = false, .modules = 0, .parent = "meter-1"});
        tie(fleet, "meter-3", {.edge = false, .modules = 0, .parent = "gate"});
        const Plan plan = *makePlan(fleet.fleet(), {test::moveOf(u"group:meters"_s, u"beta"_s)}, {}, now);
        const QString evidence = test::checkOf(plan.checks, u"edge-devices"_s)->evidence;
        QCOMPARE(evidence, u"1 IoT Edge device with 2 modules on 1 device: modules and their twins do not follow to the new hub; "
                           "1 child of IoT Edge devices that go along: the new hub does not know who their parents are; "
                           "2 children are parted from the IoT Edge device that they connect through (2 go, 0 stay)."_s);
        QCOMPARE(plan.attached.size(), size_t(2));
        for (const Attached &one : plan.attached) {
            const bool first = plan.devices[size_t(one.device)].deviceId == u"meter-1"_s;
            QCOMPARE(one.modules, first ? 2 : 0);
            QCOMPARE(one.parent, first ? QString() : u"meter-1"_s);
        }
        QCOMPARE(fromJson(toJson(plan))->attached, plan.attached);
    }

    void trouble_data()
    {
        QTest::addColumn<Bend>("bend");
        QTest::addColumn<QString>("id");
        QTest::addColumn<Verdict>("verdict");
        const auto row = [](const char *name, const QString &id, Verdict verdict, Bend bend) {
            QTest::newRow(name) << bend << id << verdict;
        };
        row("not linked", u"target-linked"_s, Verdict::Block, [](SampleFleet &f) { f.value.dps.linked->clear(); });
        row("links unknown", u"target-linked"_s, Verdict::Warn, [](SampleFleet &f) { f.value.dps.linked.reset(); });
        row("suspended", u"dps-active"_s, Verdict::Block, [](SampleFleet &f) { f.value.dps.state = u"Suspended"_s; });
        row("outage", u"hub-reachable"_s, Verdict::Block,
            [](SampleFleet &f) { f.stamp(u"beta"_s).health.state = fleet::HubHealth::State::Outage; });
        row("failing over", u"hub-reachable"_s, Verdict::Block,
            [](SampleFleet &f) { f.stamp(u"beta"_s).health.state = fleet::HubHealth::State::FailingOver; });
        row("source outage", u"hub-reachable"_s, Verdict::Warn,
            [](SampleFleet &f) { f.stamp(u"alpha"_s).health.state = fleet::HubHealth::State::Outage; });
        row("basic", u"tier-has-twins"_s, Verdict::Block,
            [](SampleFleet &f) { f.stamp(u"beta"_s).sku.name = u"B1"_s; });
        row("basic source", u"trigger-supported"_s, Verdict::Warn,
            [](SampleFleet &f) { f.stamp(u"alpha"_s).sku.name = u"B1"_s; });
        row("full", u"capacity"_s, Verdict::Block, [](SampleFleet &f) { f.stamp(u"beta"_s).capacity = 19; });
        row("arrivals under way", u"capacity"_s, Verdict::Block,
            [](SampleFleet &f) { f.stamp(u"beta"_s).arriving = 9'981; });
        row("nearly full", u"capacity"_s, Verdict::Warn, [](SampleFleet &f) { f.stamp(u"beta"_s).capacity = 21; });
        row("no capacity", u"capacity"_s, Verdict::Warn, [](SampleFleet &f) { f.stamp(u"beta"_s).capacity.reset(); });
        row("hub full", u"hub-maximum"_s, Verdict::Block,
            [](SampleFleet &f) { f.stamp(u"beta"_s).health.maximum = 19; });
        row("no room beside", u"headroom-n-1"_s, Verdict::Warn, [](SampleFleet &f) {
            f.stamp(u"alpha"_s).capacity = 10;
            f.stamp(u"gamma"_s).capacity = 9;
        });
        row("slow registry", u"hub-throttles"_s, Verdict::Warn, [](SampleFleet &f) {
            f.addDevices(u"meters"_s, u"more"_s, 200, u"alpha"_s);
            f.stamp(u"beta"_s).sku.units = 1;
        });
        row("messages", u"message-quota"_s, Verdict::Warn, [](SampleFleet &f) {
            f.stamp(u"alpha"_s).health.messagesToday = 500;
            f.stamp(u"beta"_s).health.messagesToday = 600;
            f.stamp(u"beta"_s).health.messagesPerDay = 1'000;
        });
        row("disabled", u"enrollment-enabled"_s, Verdict::Block, [](SampleFleet &f) { meters(f).enabled = false; });
        row("never", u"reprovision-policy"_s, Verdict::Block,
            [](SampleFleet &f) { meters(f).reprovision = fleet::Reprovision::Never; });
        row("reset", u"reprovision-policy"_s, Verdict::Warn,
            [](SampleFleet &f) { meters(f).reprovision = fleet::Reprovision::Reset; });
        row("static list", u"static-list"_s, Verdict::Warn,
            [](SampleFleet &f) { meters(f).hubs.push_back(f.stamp(u"gamma"_s).hub); });
        row("custom", u"custom-allocation"_s, Verdict::Block,
            [](SampleFleet &f) { meters(f).allocation = fleet::Allocation::Custom; });
        row("TPM group", u"attestation"_s, Verdict::Block,
            [](SampleFleet &f) { meters(f).attestation = fleet::Attestation::Tpm; });
        row("all there", u"already-at-target"_s, Verdict::Block, [](SampleFleet &f) {
            f = SampleFleet();
            f.addGroup(u"meters"_s);
            f.addDevices(u"meters"_s, u"meter"_s, 2, u"beta"_s);
        });
        row("spelling", u"id-mismatch"_s, Verdict::Warn, [](SampleFleet &f) {
            f.addDevice({.deviceId = "Meter-X",
                .registrationId = "meter-x",
                .hub = test::hostOf(u"alpha"_s),
                .group = "meters",
                .connected = true,
                .enabled = {},
                .lastActivityMs = {},
                .tags = {}});
        });
        row("other id in a group", u"id-mismatch"_s, Verdict::Block, [](SampleFleet &f) {
            f.addDevice({.deviceId = "one",
                .registrationId = "two",
                .hub = test::hostOf(u"alpha"_s),
                .group = "meters",
                .connected = true,
                .enabled = {},
                .lastActivityMs = {},
                .tags = {}});
        });
        row("group gone", u"orphaned-registrations"_s, Verdict::Block, [](SampleFleet &f) { f.value.groups.clear(); });
        row("edge", u"edge-devices"_s, Verdict::Warn, [](SampleFleet &f) { meters(f).edge = true; });
        row("modules", u"edge-devices"_s, Verdict::Warn, [](SampleFleet &f) { tie(f, "meter-3", {.edge = false, .modules = 1, .parent = {}}); });
        row("a child without its parent", u"edge-devices"_s, Verdict::Warn,
            [](SampleFleet &f) { tie(f, "meter-3", {.edge = false, .modules = 0, .parent = "gate"}); });
        row("modules not loaded", u"data-complete"_s, Verdict::Warn, [](SampleFleet &f) {
            f.value.gaps.push_back({u"Modules and children on hub-beta.azure-devices.net"_s, u"timed out"_s, true});
        });
        row("long offline", u"offline-devices"_s, Verdict::Warn, [](SampleFleet &f) {
            f.addDevice({.deviceId = "old",
                .registrationId = "old",
                .hub = test::hostOf(u"alpha"_s),
                .group = "meters",
                .connected = false,
                .enabled = {},
                .lastActivityMs = 1'000,
                .tags = {}});
        });
        row("no ETag", u"etags-known"_s, Verdict::Block, [](SampleFleet &f) { meters(f).etag.clear(); });
        row("small skew", u"clock-skew"_s, Verdict::Warn,
            [](SampleFleet &f) { f.value.clockSkew = -std::chrono::seconds(90); });
        row("large skew", u"clock-skew"_s, Verdict::Block,
            [](SampleFleet &f) { f.value.clockSkew = std::chrono::minutes(6); });
        row("gap at the target", u"data-complete"_s, Verdict::Block, [](SampleFleet &f) {
            f.value.gaps.push_back({u"devices of hub-beta.azure-devices.net"_s, u"timed out"_s});
        });
        row("gap in the group", u"data-complete"_s, Verdict::Block,
            [](SampleFleet &f) { f.value.gaps.push_back({u"registrations of meters"_s, u"timed out"_s}); });
        row("gap elsewhere", u"data-complete"_s, Verdict::Warn, [](SampleFleet &f) {
            f.value.gaps.push_back({u"devices of hub-gamma.azure-devices.net"_s, u"timed out"_s});
        });
    }
    void trouble()
    {
        QFETCH(Bend, bend);
        QFETCH(QString, id);
        QFETCH(Verdict, verdict);
        SampleFleet fleet = sample();
        bend(fleet);
        const std::vector<Check> checks = checksOf(fleet);
        const Check *check = test::checkOf(checks, id);
        QVERIFY(check);
        QVERIFY2(check->verdict == verdict, qPrintable(check->evidence));
        QVERIFY2(!check->remedy.isEmpty(), qPrintable(check->evidence));
    }
};

DROVER_TEST(TestChecks)
#include "tst_checks.moc"
