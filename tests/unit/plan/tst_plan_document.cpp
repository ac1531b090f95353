#include "models/plan/plan.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;

namespace {

Plan sample(int devices = 30)
{
    test::SampleFleet fleet;
    fleet.stamp(u"beta"_s).capacity = 1'000'000;
    fleet.addGroup(u"meters"_s);
    fleet.addDevices(u"meters"_s, u"meter"_s, devices, u"alpha"_s);
    fleet.addDevices(u"meters"_s, u"near"_s, 2, u"beta"_s);
    fleet.addIndividual(u"reg-7"_s, u"Pump$7'"_s, u"alpha"_s);
    return *makePlan(fleet.fleet(),
        {test::moveOf(u"group:meters"_s, u"beta"_s), test::moveOf(u"ids:Pump$7'"_s, u"gamma"_s)}, {},
        Instant(std::chrono::days(20'000)));
}

} // namespace

class TestPlanDocument final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDocumentReadsAsThePlanThatWroteIt()
    {
        const Plan plan = sample();
        const Result<Plan> read = fromJson(toJson(plan));
        QVERIFY2(read, qPrintable(read ? QString() : read.error().what));
        QCOMPARE(read->devices, plan.devices);
        QCOMPARE(read->steps.size(), plan.steps.size());
        QCOMPARE(read->options.gate, plan.options.gate);
        QCOMPARE(toJson(*read), toJson(plan));
        QCOMPARE(hashOf(*read), hashOf(plan));
        QCOMPARE(hashOf(plan).size(), 64);
    }

    void thePlanOfTheSameMomentIsTheSameDocument() { QCOMPARE(toJson(sample()), toJson(sample())); }

    void brokenDocumentsAreMalformed_data()
    {
        QTest::addColumn<QByteArray>("json");
        const QByteArray good = toJson(sample());
        const auto altered = [&good](const char *before, const char *after) {
            const qsizetype at = good.indexOf(before);
            return at < 0 ? QByteArray()
                          : good.left(at) + after + good.mid(at + static_cast<qsizetype>(strlen(before)));
        };
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("hello");
        QTest::newRow("foreign JSON") << QByteArray(R"({"name":"x"})");
        QTest::newRow("a list") << QByteArray("[1,2]");
        QTest::newRow("cut") << good.left(good.size() / 2);
        QTest::newRow("other schema") << altered("\"schema\":1", "\"schema\":2");
        QTest::newRow("schema is text") << altered("\"schema\":1", "\"schema\":\"1\"");
        QTest::newRow("altered target") << altered("hub-beta", "hub-gama");
        QTest::newRow("altered device") << altered("[\"meter-1\"", "[\"meter-9\"");
        QTest::newRow("hostile id") << altered("[\"meter-1\"", "[\"../../x\"");
        QTest::newRow("wrong type") << altered("\"calls\":", "\"calls\":\"a\",\"c\":");
        QTest::newRow("no object") << altered("\"options\":{", "\"options\":3,\"o\":{");
        QTest::newRow("wave out of range") << altered(",0,0]", ",0,77]");
        QTest::newRow("step out of range") << altered(",0,0]", ",9,0]");
        QTest::newRow("huge number") << altered("\"madeMs\":", "\"madeMs\":99999999999999999999999,\"m\":");
        QTest::newRow("share") << altered("\"dpsShare\":0.9", "\"dpsShare\":9e99");
        QTest::newRow("deep") << QByteArray("[").repeated(1'000'000);
        QTest::newRow("deep and closed") << QByteArray("{\"schema\":").repeated(100'000) + "1"
                + QByteArray("}").repeated(100'000);
    }
    void brokenDocumentsAreMalformed()
    {
        QFETCH(QByteArray, json);
        const Result<Plan> read = fromJson(json);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Malformed);
        QVERIFY(!read.error().what.isEmpty() && !read.error().remedy.isEmpty());
    }

    void aMemberThatStandsTwiceIsNamed()
    {
        const QByteArray good = toJson(sample(3));
        for (const char *name : {"calls", "withinMs"}) {
            QByteArray twice = good;
            const QByteArray member = '"' + QByteArray(name) + "\":";
            twice.insert(twice.indexOf(member), member + "1,");
            const Result<Plan> read = fromJson(twice);
            QVERIFY(!read);
            QVERIFY2(read.error().what.contains(QLatin1StringView(name)), qPrintable(read.error().what));
        }
    }

    void noAlteredByteGivesAnotherPlan()
    {
        const QByteArray good = toJson(sample(3));
        const QString hash = hashOf(sample(3));
        for (qsizetype i = 0; i < good.size(); i += 41) {
            QByteArray bad = good;
            bad[i] = static_cast<char>(bad[i] ^ 1);
            const Result<Plan> read = fromJson(bad);
            if (read)
                QCOMPARE(hashOf(*read), hash);
        }
    }

    void aLargePlanReadsAsItWasWritten()
    {
        const Plan plan = sample(20'000);
        const Result<Plan> read = fromJson(toJson(plan));
        QVERIFY(read);
        QCOMPARE(read->devices.size(), plan.devices.size());
    }
};

DROVER_TEST(TestPlanDocument)
#include "tst_plan_document.moc"
