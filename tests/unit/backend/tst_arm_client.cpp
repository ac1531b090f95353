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

const QByteArray tagged = test::json("{'id':'/subscriptions/sub/resourceGroups/rg-1/providers/Microsoft.Devices/IotHubs/hub-a','name':'hub-a',"
            "'location':'westeurope','sku':{'name':'S2','capacity':3},'tags':{'stamp':'Alpha','stamp-ring':'canary',"
            "'stamp-capacity':'5000','stamp-generation':'3','stamp-application':'gateway'},"
            "'properties':{'hostName':'HUB-A.azure-devices.net','state':'Active','newThing':{}}}"
            "{'value':[{'name':'hub-b','properties':{'hostName':'hub-b.azure-devices.net'}}]}"
            "{'value':[],'nextLink':'https://evil.example/next'}"
            "{'value':[{'name':'TotalMessages','currentValue':5,'maxValue':400000},{'name':'TotalDeviceCount','currentValue':7,'maxValue':500000}]}"
            "{'name':'d','properties':{'state':'Suspended','allocationPolicy':'GeoLatency','idScope':'0ne1',"
            "'serviceOperationsHostName':'D.azure-devices-provisioning.net','iotHubs':[{'name':'Hub-A.azure-devices.net'}]}}"));
        const auto dps = QCoro::waitFor(world.arm.dps(u"rg"_s, u"d"_s, {}));
        QVERIFY(dps);
        QCOMPARE(dps->state, u"Suspended"_s);
        QCOMPARE(dps->linked->front().text(), u"hub-a.azure-devices.net"_s);
        QCOMPARE(dps->defaultAllocation, fleet::Allocation::GeoLatency);
    }
};

DROVER_TEST(TestArmClient)
#include "tst_arm_client.moc"
