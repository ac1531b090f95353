#include "app/inventory/pages.h"

#include "tests/support/json.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace drover;
using namespace drover::inventory;

class TestPages final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatAHubTells()
    {
        const auto facts
            = factsOfHubPage(test::json("[{'deviceId':'Pump-7','status':'disabled','connectionState':'Connected',"
                                        "'lastActivityTime':'2021-07-07T20:45:26.1234567Z','tags':{ 'a' : {'b': 1} "
                                        "},'new':[1]},{'deviceId':'q'}]"),
                "h");
        QVERIFY(facts);
        QCOMPARE(facts->size(), std::size_t(2));
        QCOMPARE(facts->front().deviceId, QByteArray("Pump-7"));
        QCOMPARE(facts->front().enabled, false);
        QCOMPARE(facts->front().connected, true);
        QCOMPARE(facts->front().lastActivityMs, 1625690726123);
        QCOMPARE(facts->front().tags, QByteArray(test::json("{'a':{'b':1}}")));
        QVERIFY(!facts->back().connected);
        QVERIFY(!facts->back().tags);
    }

    void readsWhatHangsOnDevices()
    {
        const auto facts = factsOfTiesPage(
            test::json("[{'deviceId':'gate','deviceScope':'ms-azure-iot-edge://gate-1','capabilities':{'iotEdge':true}},"
                       "{'deviceId':'inner','deviceScope':'ms-azure-iot-edge://inner-2','capabilities':{'iotEdge':true},"
                       "'parentScopes':['ms-azure-iot-edge://gate-1']},"
                       "{'deviceId':'leaf','deviceScope':'ms-azure-iot-edge://my-gate-77'},"
                       "{'deviceId':'gate','moduleId':'camera'},{'deviceId':'gate','moduleId':'$edgeHub'}]"),
            "h");
        QVERIFY(facts);
        const std::vector<fleet::Ties> wanted{{.edge = true, .modules = 0, .parent = {}}, {.edge = true, .modules = 0, .parent = "gate"},
            {.edge = false, .modules = 0, .parent = "my-gate"}, {.edge = false, .modules = 1, .parent = {}}, {}};
        for (size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(facts->at(i).ties == wanted[i], qPrintable(QString::number(i)));
    }

    void readsWhatARegistrationTells()
    {
        const auto facts = factsOfRegistrationPage(
            test::json(
                "[{'registrationId':'pump-7','deviceId':'Pump-7','assignedHub':'A.net'},{'registrationId':'new'}]"),
            "g");
        QVERIFY(facts);
        QCOMPARE(facts->front().hub, QByteArray("a.net"));
        QCOMPARE(facts->front().group, QByteArray("g"));
        QCOMPARE(facts->back().deviceId, QByteArray("new"));
        QVERIFY(facts->back().hub.isEmpty());
    }

    void garbageIsMalformed_data()
    {
        QTest::addColumn<QByteArray>("page");
        for (const char *page : {"", "{}", "[", "[{}]", "[1]", "[{\"deviceId\":1}]", "<html>"})
            QTest::newRow(page) << QByteArray(page);
    }
    void garbageIsMalformed()
    {
        QFETCH(QByteArray, page);
        QCOMPARE(factsOfHubPage(page, "h").error().kind, ErrorKind::Malformed);
        QCOMPARE(factsOfTiesPage(page, "h").error().kind, ErrorKind::Malformed);
    }

    void knowsNeverFromATime()
    {
        QVERIFY(!parseTime("0001-01-01T00:00:00"));
        QVERIFY(!parseTime(""));
        QVERIFY(!parseTime("2021-13-01T00:00:00Z"));
        QCOMPARE(parseTime("1970-01-01T00:00:01Z"), 1000);
        QCOMPARE(parseTime("1970-01-01T00:00:01.5Z"), 1500);
    }
};

DROVER_TEST(TestPages)
#include "tst_pages.moc"
