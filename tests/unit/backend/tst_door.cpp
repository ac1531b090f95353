#include "app/backend/http/door.h"

#include "tests/support/faketransport.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::backend;

namespace {

const QString host = u"hub.example"_s;

/// A door to a scripted world; every call is shown a new token.
struct World {
    test::FakeClock clock;
    test::FakeTransport transport{&clock};
    int tokens = 0;
    Door door{transport, clock, [this](Service, QString) -> QCoro::Task<Result<QByteArray>> {
                  co_return "token " + QByteArray::number(++tokens);
              }};

    Result<HttpResponse> send(const Call &call, std::stop_token stop = {})
    {
        return QCoro::waitFor(door.send(call, std::move(stop)));
    }
};

Call read()
{
    Call call(Service::Hub, "GET", host, u"GET /devices/{id}"_s, u"/devices/pump%3A7?api-version=1"_s);
    call.quota = Quota::HubRegistry;
    call.repeatable = true;
    return call;
}

Call write()
{
    Call call(Service::Hub, "PUT", host, u"PUT /devices/{id}"_s, u"/devices/a?api-version=1"_s);
    call.body = "{}";
    call.quota = Quota::HubRegistry;
    return call;
}

} // namespace

class TestDoor final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void triesAgainWhatMayBeTriedAgain_data()
    {
        QTest::addColumn<bool>("isWrite");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("sent");
        QTest::newRow("read, 500") << false << 500 << 2;
        QTest::newRow("read, 503") << false << 503 << 2;
        QTest::newRow("read, no answer") << false << 0 << 2;
        QTest::newRow("read, 429") << false << 429 << 2;
        QTest::newRow("read, 401") << false << 401 << 2;
        QTest::newRow("read, 404") << false << 404 << 1;
        QTest::newRow("read, 400") << false << 400 << 1;
        QTest::newRow("write, 500") << true << 500 << 1;
        QTest::newRow("write, no answer") << true << 0 << 1;
        QTest::newRow("write, 429") << true << 429 << 2;
        QTest::newRow("write, 401") << true << 401 << 2;
        QTest::newRow("write, 412") << true << 412 << 1;
    }
    void triesAgainWhatMayBeTriedAgain()
    {
        QFETCH(bool, isWrite);
        QFETCH(int, status);
        QFETCH(int, sent);
        World world;
        if (status == 0)
            world.transport.willFail(ErrorKind::Offline);
        else
            world.transport.willAnswer(status);
        world.transport.willAnswer(200, "{}");
        const auto answer = world.send(isWrite ? write() : read());
        QCOMPARE(int(world.transport.sent().size()), sent);
        QCOMPARE(answer.has_value(), sent == 2);
    }

    void waitsAtLeastASecondAndLongerEachTime()
    {
        World world;
        const auto answer = world.send(read());
        QCOMPARE(answer.error().kind, ErrorKind::Offline);
        const auto &at = world.transport.sentAt();
        QCOMPARE(at.size(), std::size_t(read().attempts));
        for (std::size_t i = 1; i < at.size(); ++i) {
            QVERIFY(at[i] - at[i - 1] >= 1s);
            QVERIFY(at[i] - at[i - 1] <= 60s);
        }
    }

    void asksLessOfAServiceThatRefusesAndSaysSo()
    {
        World world;
        world.door.setLimit(Quota::HubRegistry, host, {6000, 100});
        QVERIFY(!world.door.slowed());
        world.transport.willAnswer(429, {}, {{"Retry-After", "1"}});
        world.transport.answerBy([](const HttpRequest &) { return test::response(200); });
        QVERIFY(world.send(write()));
        QVERIFY(world.door.slowed());
        QCOMPARE(world.door.slowed()->host, host);
        QCOMPARE(world.door.slowed()->share, 0.7);
        for (int call = 0; call < 100 && world.door.slowed(); ++call) {
            world.clock.advance(1s);
            QVERIFY(world.send(read()));
        }
        QVERIFY(!world.door.slowed());
    }

    void obeysRetryAfterToTheSecond()
    {
        World world;
        world.door.setLimit(Quota::HubRegistry, host, {6000, 100});
        world.transport.willAnswer(429, {}, {{"Retry-After", "17"}});
        world.transport.willAnswer(200);
        QVERIFY(world.send(write()));
        QVERIFY(world.transport.sentAt()[1] - world.transport.sentAt()[0] >= 17s);
    }

    void retryAfterHoldsBackTheOtherCallsOfThatQuota()
    {
        World world;
        world.door.setLimit(Quota::HubRegistry, host, {6000, 100});
        world.transport.willAnswer(429, {}, {{"Retry-After", "30"}});
        world.transport.answerBy([](const HttpRequest &) { return test::response(200); });
        Call once = write();
        once.attempts = 1;
        QCOMPARE(world.send(once).error().kind, ErrorKind::Throttled);
        const Instant refused = world.transport.sentAt().back();
        QVERIFY(world.send(read()));
        QVERIFY(world.transport.sentAt().back() - refused >= 30s);
    }

    void aSecondRefusalOfTheTokenIsTheAnswer()
    {
        World world;
        world.transport.answerBy([](const HttpRequest &) { return test::response(401); });
        const auto answer = world.send(read());
        QCOMPARE(answer.error().kind, ErrorKind::Unauthorized);
        QCOMPARE(world.transport.sent().size(), std::size_t(2));
        QCOMPARE(world.transport.header(1, "Authorization"), QByteArray("token 2"));
    }

    void saysThatTheClockIsWrong()
    {
        World world;
        const QByteArray date = QLocale::c()
                                    .toString(QDateTime::fromMSecsSinceEpoch(
                                                  (world.clock.now() + 2h).time_since_epoch().count(), Qt::UTC),
                                        u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s)
                                    .toLatin1();
        world.transport.answerBy([date](const HttpRequest &) { return test::response(401, {}, {{"Date", date}}); });
        const auto answer = world.send(read());
        QVERIFY2(answer.error().what.contains(u"clock is 2 hours slow"), qPrintable(answer.error().what));
        QCOMPARE(std::chrono::round<std::chrono::hours>(*world.door.skew()), 2h);
    }

    void keepsTheBudgetWhateverComes()
    {
        World world;
        world.door.setLimit(Quota::HubRegistry, host, {54, 6});
        world.transport.answerBy([](const HttpRequest &) { return test::response(200); });
        std::vector<QCoro::Task<Result<HttpResponse>>> calls;
        for (int i = 0; i < 300; ++i)
            calls.push_back(world.door.send(read(), {}));
        for (auto &call : calls)
            QVERIFY(QCoro::waitFor(std::move(call)));
        const auto &at = world.transport.sentAt();
        for (std::size_t i = 60; i < at.size(); ++i)
            QVERIFY(at[i] - at[i - 60] >= 60s);
    }

    void servesInTheOrderOfAsking()
    {
        World world;
        world.door.setLimit(Quota::HubRegistry, host, {60, 1});
        world.transport.answerBy([](const HttpRequest &) { return test::response(200); });
        std::vector<QCoro::Task<Result<HttpResponse>>> calls;
        for (int i = 0; i < 20; ++i) {
            Call call = read();
            call.path = u"/devices/%1?api-version=1"_s.arg(i);
            calls.push_back(world.door.send(call, {}));
        }
        for (auto &call : calls)
            QVERIFY(QCoro::waitFor(std::move(call)));
        for (int i = 0; i < 20; ++i)
            QCOMPARE(world.transport.sent()[std::size_t(i)].url.path(), u"/devices/%1"_s.arg(i));
    }

    void aStopEndsTheWaitForTheBudget()
    {
        World world;
        world.door.setLimit(Quota::HubRegistry, host, {60, 1});
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(world.send(read(), stop.get_token()).error().kind, ErrorKind::Cancelled);
        QVERIFY(world.transport.sent().empty());
    }

    void sendsTheEncodedPathToTheRealHost()
    {
        World world;
        world.transport.willAnswer(200);
        QVERIFY(world.send(read()));
        QCOMPARE(world.transport.sent()[0].url.toEncoded(),
            QByteArray("https://hub.example/devices/pump%3A7?api-version=1"));
    }

    void recordsWhatWasSaidWithoutSecrets()
    {
        World world;
        world.transport.willAnswer(400, R"({"errorCode":400004,"message":"bad SharedAccessKey=abcdef= here"})");
        QVERIFY(!world.send(read()));
        QCOMPARE(world.door.calls(), 1);
        const Exchange &exchange = world.door.exchanges().back();
        QCOMPARE(exchange.status, 400);
        QCOMPARE(exchange.route, u"GET /devices/{id}"_s);
        QVERIFY(!exchange.error.contains(u"abcdef"));
        QVERIFY(!exchange.error.isEmpty());
    }
};

DROVER_TEST(TestDoor)
#include "tst_door.moc"
