#include "app/migration/twindigest.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::migration;

namespace {

backend::Twin twinOf(const QByteArray &tags, const QByteArray &desired = "{}", const QByteArray &reported = "{}")
{
    backend::Twin twin;
    twin.tags = tags;
    twin.desired = desired;
    twin.reported = reported;
    return twin;
}

} // namespace

/// Whether a twin came along as it was, and what is said of it where it did not.
class TestTwinDigest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTwinThatBeginsAnewIsJudgedByItsEnrollment_data()
    {
        QTest::addColumn<QByteArray>("enrollment");
        QTest::addColumn<QByteArray>("tags");
        QTest::addColumn<QByteArray>("desired");
        QTest::addColumn<QString>("said");
        const QByteArray berlin = R"({"initialTwin":{"tags":{"site":"berlin"},"properties":{"desired":{"every":60,"$version":7}}}})";
        QTest::newRow("as enrolled") << berlin << QByteArray(R"({"site":"berlin"})") << QByteArray(R"({"every":60})") << QString();
        QTest::newRow("came along") << berlin << QByteArray(R"({"site":"oslo"})") << QByteArray(R"({"every":60,"more":1})")
                                    << u"its tags (site changed) and its desired properties (more is new)"_s;
        QTest::newRow("nothing to begin with") << QByteArray(R"({"initialTwin":null})") << QByteArray("{}") << QByteArray("{}") << QString();
        QTest::newRow("no initial twin, came along") << QByteArray("{}") << QByteArray(R"({"site":"oslo"})") << QByteArray("{}") << u"its tags (site is new)"_s;
        QTest::newRow("no JSON") << QByteArray("<html>") << QByteArray("{}") << QByteArray("{}") << QString();
    }
    void aTwinThatBeginsAnewIsJudgedByItsEnrollment()
    {
        QFETCH(QByteArray, enrollment);
        QFETCH(QByteArray, tags);
        QFETCH(QByteArray, desired);
        QFETCH(QString, said);
        QCOMPARE(differingFromInitial(initialTwinOf(enrollment), twinOf(tags, desired, R"({"firmware":"1.2"})")), said);
    }

    void namesWhatDiffers_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const QByteArray &before, const QByteArray &after, const QString &said) {
            QTest::newRow(name) << before << after << said;
        };
        row("same", R"({"site":"berlin","floor":2})", R"({"floor": 2, "site": "berlin"})", {});
        row("changed", R"({"site":"berlin"})", R"({"site":"munich"})", u"its tags (site changed)"_s);
        row("new", R"({})", R"({"site":"munich"})", u"its tags (site is new)"_s);
        row("gone", R"({"site":"berlin","a":1,"b":2})", R"({"site":"berlin"})", u"its tags (2 are gone)"_s);
        row("all gone", R"({"site":"berlin"})", R"({})", u"its tags (1 is gone)"_s);
        row("nested", R"({"at":{"site":"berlin","floor":2}})", R"({"at":{"site":"berlin","floor":3}})", u"its tags (at.floor changed)"_s);
        row("another type", R"({"floor":2})", R"({"floor":"2"})", u"its tags (floor changed)"_s);
        row("null", R"({"floor":null})", R"({})", u"its tags (1 is gone)"_s);
        row("array", R"({"floors":[1,2]})", R"({"floors":[2,1]})", u"its tags (floors changed)"_s);
        row("empty object", R"({"at":{}})", R"({"at":{"site":"berlin"}})", u"its tags (at.site is new, 1 is gone)"_s);
        row("many", R"({})", R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1})", u"its tags (a is new, b is new, c is new, d is new, e is new, and 2 more)"_s);
        row("no JSON", "", "{}", u"its tags"_s);
    }
    void namesWhatDiffers()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QFETCH(QString, said);
        const QString told = differing(digestOf(twinOf(before)), twinOf(after));
        if (QByteArrayView(QTest::currentDataTag()) == "no JSON")
            QVERIFY2(told.startsWith(said), qPrintable(told));
        else
            QCOMPARE(told, said);
    }

    void tellsTheThreePartsApart()
    {
        const QByteArray before = digestOf(twinOf(R"({"a":1})", R"({"a":1})", R"({"a":1})"));
        QCOMPARE(differing(before, twinOf(R"({"a":1})", R"({"a":2})", R"({})")),
            u"its desired properties (a changed) and its reported properties (1 is gone)"_s);
    }

    void thePropertyThatTheRunWritesDoesNotCount()
    {
        const QByteArray before = digestOf(twinOf("{}", R"({"interval":60})"), u"reprovision"_s);
        const backend::Twin now = twinOf("{}", R"({"interval":60,"reprovision":"20260101"})");
        QCOMPARE(differing(before, now, u"reprovision"_s), QString());
        QCOMPARE(differing(before, now), u"its desired properties (reprovision is new)"_s);
    }

    void namesThePartsAloneWhereNothingElseWasKept()
    {
        const QByteArray short24 = digestOf(twinOf(R"({"site":"berlin"})")).first(24);
        QCOMPARE(differing(short24, twinOf(R"({"site":"berlin"})")), QString());
        QCOMPARE(differing(short24, twinOf(R"({"site":"munich"})")), u"its tags"_s);
        QByteArray many = "{";
        for (int i = 0; i < 100; ++i)
            many += (i > 0 ? ",\"m" : "\"m") + QByteArray::number(i) + "\":1";
        QCOMPARE(digestOf(twinOf(many + '}')).size(), 24);
    }

    void holdsNoValue()
    {
        QVERIFY(!digestOf(twinOf(R"({"secret":"hunter2"})")).contains("hunter2"));
        QVERIFY(!differing(digestOf(twinOf(R"({"secret":"hunter2"})")), twinOf(R"({"secret":"hunter3"})")).contains(u"hunter"_s));
    }
};

DROVER_TEST(TestTwinDigest)
#include "tst_twin_digest.moc"
