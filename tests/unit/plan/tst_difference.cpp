#include "models/plan/difference.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using test::SampleFleet;

namespace {

constexpr Instant now = Instant(std::chrono::days(20'000));

SampleFleet sample(int devices = 20)
{
    SampleFleet sample;
    sample.addGroup(u"meters"_s);
    sample.addDevices(u"meters"_s, u"meter"_s, devices, u"alpha"_s);
    return sample;
}

Plan planOf(const SampleFleet &fleet, const QString &set = u"group:meters"_s, const QString &to = u"beta"_s, Options options = {})
{
    return *makePlan(fleet.fleet(), {test::moveOf(set, to)}, options, now);
}

const Difference *find(const std::vector<Difference> &all, const QString &what)
{
    const auto at = std::ranges::find(all, what, &Difference::what);
    return at == all.end() ? nullptr : &*at;
}
const Difference *find(std::vector<Difference> &&, const QString &) = delete;

} // namespace

class TestDifference final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPlanIsLikeItselfAndLikeItsDocument()
    {
        const Plan plan = planOf(sample());
        QVERIFY(differences(plan, plan).empty());
        QVERIFY(differences(plan, *fromJson(toJson(plan))).empty());
    }

    void namesDevicesThatCameAndWent()
    {
        const std::vector<Difference> all = differences(planOf(sample(20)), planOf(sample(25)));
        const Difference *devices = find(all, u"devices in one of them only"_s);
        QVERIFY(devices);
        QCOMPARE(devices->before, QString());
        QCOMPARE(devices->after, u"5 devices (meter-20, meter-21, meter-22, …)"_s);
        QCOMPARE(find(all, u"devices"_s)->before, u"20"_s);
        QCOMPARE(find(all, u"devices"_s)->after, u"25"_s);
    }

    void namesAnotherTargetAndAnotherStrategy()
    {
        const Plan whole = planOf(sample());
        const std::vector<Difference> target = differences(whole, planOf(sample(), u"group:meters"_s, u"gamma"_s));
        QCOMPARE(find(target, u"moves"_s)->after, u"group:meters → gamma"_s);
        QVERIFY(find(target, u"devices with another target"_s));
        QVERIFY(!find(target, u"devices with another strategy"_s));
        const std::vector<Difference> part = differences(whole, planOf(sample(), u"where:deviceId = 'meter-1'"_s));
        QVERIFY(find(part, u"devices with another strategy"_s));
        QVERIFY(find(part, u"enrollment writes in one of them only"_s));
    }

    void namesAnEnrollmentThatSomebodyEdited()
    {
        SampleFleet fleet = sample();
        const Plan before = planOf(fleet);
        fleet.value.groups[u"meters"_s].etag = u"\"g2\""_s;
        const std::vector<Difference> all = differences(before, planOf(fleet));
        const Difference *changed = find(all, u"enrollments that were changed in between"_s);
        QVERIFY(changed);
        QCOMPARE(changed->after, u"1 enrollment (meters)"_s);
    }

    void namesChecksThatTurned()
    {
        SampleFleet fleet = sample();
        const Plan before = planOf(fleet);
        fleet.value.dps.linked->clear();
        const std::vector<Difference> all = differences(before, planOf(fleet));
        const Difference *check = find(all, u"check \"Target is linked to the DPS\""_s);
        QVERIFY(check);
        QCOMPARE(check->before, u"pass"_s);
        QVERIFY(check->after.startsWith(u"block: "_s));
    }

    void namesOptions()
    {
        Options options;
        options.gate.success = 0.9;
        options.waves = {0.5};
        const std::vector<Difference> all = differences(planOf(sample()), planOf(sample(), u"group:meters"_s, u"beta"_s, options));
        QCOMPARE(find(all, u"gate"_s)->after, u"90 %"_s);
        QCOMPARE(find(all, u"waves"_s)->after, u"10 + 10"_s);
    }
};

DROVER_TEST(TestDifference)
#include "tst_difference.moc"
