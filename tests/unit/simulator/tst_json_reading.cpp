#include "app/simulator/registryscan.h"
#include "app/simulator/text.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

namespace {

std::string objectOf(int members)
{
    std::string text = "{";
    for (int i = 0; i < members; ++i)
        text += "\"m" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    return text + "\"last\":true}";
}

} // namespace

class TestJsonReading : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void membersKeepTheirOrder_data()
    {
        QTest::addColumn<int>("members");
        for (const int count : {0, 1, 15, 16, 17, 500, 1'999})
            QTest::addRow("%d", count) << count;
    }
    void membersKeepTheirOrder()
    {
        QFETCH(int, members);
        const std::string text = objectOf(members);
        const auto document = parsedJson(text);
        QVERIFY(document.has_value());
        QCOMPARE(document->dump(), text);
    }

    void aNameThatComesTwiceKeepsItsFirstPlaceAndItsLastValue()
    {
        QCOMPARE(parsedJson(R"({"a":1,"b":2,"a":3})")->dump(), std::string(R"({"a":3,"b":2})"));
        std::string text = objectOf(100);
        text.replace(text.size() - 1, 1, R"(,"m7":"again"})");
        const Json document = *parsedJson(text);
        QCOMPARE(document.size(), std::size_t {101});
        QCOMPARE(std::next(document.begin(), 7)->dump(), std::string("\"again\""));
    }

    void anObjectOfTooManyMembersIsNoDocument()
    {
        QVERIFY(!parsedJson(objectOf(2'000)));
        QVERIFY(!parsedJson("[1," + objectOf(100'000) + "]"));
    }

    void whatIsNestedTooDeeplyIsNoDocument()
    {
        QVERIFY(parsedJson(std::string(100, '[') + std::string(100, ']')));
        QVERIFY(!parsedJson(std::string(101, '[') + std::string(101, ']')));
    }

    void whatIsNoJsonIsNoDocument()
    {
        for (const char *text : {"", "{", "{\"a\":}", "[1,]", "\"\xff\"", "{} {}", "1e999"})
            QVERIFY2(!parsedJson(text), text);
    }

    void aScanInTurnsSeesEverythingOnce()
    {
        Hub::Registry all;
        std::vector<std::string> ids;
        for (int i = 1'000; i < 2'000; ++i)
            all.try_emplace(ids.emplace_back("device-" + std::to_string(i)));
        RegistryScan scan(all);
        std::vector<std::string> seen;
        int turns = 1;
        const auto slowly = [&seen](const std::string &id, const Identity &) {
            QElapsedTimer timer;
            for (timer.start(); timer.nsecsElapsed() < 20'000;) { }
            seen.push_back(id);
            return true;
        };
        while (scan.turn(slowly))
            ++turns;
        QVERIFY(turns > 1);
        QVERIFY(seen == ids);
    }

    /// A condition that names devices is looked up, and must find what a look at everybody finds.
    void aScanForNamedDevicesSeesWhatTheConditionFits_data()
    {
        QTest::addColumn<QByteArray>("condition");
        QTest::addColumn<bool>("named");
        const auto row = [](const char *condition, bool named) { QTest::newRow(condition) << QByteArray(condition) << named; };
        row("deviceId IN ['device-3', 'nobody', 'device-1', 'device-1']", true);
        row("deviceId = 'device-2'", true);
        row("deviceId = 'nobody'", true);
        row("status = 'enabled' AND deviceId IN ['device-4', 'device-5']", true);
        row("deviceId IN ['device-4', 'device-5'] AND deviceId IN ['device-5', 'device-6']", true);
        row("deviceId IN ['device-4'] OR deviceId = 'device-7'", false);
        row("NOT deviceId IN ['device-4']", false);
        row("deviceId NIN ['device-4']", false);
        row("deviceId != 'device-4'", false);
        row("tags.deviceId = 'device-4'", false);
        row("STARTSWITH(deviceId, 'device-1')", false);
    }
    void aScanForNamedDevicesSeesWhatTheConditionFits()
    {
        QFETCH(QByteArray, condition);
        QFETCH(bool, named);
        Hub::Registry all;
        for (int i = 0; i < 20; ++i)
            all.try_emplace("device-" + std::to_string(i));
        const ParsedQuery parsed = parseCondition(condition.toStdString());
        QVERIFY2(parsed.query, parsed.error.c_str());
        const std::optional<QueryExpression> where = parsed.query->where;
        QCOMPARE(where->deviceIds().has_value(), named);
        std::vector<std::string> seen;
        std::vector<std::string> fitting;
        const auto fits = [&where](std::vector<std::string> &ids) {
            return [&where, &ids](const std::string &id, const Identity &) {
                const Json document {{"deviceId", id}, {"status", "enabled"}};
                if (where->holds(lookupInDocument(document)) == true)
                    ids.push_back(id);
                return true;
            };
        };
        RegistryScan(all, where).turn(fits(seen));
        RegistryScan(all).turn(fits(fitting));
        QVERIFY(seen == fitting);
    }
};

DROVER_TEST(TestJsonReading)
#include "tst_json_reading.moc"
