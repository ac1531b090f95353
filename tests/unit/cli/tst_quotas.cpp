#include "commandline.h"

#include "tests/support/testmain.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

/// A run's whole traffic against the limits as the services count them. Slower than the other end-to-end tests: the
/// methods' quota is one of a second, and a second of the service must not be less than this machine's jitter.
class TestQuotas final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noCallOfARunIsEverOverAQuota()
    {
        const Azure azure(6);
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        const QString plan = drover.file(u"valves.plan"_s);
        const Outcome planned
            = drover.run({u"plan"_s, u"--set"_s, u"where:STARTSWITH(deviceId,'valve-')"_s, u"--to"_s, u"beta"_s, u"-o"_s, plan});
        QVERIFY2(planned.code == 0, qPrintable(planned.out + planned.err));
        const Outcome ran = drover.run({u"run"_s, plan, u"--yes"_s});
        QVERIFY2(ran.code == 0, qPrintable(ran.out + ran.err));
        QCOMPARE(azure.identitiesOn(u"beta"_s), 500);
        int used = 0;
        for (const QJsonValue each : azure.truth().value(u"quotas"_s).toArray()) {
            const QJsonObject quota = each.toObject();
            const QByteArray text = QJsonDocument(quota).toJson();
            QVERIFY2(quota.value(u"rejected"_s).toInt() == 0, text.constData());
            QVERIFY2(quota.value(u"highest"_s).toInt() <= quota.value(u"limit"_s).toInt(), text.constData());
            used += quota.value(u"highest"_s).toInt() > 0;
        }
        QVERIFY2(used >= 6, "the quotas of DPS, registrations, registry, queries, methods and twins were all in use");
    }
};

DROVER_TEST(TestQuotas)
#include "tst_quotas.moc"
