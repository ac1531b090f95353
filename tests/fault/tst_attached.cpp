#include "tests/support/background.h"
#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

/// DPS takes a device to another hub, but not its modules, nor whose child it is.
class TestAttached final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDeviceIsNotVerifiedWithoutItsModulesAndItsParent()
    {
        const Azure azure(240);
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        attachOn(azure, u"alpha"_s);
        const QString plan = planned(drover);
        const Outcome ran = drover.run({u"run"_s, plan, u"--yes"_s, u"--rules"_s, drover.write(u"rules.json"_s, "{}")});
        QVERIFY2(ran.code == 4 || ran.code == 5, qPrintable(ran.out + ran.err));
        const QMap<QString, QString> told = statesOf(drover, ran.out.section(u'\n', 0, 0).section(u' ', 1, 1));
        QVERIFY2(told.value(u"meter-0001"_s).contains(u"0 of its 1 module on the target"_s), qPrintable(told.value(u"meter-0001"_s)));
        // Whoever reads the audit later learns that the fleet's own rules did not hold.
        QVERIFY(drover.run({u"audit"_s}).out.contains(u"not by the fleet's own rules"_s));
        QVERIFY2(told.value(u"meter-0002"_s).contains(u"meter-0001 is not its parent on the target"_s), qPrintable(told.value(u"meter-0002"_s)));
    }

    void itIsVerifiedOnceSomebodyHasPutThemThere()
    {
        const Azure azure(30);
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        attachOn(azure, u"alpha"_s);
        const QString plan = planned(drover);
        Background run(QStringLiteral(DROVER_BIN_DIR "/droverctl"),
            {u"run"_s, plan, u"--yes"_s, u"--endpoints"_s, azure.endpoints(), u"--journal"_s, drover.file(u"journal.sqlite"_s)});
        QVERIFY2(!run.run().isEmpty(), qPrintable(run.said()));
        QTRY_VERIFY_WITH_TIMEOUT(azure.identitiesOn(u"beta"_s) == 2, 60'000);
        QVERIFY(run.isRunning());
        attachOn(azure, u"beta"_s);
        QVERIFY2(run.exitCode() == 0, qPrintable(run.said()));
    }

private:
    static void attachOn(const Azure &azure, const QString &stamp)
    {
        const QJsonObject edge{{u"deviceId"_s, u"meter-0001"_s}, {u"capabilities"_s, QJsonObject{{u"iotEdge"_s, true}}}};
        const QString scope = azure.askHub("PUT", stamp, u"/devices/meter-0001"_s, edge).value(u"deviceScope"_s).toString();
        QVERIFY(!scope.isEmpty());
        azure.askHub("PUT", stamp, u"/devices/meter-0002"_s, {{u"deviceId"_s, u"meter-0002"_s}, {u"deviceScope"_s, scope}});
        for (const QString &module : {u"camera"_s, u"$edgeAgent"_s})
            azure.askHub("PUT", stamp, u"/devices/meter-0001/modules/"_s + module,
                {{u"deviceId"_s, u"meter-0001"_s}, {u"moduleId"_s, module}});
    }

    static QString planned(const CommandLine &drover)
    {
        const QString plan = drover.file(u"move.plan"_s);
        const Outcome made = drover.run({u"plan"_s, u"--set"_s, u"where:deviceId IN ['meter-0001','meter-0002']"_s, u"--to"_s, u"beta"_s,
            u"--waves"_s, u"all"_s, u"-o"_s, plan});
        const bool counted = made.out.contains(u"1 IoT Edge device with 1 module on 1 device"_s);
        return made.code == 0 && counted ? plan : made.out + made.err;
    }

    /// State and reason of each device.
    static QMap<QString, QString> statesOf(const CommandLine &drover, const QString &run)
    {
        QMap<QString, QString> states;
        for (const QJsonObject &report : drover.run({u"report"_s, run, u"--json"_s}).objects())
            for (const QJsonValue each : report.value(u"each"_s).toArray())
                states.insert(each[u"registrationId"_s].toString(), QString::fromUtf8(QJsonDocument(each.toObject()).toJson()));
        return states;
    }
};

DROVER_TEST(TestAttached)
#include "tst_attached.moc"
