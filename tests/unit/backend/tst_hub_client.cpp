#include "app/backend/hub/hubclient.h"

#include "tests/support/faketransport.h"
#include "tests/support/json.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::backend;

namespace {

struct World {
    test::FakeClock clock;
    test::FakeTransport transport{&clock};
    Door door{transport, clock, [](Service, QString) -> QCoro::Task<Result<QByteArray>> { co_return "token"; }};
    HubClient hub{door, u"a.azure-devices.net"_s};
};

} // namespace

class TestHubClient final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsATwinWithoutTheServicesOwnMembers()
    {
        World world;
        world.transport.willAnswer(200,
            test::json(
                "{'deviceId':'p','etag':'AA','connectionState':'Connected','status':'disabled','tags':{'site':'b'},"
                "'properties':{'desired':{'x':1,'$version':4,'$metadata':{}},'reported':{'$version':1}}}"));
        const auto twin = QCoro::waitFor(world.hub.twin(u"p"_s, {}));
        QVERIFY(twin);
        QVERIFY(twin->connected);
        QVERIFY(!twin->enabled);
        QCOMPARE(twin->tags, QByteArray(test::json("{'site':'b'}")));
        QCOMPARE(twin->desired, QByteArray(test::json("{'x':1}")));
        QCOMPARE(twin->reported, QByteArray("{}"));
    }

    void aMethodGoesOutOnceWhateverHappens()
    {
        World world;
        world.transport.willFail(ErrorKind::Offline);
        QCOMPARE(
            QCoro::waitFor(world.hub.invoke(u"p"_s, u"Reprovision"_s, "{}", 30s, {})).error().kind, ErrorKind::Offline);
        QCOMPARE(world.transport.sent().size(), std::size_t(1));
        QCOMPARE(world.transport.sent()[0].body,
            QByteArray(test::json("{'methodName':'Reprovision','payload':{},'responseTimeoutInSeconds':30}")));
    }

    void tellsTheDevicesOwnStatus()
    {
        World world;
        world.transport.willAnswer(200, test::json("{'status':501,'payload':{'why':'deaf'}}"));
        const auto answer = QCoro::waitFor(world.hub.invoke(u"p"_s, u"Reprovision"_s, {}, 30s, {}));
        QVERIFY(answer);
        QCOMPARE(answer->status, 501);
        QCOMPARE(answer->payload, QByteArray(test::json("{'why':'deaf'}")));
    }

    void tellsOfflineFromUnknownDevices()
    {
        World world;
        world.transport.willAnswer(
            404, test::json("{'Message':'{\\'errorCode\\':404103,\\'message\\':\\'not online\\'}'}"));
        QCOMPARE(QCoro::waitFor(world.hub.invoke(u"p"_s, u"R"_s, {}, 5s, {})).error().code, 404103);
        world.transport.willAnswer(404, test::json("{'Message':'ErrorCode:DeviceNotFound;p'}"));
        QCOMPARE(QCoro::waitFor(world.hub.identity(u"p"_s, {})).error().code, 404001);
    }

    void addsUpBothStatistics()
    {
        World world;
        world.transport.willAnswer(
            200, test::json("{'totalDeviceCount':10,'enabledDeviceCount':9,'disabledDeviceCount':1}"));
        world.transport.willAnswer(200, test::json("{'connectedDeviceCount':8}"));
        const auto statistics = QCoro::waitFor(world.hub.statistics({}));
        QVERIFY(statistics);
        QCOMPARE(statistics->total, 10);
        QCOMPARE(statistics->connected, 8);
    }

    void pagesThroughAQuery()
    {
        World world;
        world.transport.willAnswer(200, test::json("[{'deviceId':'a'}]"), {{"x-ms-continuation", "t"}});
        const auto page
            = QCoro::waitFor(world.hub.twins(u"SELECT * FROM devices WHERE tags.n = 'x\"y'"_s, 100, {}, {}));
        QVERIFY(page);
        QCOMPARE(page->continuation, QByteArray("t"));
        QCOMPARE(page->items.front().deviceId, u"a"_s);
        QCOMPARE(world.transport.sent()[0].body,
            QByteArray("{\"query\":\"SELECT * FROM devices WHERE tags.n = 'x\\\"y'\"}"));
    }

    void makesAJobOnceAndTellsWhetherItIsThere()
    {
        World world;
        world.transport.willFail(ErrorKind::Offline);
        QCOMPARE(QCoro::waitFor(world.hub.createJob(u"j-1"_s, "{}", {})).error().kind, ErrorKind::Offline);
        QCOMPARE(world.transport.sent().size(), std::size_t(1));
        QCOMPARE(world.transport.sent()[0].verb, QByteArray("PUT"));
        QCOMPARE(world.transport.sent()[0].url.path(), u"/jobs/v2/j-1"_s);
        world.transport.willAnswer(200,
            test::json("{'jobId':'j-1','status':'running','deviceJobStatistics':{'deviceCount':5,'pendingCount':2}}"));
        const auto job = QCoro::waitFor(world.hub.job(u"j-1"_s, {}));
        QVERIFY(job);
        QVERIFY(!job->isOver());
        QCOMPARE(job->devices, 5);
        QCOMPARE(job->pending, 2);
    }

    void readsWhatAJobCameToForEachDevice()
    {
        World world;
        world.transport.willAnswer(200,
            test::json("[{'deviceId':'a','status':'completed','outcome':{'deviceMethodResponse':{'status':501}}},"
                       "{'deviceId':'b','status':'failed','error':{'code':'404103','description':'offline'}},"
                       "{'deviceId':'c','status':'completed','outcome':null}]"));
        const auto outcomes = QCoro::waitFor(world.hub.jobOutcomes(u"j-1"_s, {}));
        QVERIFY(outcomes);
        QCOMPARE(outcomes->size(), std::size_t(3));
        QCOMPARE((*outcomes)[0].status, 501);
        QVERIFY(!(*outcomes)[1].completed);
        QCOMPARE((*outcomes)[1].code, 404103);
        QVERIFY((*outcomes)[2].completed);
        QVERIFY(world.transport.sent()[0].body.contains("devices.jobs.jobId = 'j-1'"));
    }

    void disablesUnderTheVersionThatItRead()
    {
        World world;
        world.transport.willAnswer(200, test::json("{'deviceId':'p','etag':'AA','status':'enabled','more':{'kept':1}}"));
        world.transport.willAnswer(200, test::json("{'deviceId':'p','etag':'BB','status':'disabled'}"));
        QVERIFY(QCoro::waitFor(world.hub.setEnabled(u"p"_s, false, u"moved"_s, {})));
        const HttpRequest &put = world.transport.sent().back();
        QCOMPARE(put.verb, QByteArray("PUT"));
        QVERIFY(put.headers.contains(std::pair(QByteArray("If-Match"), QByteArray("\"AA\""))));
        QCOMPARE(put.body, QByteArray(test::json("{'deviceId':'p','etag':'AA','status':'disabled','more':{'kept':1},'statusReason':'moved'}")));
    }

    void writesNothingWhereADeviceIsEnabledAlready()
    {
        World world;
        world.transport.willAnswer(200, test::json("{'deviceId':'p','etag':'AA','status':'enabled'}"));
        QVERIFY(QCoro::waitFor(world.hub.setEnabled(u"p"_s, true, {}, {})));
        QCOMPARE(world.transport.sent().size(), std::size_t(1));
    }
};

DROVER_TEST(TestHubClient)
#include "tst_hub_client.moc"
