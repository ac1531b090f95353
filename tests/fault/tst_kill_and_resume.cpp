#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <random>

using namespace Qt::StringLiterals;
using namespace drover::test;

namespace {

struct Trip {
    QString set;
    QString to;
};

/// Calls that write enrollments, answered well.
struct Writes {
    int groups = 0;
    int bulks = 0;
    int deletes = 0;
    int refused = 0;
};

Writes writesTo(const Azure &azure)
{
    Writes writes;
    for (const QJsonValue each : azure.truth().value(u"requests"_s).toArray()) {
        const QJsonObject row = each.toObject();
        const QString route = row.value(u"route"_s).toString();
        const int count = row.value(u"count"_s).toInt();
        const bool done = row.value(u"status"_s).toInt() < 300;
        if (route == u"PUT /enrollmentGroups/{id}")
            (done ? writes.groups : writes.refused) += count;
        else if (route == u"POST /enrollments")
            (done ? writes.bulks : writes.refused) += count;
        else if (route == u"DELETE /enrollments/{id}")
            (done ? writes.deletes : writes.refused) += count;
    }
    return writes;
}

/// What a plan asks for; the individual ones are sent ten at a time.
Writes writesOf(const QString &plan)
{
    QFile file(plan);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    Writes writes;
    for (const QJsonValue step : QJsonDocument::fromJson(file.readAll()).object().value(u"steps"_s).toArray()) {
        const QString strategy = step.toArray()[0].toString();
        ++(strategy == u"remove"_s ? writes.deletes : strategy == u"re-point group"_s ? writes.groups : writes.bulks);
    }
    writes.bulks = (writes.bulks + 9) / 10;
    return writes;
}

QList<Trip> trips(const CommandLine &drover)
{
    QByteArray meters;
    for (int number = 1; number <= 240; ++number)
        meters += "meter-" + QByteArray::number(number).rightJustified(4, '0') + '\n';
    return {{u"where:STARTSWITH(deviceId,'valve-')"_s, u"beta"_s}, {u"file:"_s + drover.write(u"meters.csv"_s, meters), u"beta"_s},
        {u"group:meters"_s, u"gamma"_s}};
}

} // namespace

/// `kill -9` in the middle of a real run, again and again, DROVER_KILLS times in all; what is taken up each time ends
/// where an undisturbed run ends, and DPS was asked for each write of the plan once.
class TestKillAndResume final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QByteArray chosen = qgetenv("DROVER_SEED");
        const quint32 seed = chosen.isEmpty() ? std::random_device()() : chosen.toUInt();
        qInfo("seed %u (repeat with DROVER_SEED)", seed);
        m_random.seed(seed);
    }

    /// Individuals, devices split out of their group, whole groups; there, and back by undo.
    void endsTheSameAfterAnyNumberOfKills()
    {
        const QByteArray asked = qgetenv("DROVER_KILLS");
        const int wanted = asked.isEmpty() ? 25 : asked.toInt();
        const Azure azure(60);
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        const QMap<QString, QJsonObject> untouched = azure.records();
        const QList<Trip> all = trips(drover);
        QList<QMap<QString, QJsonObject>> undisturbed;
        for (const Trip &trip : all)
            undisturbed.append(afterAnUndisturbedRun(trip));
        int kills = 0;
        for (int number = 0; kills < wanted && !QTest::currentTestFailed(); ++number) {
            const qsizetype which = number % all.size();
            const QString plan = drover.file(u"plan.json"_s);
            const Outcome planned = drover.run({u"plan"_s, u"--set"_s, all[which].set, u"--to"_s, all[which].to, u"-o"_s, plan});
            QVERIFY2(planned.code == 0, qPrintable(planned.err + planned.out));
            const QString id = moveKilling(azure, drover, plan, kills);
            QVERIFY(!QTest::currentTestFailed());
            QCOMPARE(azure.records(), undisturbed[which]);
            const Outcome undo = drover.run({u"undo"_s, id, u"-o"_s, plan});
            QVERIFY2(undo.code == 0, qPrintable(undo.err));
            moveKilling(azure, drover, plan, kills);
            QVERIFY(!QTest::currentTestFailed());
            QCOMPARE(azure.records(), untouched);
            QCOMPARE(azure.identitiesOn(all[which].to), 0);
        }
        qInfo("killed %d times", kills);
    }

