#include "models/fleet/rules.h"

#include "tests/support/testmain.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::fleet;

namespace {

Instant at(const char *text, const char *zone)
{
    QDateTime time = QDateTime::fromString(QString::fromLatin1(text), u"yyyy-MM-dd HH:mm"_s);
    time.setTimeZone(QTimeZone(zone));
    return Instant(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

Window nights(std::set<int> days = {})
{
    return {.stamps = {}, .zone = QTimeZone("Europe/Berlin"), .days = std::move(days), .from = QTime(22, 0), .to = QTime(5, 0)};
}

} // namespace

class TestRules final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsADocumentWithEverything()
    {
        const Result<Rules> rules = rulesFromJson(R"json({
            "rules": [
                {"name": "eu", "kind": "residency", "devices": "where:tags.region = 'eu'", "stamps": ["EU-1", "eu-2"], "why": "GDPR"},
                {"name": "lab", "kind": "pinned", "devices": "group:lab"},
                {"name": "line 4", "kind": "together", "devices": "group:line-4"},
                {"name": "old", "kind": "excluded", "stamps": ["old"]}],
            "windows": [{"stamps": ["eu-1"], "zone": "Europe/Berlin", "days": ["mon", "fri"], "from": "22:00", "to": "05:00"}],
            "freezes": [{"zone": "Europe/Berlin", "from": "2026-12-20 18:00", "to": "2027-01-02 06:00", "why": "holidays"}],
            "approvals": {"stamps": ["eu-1"]}})json");
        QVERIFY2(rules, qPrintable(rules ? QString() : rules.error().what));
        QCOMPARE(rules->rules.size(), size_t(4));
        QCOMPARE(rules->rules[0].kind, Rule::Kind::Residency);
        QVERIFY(rules->rules[0].stamps.contains(*StampName::parse(u"eu-1")));
        QCOMPARE(rules->windows[0].days, (std::set<int> {1, 5}));
        QCOMPARE(rules->freezes[0].from, at("2026-12-20 17:00", "UTC"));
        QVERIFY(rules->approvals.contains(*StampName::parse(u"eu-1")));
    }

    void namesThePlaceOfWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("part");
        QTest::newRow("no JSON") << QByteArray("{") << u"not a JSON object"_s;
        QTest::newRow("unknown member") << QByteArray(R"({"rule": []})") << u"rule is not a member"_s;
        QTest::newRow("no list") << QByteArray(R"({"rules": {}})") << u"rules is not a list"_s;
        QTest::newRow("kind") << QByteArray(R"({"rules": [{"name": "a", "kind": "nailed"}]})") << u"rules[0].kind is none of"_s;
        QTest::newRow("slip in a member") << QByteArray(R"({"rules": [{"name": "a", "kind": "pinned", "devices": "group:x", "wy": ""}]})")
                                          << u"rules[0].wy is not a member"_s;
        QTest::newRow("no name") << QByteArray(R"({"rules": [{"kind": "pinned", "devices": "group:x"}]})") << u"rules[0].name"_s;
        QTest::newRow("file set") << QByteArray(R"({"rules": [{"name": "a", "kind": "pinned", "devices": "file:x.csv"}]})")
                                  << u"rules[0].devices is a file"_s;
        QTest::newRow("residency nowhere") << QByteArray(R"({"rules": [{"name": "a", "kind": "residency", "devices": "group:x"}]})")
                                           << u"rules[0].stamps names no stamp"_s;
        QTest::newRow("stamp name") << QByteArray(R"({"rules": [{"name": "a", "kind": "excluded", "stamps": ["a b/"]}]})")
                                    << u"rules[0].stamps holds"_s;
        QTest::newRow("zone") << QByteArray(R"({"windows": [{"zone": "Mars/Base", "from": "22:00", "to": "05:00"}]})")
                              << u"windows[0].zone"_s;
        QTest::newRow("day") << QByteArray(R"({"windows": [{"zone": "UTC", "days": ["monday"], "from": "22:00", "to": "05:00"}]})")
                             << u"windows[0].days"_s;
        QTest::newRow("time") << QByteArray(R"({"windows": [{"zone": "UTC", "from": "25:00", "to": "05:00"}]})") << u"windows[0].from"_s;
        QTest::newRow("empty window") << QByteArray(R"({"windows": [{"zone": "UTC", "from": "05:00", "to": "05:00"}]})")
                                      << u"windows[0] opens and closes"_s;
        QTest::newRow("freeze") << QByteArray(R"({"freezes": [{"zone": "UTC", "from": "2026-12-20 18:00", "to": "2026-12-19 18:00"}]})")
                                << u"freezes[0] ends before"_s;
        QTest::newRow("approvals") << QByteArray(R"({"approvals": ["a"]})") << u"approvals is not an object"_s;
    }
    void namesThePlaceOfWhatIsWrong()
    {
        QFETCH(const QByteArray, json);
        QFETCH(const QString, part);
        const Result<Rules> rules = rulesFromJson(json);
        QVERIFY(!rules);
        QCOMPARE(rules.error().kind, ErrorKind::Malformed);
        QVERIFY2(rules.error().what.contains(part), qPrintable(rules.error().what));
    }

    void aWindowPastMidnightBelongsToTheDayItBegan()
    {
        const Window window = nights({5});
        QVERIFY(window.closes(at("2026-11-20 23:00", "Europe/Berlin")));
        QCOMPARE(window.closes(at("2026-11-21 04:59", "Europe/Berlin")), at("2026-11-21 05:00", "Europe/Berlin"));
        QVERIFY(!window.closes(at("2026-11-21 05:00", "Europe/Berlin")));
        QVERIFY(!window.closes(at("2026-11-21 23:00", "Europe/Berlin")));
        QVERIFY(!window.closes(at("2026-11-20 21:59", "Europe/Berlin")));
    }

    void aWindowFollowsTheSitesClock()
    {
        QVERIFY(nights().closes(at("2026-07-01 20:30", "UTC")));
        QVERIFY(!nights().closes(at("2026-12-01 20:30", "UTC")));
        QVERIFY(nights().closes(at("2026-12-01 21:30", "UTC")));
    }

    void tellsWhenAWindowOpensNext()
    {
        QCOMPARE(nights().opens(at("2026-11-20 12:00", "Europe/Berlin")), at("2026-11-20 22:00", "Europe/Berlin"));
        QCOMPARE(nights({5}).opens(at("2026-11-20 23:00", "Europe/Berlin")), at("2026-11-27 22:00", "Europe/Berlin"));
        QCOMPARE(nights({1}).opens(at("2026-11-20 23:00", "Europe/Berlin")), at("2026-11-23 22:00", "Europe/Berlin"));
    }

    void aWindowLastsAnHourMoreInTheNightOfTheClockChange()
    {
        const std::optional<Instant> closes = nights().closes(at("2026-10-24 22:00", "Europe/Berlin"));
        QCOMPARE(*closes - at("2026-10-24 22:00", "Europe/Berlin"), Duration(std::chrono::hours(8)));
    }
};

DROVER_TEST(TestRules)
#include "tst_rules.moc"
