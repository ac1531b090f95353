#include "app/simulator/kql.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

namespace {

std::vector<Json> resources()
{
    return {{{"id", "/1"}, {"name", "Alpha"}, {"units", 2}, {"tags", {{"ring", "test"}, {"a-b", "x"}}}},
        {{"id", "/2"}, {"name", "beta"}, {"units", 10}, {"tags", Json()}},
        {{"id", "/3"}, {"name", "gamma ray"}, {"units", 2}, {"tags", {{"ring", "production"}}}}};
}

/// The ids of what is left; "?" if the query makes no sense.
std::string idsOf(const char *query)
{
    const ParsedKql parsed = parseKql(query);
    if (!parsed.query)
        return "?";
    std::string ids;
    for (const Json &row : parsed.query->run(resources()))
        ids += textOf(row, "id");
    return ids;
}

} // namespace

class TestKql : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conditionsSelectRows_data()
    {
        QTest::addColumn<QByteArray>("condition");
        QTest::addColumn<QByteArray>("ids");
        const auto row = [](const char *condition, const char *ids) { QTest::newRow(condition) << QByteArray(condition) << QByteArray(ids); };
        row("name == 'alpha'", "");
        row("name =~ 'alpha'", "/1");
        row("name != \"beta\"", "/1/3");
        row("name in ('Alpha', 'GAMMA RAY')", "/1");
        row("name in~ ('Alpha', 'GAMMA RAY')", "/1/3");
        row("name !in~ ('alpha')", "/2/3");
        row("name contains 'AM'", "/3");
        row("name !contains 'am'", "/1/2");
        row("name has 'ray'", "/3");
        row("name has 'ra'", "");
        row("name startswith 'b' or name endswith 'ray'", "/2/3");
        row("units >= 2 and units < 10", "/1/3");
        row("units > 2", "/2");
        row("isnotempty(tags['ring'])", "/1/3");
        row("isempty(tags.ring)", "/2");
        row("not(tags['a-b'] == 'x')", "/2/3");
        row("(units == 2 or units == 10) and tolower(name) == 'alpha'", "/1");
        row("missing.deep[3].part == 'x'", "");
        row("toint('10') == units", "/2");
    }
    void conditionsSelectRows()
    {
        QFETCH(QByteArray, condition);
        QFETCH(QByteArray, ids);
        QCOMPARE(QByteArray::fromStdString(idsOf(("Resources | where " + condition).constData())), ids);
    }

    void rowsAreOrderedAndCut()
    {
        QCOMPARE(idsOf("Resources | order by units asc, name desc"), std::string("/3/1/2"));
        QCOMPARE(idsOf("Resources | sort by id"), std::string("/3/2/1"));
        QCOMPARE(idsOf("resources | top 1 by units | project id"), std::string("/2"));
        QCOMPARE(idsOf("Resources | project id | limit 2"), std::string("/1/2"));
    }

    void rowsAreCounted()
    {
        const auto rows = parseKql("Resources | summarize n = count() by units | order by n asc").query->run(resources());
        QCOMPARE(Json(rows).dump(), std::string(R"([{"units":10,"n":1},{"units":2,"n":2}])"));
        QCOMPARE(Json(parseKql("Resources | where id == '/9' | count").query->run(resources())).dump(), std::string(R"([{"Count":0}])"));
    }

    void nonsenseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("query");
        for (const char *query : {"", "Things", "Resources |", "Resources | where", "Resources where name", "Resources | where name ==", "Resources | fly",
                 "Resources | where (name", "Resources | where name == 'open", "Resources | take many", "Resources | where f(name)",
                 "Resources | where isempty()", "Resources | project name,", "Resources | where tags[", "Resources | top 5 name", "Resources | ;"})
            QTest::newRow(query) << QByteArray(query);
    }
    void nonsenseIsRefused()
    {
        QFETCH(QByteArray, query);
        QCOMPARE(idsOf(query.constData()), std::string("?"));
    }

    void deepNestingIsRefusedInsteadOfOverflowing()
    {
        const std::string deep = "Resources | where " + std::string(100'000, '(');
        QVERIFY(!parseKql(deep).query);
    }
};

DROVER_TEST(TestKql)

#include "tst_kql.moc"
