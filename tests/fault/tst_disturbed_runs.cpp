#include "tests/support/background.h"
#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

namespace {

const QString bin = QStringLiteral(DROVER_BIN_DIR "/");
constexpr int hour = 3600;
constexpr int patience = 120'000;

} // namespace

/// What happens to the machine and to the network under a run. It ends as if nothing had been, or it pauses, says what is the
/// matter, and ends so when it is resumed.
class TestDisturbedRuns final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<Azure> m_azure;
    std::unique_ptr<CommandLine> m_drover;
    std::unique_ptr<Background> m_owner;
    QString m_run;

    void fault(const QByteArray &rule) const { m_azure->control("POST", u"/_sim/faults"_s, rule); }
    QDateTime now() const { return QDateTime::fromString(m_azure->truth().value(u"now"_s).toString(), Qt::ISODateWithMs); }

    void own(const QStringList &words)
    {
        m_owner = std::make_unique<Background>(bin + u"droverctl"_s,
            words + QStringList{u"--endpoints"_s, m_azure->endpoints(), u"--journal"_s, m_drover->file(u"journal.sqlite"_s)});
        m_run = m_owner->run();
        QVERIFY2(!m_run.isEmpty(), qPrintable(m_owner->said()));
    }

    QString plan(const QString &scenario, const QString &waves, const QStringList &more = {})
    {
        m_azure = std::make_unique<Azure>(300, scenario);
        if (!m_azure->isUp())
            return {};
        m_drover = std::make_unique<CommandLine>(m_azure->endpoints());
        const QString plan = m_drover->file(u"move.plan"_s);
        QStringList words{u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"beta"_s, u"-o"_s, plan};
        if (!waves.isEmpty())
            words << u"--waves"_s << waves;
        words += more;
        const Outcome planned = m_drover->run(words);
        return planned.code == 0 ? plan : QString();
    }

    void begin(const QString &scenario = u"small"_s, const QString &waves = {})
    {
        const QString file = plan(scenario, waves);
        QVERIFY(!file.isEmpty());
        own({u"run"_s, file, u"--yes"_s});
        QTRY_VERIFY_WITH_TIMEOUT(m_owner->said().contains(u"Gate 1 passed"_s), patience);
    }

    /// The run's end; where it pauses, it has to say this, and is resumed.
    void end(const QString &sentence = {})
    {
        int code = m_owner->exitCode();
        QString said = m_owner->said();
        for (int times = 0; code == 5 && times < 3; ++times) {
            qInfo("%s", qPrintable(said.section(u'\n', -8)));
            QVERIFY2(!sentence.isEmpty() && said.contains(sentence), qPrintable(said));
            const Outcome next = m_drover->run({u"resume"_s, m_run});
            code = next.code;
            said = next.out + next.err;
        }
        QVERIFY2(code == 0, qPrintable(said));
    }

    QJsonObject report() const
    {
        return QJsonDocument::fromJson(m_drover->run({u"report"_s, m_run, u"--json"_s}).out.toUtf8()).object();
    }

    /// Devices that are no longer only enrolled.
    int devicesTold() const
    {
        const QJsonObject states = report().value(u"states"_s).toObject();
        return 2000 - states.value(u"planned"_s).toInt() - states.value(u"enrolled"_s).toInt();
    }

    /// Begins a move away from a hub that is away, which pauses, and goes on with it.
    void evacuate(const QString &scenario, const QString &waves)
    {
        const QString file = plan(scenario, waves);
        QVERIFY(!file.isEmpty());
        m_azure->control("POST", u"/_sim/hubs/alpha/outage"_s, R"({"on":true})");
        own({u"run"_s, file, u"--yes"_s});
        QCOMPARE(m_owner->exitCode(), 5);
        QVERIFY2(m_owner->said().contains(u"the twins of 2,000 devices cannot be kept"_s), qPrintable(m_owner->said()));
        own({u"resume"_s, m_run});
        QTRY_VERIFY_WITH_TIMEOUT(m_owner->said().contains(u"Goes on without the twins of 2,000 devices"_s), patience);
    }

    /// The group is pointed at that stamp by somebody who does not use Drover.
    void pointElsewhere(const QString &stamp)
    {
        QJsonObject record = m_azure->askDps("GET", u"/enrollmentGroups/meters"_s);
        record.insert(u"iotHubs"_s, QJsonArray{u"drover-full-%1.azure-devices.net"_s.arg(stamp)});
        const QJsonObject written = m_azure->askDps("PUT", u"/enrollmentGroups/meters"_s, record, record.value(u"etag"_s).toString().toUtf8());
        QVERIFY2(written.contains(u"etag"_s), QJsonDocument(written).toJson().constData());
    }

    void verifyNothingIsLost() const
    {
        const QJsonObject truth = m_azure->truth();
        QCOMPARE(truth.value(u"placement"_s).toObject(), (QJsonObject{{u"one"_s, 2600}, {u"two"_s, 0}, {u"none"_s, 0}}));
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 2000);
        int writes = 0;
        for (const QJsonValue each : truth.value(u"requests"_s).toArray()) {
            const QJsonObject row = each.toObject();
            if (row.value(u"route"_s) == u"PUT /enrollmentGroups/{id}"_s && row.value(u"status"_s).toInt() < 300)
                writes += row.value(u"count"_s).toInt();
        }
        QCOMPARE(writes, 1);
        QCOMPARE(report().value(u"phase"_s).toString(), u"Finished"_s);
        QCOMPARE(report().value(u"states"_s).toObject().value(u"verified"_s).toInt(), 2000);
    }

