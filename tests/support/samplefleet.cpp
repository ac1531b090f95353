#include "tests/support/samplefleet.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::test {

using namespace drover::fleet;

SampleFleet::SampleFleet()
{
    value.name = u"sample"_s;
    value.dps.name = u"dps-one"_s;
    value.dps.host = u"dps-one.azure-devices-provisioning.net"_s;
    value.dps.linked.emplace();
    for (const QString &name : {u"alpha"_s, u"beta"_s, u"gamma"_s})
        addStamp(name);
}

Stamp &SampleFleet::addStamp(const QString &name)
{
    Stamp stamp;
    stamp.name = *StampName::parse(name);
    stamp.title = name;
    stamp.ring = Ring::Test;
    stamp.hub = *HubHostName::parse(QString::fromUtf8(hostOf(name)));
    stamp.sku = {.name = u"S1"_s, .units = 20};
    stamp.capacity = 10'000;
    stamp.health.state = HubHealth::State::Active;
    value.dps.linked->push_back(stamp.hub);
    return value.stamps.emplace_back(std::move(stamp));
}

Stamp &SampleFleet::stamp(const QString &name)
{
    return *std::find_if(
        value.stamps.begin(), value.stamps.end(), [&name](const Stamp &stamp) { return stamp.name.text() == name; });
}

Enrollment &SampleFleet::addGroup(const QString &id, const QByteArray &attestation)
{
    const QByteArray json = R"({"enrollmentGroupId":")" + id.toUtf8() + R"(","attestation":{"type":")" + attestation
        + R"("},"iotHubs":[")" + hostOf(u"alpha"_s)
        + R"("],"allocationPolicy":"static","etag":"\"g1\"","x-unknown":{"kept":[1,2]}})";
    return value.groups[id.toLower()] = *parseEnrollment(json);
}

Enrollment &SampleFleet::addIndividual(const QString &registrationId, const QString &deviceId, const QString &stampName)
{
    const QByteArray json = R"({"registrationId":")" + registrationId.toUtf8() + R"(","deviceId":")" + deviceId.toUtf8()
        + R"(","attestation":{"type":"symmetricKey"},"iotHubs":[")" + hostOf(stampName) + R"("],"etag":"\"i1\""})";
    addDevice({.deviceId = deviceId.toUtf8(),
        .registrationId = registrationId.toUtf8(),
        .hub = hostOf(stampName),
        .group = QByteArray(),
        .connected = true,
        .enabled = true,
        .lastActivityMs = {},
        .tags = {}});
    return value.individuals[registrationId.toLower()] = *parseEnrollment(json);
}

void SampleFleet::addDevices(const QString &group, const QString &prefix, int count, const QString &stampName)
{
    for (int i = 0; i < count; ++i) {
        const QByteArray id = prefix.toUtf8() + '-' + QByteArray::number(i);
        addDevice({.deviceId = id,
            .registrationId = id,
            .hub = hostOf(stampName),
            .group = group.toUtf8(),
            .connected = true,
            .enabled = true,
            .lastActivityMs = {},
            .tags = {}});
    }
}

void SampleFleet::addDevice(const DeviceFact &fact)
{
    if (!fact.hub.isEmpty())
        m_index.mergeHub(fact);
    m_index.mergeDps(fact);
}

Fleet SampleFleet::fleet() const
{
    Fleet fleet = value;
    fleet.devices = std::make_shared<DeviceIndex>(m_index);
    for (Stamp &stamp : fleet.stamps) {
        if (stamp.health.identities)
            continue;
        qint64 count = 0;
        for (DeviceIndex::Row row = 0; row < static_cast<DeviceIndex::Row>(m_index.size()); ++row)
            count += m_index.hubName(m_index.hubOf(row)) == stamp.hub.text() ? 1 : 0;
        stamp.health.identities = count;
    }
    return fleet;
}

QByteArray hostOf(const QString &stampName)
{
    return "hub-" + stampName.toUtf8() + ".azure-devices.net";
}

plan::Move moveOf(const QString &set, const QString &to)
{
    return {.set = *DeviceSet::parse(set), .to = *StampName::parse(to)};
}

const plan::Check *checkOf(const std::vector<plan::Check> &checks, const QString &id)
{
    const auto found
        = std::find_if(checks.begin(), checks.end(), [&id](const plan::Check &check) { return check.id == id; });
    return found == checks.end() ? nullptr : &*found;
}

} // namespace drover::test