private:
    static QMap<QString, QJsonObject> afterAnUndisturbedRun(const Trip &trip)
    {
        const Azure azure(600);
        const CommandLine drover(azure.endpoints());
        const QString plan = drover.file(u"plan.json"_s);
        const Outcome planned = drover.run({u"plan"_s, u"--set"_s, trip.set, u"--to"_s, trip.to, u"-o"_s, plan});
        const Outcome done = drover.run({u"run"_s, plan, u"--yes"_s});
        if (planned.code != 0 || done.code != 0)
            QTest::qFail(qPrintable(planned.err + done.out + done.err), __FILE__, __LINE__);
        return azure.records();
    }

    /// Carries a plan out, killed now and again, and compares what was written with it. Gives the run.
    QString moveKilling(const Azure &azure, const CommandLine &drover, const QString &plan, int &kills)
    {
        const Writes before = writesTo(azure);
        const int killsBefore = kills;
        const QString id = carryOutKilling(azure, drover, plan, kills);
        const Outcome report = drover.run({u"report"_s, id, u"--json"_s});
        for (const QJsonValue each : QJsonDocument::fromJson(report.out.toUtf8()).object().value(u"each"_s).toArray()) {
            if (each.toObject().value(u"state"_s) != u"verified"_s && !QTest::currentTestFailed())
                QTest::qFail(qPrintable(QString::fromUtf8(QJsonDocument(each.toObject()).toJson())), __FILE__, __LINE__);
        }
        // An item that is sent twice is refused for its ETag or for being there, and its device would not be verified.
        const Writes after = writesTo(azure);
        const Writes meant = writesOf(plan);
        // What was under way at a kill is read, and written one by one as the answers come.
        constexpr int inFlight = 80;
        const int bulks = after.bulks - before.bulks;
        if (after.groups - before.groups != meant.groups || after.deletes - before.deletes != meant.deletes || after.refused != before.refused
            || bulks < meant.bulks || bulks > meant.bulks + (kills - killsBefore) * inFlight) {
            QTest::qFail(qPrintable(u"%1 groups were written (planned: %2), %3 bulks (%4), %5 deleted (%6), %7 writes refused; run %8"_s.arg(after.groups - before.groups)
                             .arg(meant.groups).arg(bulks).arg(meant.bulks).arg(after.deletes - before.deletes).arg(meant.deletes).arg(after.refused - before.refused).arg(id)),
                __FILE__, __LINE__);
        }
        const QJsonObject placement = azure.truth().value(u"placement"_s).toObject();
        if (placement.value(u"one"_s).toInt() != 2600)
            QTest::qFail(QJsonDocument(placement).toJson().constData(), __FILE__, __LINE__);
        return id;
    }

    /// Gives the run.
    QString carryOutKilling(const Azure &azure, const CommandLine &drover, const QString &plan, int &kills)
    {
        QString id;
        constexpr int most = 60;
        for (int times = 0; times < most && !QTest::currentTestFailed(); ++times) {
            QProcess process;
            process.setProcessChannelMode(QProcess::MergedChannels);
            const QStringList verb
                = id.isEmpty() ? QStringList{u"run"_s, plan, u"--yes"_s} : QStringList{u"resume"_s, id};
            process.start(QStringLiteral(DROVER_BIN_DIR "/droverctl"),
                verb
                    + QStringList{
                        u"--endpoints"_s, azure.endpoints(), u"--journal"_s, drover.file(u"journal.sqlite"_s)});
            const QString told = runId(process);
            id = told.isEmpty() ? id : told;
            // From the moment it works: any later one, mostly soon. Later kills wait longer, so that the run comes
            // through at last.
            const int mercy = std::uniform_int_distribution(5, 250 + 100 * times)(m_random);
            constexpr int enough = 20;
            constexpr int patience = 300'000;
            if (process.state() == QProcess::NotRunning || process.waitForFinished(times < enough ? mercy : patience)) {
                // Killed after its last record, before its last word: then there is nothing to take up.
                if (process.exitCode() != 0 && !drover.run({u"report"_s, id}).out.contains(u"Finished"_s))
                    QTest::qFail(qPrintable(QString::fromUtf8(process.readAll())), __FILE__, __LINE__);
                return id;
            }
            process.kill();
            process.waitForFinished();
            ++kills;
        }
        QTest::qFail("the run did not come through", __FILE__, __LINE__);
        return id;
    }

    /// Reads until the run's name is told: it is the first thing that is.
    static QString runId(QProcess &process)
    {
        QElapsedTimer patience;
        patience.start();
        while (patience.elapsed() < 20'000) {
            while (process.canReadLine()) {
                const QString line = QString::fromUtf8(process.readLine()).trimmed();
                if (line.startsWith(u"run "_s))
                    return line.section(u' ', 1, 1);
            }
            if (!process.waitForReadyRead(500) && process.state() == QProcess::NotRunning)
                return {};
        }
        return {};
    }

    std::mt19937 m_random;
};

DROVER_TEST(TestKillAndResume)
#include "tst_kill_and_resume.moc"
