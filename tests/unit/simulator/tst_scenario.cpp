#include "app/simulator/options.h"
#include "app/simulator/scenario.h"
#include "tests/support/testmain.h"

#include <QFile>
#include <QtTest>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

using namespace drover::simulator;
using namespace Qt::StringLiterals;

namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

bool fitsSchema(std::string_view text)
{
    QFile file(QStringLiteral(DROVER_SOURCE_DIR "/resources/scenarios/scenario.schema.json"));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const nlohmann::json rules = nlohmann::json::parse(file.readAll().toStdString());
    const nlohmann::json document = nlohmann::json::parse(text);
    valijson::Schema schema;
    valijson::SchemaParser parser;
    parser.populateSchema(Adapter(rules), schema);
    valijson::Validator validator;
    return validator.validate(schema, Adapter(document), nullptr);
}

bool isRead(std::string_view text) { return readScenario("x.json", text, ClockStart {}, 1).world != nullptr; }

/// The smallest scenario with some text for one member more.
std::string with(const char *member)
{
    return std::string("{\n \"stamps\": [\n  { \"name\": \"a\", \"capacity\": 5 }\n ],\n ") + member + "\n}";
}

} // namespace

class TestScenario : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFilesNameIsFitForHostNames()
    {
        const LoadedWorld loaded = readScenario("/some where/My.Fleet_2.json", with("\"fleet\": \"f\""), ClockStart {}, 1);
        QVERIFY(loaded.world);
        QCOMPARE(loaded.world->hubs.front()->host, std::string("drover-my-fleet-2-a.azure-devices.net"));
    }

    void aSpeedIsANumber()
    {
        for (const char *text : {"nan", "-nan", "inf", "0", "-1", "1x", ""})
            QVERIFY2(!parseOptions({"--speed", text}).error.empty(), text);
        QVERIFY(parseOptions({"--speed", "2.5"}).error.empty());
    }

    void builtInScenariosFitTheSchema()
    {
        QVERIFY(builtInScenarios().size() >= 2);
        for (const BuiltInScenario &one : builtInScenarios())
            QVERIFY2(fitsSchema(one.text), std::string(one.name).c_str());
    }

    void whatIsReadFitsTheSchemaAndViceVersa_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("good");
        const auto row = [](const char *member, bool good) { QTest::newRow(member) << QByteArray::fromStdString(with(member)) << good; };
        row("\"fleet\": \"f\"", true);
        row("\"fleet\": 5", false);
        row("\"other\": 5", false);
        row("\"behavior\": { \"largestDpsPage\": 5, \"legacyHubName\": \"obeyed\" }", true);
        row("\"behavior\": { \"largestDpsPage\": 0 }", false);
        row("\"habits\": { \"connectAfter\": [1, 2] }", true);
        row("\"habits\": { \"connectAfter\": [1] }", false);
        row("\"faults\": [{ \"status\": 429, \"until\": 60 }]", true);
        row("\"faults\": [{ \"status\": 99 }]", false);
        row("\"groups\": [{ \"name\": \"g\", \"stamp\": \"a\", \"count\": 2, \"idPattern\": \"g-#\" }]", true);
        row("\"groups\": [{ \"name\": \"g\", \"stamp\": \"a\", \"count\": -1, \"idPattern\": \"g-#\" }]", false);
        row("\"dps\": { \"operationsPerMinute\": 200 }", true);
    }
    void whatIsReadFitsTheSchemaAndViceVersa()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, good);
        QCOMPARE(isRead(text.toStdString()), good);
        QCOMPARE(fitsSchema(text.toStdString()), good);
    }

    void aMistakeIsToldWithLineAndMember_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("start");
        QTest::newRow("wrong value") << QByteArray("{\n\"stamps\": [\n{ \"name\": \"a\",\n\"capacity\": \"many\" } ] }")
                                     << u"x.json:4: stamps[0].capacity "_s;
        QTest::newRow("missing") << QByteArray("{\n\"stamps\": [\n{ \"name\": \"a\" } ] }") << u"x.json:3: stamps[0].capacity "_s;
        QTest::newRow("unknown") << QByteArray::fromStdString(with("\n\"oops\": 1")) << u"x.json:6: oops "_s;
        QTest::newRow("second") << QByteArray("{\"stamps\": [{\"name\":\"a\",\"capacity\":1},\n{\"name\":\"b, [\",\n \"capacity\":0}]}")
                                << u"x.json:3: stamps[1].capacity "_s;
        QTest::newRow("too large a number") << QByteArray("{\"stamps\": 9e999}") << u"x.json:1: not valid JSON"_s;
        QTest::newRow("no JSON") << QByteArray("{\n\n oops") << u"x.json:3: not valid JSON"_s;
    }
    void aMistakeIsToldWithLineAndMember()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, start);
        const LoadedWorld loaded = readScenario("x.json", text.toStdString(), ClockStart {}, 1);
        QVERIFY(!loaded.world);
        QVERIFY2(loaded.error.starts_with(start.toStdString()), loaded.error.c_str());
    }

    void theClockStartsWhenTold()
    {
        const auto start = fromIsoTime("2026-01-31T08:15:30Z");
        QVERIFY(start);
        const LoadedWorld loaded = readScenario("x.json", with("\"fleet\": \"f\""), {1, start, true}, 1);
        QCOMPARE(isoTime(loaded.world->now()), std::string("2026-01-31T08:15:30.000Z"));
        QCOMPARE(httpDate(*start), std::string("Sat, 31 Jan 2026 08:15:30 GMT"));
        QVERIFY(!fromIsoTime("2026-02-31T08:15:30Z"));
    }
};

DROVER_TEST(TestScenario)
#include "tst_scenario.moc"
