#include "app/simulator/endpoints.h"
#include "app/simulator/options.h"
#include "app/simulator/scenario.h"
#include "tests/support/testmain.h"

#include <QFileInfo>
#include <QTemporaryDir>
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

constexpr const char *onePattern = R"("groups": [{"name":"p","stamp":"a","count":3,"idPattern":"p-#"},
    {"name":"q","stamp":"a","count":3,"first":4,"idPattern":"p-#"}, {"name":"r","stamp":"a","count":3,"idPattern":"p-0#"}])";

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

    void whatIsNoPlainFileIsNotReplacedByEndpoints()
    {
        QTemporaryDir folder;
        const QString target = folder.filePath(u"target"_s);
        const QString link = folder.filePath(u"azure.json"_s);
        QVERIFY(QFile::link(target, link));
        const LoadedWorld loaded = readScenario("x.json", with("\"fleet\": \"f\""), ClockStart {}, 1);
        Options options;
        options.endpointsFile = link.toStdString();
        const auto problem = writeEndpoints(*loaded.world, options, 1, {});
        QVERIFY(problem && problem->ends_with("is there already and no plain file; name another"));
        QVERIFY(QFileInfo(link).isSymLink() && !QFile::exists(target));
        QVERIFY(QFile::remove(link));
        for (int time = 0; time < 2; ++time)
            QVERIFY(!writeEndpoints(*loaded.world, options, 1, {}));
        QCOMPARE(QFile::permissions(link) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
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
        const auto rowOf = [](const std::string &member, bool good) {
            QTest::newRow(member.c_str()) << QByteArray::fromStdString(with(member.c_str())) << good;
        };
        const auto row = [&](const char *member, bool good) { rowOf(member, good); };
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
        for (const char *rule : {R"("status": 99)", R"("status": 503.5)", R"("status": "503")", R"("status": 503, "host": 5)",
                 R"("status": 503, "share": 2)", R"("status": 503, "share": -1)", R"("status": 503, "times": "x")",
                 R"("status": 503, "times": 2.7)", R"("delay": -1)", R"("status": 503, "retryAfter": -3)", R"("status": 503, "from": -1)",
                 R"("drop": "yes")", R"("status": 503, "oops": 1)"})
            rowOf("\"faults\": [{ " + std::string(rule) + " }]", false);
        rowOf(R"("faults": [{ "body": "" }, { "status": 500, "loseAnswer": true }, { "delay": 0.5, "times": 0, "share": 0 }])", true);
        row("\"dps\": { \"operationsPerMinute\": 200 }", true);
        row("\"dps\": { \"name\": \"a b\" }", false);
        row("\"dps\": { \"idScope\": \"0ne/1\" }", false);
        row("\"dps\": { \"allocationPolicy\": \"Sometimes\" }", false);
        row("\"groups\": [{ \"name\": \"g\", \"stamp\": \"a\", \"count\": 0, \"idPattern\": \"g-#\", \"twin\": { \"tags\": 5 } }]", false);
        row("\"groups\": [{ \"name\": \"g\", \"stamp\": \"a\", \"count\": 0, \"idPattern\": \"g-#\", \"allocation\": \"odd\" }]", false);
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
        QTest::newRow("second") << QByteArray("{\"stamps\": [{\"name\":\"a\",\"capacity\":1},\n{\"name\":\"b\",\"region\":\"b, [\",\n \"capacity\":0}]}")
                                << u"x.json:3: stamps[1].capacity "_s;
        QTest::newRow("too large a number") << QByteArray("{\"stamps\": 9e999}") << u"x.json:1: not valid JSON"_s;
        QTest::newRow("a list") << QByteArray("[]") << u"x.json:1: it must be an object"_s;
        QTest::newRow("no JSON") << QByteArray("{\n\n oops") << u"x.json:3: not valid JSON"_s;
    }
    void whatDpsOrAHubWouldRefuseIsRefused_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("start");
        const auto population = [](const char *kind, const char *name, const char *pattern, int count, int first) {
            return u"\"%1\":[{\"name\":\"p\",\"stamp\":\"a\",\"count\":3,\"idPattern\":\"p-#\"},\n{\"name\":\"%2\",\"stamp\":\"a\",\"count\":%3,\"first\":%4,\n\"idPattern\":\"%5\"}]"_s
                .arg(QLatin1String(kind), QLatin1String(name), QString::number(count), QString::number(first), QLatin1String(pattern));
        };
        const QString id = u"x.json:7: groups[1].idPattern "_s;
        QTest::newRow("a group twice") << population("groups", "P", "q-#", 1, 1) << u"x.json:6: groups[1].name "_s;
        QTest::newRow("a group's name") << population("groups", "a b", "q-#", 1, 1) << u"x.json:6: groups[1].name "_s;
        QTest::newRow("an id twice") << population("groups", "q", "P-#", 5, 3) << id + u"gives p-3, which p has, too"_s;
        QTest::newRow("an id twice, one number") << population("groups", "q", "p-2", 1, 1) << id + u"gives p-2, which p has, too"_s;
        QTest::newRow("a space") << population("groups", "q", "q #", 1, 1) << id + u"must give ids "_s;
        QTest::newRow("a path") << population("groups", "q", "x.y/../#", 1, 1) << id + u"must give ids "_s;
        QTest::newRow("a dot at the end") << population("groups", "q", "q-#.", 1, 1) << id + u"must give ids "_s;
        QTest::newRow("too long") << population("groups", "q", QByteArray(128, 'x').append('#').constData(), 1, 1) << id + u"must give ids "_s;
        QTest::newRow("two kinds of fault") << u"\n\"faults\": [\n{ \"status\": 503,\n\"drop\": true }]"_s
                                            << u"x.json:8: faults[0].drop cannot stand beside status"_s;
        QTest::newRow("no kind of fault") << u"\"faults\": [\n{ \"host\": \"a\" }]"_s << u"x.json:6: faults[0] name one of "_s;
        QTest::newRow("an empty span") << u"\"faults\": [\n{ \"drop\": true, \"from\": 5, \"until\": 5 }]"_s << u"x.json:6: faults[0].until "_s;
    }
    void whatDpsOrAHubWouldRefuseIsRefused()
    {
        QFETCH(QString, member);
        QFETCH(QString, start);
        const LoadedWorld loaded = readScenario("x.json", with(qPrintable(member)), ClockStart {}, 1);
        QVERIFY(!loaded.world);
        QVERIFY2(loaded.error.starts_with(start.toStdString()), loaded.error.c_str());
    }

    void numbersOfOnePatternMayBeSharedOut()
    {
        const LoadedWorld loaded = readScenario("x.json", with(onePattern), ClockStart {}, 1);
        QVERIFY2(loaded.world, loaded.error.c_str());
    }

    void aHubsNameIsFitForAHost()
    {
        for (const char *name : {"a b", "-x", "x-", "aa/../b", "\u00e4bc", "ab"}) {
            const std::string text = std::string(R"({"stamps":[{"name":"s","capacity":5,"hub":")") + name + "\"}]}";
            QVERIFY2(!isRead(text) && !fitsSchema(text), name);
        }
        QVERIFY(isRead(R"({"stamps":[{"name":"s","capacity":5,"hub":"My-Hub-7"}]})"));
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
