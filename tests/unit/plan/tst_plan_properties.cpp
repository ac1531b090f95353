#include "models/plan/plan.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

#include <numeric>
#include <rapidcheck.h>
#include <set>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using test::SampleFleet;

namespace {

const std::vector<QString> stamps{u"alpha"_s, u"beta"_s, u"gamma"_s};

QString anyStamp()
{
    return *rc::gen::elementOf(stamps);
}

/// Groups of several kinds spread over the stamps, individuals, devices that DPS does not know, small capacities.
SampleFleet anyFleet()
{
    SampleFleet fleet;
    for (const QString &name : stamps)
        fleet.stamp(name).capacity = *rc::gen::inRange(0, 60);
    for (int group = 0; group < 3; ++group) {
        const QString name = u"group-%1"_s.arg(group);
        fleet::Enrollment &record = fleet.addGroup(name, *rc::gen::element<QByteArray>("symmetricKey", "x509", "tpm"));
        record.enabled = *rc::gen::inRange(0, 8) != 0;
        record.allocation
            = *rc::gen::element(fleet::Allocation::Static, fleet::Allocation::Hashed, fleet::Allocation::Custom);
        for (const QString &stamp : stamps)
            fleet.addDevices(name, name + u"-at-"_s + stamp, *rc::gen::inRange(0, 12), stamp);
    }
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
        fleet.addIndividual(u"reg-%1"_s.arg(i), u"Dev-%1"_s.arg(i), anyStamp());
    fleet.addDevice({.deviceId = "never",
        .registrationId = "never",
        .hub = {},
        .group = "group-0",
        .connected = {},
        .enabled = {},
        .lastActivityMs = {},
        .tags = {}});
    return fleet;
}

std::vector<Move> anyMoves()
{
    static const std::vector<QString> sets{u"group:group-0"_s, u"group:group-1"_s, u"group:group-2"_s, u"stamp:alpha"_s,
        u"stamp:beta"_s, u"where:STARTSWITH(deviceId, 'group-1-at-a')"_s, u"where:STARTSWITH(deviceId, 'Dev')"_s,
        u"where:is_defined(deviceId)"_s, u"where:deviceId IN ['group-0-at-alpha-1', 'group-2-at-beta-0', 'Dev-1']"_s};
    std::vector<Move> moves;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
        moves.push_back(test::moveOf(*rc::gen::elementOf(sets), anyStamp()));
    return moves;
}

Options anyOptions()
{
    Options options;
    options.acceptFollowers = *rc::gen::arbitrary<bool>();
    options.waves.clear();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
        options.waves.push_back(*rc::gen::inRange(0, 101) / 100.0);
    return options;
}

void holdsTogether(const Plan &plan)
{
    const int sum = std::accumulate(
        plan.waves.begin(), plan.waves.end(), 0, [](int total, const Wave &wave) { return total + wave.devices; });
    RC_ASSERT(sum == static_cast<int>(plan.devices.size()));
    std::set<QString> registrations;
    for (const PlannedDevice &device : plan.devices) {
        RC_ASSERT(registrations.insert(device.registrationId).second);
        const Step &step = plan.steps.at(static_cast<size_t>(device.step));
        RC_ASSERT(step.target == device.target);
        RC_ASSERT(step.wave <= device.wave);
        RC_ASSERT(device.source != device.target);
    }
    for (const Wave &wave : plan.waves)
        RC_ASSERT(wave.devices > 0);
}

} // namespace

class TestPlanProperties final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyDeviceIsPlannedOnceOrToldWhyNot()
    {
        QVERIFY(rc::check("devices, waves and steps fit together", [] {
            const fleet::Fleet fleet = anyFleet().fleet();
            const std::vector<Move> moves = anyMoves();
            const Result<Plan> plan = makePlan(fleet, moves, anyOptions(), {});
            RC_ASSERT(plan.has_value());
            holdsTogether(*plan);
            std::set<QString> selected;
            size_t rows = 0;
            for (const Move &move : moves) {
                const auto selection = fleet::select(fleet, move.set);
                rows += selection->rows.size();
                for (const fleet::DeviceIndex::Row row : selection->rows)
                    selected.insert(QString::fromUtf8(fleet.devices->deviceId(row)));
            }
            RC_ASSERT(plan->devices.size() + plan->skipped.size() <= rows);
            for (const PlannedDevice &device : plan->devices)
                selected.erase(device.deviceId);
            for (const Skipped &skipped : plan->skipped)
                selected.erase(skipped.deviceId);
            RC_ASSERT(selected.empty());
        }));
    }

    void noTargetIsFilledOverItsCeilingUnblocked()
    {
        QVERIFY(rc::check("over the ceiling means blocked", [] {
            const fleet::Fleet fleet = anyFleet().fleet();
            const Result<Plan> plan = makePlan(fleet, anyMoves(), anyOptions(), {});
            RC_ASSERT(plan.has_value());
            for (const fleet::Stamp &stamp : fleet.stamps) {
                const auto arrivals = std::count_if(plan->devices.begin(), plan->devices.end(),
                    [&stamp](const PlannedDevice &device) { return device.target == stamp.hub; });
                if (arrivals > 0 && stamp.population() + arrivals > stamp.ceiling())
                    RC_ASSERT(plan->verdict() == Verdict::Block);
            }
        }));
    }

    void documentsReadAsTheyWereWritten()
    {
        QVERIFY(rc::check("round trip, and no other plan from an altered byte", [] {
            const Result<Plan> plan = makePlan(anyFleet().fleet(), anyMoves(), anyOptions(), {});
            RC_ASSERT(plan.has_value());
            const QByteArray json = toJson(*plan);
            const Result<Plan> read = fromJson(json);
            RC_ASSERT(read.has_value());
            RC_ASSERT(toJson(*read) == json);
            QByteArray altered = json;
            const int at = *rc::gen::inRange(0, static_cast<int>(json.size()));
            altered[at] = *rc::gen::arbitrary<char>();
            const Result<Plan> other = fromJson(altered);
            if (other)
                RC_ASSERT(toJson(*other) == json);
        }));
    }

    void theSameQuestionHasTheSameAnswer()
    {
        QVERIFY(rc::check("planning is pure", [] {
            const fleet::Fleet fleet = anyFleet().fleet();
            const std::vector<Move> moves = anyMoves();
            const Options options = anyOptions();
            RC_ASSERT(toJson(*makePlan(fleet, moves, options, {})) == toJson(*makePlan(fleet, moves, options, {})));
        }));
    }
};

DROVER_TEST(TestPlanProperties)
#include "tst_plan_properties.moc"