private Q_SLOTS:
    void cleanup()
    {
        m_owner.reset();
        m_drover.reset();
        m_azure.reset();
    }

    void goesOnWhenTheNetworkComesBack_data()
    {
        QTest::addColumn<QByteArray>("rule");
        QTest::newRow("every connection is cut") << QByteArray(R"({"host":"azure","drop":true,"until":600})");
        QTest::newRow("every answer is lost") << QByteArray(R"({"host":"azure","loseAnswer":true,"until":600})");
    }
    void goesOnWhenTheNetworkComesBack()
    {
        begin();
        QFETCH(QByteArray, rule);
        fault(rule);
        end(u"is inconclusive"_s);
        QVERIFY(m_azure->strikes() > 0);
        verifyNothingIsLost();
    }

    void goesOnWhenTheOtherSideFreezesForAWhile()
    {
        begin();
        ::kill(static_cast<pid_t>(m_azure->pid()), SIGSTOP);
        std::ignore = m_owner->exitCode(5000);
        ::kill(static_cast<pid_t>(m_azure->pid()), SIGCONT);
        end(u"is inconclusive"_s);
        verifyNothingIsLost();
    }

    void goesOnAfterASleepOfAnHour()
    {
        begin();
        m_owner->sleep();
        const QDateTime closed = now();
        QTRY_VERIFY_WITH_TIMEOUT(closed.secsTo(now()) >= hour, patience);
        m_owner->wake();
        end(u"clock"_s);
        verifyNothingIsLost();
    }

    void isToldWhenAnotherTookTheRunUpWhileItSlept()
    {
        begin();
        m_owner->sleep();
        Outcome other;
        for (int times = 0; times < 10 && other.code != 0; ++times)
            other = m_drover->run({u"resume"_s, m_run});
        QVERIFY2(other.code == 0, qPrintable(other.out + other.err));
        m_owner->wake();
        QCOMPARE(m_owner->exitCode(), 5);
        QVERIFY2(m_owner->said().contains(u"owner"_s) || m_owner->said().contains(u"lease"_s), qPrintable(m_owner->said()));
        verifyNothingIsLost();
    }

    void sendsNobodyToATargetThatIsAway()
    {
        // In the last and largest wave, where the next gate is too far away to help.
        begin(QStringLiteral(DROVER_SOURCE_DIR "/tests/fault/scenarios/outage.json"), u"1,1%"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_owner->said().contains(u"Wave 3 of 3"_s), patience);
        m_azure->control("POST", u"/_sim/hubs/beta/outage"_s, R"({"on":true})");
        const int told = devicesTold();
        QTRY_VERIFY_WITH_TIMEOUT(m_owner->said().contains(u"nobody more is sent"_s) || !m_owner->isRunning(), patience);
        const int late = devicesTold();
        QTRY_VERIFY_WITH_TIMEOUT(!m_owner->isRunning(), patience);
        QCOMPARE(m_owner->exitCode(), 5);
        QVERIFY2(!m_owner->said().contains(u"can be seen again"_s), qPrintable(m_owner->said()));
        // What was being sent when the hub fell silent, and what one look's repeats take to be sure of it.
        QVERIFY2(late - told < 900, qPrintable(QString::number(late - told)));
        QVERIFY2(devicesTold() - late < 20, qPrintable(QString::number(devicesTold() - late)));
        m_azure->control("POST", u"/_sim/hubs/beta/outage"_s, R"({"on":false})");
        // Those that were on their way come back when they come back: asked for again until they have.
        int code = 5;
        for (int times = 0; code != 0 && times < 8; ++times)
            code = m_drover->run({code == 4 ? u"retry"_s : u"resume"_s, m_run}).code;
        QCOMPARE(code, 0);
        verifyNothingIsLost();
    }

    void saysOfWhomItCouldNotKeepTheTwin()
    {
        evacuate(u"small"_s, {});
        // Back before its devices have given up on it: their data comes over, which nobody can compare.
        m_azure->control("POST", u"/_sim/hubs/alpha/outage"_s, R"({"on":false})");
        end(u"inconclusive"_s);
        verifyNothingIsLost();
        QFile csv(m_drover->file(u"devices.csv"_s));
        QCOMPARE(m_drover->run({u"report"_s, m_run, u"--csv"_s, csv.fileName()}).code, 0);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const auto notCompared = csv.readAll().count("its twin was not compared");
        // What had not moved yet was kept as soon as that was possible.
        QVERIFY2(notCompared > 0 && notCompared < 2000, qPrintable(QString::number(notCompared)));
    }

    void evacuatesAHubThatIsAway()
    {
        evacuate(QStringLiteral(DROVER_SOURCE_DIR "/tests/fault/scenarios/outage.json"), u"1"_s);
        if (QTest::currentTestFailed())
            return;
        QTRY_VERIFY_WITH_TIMEOUT(!m_owner->isRunning(), patience);
        QVERIFY2(m_owner->said().contains(u"leaving a source that does not answer"_s), qPrintable(m_owner->said()));
        QTRY_COMPARE_WITH_TIMEOUT(m_azure->truth().value(u"placement"_s).toObject().value(u"two"_s).toInt(), 2000, patience);
        m_azure->control("POST", u"/_sim/hubs/alpha/outage"_s, R"({"on":false})");
        int code = 5;
        QString said;
        for (int times = 0; code == 5 && times < 8; ++times) {
            const Outcome next = m_drover->run({u"resume"_s, m_run});
            code = next.code;
            said = next.out + next.err;
        }
        // The hub still has the identities that DPS could not delete, and the data that nobody could read.
        QVERIFY2(code == 4, qPrintable(said));
        QCOMPARE(report().value(u"states"_s).toObject().value(u"failed"_s).toInt(), 2000);
        QVERIFY2(said.contains(u"It is on both hubs"_s), qPrintable(said));
        QCOMPARE(m_azure->truth().value(u"placement"_s).toObject().value(u"none"_s).toInt(), 0);
    }

    void knowsAWriteThatWasDeliveredTwiceForItsOwn_data()
    {
        QTest::addColumn<QByteArray>("route");
        QTest::addColumn<QStringList>("options");
        QTest::newRow("a group's") << QByteArray("PUT /enrollmentGroups") << QStringList{};
        QTest::newRow("ten split-outs'") << QByteArray("POST /enrollments$") << QStringList{u"--strict-waves"_s};
    }
    void knowsAWriteThatWasDeliveredTwiceForItsOwn()
    {
        QFETCH(QByteArray, route);
        QFETCH(QStringList, options);
        const QString file = plan(u"small"_s, {}, options);
        fault(R"({"host":"provisioning","route":")" + route + R"(","twice":true,"times":1})");
        own({u"run"_s, file, u"--yes"_s});
        QCOMPARE(m_owner->exitCode(), 0);
        QCOMPARE(m_azure->strikes(), 1);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 2000);
        QCOMPARE(report().value(u"states"_s).toObject().value(u"verified"_s).toInt(), 2000);
    }

    void leavesNobodyToAGroupThatIsGone()
    {
        const QString file = plan(u"small"_s, {}, {u"--strict-waves"_s});
        own({u"run"_s, file, u"--yes"_s});
        QTRY_VERIFY_WITH_TIMEOUT(m_owner->said().contains(u"Group meters now names"_s), patience);
        m_azure->askDps("DELETE", u"/enrollmentGroups/meters"_s, {}, "*");
        QVERIFY(m_owner->exitCode() >= 4);
        int own = 0;
        const QStringList ids = m_azure->records().keys();
        for (const QString &id : ids)
            own += id.startsWith(u"meter-"_s);
        QCOMPARE(own, 1 + 20 + 200);
        QVERIFY2(m_owner->said().contains(u"keeps an enrollment of its own"_s), qPrintable(m_owner->said()));
    }

    void holdsRulesThatWereMadeMeanwhile()
    {
        const QString file = plan(u"small"_s, {});
        const QString rules = m_drover->write(u"rules.json"_s, "{}");
        own({u"run"_s, file, u"--yes"_s, u"--rules"_s, rules});
        QTRY_VERIFY_WITH_TIMEOUT(m_owner->said().contains(u"Gate 1 passed"_s), patience);
        m_drover->write(u"rules.json"_s, R"({"freezes": [{"zone": "UTC", "from": "2000-01-01 00:00", "to": "2999-01-01 00:00", "why": "holidays"}]})");
        QCOMPARE(m_owner->exitCode(), 5);
        QVERIFY2(m_owner->said().contains(u"is frozen until"_s), qPrintable(m_owner->said()));
        const Outcome refused = m_drover->run({u"resume"_s, m_run, u"--rules"_s, rules});
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.contains(u"holidays"_s), qPrintable(refused.err));
        m_drover->write(u"rules.json"_s, "{}");
        const Outcome done = m_drover->run({u"resume"_s, m_run, u"--rules"_s, rules});
        QVERIFY2(done.code == 0, qPrintable(done.out + done.err));
        verifyNothingIsLost();
    }

    void tellsHowManyAreStillToArrive()
    {
        begin();
        QTRY_VERIFY_WITH_TIMEOUT(m_owner->said().contains(u"Wave 4 of 4"_s), patience);
        int arriving = 0;
        for (const QJsonObject &stamp : m_drover->run({u"stamps"_s, u"--json"_s}).objects())
            arriving += stamp.value(u"stamp"_s) == u"beta"_s ? stamp.value(u"arriving"_s).toInt() : 0;
        QVERIFY2(arriving > 0 && arriving <= 1800, qPrintable(QString::number(arriving)));
        end();
        for (const QJsonObject &stamp : m_drover->run({u"stamps"_s, u"--json"_s}).objects())
            QCOMPARE(stamp.value(u"arriving"_s).toInt(), 0);
    }

    void nobodyCrossesARunThatIsPaused()
    {
        begin();
        QCOMPARE(m_drover->run({u"pause"_s, m_run}).code, 0);
        QCOMPARE(m_owner->exitCode(), 5);
        const QString file = m_drover->file(u"across.plan"_s);
        QCOMPARE(m_drover->run({u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"gamma"_s, u"-o"_s, file}).code, 0);
        const QMap<QString, QJsonObject> before = m_azure->records();
        const Outcome across = m_drover->run({u"run"_s, file, u"--yes"_s});
        QCOMPARE(across.code, 3);
        QVERIFY2(across.err.contains(u"Run %1"_s.arg(m_run)) && across.err.contains(u"has not ended and writes group"_s), qPrintable(across.err));
        QCOMPARE(m_azure->records(), before);
        QCOMPARE(m_azure->identitiesOn(u"gamma"_s), 0);
        const Outcome stopped = m_drover->run({u"stop"_s, m_run});
        QCOMPARE(stopped.code, 0);
        QVERIFY2(stopped.out.contains(u"they follow when they register by themselves"_s), qPrintable(stopped.out));
        QVERIFY2(stopped.out.contains(u"each follows when it registers by itself"_s), qPrintable(stopped.out));
        QCOMPARE(m_drover->run({u"run"_s, file, u"--yes"_s, u"--dry-run"_s}).code, 0);
    }

    void doesNotGoOnWhereAGroupNamesAnotherTarget()
    {
        begin();
        QCOMPARE(m_drover->run({u"pause"_s, m_run}).code, 0);
        QCOMPARE(m_owner->exitCode(), 5);
        QJsonObject record = m_azure->askDps("GET", u"/enrollmentGroups/meters"_s);
        record.insert(u"iotHubs"_s, QJsonArray{u"drover-small-gamma.azure-devices.net"_s});
        m_azure->askDps("PUT", u"/enrollmentGroups/meters"_s, record, record.value(u"etag"_s).toString().toUtf8());
        const Outcome refused = m_drover->run({u"resume"_s, m_run});
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.contains(u"Group meters is no longer as this run wrote it"_s), qPrintable(refused.err));
        QCOMPARE(report().value(u"phase"_s).toString(), u"Paused"_s);
    }

    void takesNoFailureOfBeforeForItsOwn()
    {
        const QString file = plan(QStringLiteral(DROVER_SOURCE_DIR "/tests/fault/scenarios/full.json"), u"1"_s);
        QVERIFY(!file.isEmpty());
        m_azure->control("POST", u"/_sim/behavior"_s, R"({"refusalTold":"hub"})");
        // They were to go to a hub that was full, and still say so, though they live where they lived.
        pointElsewhere(u"gamma"_s);
        for (int number = 1; number <= 40; ++number) {
            const QString meter = u"meter-%1"_s.arg(number, 2, 10, QLatin1Char('0'));
            QVERIFY(m_azure->wake(u"alpha"_s, meter));
            QTRY_COMPARE_WITH_TIMEOUT(m_azure->control("GET", u"/_sim/devices/"_s + meter).value(u"status"_s).toString(), u"failed"_s, patience);
        }
        pointElsewhere(u"alpha"_s);
        const Outcome planned = m_drover->run({u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"beta"_s, u"--waves"_s, u"1"_s, u"-o"_s, file});
        QVERIFY2(planned.code == 0, qPrintable(planned.err));
        const Outcome done = m_drover->run({u"run"_s, file, u"--yes"_s});
        QVERIFY2(done.code == 0, qPrintable(done.out + done.err));
        QVERIFY2(!done.out.contains(u"403002"_s), qPrintable(done.out));
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 40);
    }

    void goesOnWhenAzuresClockJumps_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::newRow("an hour on") << hour;
        QTest::newRow("an hour back") << -hour;
    }
    void goesOnWhenAzuresClockJumps()
    {
        begin();
        QFETCH(int, seconds);
        fault(QByteArray(R"({"times":1,"clockJump":)") + QByteArray::number(seconds) + "}");
        end(u"clock"_s);
        verifyNothingIsLost();
    }
};

DROVER_TEST(TestDisturbedRuns)
#include "tst_disturbed_runs.moc"
