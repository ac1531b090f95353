#include "app/backend/arm/armclient.h"

#include "tests/support/faketransport.h"
#include "tests/support/json.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::backend;

namespace {

struct World {
    test::FakeClock clock;
    test::FakeTransport transport{&clock};
    Door door{transport, clock, [](Service, QString) -> QCoro::Task<Result<QByteArray>> { co_return "Bearer x"; }};
    ArmClient arm{door, u"management.azure.com"_s, u"sub"_s};
};

const QByteArray tagged = test::json(
    "{'id':'/subscriptions/sub/resourceGroups/rg-1/providers/Microsoft.Devices/IotHubs/hub-a','name':'hub-a',"
    "'location':'westeurope','sku':{'name':'S2','capacity':3},'tags':{'stamp':'Alpha','stamp-ring':'canary',"
    "'stamp-capacity':'5000','stamp-generation':'3','stamp-application':'gateway'},"
    "'properties':{'hostName':'HUB-A.azure-devices.net','state':'Active','newThing':{}}}");

} // namespace

class TestArmClient final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void followsNextLinksAndReadsTags()
    {
        World world;
        world.transport.willAnswer(
            200, "{\"value\":[" + tagged + "],\"nextLink\":\"https://management.azure.com/next?$skip=1&x=%2B\"}");
        world.transport.willAnswer(
            200, test::json("{'value':[{'name':'hub-b','properties':{'hostName':'hub-b.azure-devices.net'}}]}"));
        const auto stamps = QCoro::waitFor(world.arm.stamps({}));
        QVERIFY(stamps);
        QCOMPARE(stamps->size(), std::size_t(2));
        const fleet::Stamp &alpha = stamps->front();
        QCOMPARE(alpha.title, u"Alpha"_s);
        QCOMPARE(alpha.ring, fleet::Ring::Canary);
        QCOMPARE(alpha.capacity, 5000);
        QCOMPARE(alpha.application, fleet::Application::Gateway);
        QCOMPARE(alpha.hub.text(), u"hub-a.azure-devices.net"_s);
        QCOMPARE(alpha.sku, (fleet::Sku{u"S2"_s, 3}));
        QCOMPARE(world.arm.resourceGroup(alpha.hub), u"rg-1"_s);
        QCOMPARE(stamps->back().title, u"hub-b"_s);
        QCOMPARE(
            world.transport.sent()[1].url.toEncoded(), QByteArray("https://management.azure.com/next?$skip=1&x=%2B"));
    }

    void neverShowsTheTokenToAnotherHost()
    {
        World world;
        world.transport.willAnswer(200, test::json("{'value':[],'nextLink':'https://evil.example/next'}"));
        QCOMPARE(QCoro::waitFor(world.arm.stamps({})).error().kind, ErrorKind::Malformed);
        QCOMPARE(world.transport.sent().size(), std::size_t(1));
    }

    void readsMaximaAndLinks()
    {
        World world;
        world.transport.willAnswer(200,
            test::json("{'value':[{'name':'TotalMessages','currentValue':5,'maxValue':400000},"
                       "{'name':'TotalDeviceCount','currentValue':7,'maxValue':500000}]}"));
        const auto health = QCoro::waitFor(world.arm.quotaMetrics(u"rg"_s, u"hub-a"_s, {}));
        QVERIFY(health);
        QCOMPARE(health->maximum, 500000);
        QCOMPARE(health->messagesToday, 5);
        world.transport.willAnswer(200,
            test::json("{'name':'d','properties':{'state':'Suspended','allocationPolicy':'GeoLatency','idScope':'0ne1',"
                       "'serviceOperationsHostName':'D.azure-devices-provisioning.net','iotHubs':[{'name':'Hub-A.azure-"
                       "devices.net'}]}}"));
        const auto dps = QCoro::waitFor(world.arm.dps(u"rg"_s, u"d"_s, {}));
        QVERIFY(dps);
        QCOMPARE(dps->state, u"Suspended"_s);
        QCOMPARE(dps->linked->front().text(), u"hub-a.azure-devices.net"_s);
        QCOMPARE(dps->defaultAllocation, fleet::Allocation::GeoLatency);
    }
};

DROVER_TEST(TestArmClient)
#include "tst_arm_client.moc"
