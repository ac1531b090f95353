#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

/// A group moves in strict waves while its devices register whenever they like: nobody is early, everybody arrives, and
/// what was made for the time of the run is gone afterwards.
class TestStrictWaves final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void movesNobodyBeforeItsWave()
    {
        const Azure azure(60);
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        const QMap<QString, QByteArray> before = azure.enrollments();
        const QString plan = drover.file(u"strict.plan"_s);
        const Outcome planned = drover.run({u"plan"_s, u"--set"_s, u"group:pilots"_s, u"--to"_s, u"alpha"_s, u"--strict-waves"_s, u"--waves"_s,
            u"1,10%"_s, u"-o"_s, plan});
        QVERIFY2(planned.code == 0, qPrintable(planned.out + planned.err));

        // A probe that fails holds the run after its first wave, and after its second.
        const Outcome first = drover.run({u"run"_s, plan, u"--yes"_s, u"--probe-command"_s, u"echo telemetry is missing; exit 3"_s});
        QVERIFY2(first.code == 5, qPrintable(first.out + first.err));
        QVERIFY2(first.out.contains(u"the probe ended with 3 (telemetry is missing)"_s), qPrintable(first.out));
        const QString id = first.out.section(u'\n', 0, 0).section(u' ', 1, 1);
        wakeAll(azure);
        QCOMPARE(azure.identitiesOn(u"alpha"_s), 2501);
        const Outcome second = drover.run({u"resume"_s, id, u"--probe-command"_s, u"exit 3"_s});
        QVERIFY2(second.code == 5, qPrintable(second.out + second.err));
        wakeAll(azure);
        QCOMPARE(azure.identitiesOn(u"alpha"_s), 2511);

        const Outcome last = drover.run({u"resume"_s, id, u"--probe-command"_s, u"test \"$DROVER_WAVE\" = 3"_s});
        QVERIFY2(last.code == 0, qPrintable(last.out + last.err));
        QCOMPARE(azure.identitiesOn(u"alpha"_s), 2600);
        QCOMPARE(azure.enrollments().keys(), before.keys());
        wakeAll(azure);
        QCOMPARE(azure.identitiesOn(u"alpha"_s), 2600);

        const QString back = drover.file(u"back.plan"_s);
        const Outcome undo = drover.run({u"undo"_s, id, u"-o"_s, back});
        QVERIFY2(undo.code == 0, qPrintable(undo.out + undo.err));
        const Outcome home = drover.run({u"run"_s, back, u"--yes"_s});
        QVERIFY2(home.code == 0, qPrintable(home.out + home.err));
        QCOMPARE(azure.identitiesOn(u"lab"_s), 100);
        QCOMPARE(azure.enrollments().keys(), before.keys());
    }

private:
    /// Every device registers, wherever it is, and connects again.
    static void wakeAll(const Azure &azure)
    {
        const int before = connected(azure);
        int awake = 0;
        for (int number = 1; number <= 100; ++number) {
            const QString device = u"pilot-%1"_s.arg(number, 3, 10, QLatin1Char('0'));
            awake += azure.wake(u"lab"_s, device) || azure.wake(u"alpha"_s, device);
        }
        QVERIFY(awake > 90);
        QTRY_VERIFY_WITH_TIMEOUT(connected(azure) >= before, 60'000);
    }

    static int connected(const Azure &azure)
    {
        int count = 0;
        for (const QJsonValue hub : azure.truth().value(u"hubs"_s).toObject())
            count += hub.toObject().value(u"connected"_s).toInt();
        return count;
    }
};

DROVER_TEST(TestStrictWaves)
#include "tst_strict_waves.moc"
