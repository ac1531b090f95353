#include "app/simulator/query.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

namespace {

/// Judges the condition on one device.
bool matches(const char *condition)
{
    static const Json device = {{"deviceId", "pump-7"}, {"status", "enabled"},
        {"tags", {{"site", "O'Hare"}, {"floor", 3}}}, {"properties", {{"reported", {{"ok", true}}}}}};
    const ParsedQuery parsed = parseCondition(condition);
    const QueryLookup lookup = [](const QueryPath &path) -> std::optional<Json> {
        const Json *at = &device;
        for (const std::string &name : path) {
            if (!at->is_object() || !at->contains(name))
                return std::nullopt;
            at = &(*at)[name];
        }
        return *at;
    };
    return parsed.query && (!parsed.query->where || parsed.query->where->holds(lookup) == true);
}

} // namespace

class TestQueryLanguage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conditionsHold_data()
    {
        QTest::addColumn<QByteArray>("condition");
        QTest::addColumn<bool>("holds");
        const auto row = [](const char *condition, bool holds) { QTest::newRow(condition) << QByteArray(condition) << holds; };
        row("*", true);
        row("status = 'enabled'", true);
        row("status != 'enabled' AND tags.floor >= 3", false);
        row("status != 'enabled' or tags.floor >= 3", true);
        row("not (tags.floor < 3) and properties.reported.ok = true", true);
        row("tags.site = 'O''Hare'", true);
        row("tags.site = 'O\\'Hare'", true);
        row("deviceId IN ['pump-6', \"pump-7\"]", true);
        row("deviceId NIN ['pump-7']", false);
        row("is_defined(tags.room)", false);
        row("NOT is_defined(tags.room)", true);
        row("tags.room != 'x'", false);
        row("NOT (tags.room = 'x')", false);
        row("startswith(deviceId, 'pump')", true);
        row("tags.floor = '3'", false);
    }
    void conditionsHold()
    {
        QFETCH(QByteArray, condition);
        QFETCH(bool, holds);
        QCOMPARE(matches(condition.constData()), holds);
    }

    void whatCannotBeReadIsRefusedWithItsPlace()
    {
        for (const char *text : {"SELECT", "SELECT * FROM devices WHERE", "SELECT * FROM devices WHERE a = 'x",
                 "SELECT * FROM devices GROUP tags.a", "SELECT * FROM devices extra"}) {
            const ParsedQuery parsed = parseQuery(text);
            QVERIFY2(!parsed.query, text);
            QVERIFY(!parsed.error.empty());
        }
    }

    void deepNestingIsRefused()
    {
        const std::string deep(100'000, '(');
        QVERIFY(!parseCondition(deep + "a = 1").query);
    }

    void countsAreGrouped()
    {
        const ParsedQuery parsed = parseQuery("SELECT tags.site AS site, COUNT() AS n FROM devices GROUP BY tags.site");
        QVERIFY(parsed.query && parsed.query->aggregates());
        QueryTotals totals(*parsed.query);
        for (const char *site : {"a", "b", "a"})
            totals.add([&](const QueryPath &) { return std::optional<Json>(site); });
        QCOMPARE(totals.rows().dump(), std::string(R"([{"site":"a","n":2},{"site":"b","n":1}])"));
    }

    void aCountOfNothingIsOneRow()
    {
        const ParsedQuery parsed = parseQuery("SELECT COUNT() AS n FROM devices");
        QVERIFY(parsed.query);
        QCOMPARE(QueryTotals(*parsed.query).rows().dump(), std::string(R"([{"n":0}])"));
    }
};

DROVER_TEST(TestQueryLanguage)
#include "tst_query_language.moc"
