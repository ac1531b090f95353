#include "app/backend/http/door.h"

#include "tests/support/faketransport.h"
#include "tests/support/json.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::backend;

class TestRejection final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryPlanesErrors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        QTest::newRow("DPS not found")
            << 404
            << QByteArray(test::json(
                   "{'errorCode':404201,'trackingId':'t','message':'Enrollment not found.','timestampUtc':'x'}"))
            << ErrorKind::NotFound << 404201 << u"Enrollment not found."_s;
        QTest::newRow("DPS token") << 401
                                   << QByteArray(test::json("{'errorCode':401002,'message':'Invalid certificate'}"))
                                   << ErrorKind::Unauthorized << 401002 << u"Invalid certificate"_s;
        QTest::newRow("DPS exists") << 409 << QByteArray(test::json("{'errorCode':409201,'message':'Exists'}"))
                                    << ErrorKind::Conflict << 409201 << u"Exists"_s;
        QTest::newRow("hub plain") << 412
                                   << QByteArray(test::json("{'Message':'ErrorCode:PreconditionFailed;Device version "
                                                            "did not match','ExceptionMessage':'Tracking'}"))
                                   << ErrorKind::Conflict << 412001 << u"Device version did not match"_s;
        QTest::newRow("hub number") << 404 << QByteArray(test::json("{'Message':'ErrorCode:404001;pump-7'}"))
                                    << ErrorKind::NotFound << 404001 << u"pump-7"_s;
        QTest::newRow("hub nested") << 404
                                    << QByteArray(test::json(
                                           "{'Message':'{\\'errorCode\\':404103,\\'message\\':\\'Timed out waiting for "
                                           "device to connect.\\',\\'info\\':{}}','ExceptionMessage':''}"))
                                    << ErrorKind::NotFound << 404103 << u"Timed out waiting for device to connect."_s;
        QTest::newRow("hub device silent")
            << 504 << QByteArray(test::json("{'Message':'{\\'errorCode\\':504101,\\'message\\':\\'late\\'}'}"))
            << ErrorKind::Offline << 504101 << u"late"_s;
        QTest::newRow("hub fails over") << 404
                                        << QByteArray(test::json("{'Message':'ErrorCode:IotHubFailingOver;wait'}"))
                                        << ErrorKind::Offline << 404012 << u"wait"_s;
        QTest::newRow("hub's day is over")
            << 403 << QByteArray(test::json("{'Message':'ErrorCode:IotHubQuotaExceeded;used up'}"))
            << ErrorKind::Rejected << 403002 << u"used up"_s;
        QTest::newRow("hub throttles") << 429
                                       << QByteArray(test::json("{'Message':'ErrorCode:ThrottlingException;slow'}"))
                                       << ErrorKind::Throttled << 429001 << u"slow"_s;
        QTest::newRow("ARM wrapped") << 404
                                     << QByteArray(test::json(
                                            "{'error':{'code':'ResourceNotFound','message':'No such hub.'}}"))
                                     << ErrorKind::NotFound << 0 << u"ResourceNotFound"_s;
        QTest::newRow("ARM flat") << 400
                                  << QByteArray(test::json(
                                         "{'code':400001,'httpStatusCode':'BadRequest','message':'Bad name'}"))
                                  << ErrorKind::Rejected << 400001 << u"Bad name"_s;
        QTest::newRow("no body") << 503 << QByteArray() << ErrorKind::Offline << 0 << u"HTTP 503"_s;
        QTest::newRow("a page of HTML") << 502 << QByteArray("<html>Bad gateway</html>") << ErrorKind::Offline << 0
                                        << u"HTTP 502"_s;
        QTest::newRow("a list") << 400 << QByteArray("[1]") << ErrorKind::Rejected << 0 << u"HTTP 400"_s;
    }
    void readsEveryPlanesErrors()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const Error error = rejection(test::response(status, body), u"hub.example"_s);
        QTEST(error.kind, "kind");
        QTEST(error.code, "code");
        QCOMPARE(error.status, status);
        QFETCH(QString, said);
        QVERIFY2(error.what.contains(said), qPrintable(error.what));
        QVERIFY(error.what.contains(u"hub.example"));
        QVERIFY(!error.remedy.isEmpty());
    }

    void takesTheHubsHeaderWhenTheBodySaysNothing()
    {
        const Error error = rejection(test::response(404, {}, {{"iothub-errorcode", "DeviceNotFound"}}), u"h"_s);
        QCOMPARE(error.code, 404001);
    }

    void obeysRetryAfterInSecondsAndAsDate()
    {
        QCOMPARE(rejection(test::response(429, {}, {{"Retry-After", "7"}}), u"h"_s).retryAfter, 7s);
        const Headers dates
            = {{"Date", "Wed, 07 Jul 2021 20:45:00 GMT"}, {"retry-after", "Wed, 07 Jul 2021 20:45:09 GMT"}};
        QCOMPARE(rejection(test::response(429, {}, dates), u"h"_s).retryAfter, 9s);
        QVERIFY(!rejection(test::response(429, {}, {{"Retry-After", "soon"}}), u"h"_s).retryAfter);
    }

    void tellsWhatToDoAboutARefusedKey()
    {
        const Error error = rejection(test::response(401), u"hub.example"_s);
        QVERIFY(error.what.startsWith(u"The key for hub.example was refused"));
        QVERIFY(error.remedy.contains(u"policy and key"));
    }
};

DROVER_TEST(TestRejection)
#include "tst_rejection.moc"
