#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

namespace {

/// Every answer about a twin on the target tells another site than the enrollment has.
QByteArray anotherSite()
{
    const QJsonObject properties{{u"desired"_s, QJsonObject{{u"every"_s, 60}}}, {u"reported"_s, QJsonObject()}};
    const QJsonObject twin{{u"deviceId"_s, u"lamp-07"_s}, {u"connectionState"_s, u"Connected"_s}, {u"status"_s, u"enabled"_s},
        {u"etag"_s, u"AAAAAAAAAAE="_s}, {u"tags"_s, QJsonObject{{u"site"_s, u"oslo"_s}}}, {u"properties"_s, properties}};
    const QJsonObject rule{{u"host"_s, u"drover-reset-two"_s}, {u"route"_s, u"^GET /twins"_s},
        {u"body"_s, QString::fromUtf8(QJsonDocument(twin).toJson(QJsonDocument::Compact))}};
    return QJsonDocument(rule).toJson(QJsonDocument::Compact);
}

} // namespace

/// An enrollment may say that its devices begin anew on their new hub: then the twin of its enrollment is the right one.
class TestResetPolicy final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void devicesThatBeginAnewAreVerifiedByTheTwinOfTheirEnrollment()
    {
        const Azure azure(120, QStringLiteral(DROVER_SOURCE_DIR "/tests/fault/scenarios/reset.json"));
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        QVERIFY(move(drover, u"group:lamps"_s, u"two"_s).isEmpty());
        QCOMPARE(azure.identitiesOn(u"two"_s), 60);
    }

    /// A twin that is not what DPS would have made of it stays in its lane, with what differs.
    void oneThatIsNotAsItsEnrollmentSaysIsNotVerified()
    {
        const Azure azure(120, QStringLiteral(DROVER_SOURCE_DIR "/tests/fault/scenarios/reset.json"));
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        azure.control("POST", u"/_sim/faults"_s, anotherSite());
        const QString report = move(drover, u"where:deviceId = 'lamp-07'"_s, u"two"_s);
        QVERIFY2(report.contains(u"site changed"_s), qPrintable(report));
    }

private:
    /// What the report says of the devices that were not verified.
    static QString move(const CommandLine &drover, const QString &set, const QString &to)
    {
        const QString plan = drover.file(u"move.plan"_s);
        const Outcome planned = drover.run({u"plan"_s, u"--set"_s, set, u"--to"_s, to, u"-o"_s, plan});
        if (planned.code != 0)
            return planned.err;
        const Outcome ran = drover.run({u"run"_s, plan, u"--yes"_s});
        if (ran.code == 0)
            return {};
        const QString id = ran.out.section(u'\n', 0, 0).section(u' ', 1, 1);
        return ran.out + ran.err + drover.run({u"report"_s, id, u"--json"_s}).out;
    }
};

DROVER_TEST(TestResetPolicy)
#include "tst_reset_policy.moc"
