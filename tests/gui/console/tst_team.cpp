#include "app/console/console.h"
#include "tests/support/background.h"
#include "tests/support/postgresserver.h"
#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"
#include "ui/run/runspage.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <deque>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace drover;
using test::Background;
using test::Outcome;
using Page = ui::MainWindow::Page;

namespace {

const QString bin = QStringLiteral(DROVER_BIN_DIR "/");
constexpr int patience = 120'000;

/// Calls to a route of the simulated Azure that ended with that status, or with any from 400 on where it is 0.
int callsOf(const test::Azure &azure, const QString &route, int status)
{
    int count = 0;
    for (const QJsonValue each : azure.truth().value(u"requests"_s).toArray()) {
        const QJsonObject row = each.toObject();
        const int its = row.value(u"status"_s).toInt();
        if (row.value(u"route"_s).toString().startsWith(route) && (status == 0 ? its >= 400 : its == status))
            count += row.value(u"count"_s).toInt();
    }
    return count;
}

} // namespace

/// Several people, one fleet, one journal on a PostgreSQL server: this process is the console of one of them, the others'
/// programs run beside it.
class TestTeam final : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_home;
    std::unique_ptr<test::PostgresServer> m_server;
    std::unique_ptr<test::Azure> m_azure;
    std::unique_ptr<test::CommandLine> m_drover;
    std::unique_ptr<console::Console> m_console;
    QString m_journal;

    QStringList withFleet(const QStringList &arguments) const
    {
        return arguments + QStringList{u"--endpoints"_s, m_azure->endpoints(), u"--journal"_s, m_journal};
    }

    Outcome droverctl(const QStringList &arguments) const { return m_drover->run(withFleet(arguments)); }

    void openConsole()
    {
        console::Options options;
        options.source.endpoints = m_azure->endpoints();
        options.journal = m_journal;
        m_console = std::make_unique<console::Console>(options);
        m_console->start();
        QTRY_VERIFY_WITH_TIMEOUT(m_console->window().page() == Page::Board && m_console->fleet().fleet(), 20000);
        m_console->window().showPage(Page::Runs);
    }

    bool closeConsole()
    {
        QSignalSpy closed(m_console.get(), &console::Console::closed);
        m_console->window().close();
        const bool isClosed = (!closed.isEmpty() || closed.wait(10000)) && closed.first().first().toBool();
        m_console.reset();
        return isClosed;
    }

    QPushButton *buttonOf(const QString &name) const { return m_console->window().findChild<QPushButton *>(name); }
    bool canPress(const QString &name) const { return buttonOf(name)->isVisible() && buttonOf(name)->isEnabled(); }
    void press(const QString &name) const { QTest::mouseClick(buttonOf(name), Qt::LeftButton); }
    QString chosen() const { return m_console->window().runs()->chosen(); }
    int verified() const { return m_console->window().runs()->findChild<QLabel *>(u"verified"_s)->text().remove(u',').toInt(); }
    QString note() const { return m_console->window().runs()->findChild<QLabel *>(u"note"_s)->text(); }

    QString planned(const QString &set, const QString &to) const
    {
        const QString plan = m_drover->file(set.section(u':', -1) + to + u".plan"_s);
        const Outcome made = droverctl({u"plan"_s, u"--set"_s, set, u"--to"_s, to, u"-o"_s, plan});
        if (made.code != 0)
            QTest::qFail(qPrintable(made.err), __FILE__, __LINE__);
        return plan;
    }

    /// All meters live on beta and nowhere else, and their group was written once, after it was read.
    void verifyMovedOnce() const
    {
        const QJsonObject placement = m_azure->truth().value(u"placement"_s).toObject();
        QCOMPARE(placement, (QJsonObject{{u"one"_s, 2600}, {u"two"_s, 0}, {u"none"_s, 0}}));
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 2000);
        QCOMPARE(callsOf(*m_azure, u"PUT /enrollmentGroups"_s, 200), 1);
        QCOMPARE(callsOf(*m_azure, u"PUT /enrollment"_s, 0), 0);
        const Outcome audit = droverctl({u"audit"_s, u"--verify"_s});
        QVERIFY2(audit.code == 0, qPrintable(audit.err));
    }

    /// How long the window is behind each of the journal's states until all have moved, shortest first.
    QList<qint64> lags(const QString &run) const
    {
        const auto journal = migration::Journal::open(m_journal);
        QElapsedTimer clock;
        clock.start();
        std::deque<std::pair<qint64, int>> known;
        QList<qint64> all;
        while (verified() < 2000 && clock.elapsed() < patience) {
            const Result<run::RunStatus> status = QCoro::waitFor((*journal)->statusOf(run));
            if (status)
                known.emplace_back(clock.elapsed(), status->counts[size_t(run::DeviceState::Verified)]);
            QTest::qWait(50);
            for (; !known.empty() && known.front().second <= verified(); known.pop_front())
                all.append(clock.elapsed() - known.front().first);
        }
        std::ranges::sort(all);
        return all;
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (const char *name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME"})
            qputenv(name, m_home.path().toUtf8());
        m_server = std::make_unique<test::PostgresServer>();
        if (!m_server->isUp())
            QSKIP("PostgreSQL is not installed");
    }

    void init()
    {
        // Where one takes over from another, the devices must not all have moved before a slow machine gets there.
        const bool isWatchedOnly = qstrcmp(QTest::currentTestFunction(), "aRunOfAnotherProgramIsWatchedLive") == 0;
        m_azure = std::make_unique<test::Azure>(isWatchedOnly ? 60 : 20);
        QVERIFY(m_azure->isUp());
        m_drover = std::make_unique<test::CommandLine>(m_azure->endpoints());
        m_journal = m_server->newDatabase();
        QVERIFY(!m_journal.isEmpty());
    }

    void cleanup()
    {
        if (m_console)
            closeConsole();
        m_drover.reset();
        m_azure.reset();
    }

    void aRunOfAnotherProgramIsWatchedLive()
    {
        openConsole();
        Background owner(bin + u"droverctl"_s, withFleet({u"run"_s, planned(u"group:meters"_s, u"beta"_s), u"--yes"_s}));
        const QString run = owner.run();
        QTRY_COMPARE_WITH_TIMEOUT(chosen(), run, 10000);
        const QList<qint64> behind = lags(run);
        QCOMPARE(verified(), 2000);
        qInfo("the window was %lld ms behind the journal mostly, %lld ms at most", behind[behind.size() / 2], behind.last());
        // Without being told it would look every five seconds, and be two and a half behind mostly.
        QVERIFY(behind[behind.size() / 2] <= 2000);
        QCOMPARE(owner.exitCode(), 0);
        QTRY_VERIFY_WITH_TIMEOUT(note().startsWith(u"Finished"_s), 10000);
        QVERIFY2(!canPress(u"bannerAction"_s), "what another carries out is not offered for resuming");
        verifyMovedOnce();
        QVERIFY(closeConsole());
    }

    void aRunGoesFromHandToHandAndEndsAsIfOneHadDoneIt()
    {
        openConsole();
        Background first(bin + u"droverctl"_s, withFleet({u"run"_s, planned(u"group:meters"_s, u"beta"_s), u"--yes"_s}));
        const QString run = first.run();
        QTRY_VERIFY_WITH_TIMEOUT(chosen() == run && canPress(u"pause"_s), 30000);
        press(u"pause"_s);
        QCOMPARE(first.exitCode(), 5);
        QTRY_VERIFY_WITH_TIMEOUT(canPress(u"resume"_s), 10000);
        press(u"resume"_s);
        QTRY_VERIFY_WITH_TIMEOUT(verified() > 0 && verified() < 2000, 60000);
        QVERIFY(closeConsole());
        const Outcome rest = droverctl({u"resume"_s, run});
        QVERIFY2(rest.code == 0, qPrintable(rest.out + rest.err));
        verifyMovedOnce();
    }

    void runsThatWouldCrossAreRefusedInOneSentence()
    {
        openConsole();
        const QString valves = planned(u"where:STARTSWITH(deviceId,'valve-')"_s, u"gamma"_s);
        // Its probe lets the run end only when everything else here was tried.
        const QString tried = m_home.filePath(u"tried"_s);
        const QString probe = u"while [ ! -e '%1' ]; do sleep 0.1; done"_s.arg(tried);
        Background owner(bin + u"droverctl"_s,
            withFleet({u"run"_s, planned(u"group:meters"_s, u"beta"_s), u"--yes"_s, u"--probe-command"_s, probe}));
        const QString run = owner.run();
        QTRY_VERIFY_WITH_TIMEOUT(chosen() == run && canPress(u"pause"_s), 30000);
        QVERIFY2(!canPress(u"resume"_s), "nobody is asked to take up what goes on");
        const Outcome second = droverctl({u"resume"_s, run});
        QCOMPARE(second.code, 1);
        QCOMPARE(second.err.count(u'\n'), 1);
        QVERIFY2(second.err.startsWith(u"droverctl: Run %1 is being carried out by another process: "_s.arg(run)), qPrintable(second.err));
        const Outcome crossing = droverctl({u"run"_s, valves, u"--yes"_s});
        QCOMPARE(crossing.code, 1);
        const QString last = crossing.err.trimmed().section(u'\n', -1);
        QVERIFY2(last.startsWith(u"droverctl: Run %1 of "_s.arg(run)) && last.contains(u"moves devices from or to drover-small-alpha"_s), qPrintable(last));
        QVERIFY(QFile(tried).open(QIODevice::WriteOnly));
        QCOMPARE(owner.exitCode(), 0);
        QCOMPARE(m_azure->identitiesOn(u"gamma"_s), 0);
        verifyMovedOnce();
        const Outcome free = droverctl({u"run"_s, valves, u"--yes"_s});
        QVERIFY2(free.code == 0, qPrintable(free.err));
        QVERIFY(closeConsole());
    }

    void aConsoleThatIsKilledIsFollowedAtOnceOnTheSameMachine()
    {
        openConsole();
        Background starter(bin + u"droverctl"_s, withFleet({u"run"_s, planned(u"group:meters"_s, u"beta"_s), u"--yes"_s}));
        const QString run = starter.run();
        starter.interrupt();
        QCOMPARE(starter.exitCode(), 5);
        Background console(bin + u"drover"_s, withFleet({u"--resume"_s, run}));
        QTRY_VERIFY_WITH_TIMEOUT(chosen() == run && canPress(u"pause"_s) && verified() > 0, 60000);
        console.killNow();
        QVERIFY(verified() < 2000);
        Background next(bin + u"droverctl"_s, withFleet({u"resume"_s, run}));
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(next.run(), run);
        QVERIFY2(clock.elapsed() < 15000, qPrintable(u"it took %1 ms, like one who waits for a lease to end"_s.arg(clock.elapsed())));
        QCOMPARE(next.exitCode(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(verified(), 2000, 10000);
        verifyMovedOnce();
        QVERIFY(closeConsole());
    }

    /// A process in another namespace is like one on another machine: nobody can look whether it lives.
    void anOwnerThatIsKilledElsewhereIsFollowedWithinThirtySeconds()
    {
        QStringList elsewhere{u"--pid"_s, u"--fork"_s, u"--kill-child"_s};
        if (::geteuid() != 0)
            elsewhere.prepend(u"--map-root-user"_s);
        if (QProcess::execute(u"unshare"_s, elsewhere + QStringList{u"true"_s}) != 0)
            QSKIP("namespaces may not be made here");
        openConsole();
        const QString plan = planned(u"group:meters"_s, u"beta"_s);
        Background owner(u"unshare"_s, elsewhere + withFleet({bin + u"droverctl"_s, u"run"_s, plan, u"--yes"_s}));
        const QString run = owner.run();
        QVERIFY2(!run.isEmpty(), qPrintable(owner.said()));
        QTRY_VERIFY_WITH_TIMEOUT(chosen() == run && verified() > 0, 60000);
        owner.killNow();
        QVERIFY(verified() < 2000);
        QElapsedTimer clock;
        clock.start();
        int refusals = 0;
        std::unique_ptr<Background> next;
        while (!next && clock.elapsed() < 30'000) {
            next = std::make_unique<Background>(bin + u"droverctl"_s, withFleet({u"resume"_s, run}));
            if (next->run() == run)
                break;
            QCOMPARE(next->exitCode(), 1);
            QVERIFY2(next->said().startsWith(u"droverctl: Run %1 is being carried out by another process: "_s.arg(run)), qPrintable(next->said()));
            next.reset();
            ++refusals;
        }
        qInfo("owned after %lld ms and %d refusals", clock.elapsed(), refusals);
        QVERIFY(next && clock.elapsed() <= 30'000);
        QVERIFY2(refusals > 0, "the lease of an owner that may live was not respected");
        QCOMPARE(next->exitCode(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(verified(), 2000, 10000);
        verifyMovedOnce();
        QVERIFY(closeConsole());
    }
};

DROVER_TEST(TestTeam)
#include "tst_team.moc"
