#include "models/fleet/deviceindex.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::fleet;

namespace {

DeviceFact fact(const QByteArray &id, const QByteArray &hub)
{
    return {.deviceId = id,
        .registrationId = {},
        .hub = hub,
        .group = {},
        .connected = {},
        .enabled = {},
        .lastActivityMs = {},
        .tags = {}};
}

} // namespace

class TestDeviceIndex final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void twoHubsMayEachHaveTheDevice()
    {
        DeviceIndex index;
        const auto a = index.mergeHub(fact("Pump-7", "a.net"));
        const auto b = index.mergeHub(fact("Pump-7", "b.net"));
        QVERIFY(a != b);
        QCOMPARE(index.mergeHub(fact("Pump-7", "A.net")), a);
        QCOMPARE(index.find("b.net", "Pump-7"), std::optional(b));
        QVERIFY(!index.find("b.net", "pump-7"));
        QCOMPARE(index.named("Pump-7").size(), size_t(2));
    }

    void dpsAndHubShareARow()
    {
        DeviceIndex index;
        const auto row = index.mergeHub(fact("meter-1", "a.net"));
        DeviceFact dps = fact("meter-1", "a.net");
        dps.registrationId = "meter-1";
        dps.group = "meters";
        QCOMPARE(index.mergeDps(dps), row);
        QCOMPARE(index.groupName(index.groupOf(row)), u"meters"_s);
        QCOMPARE(index.flags(row) & (DeviceIndex::OnHub | DeviceIndex::InDps), DeviceIndex::OnHub | DeviceIndex::InDps);
    }

    void bothRowsExistWhenDpsAndHubDisagree()
    {
        DeviceIndex index;
        const auto onHub = index.mergeHub(fact("meter-1", "a.net"));
        const auto inDps = index.mergeDps(fact("meter-1", "b.net"));
        QVERIFY(onHub != inDps);
        QVERIFY(!(index.flags(onHub) & DeviceIndex::InDps));
        QVERIFY(!(index.flags(inDps) & DeviceIndex::OnHub));
    }

    void anUnassignedRegistrationJoinsItsHubLater()
    {
        DeviceIndex index;
        const auto waiting = index.mergeDps(fact("valve-1", ""));
        QCOMPARE(index.hubOf(waiting), DeviceIndex::noHub);
        QCOMPARE(index.mergeDps(fact("valve-1", "a.net")), waiting);
        QCOMPARE(index.hubName(index.hubOf(waiting)), u"a.net"_s);
        QCOMPARE(index.mergeHub(fact("valve-1", "a.net")), waiting);
        QCOMPARE(index.size(), 1);
    }

    void aWaitingRegistrationHandsItsGroupToTheHubsRow()
    {
        DeviceIndex index;
        DeviceFact dps = fact("valve-1", "");
        dps.group = "valves";
        const auto waiting = index.mergeDps(dps);
        const auto onHub = index.mergeHub(fact("valve-1", "a.net"));
        QCOMPARE(index.mergeDps(fact("valve-1", "a.net")), onHub);
        QCOMPARE(index.groupName(index.groupOf(onHub)), u"valves"_s);
        QCOMPARE(index.flags(waiting), quint8(0));
        QCOMPARE(index.named("valve-1"), std::vector{onHub});
    }

    void registrationIdsAreFoundInAnyLetterCaseAndDeviceIdsAreNot()
    {
        DeviceIndex index;
        DeviceFact individual = fact("Pump-7", "a.net");
        individual.registrationId = "reg-7";
        const auto row = index.mergeDps(individual);
        index.mergeHub(fact("other-1", "a.net"));
        QCOMPARE(index.named("REG-7"), std::vector{row});
        QCOMPARE(index.named("Pump-7"), std::vector{row});
        QVERIFY(index.named("pump-7").empty());
        QVERIFY(index.named("OTHER-1").empty());
        QCOMPARE(index.beginning("reg", 5), std::vector{row});
    }

    void absentMembersLeaveWhatIsKnown()
    {
        DeviceIndex index;
        DeviceFact full = fact("d", "a.net");
        full.connected = true;
        full.enabled = false;
        full.tags = R"({"site":"north"})";
        full.lastActivityMs = 5;
        const auto row = index.mergeHub(full);
        index.mergeHub(fact("d", "a.net"));
        QVERIFY(index.flags(row) & DeviceIndex::Connected);
        QVERIFY(index.flags(row) & DeviceIndex::Disabled);
        QCOMPARE(index.tags(row), std::string_view(R"({"site":"north"})"));
        QCOMPARE(index.lastActivity(row)->time_since_epoch().count(), 5);
    }

    void aCopyAndItsOriginalGrowApart()
    {
        DeviceIndex one;
        one.mergeHub(fact("first", "a.net"));
        DeviceIndex two = one;
        one.mergeHub(fact("second", "a.net"));
        two.mergeHub(fact("third!", "a.net"));
        QCOMPARE(one.deviceId(1), std::string_view("second"));
        QCOMPARE(two.deviceId(1), std::string_view("third!"));
        QCOMPARE(two.deviceId(0), std::string_view("first"));
    }

    void manyDevicesStaySmallAndAreAllFound()
    {
        constexpr int count = 100'000;
        DeviceIndex index;
        DeviceFact device = fact("", "hub-a.azure-devices.net");
        device.group = "meters";
        device.tags = R"({"site":"north"})";
        for (int i = 0; i < count; ++i) {
            device.deviceId = "meter-" + QByteArray::number(i).rightJustified(8, '0');
            device.registrationId = device.deviceId;
            index.mergeHub(device);
            index.mergeDps(device);
        }
        QCOMPARE(index.size(), count);
        QVERIFY2(index.bytes() <= 128 * count, qPrintable(QString::number(index.bytes() / count)));
        for (int i = 0; i < count; i += 997) {
            const QByteArray id = "meter-" + QByteArray::number(i).rightJustified(8, '0');
            QCOMPARE(index.find("hub-a.azure-devices.net", id.toStdString()), std::optional<DeviceIndex::Row>(i));
        }
    }
};

DROVER_TEST(TestDeviceIndex)
#include "tst_device_index.moc"
