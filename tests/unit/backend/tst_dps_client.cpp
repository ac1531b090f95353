#include "app/backend/dps/dpsclient.h"

#include "tests/support/faketransport.h"
#include "tests/support/json.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::backend;
using Kind = fleet::Enrollment::Kind;

namespace {

struct World {
    test::FakeClock clock;
    test::FakeTransport transport{&clock};
    Door door{transport, clock, [](Service, QString) -> QCoro::Task<Result<QByteArray>> { co_return "token"; }};
    DpsClient dps{door, u"c.azure-devices-provisioning.net"_s};
};

const QByteArray group = test::json("{'enrollmentGroupId':'meters','attestation':{'type':'symmetricKey'},'etag':'\\'e1\\'','x':1.10}"
            "{'type':'symmetricKey'}"
            "{'type':'symmetricKey'}"
            "{'isSuccessful':false,'errors':[{'registrationId':'b','errorCode':412001,'errorStatus':'etag'}]}"
            "{'n':1.0}"
            "{'n':2}"
            "{'mode':'updateIfMatchETag','enrollments':[{'n':1.0},{'n':2}]}"
            "{'isSuccessful':false,'errors':[]}"
            "{'registrationId':'pump-7','deviceId':'Pump-7','assignedHub':'B.azure-devices.net','status':'failed',"
            "'substatus':'initialAssignment','errorCode':404210,'errorMessage':'no hub','etag':'e'}"));
        const auto state = QCoro::waitFor(world.dps.registration(u"pump-7"_s, {}));
        QVERIFY(state);
        QCOMPARE(state->assignedHub, u"b.azure-devices.net"_s);
        QCOMPARE(state->deviceId, u"Pump-7"_s);
        QCOMPARE(state->errorCode, 404210);
    }

    void garbageIsMalformed()
    {
        World world;
        for (int i = 0; i < 4; ++i)
            world.transport.willAnswer(200, "<html>");
        QCOMPARE(QCoro::waitFor(world.dps.list(Kind::Group, {}, {})).error().kind, ErrorKind::Malformed);
        QCOMPARE(QCoro::waitFor(world.dps.get(Kind::Group, u"a"_s, {})).error().kind, ErrorKind::Malformed);
        QCOMPARE(QCoro::waitFor(world.dps.registration(u"a"_s, {})).error().kind, ErrorKind::Malformed);
        QCOMPARE(QCoro::waitFor(world.dps.registrationsOf(u"a"_s, {}, {})).error().kind, ErrorKind::Malformed);
    }
};

DROVER_TEST(TestDpsClient)
#include "tst_dps_client.moc"
