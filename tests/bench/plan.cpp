#include "tests/bench/bench.h"

#include "models/plan/plan.h"

#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace drover::bench {
namespace {

constexpr int devices = 100'000;

fleet::Stamp stamp(const QString &name, qint64 population)
{
    fleet::Stamp stamp;
    stamp.name = *StampName::parse(name);
    stamp.title = name;
    stamp.ring = fleet::Ring::Test;
    stamp.hub = *HubHostName::parse(QString(name + u".azure-devices.net"_s));
    stamp.sku = {u"S3"_s, 1};
    stamp.capacity = 500'000;
    stamp.health.state = fleet::HubHealth::State::Active;
    stamp.health.identities = population;
    return stamp;
}

fleet::Fleet sample()
{
    fleet::Fleet fleet;
    fleet.stamps = {stamp(u"north"_s, devices), stamp(u"south"_s, 0)};
    fleet.dps.host = u"bench.azure-devices-provisioning.net"_s;
    fleet.dps.linked = {fleet.stamps[0].hub, fleet.stamps[1].hub};
    const auto group = fleet::parseEnrollment(
        R"({"enrollmentGroupId":"herd","attestation":{"type":"symmetricKey"},"allocationPolicy":"static",)"
        R"("iotHubs":["north.azure-devices.net"],"provisioningStatus":"enabled","etag":"\"1\""})");
    if (!group)
        qFatal("the sample enrollment is broken");
    fleet.groups.emplace(u"herd"_s, *group);
    auto index = std::make_shared<fleet::DeviceIndex>();
    for (int i = 0; i < devices; ++i) {
        fleet::DeviceFact fact;
        fact.deviceId = "device-" + QByteArray::number(i);
        fact.registrationId = fact.deviceId;
        fact.hub = "north.azure-devices.net";
        fact.group = "herd";
        fact.connected = true;
        index->mergeHub(fact);
        index->mergeDps(fact);
    }
    fleet.devices = index;
    return fleet;
}

} // namespace

void plan()
{
    const fleet::Fleet fleet = sample();
    const std::vector<plan::Move> moves = {{*fleet::DeviceSet::parse(u"group:herd"_s), *StampName::parse(u"south"_s)}};
    QByteArray document;
    const double making = median(3, [&] {
        const auto made = plan::makePlan(fleet, moves, {}, {});
        if (!made || made->devices.size() != devices)
            qFatal("the sample plan could not be made");
        document = plan::toJson(*made);
    });
    // The floor: parsing the document that came of it by the same JSON library.
    const double floor = median(3, [&] { Q_UNUSED(nlohmann::ordered_json::parse(document.constData(), document.constData() + document.size())); });
    print({{u"figure"_s, u"plan-and-write"_s}, {u"devices"_s, devices}, {u"ms"_s, making}, {u"bytes"_s, document.size()},
        {u"floor"_s, u"parsing the document"_s}, {u"floorMs"_s, floor}, {u"ratio"_s, making / floor}});
}

} // namespace drover::bench
