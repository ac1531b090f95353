#include "models/fleet/rules.h"
#include "models/plan/plan.h"
#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using test::SampleFleet;

namespace {

/// Thursday, 2024-10-03 00:00 UTC.
constexpr Instant now = Instant(std::chrono::days(19'999));

SampleFleet sample()
{
    SampleFleet sample;
    sample.addGroup(u"meters"_s);
    sample.addDevices(u"meters"_s, u"meter"_s, 20, u"alpha"_s);
    sample.addGroup(u"spares"_s);
    sample.addDevices(u"spares"_s, u"spare"_s, 2, u"gamma"_s);
    return sample;
}

Check look(SampleFleet fleet, const QByteArray &rules, const QString &id, const QString &set = u"group:meters"_s, Options options = {})
{
    fleet.value.rules = std::make_shared<const fleet::Rules>(*fleet::rulesFromJson(rules));
    const Result<Plan> plan = makePlan(fleet.fleet(), {test::moveOf(set, u"beta"_s)}, options, now);
    return *test::checkOf(plan->checks, id);
}

} // namespace
Q_DECLARE_METATYPE(Verdict)

class TestRuleChecks final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rules_data()
    {
        QTest::addColumn<QByteArray>("rule");
        QTest::addColumn<Verdict>("verdict");
        QTest::addColumn<QString>("part");
        QTest::newRow("residency elsewhere") << QByteArray(R"({"name": "eu", "kind": "residency", "devices": "group:meters", "stamps": ["alpha"], "why": "GDPR"})")
                                             << Verdict::Block << u"20 devices of the plan may live on alpha alone, the first is meter-0 (rule \"eu\": GDPR)."_s;
        QTest::newRow("residency there") << QByteArray(R"({"name": "eu", "kind": "residency", "devices": "group:meters", "stamps": ["alpha", "beta"]})")
                                         << Verdict::Pass << u"1 rule is kept."_s;
        QTest::newRow("residency of others") << QByteArray(R"({"name": "eu", "kind": "residency", "devices": "where:deviceId = 'spare-1'", "stamps": ["alpha"]})")
                                             << Verdict::Pass << QString();
        QTest::newRow("pinned") << QByteArray(R"({"name": "lab", "kind": "pinned", "devices": "where:deviceId = 'meter-7'"})") << Verdict::Block
                                << u"1 device of the plan may not be moved, the first is meter-7"_s;
        QTest::newRow("excluded") << QByteArray(R"({"name": "old", "kind": "excluded", "stamps": ["beta"]})") << Verdict::Block
                                  << u"Nothing may be moved to beta"_s;
        QTest::newRow("excluded elsewhere") << QByteArray(R"({"name": "old", "kind": "excluded", "stamps": ["gamma"]})") << Verdict::Pass << QString();
        QTest::newRow("together, all") << QByteArray(R"({"name": "line", "kind": "together", "devices": "group:meters"})") << Verdict::Pass << QString();
        QTest::newRow("no such group") << QByteArray(R"({"name": "lab", "kind": "pinned", "devices": "group:nothing"})") << Verdict::Block
                                       << u"cannot be judged"_s;
        QTest::newRow("misspelt stamp") << QByteArray(R"({"name": "eu", "kind": "residency", "devices": "group:meters", "stamps": ["alpha", "betta"]})")
                                        << Verdict::Block << u"Rule \"eu\" names betta, which is no stamp of this fleet."_s;
        QTest::newRow("misspelt, excluded") << QByteArray(R"({"name": "old", "kind": "excluded", "stamps": ["betta"]})") << Verdict::Block
                                            << u"Rule \"old\" names betta"_s;
        QTest::newRow("no such device") << QByteArray(R"({"name": "lab", "kind": "pinned", "devices": "where:tags.regoin = 'eu'"})") << Verdict::Warn
                                        << u"Rule \"lab\" fits no device"_s;
    }
    void rules()
    {
        QFETCH(const QByteArray, rule);
        QFETCH(const Verdict, verdict);
        QFETCH(const QString, part);
        const Check check = look(sample(), R"({"rules": [)" + rule + "]}", u"owners-rules"_s);
        QVERIFY2(check.verdict == verdict, qPrintable(check.evidence));
        QVERIFY2(check.evidence.contains(part), qPrintable(check.evidence));
    }

    void partingWhatBelongsTogetherWarns()
    {
        const Check check = look(sample(), R"({"rules": [{"name": "line", "kind": "together", "devices": "group:meters"}]})",
            u"owners-rules"_s, u"where:deviceId IN ['meter-1', 'meter-2']"_s);
        QCOMPARE(check.verdict, Verdict::Warn);
        QVERIFY2(check.evidence.contains(u"18 on alpha, 2 on beta"_s), qPrintable(check.evidence));
    }

    void followersOfAGroupAreUnderTheRulesToo()
    {
        SampleFleet fleet = sample();
        fleet.addDevices(u"meters"_s, u"late"_s, 3, u"gamma"_s);
        Options options;
        options.acceptFollowers = true;
        const Check check = look(fleet, R"({"rules": [{"name": "lab", "kind": "pinned", "devices": "stamp:gamma"}]})", u"owners-rules"_s,
            u"group:meters"_s, options);
        QVERIFY2(check.verdict == Verdict::Block, qPrintable(check.evidence));
    }

    void hours_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<Verdict>("verdict");
        QTest::addColumn<QString>("part");
        QTest::newRow("open") << QByteArray(R"({"windows": [{"zone": "UTC", "from": "22:00", "to": "05:00"}]})") << Verdict::Pass
                              << u"beta may be changed until Thu 2024-10-03 05:00 (UTC)."_s;
        QTest::newRow("closed") << QByteArray(R"({"windows": [{"zone": "Europe/Berlin", "from": "22:00", "to": "01:30"}]})") << Verdict::Block
                                << u"its next window opens Thu 2024-10-03 22:00 (Europe/Berlin)."_s;
        QTest::newRow("source closed") << QByteArray(R"({"windows": [{"stamps": ["alpha"], "zone": "UTC", "from": "08:00", "to": "09:00"}]})")
                                       << Verdict::Block << u"alpha may not be changed now"_s;
        QTest::newRow("others") << QByteArray(R"({"windows": [{"stamps": ["gamma"], "zone": "UTC", "from": "08:00", "to": "09:00"}]})")
                                << Verdict::Pass << QString();
        QTest::newRow("one of two") << QByteArray(R"({"windows": [{"zone": "UTC", "from": "08:00", "to": "09:00"}, {"zone": "UTC", "from": "23:00", "to": "01:00"}]})")
                                    << Verdict::Pass << u"until Thu 2024-10-03 01:00"_s;
        QTest::newRow("frozen") << QByteArray(R"({"freezes": [{"zone": "UTC", "from": "2024-10-01 00:00", "to": "2024-10-04 00:00", "why": "launch"}]})")
                                << Verdict::Block << u"is frozen until Fri 2024-10-04 00:00 (UTC): launch."_s;
        QTest::newRow("misspelt window") << QByteArray(R"({"windows": [{"stamps": ["betta"], "zone": "UTC", "from": "08:00", "to": "09:00"}]})")
                                         << Verdict::Block << u"Window 1 names betta, which is no stamp of this fleet."_s;
        QTest::newRow("misspelt freeze") << QByteArray(R"({"freezes": [{"stamps": ["betta"], "zone": "UTC", "from": "2024-10-01 00:00", "to": "2024-10-04 00:00"}]})")
                                         << Verdict::Block << u"Freeze 1 names betta"_s;
        QTest::newRow("thawed") << QByteArray(R"({"freezes": [{"zone": "UTC", "from": "2024-10-01 00:00", "to": "2024-10-03 00:00"}]})") << Verdict::Pass
                                << QString();
    }
    void hours()
    {
        QFETCH(const QByteArray, rules);
        QFETCH(const Verdict, verdict);
        QFETCH(const QString, part);
        const Check check = look(sample(), rules, u"windows"_s);
        QVERIFY2(check.verdict == verdict, qPrintable(check.evidence));
        QVERIFY2(check.evidence.contains(part), qPrintable(check.evidence));
    }

    void asksForASecondPersonWhereAStampDoes()
    {
        QCOMPARE(look(sample(), R"({"approvals": {"stamps": ["alpha"]}})", u"approval"_s).verdict, Verdict::Warn);
        QCOMPARE(look(sample(), R"({"approvals": {"stamps": ["gamma"]}})", u"approval"_s).verdict, Verdict::Pass);
        QCOMPARE(look(sample(), R"({"approvals": {"stamps": ["betta"]}})", u"approval"_s).verdict, Verdict::Block);
    }
};

DROVER_TEST(TestRuleChecks)
#include "tst_rule_checks.moc"
