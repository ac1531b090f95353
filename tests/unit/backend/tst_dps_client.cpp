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

const QByteArray group
    = test::json("{'enrollmentGroupId':'meters','attestation':{'type':'symmetricKey'},'etag':'\\'e1\\'','x':1.10}");

} // namespace

class TestDpsClient final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyPageWithAContinuationIsNotTheLast()
    {
        World world;
        world.transport.willAnswer(200, "[]", {{"x-ms-continuation", "next"}});
        world.transport.willAnswer(200, "[" + group + "]");
        const auto first = QCoro::waitFor(world.dps.list(Kind::Group, {}, {}));
        QVERIFY(first);
        QCOMPARE(first->continuation, QByteArray("next"));
        const auto second = QCoro::waitFor(world.dps.list(Kind::Group, first->continuation, {}));
        QVERIFY(second);
        QCOMPARE(second->items.size(), std::size_t(1));
        QVERIFY(second->continuation.isEmpty());
        QCOMPARE(world.transport.header(1, "x-ms-continuation"), QByteArray("next"));
        QCOMPARE(world.transport.header(0, "x-ms-max-item-count"), QByteArray("1000"));
    }

    void keepsARecordByteForByte()
    {
        World world;
        world.transport.willAnswer(200, group);
        const auto record = QCoro::waitFor(world.dps.get(Kind::Group, u"meters"_s, {}));
        QVERIFY(record);
        QCOMPARE(record->etag, u"\"e1\""_s);
        QVERIFY(record->raw.contains("\"x\""));
    }

    void putsWithExactlyOnePairOfQuotes_data()
    {
        QTest::addColumn<QString>("etag");
        QTest::addColumn<QByteArray>("header");
        QTest::newRow("bare") << u"e1"_s << QByteArray("\"e1\"");
        QTest::newRow("quoted") << u"\"e1\""_s << QByteArray("\"e1\"");
        QTest::newRow("doubly") << u"\"\"e1\"\""_s << QByteArray("\"e1\"");
        QTest::newRow("any") << u"*"_s << QByteArray("*");
        QTest::newRow("create") << QString() << QByteArray();
    }
    void putsWithExactlyOnePairOfQuotes()
    {
        QFETCH(QString, etag);
        World world;
        world.transport.willAnswer(200, group);
        QVERIFY(QCoro::waitFor(world.dps.put(Kind::Group, u"meters"_s, group, etag, {})));
        QTEST(world.transport.header(0, "If-Match"), "header");
        QCOMPARE(world.transport.sent()[0].body, group);
    }

    void neverRepeatsAWriteThatMayHaveBeenDone()
    {
        World world;
        world.transport.willFail(ErrorKind::Offline);
        QCOMPARE(QCoro::waitFor(world.dps.put(Kind::Group, u"meters"_s, group, u"e"_s, {})).error().kind,
            ErrorKind::Offline);
        QCOMPARE(world.transport.sent().size(), std::size_t(1));
    }

    void asksForKeysByAnEmptyPost()
    {
        World world;
        world.transport.willAnswer(200, "{}");
        const auto keys = QCoro::waitFor(world.dps.attestation(Kind::Individual, u"Pump:7@x"_s, {}));
        QCOMPARE(*keys, QByteArray("{}"));
        QCOMPARE(world.transport.sent()[0].url.toEncoded(),
            QByteArray("https://c.azure-devices-provisioning.net/enrollments/Pump%3A7%40x/"
                       "attestationmechanism?api-version=2021-10-01"));
        QVERIFY(world.transport.sent()[0].body.isEmpty());
    }

    void tellsWhichItemsOfABulkCallFailed()
    {
        World world;
        world.transport.willAnswer(200,
            test::json(
                "{'isSuccessful':false,'errors':[{'registrationId':'b','errorCode':412001,'errorStatus':'etag'}]}"));
        const auto errors = QCoro::waitFor(world.dps.bulk(BulkMode::UpdateIfMatchETag, {"{1.0}", "{2}"}, {}));
        QVERIFY(errors);
        QCOMPARE(errors->size(), std::size_t(1));
        QCOMPARE(errors->front().id, u"b"_s);
        QCOMPARE(errors->front().code, 412001);
        QCOMPARE(world.transport.sent()[0].body, test::json("{'mode':'updateIfMatchETag','enrollments':[{1.0},{2}]}"));
    }

    void aBulkFailureThatNamesNoItemIsNotTakenForSuccess()
    {
        World world;
        world.transport.willAnswer(200, test::json("{'isSuccessful':false,'errors':[]}"));
        QCOMPARE(QCoro::waitFor(world.dps.bulk(BulkMode::Create, {"{}"}, {})).error().kind, ErrorKind::Malformed);
    }

    void refusesElevenItemsBeforeAsking()
    {
        World world;
        QCOMPARE(QCoro::waitFor(world.dps.bulk(BulkMode::Delete, std::vector<QByteArray>(11, "{}"), {})).error().kind,
            ErrorKind::Usage);
        QVERIFY(world.transport.sent().empty());
    }

    void readsARegistration()
    {
        World world;
        world.transport.willAnswer(200,
            test::json(
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
