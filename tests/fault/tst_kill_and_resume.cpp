#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QTest>

#include <random>

using namespace Qt::StringLiterals;
using namespace drover::test;

/// `kill -9` in the middle of a real run, again and again; what is taken up each time ends where an undisturbed run
/// ends.
class TestKillAndResume final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsTheSameAfterAnyNumberOfKills()
    {
        const QByteArray chosen = qgetenv("DROVER_SEED");
        const quint32 seed = chosen.isEmpty() ? std::random_device()() : chosen.toUInt();
        qInfo("seed %u (repeat with DROVER_SEED)", seed);
        m_random.seed(seed);
        Azure azure(60);
        QVERIFY(azure.isUp());
        const CommandLine drover(azure.endpoints());
        const std::array<std::pair<QString, QString>, 2> ways
            = {std::pair(u"where:STARTSWITH(deviceId,'valve-')"_s, u"beta"_s), {u"group:meters"_s, u"gamma"_s}};
        int kills = 0;
        for (int way = 0; kills < 25; ++way) {
            const auto &[set, there] = ways[size_t(way % 2)];
            const QString to = way / 2 % 2 == 0 ? there : u"alpha"_s;
            const int moving = way % 2 == 0 ? 500 : 2000;
            const int before = azure.identitiesOn(to);
            kills += moveKilling(azure, drover, set, to);
            if (QTest::currentTestFailed())
                return;
            QCOMPARE(azure.identitiesOn(to), before + moving);
            const QJsonObject placement = azure.truth().value(u"placement"_s).toObject();
            QCOMPARE(placement.value(u"one"_s).toInt(), 2600);
            QCOMPARE(placement.value(u"two"_s).toInt() + placement.value(u"none"_s).toInt(), 0);
        }
        qInfo("killed %d times", kills);
    }

private:
    /// Gives how often it was killed before it came through.
    int moveKilling(const Azure &azure, const CommandLine &drover, const QString &set, const QString &to)
    {
        const QString plan = drover.file(u"plan.json"_s);
        const Outcome planned = drover.run({u"plan"_s, u"--set"_s, set, u"--to"_s, to, u"-o"_s, plan});
        if (planned.code != 0)
            QTest::qFail(qPrintable(planned.err), __FILE__, __LINE__);
        QString id;
        for (int kills = 0; kills < 60 && !QTest::currentTestFailed(); ++kills) {
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
            const int mercy = std::uniform_int_distribution(20, 400 + 100 * kills)(m_random);
            if (process.state() == QProcess::NotRunning || process.waitForFinished(mercy)) {
                // Killed after its last record, before its last word: then there is nothing to take up.
                if (process.exitCode() != 0 && !drover.run({u"report"_s, id}).out.contains(u"Finished"_s))
                    QTest::qFail(qPrintable(QString::fromUtf8(process.readAll())), __FILE__, __LINE__);
                return kills;
            }
            process.kill();
            process.waitForFinished();
        }
        QTest::qFail("the run did not come through", __FILE__, __LINE__);
        return 0;
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
