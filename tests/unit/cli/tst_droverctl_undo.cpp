#include "commandline.h"

#include "tests/support/testmain.h"

#include <QDateTime>
#include <QFileInfo>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

namespace {

/// Enrollments without what the service itself sets at every write.
QMap<QString, QJsonObject> lasting(const QMap<QString, QByteArray> &enrollments)
{
    QMap<QString, QJsonObject> all;
    for (const auto &[id, raw] : enrollments.asKeyValueRange()) {
        QJsonObject record = QJsonDocument::fromJson(raw).object();
        record.remove(u"etag"_s);
        record.remove(u"lastUpdatedDateTimeUtc"_s);
        all.insert(id, record);
    }
    return all;
}

/// The bytes of an enrollment before those that the service adds: version, times and state stand last.
QByteArray withoutVersion(const QByteArray &raw)
{
    return raw.first(std::max<qsizetype>(raw.indexOf(",\"etag\":"), 0));
}

QString idIn(const QString &text)
{
    for (const QString &line : text.split(u'\n')) {
        if (line.startsWith(u"run "_s))
            return line.section(u' ', 1, 1);
    }
    return {};
}

} // namespace

/// There and back again, stopped on the way, tried again: judged by what the simulated Azure holds at the end.
class TestDroverctlUndo final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_azure = std::make_unique<Azure>(200);
        QVERIFY(m_azure->isUp());
        m_drover = std::make_unique<CommandLine>(m_azure->endpoints());
        m_before = lasting(m_azure->enrollments());
    }

    void takesARunBack_data()
    {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("to");
        QTest::newRow("group") << u"group:pilots"_s << u"alpha"_s;
        QTest::newRow("individuals") << u"valve-"_s << u"beta"_s;
        QTest::newRow("split-outs") << u"meter-"_s << u"beta"_s;
    }
    void takesARunBack()
    {
        QFETCH(QString, set);
        QFETCH(QString, to);
        const int there = m_azure->identitiesOn(to);
        const QString run = move(set, to);
        QVERIFY(lasting(m_azure->enrollments()) != m_before);
        const QString file = m_drover->file(u"back.plan"_s);
        const Outcome planned = m_drover->run({u"undo"_s, run, u"-o"_s, file});
        QVERIFY2(planned.code == 0, qPrintable(planned.out + planned.err));
        const Outcome undone = m_drover->run({u"run"_s, file, u"--yes"_s});
        QVERIFY2(undone.code == 0, qPrintable(undone.out + undone.err));
        everybodyIsHome(to, there);
        const QList<QJsonObject> runs = m_drover->run({u"runs"_s, u"--json"_s}).objects();
        QCOMPARE(runs.size(), 2);
        QVERIFY(std::ranges::any_of(runs, [&run](const QJsonObject &each) { return each.value(u"undoes"_s) == run; }));
        const Outcome again = m_drover->run({u"undo"_s, run});
        QVERIFY2(again.code == 0 && again.out.contains(u"nothing to take back"_s), qPrintable(again.out + again.err));
        QCOMPARE(m_drover->run({u"retry"_s, run}).code, 2);
        QCOMPARE(m_drover->run({u"stop"_s, run}).code, 1);
        QCOMPARE(m_drover->run({u"resume"_s, run}).code, 1);
        QCOMPARE(m_drover->run({u"pace"_s, run, u"careful"_s}).code, 1);
        QCOMPARE(m_drover->run({u"pace"_s, run, u"hasty"_s}).code, 2);
    }

    void bringsMembersThatNobodyKnowsHomeByteForByte_data()
    {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("path");
        QTest::newRow("group") << u"group:pilots"_s << u"alpha"_s << u"/enrollmentGroups/pilots"_s;
        QTest::newRow("individual") << u"valve-"_s << u"beta"_s << u"/enrollments/valve-0003"_s;
    }
    void bringsMembersThatNobodyKnowsHomeByteForByte()
    {
        QFETCH(QString, set);
        QFETCH(QString, to);
        QFETCH(QString, path);
        QJsonObject record = QJsonDocument::fromJson(m_azure->readDps(path)).object();
        record.insert(u"xVendor"_s, QJsonDocument::fromJson(R"({"zulu":1,"alpha":[null,true,{},[],-0.25,1e-7,9007199254740991],
            "größe":"\u0000\u001f \\ 😀","":{"nested":{"deeper":[[[1]]]}}})").object());
        record.insert(u"optionalDeviceInformation"_s, QJsonObject{{u"floor"_s, 3}});
        record.remove(u"etag"_s);
        QVERIFY(!m_azure->askDps("PUT", path, record, "*").value(u"etag"_s).isUndefined());
        const QByteArray before = m_azure->readDps(path);
        QVERIFY(before.contains("xVendor"));
        const QString run = move(set, to);
        QVERIFY(withoutVersion(m_azure->readDps(path)) != withoutVersion(before));
        QVERIFY(m_azure->readDps(path).contains("xVendor"));
        const Outcome undone = m_drover->run({u"undo"_s, run, u"--yes"_s});
        QVERIFY2(undone.code == 0, qPrintable(undone.out + undone.err));
        const QByteArray after = m_azure->readDps(path);
        QVERIFY2(withoutVersion(after) == withoutVersion(before), qPrintable(QString::fromUtf8(before + '\n' + after)));
    }

    void leavesWhatSomebodyChangedSince()
    {
        const QString run = move(u"valve-"_s, u"beta"_s);
        const Outcome other = m_drover->run({u"plan"_s, u"--set"_s, u"where:deviceId = 'valve-0003'"_s, u"--to"_s, u"gamma"_s, u"-o"_s, m_drover->file(u"other.plan"_s)});
        QVERIFY2(other.code == 0, qPrintable(other.out + other.err));
        QCOMPARE(m_drover->run({u"run"_s, m_drover->file(u"other.plan"_s), u"--yes"_s}).code, 0);
        const Outcome blocked = m_drover->run({u"undo"_s, run, u"--yes"_s});
        QVERIFY2(blocked.code == 3, qPrintable(blocked.out + blocked.err));
        QVERIFY2(blocked.out.contains(u"valve-0003: iotHubs differs"_s), qPrintable(blocked.out));
        const Outcome undone = m_drover->run({u"undo"_s, run, u"--yes"_s, u"--without-changed"_s});
        QVERIFY2(undone.code == 0, qPrintable(undone.out + undone.err));
        QCOMPARE(m_azure->identitiesOn(u"gamma"_s), 1);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 0);
    }

    void goesOnWithAnUndoThatWasKilled()
    {
        const QString run = move(u"meter-"_s, u"beta"_s);
        QString undo;
        for (int kills = 0; kills < 20; ++kills) {
            QProcess process;
            start(process, undo.isEmpty() ? QStringList{u"undo"_s, run, u"--yes"_s} : QStringList{u"resume"_s, undo});
            const QString told = tellsItsRun(process);
            undo = told.isEmpty() ? undo : told;
            if (process.state() == QProcess::NotRunning || process.waitForFinished(300 + 100 * kills))
                break;
            process.kill();
            process.waitForFinished();
        }
        QVERIFY(m_drover->run({u"report"_s, undo}).out.contains(u"Finished"_s));
        everybodyIsHome(u"beta"_s, 0);
    }

    void stopsAndReturns()
    {
        const QString plan = m_drover->file(u"move.plan"_s);
        QCOMPARE(m_drover->run({u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"beta"_s, u"-o"_s, plan}).code, 0);
        QProcess process;
        start(process, {u"run"_s, plan, u"--yes"_s});
        const QString run = tellsItsRun(process);
        QVERIFY(!run.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(m_azure->identitiesOn(u"beta"_s) > 5, 60'000);
        const Outcome paced = m_drover->run({u"pace"_s, run, u"careful"_s, u"--json"_s});
        QVERIFY2(paced.code == 0 && paced.objects().value(0).value(u"pace"_s).toDouble() == 0.25, qPrintable(paced.out + paced.err));
        QCOMPARE(m_drover->run({u"undo"_s, run}).code, 1);
        const Outcome returned = m_drover->run({u"stop"_s, run, u"--return"_s, u"--yes"_s});
        QVERIFY2(returned.code == 0, qPrintable(returned.out + returned.err));
        QVERIFY2(returned.out.contains(u"never start"_s), qPrintable(returned.out));
        QVERIFY(process.state() == QProcess::NotRunning || process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 5);
        everybodyIsHome(u"beta"_s, 0);
    }

    void triesFailedDevicesAgainAndLeavesOthersOut()
    {
        m_azure->control("POST", u"/_sim/faults"_s, R"({"route":"methods","status":404})");
        const QString plan = planOf(u"valve-"_s, u"beta"_s, {u"--waves"_s, u"all"_s, u"--deadline"_s, u"2"_s});
        const Outcome ran = m_drover->run({u"run"_s, plan, u"--yes"_s});
        QVERIFY2(ran.code == 4, qPrintable(ran.out + ran.err));
        m_azure->control("DELETE", u"/_sim/faults"_s);
        const QString run = idIn(ran.out);
        QCOMPARE(m_drover->run({u"retry"_s, run, u"--cause"_s, u"no such cause"_s}).code, 2);
        const Outcome again = m_drover->run({u"retry"_s, run, u"--cause"_s, u"did not register"_s});
        QVERIFY2(again.code == 0, qPrintable(again.out + again.err));
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 12);
        QCOMPARE(m_drover->run({u"skip"_s, run, u"ghost"_s}).code, 2);
        QCOMPARE(m_drover->run({u"skip"_s, run, u"valve-0001"_s}).code, 1);
    }

    void steersARunThatIsTriedAgain()
    {
        m_azure->control("POST", u"/_sim/faults"_s, R"({"route":"methods","status":404})");
        m_azure->control("POST", u"/_sim/faults"_s, R"({"route":"jobs","status":404})");
        const QString plan = planOf(u"valve-"_s, u"beta"_s, {u"--waves"_s, u"all"_s, u"--deadline"_s, u"20"_s});
        const QString run = idIn(m_drover->run({u"run"_s, plan, u"--yes"_s}).out);
        QCOMPARE(listed(run).value(u"phase"_s), u"finished"_s);
        QProcess process;
        start(process, {u"retry"_s, run});
        QCOMPARE(tellsItsRun(process), run);
        // Others open the journal and close it again: what the owner writes must not go into a file without a name.
        const auto log = [this] { return QFileInfo(m_drover->file(u"journal.sqlite-wal"_s)).fileTime(QFile::FileBirthTime); };
        const QDateTime made = log();
        QVERIFY(made.isValid());
        QTRY_COMPARE(listed(run).value(u"phase"_s), u"running"_s);
        QVERIFY(listed(run).value(u"ended"_s).isNull());
        QCOMPARE(log(), made);
        const Outcome left = m_drover->run({u"skip"_s, run, u"valve-0001"_s});
        QVERIFY2(left.code == 0, qPrintable(left.err));
        const Outcome paused = m_drover->run({u"pause"_s, run, u"--reason"_s, u"devices reboot"_s, u"--ticket"_s, u"OPS-7"_s});
        QVERIFY2(paused.code == 0, qPrintable(paused.err));
        QVERIFY(m_drover->run({u"audit"_s, run}).out.contains(u"devices reboot · OPS-7"_s));
        QVERIFY(process.state() == QProcess::NotRunning || process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 5);
        QCOMPARE(listed(run).value(u"phase"_s), u"paused"_s);
        m_azure->control("DELETE", u"/_sim/faults"_s);
        const Outcome resumed = m_drover->run({u"resume"_s, run});
        // One was left out, by a person.
        QVERIFY2(resumed.code == 0, qPrintable(resumed.out + resumed.err));
        QCOMPARE(listed(run).value(u"verified"_s), 11);
        QVERIFY(!listed(run).value(u"ended"_s).isNull());
    }

    void listsARunThatDiedWhileItWasTriedAgainAsInterrupted()
    {
        m_azure->control("POST", u"/_sim/faults"_s, R"({"route":"methods","status":404})");
        m_azure->control("POST", u"/_sim/faults"_s, R"({"route":"jobs","status":404})");
        const QString plan = planOf(u"valve-"_s, u"beta"_s, {u"--waves"_s, u"all"_s, u"--deadline"_s, u"20"_s});
        const QString run = idIn(m_drover->run({u"run"_s, plan, u"--yes"_s}).out);
        QProcess process;
        start(process, {u"retry"_s, run});
        QCOMPARE(tellsItsRun(process), run);
        QTRY_COMPARE(listed(run).value(u"phase"_s), u"running"_s);
        process.kill();
        process.waitForFinished();
        QCOMPARE(listed(run).value(u"phase"_s), u"paused"_s);
        QVERIFY(listed(run).value(u"ended"_s).isNull());
        m_azure->control("DELETE", u"/_sim/faults"_s);
        const Outcome resumed = m_drover->run({u"resume"_s, run});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.out + resumed.err));
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 12);
    }

private:
    QJsonObject listed(const QString &run) const
    {
        for (const QJsonObject &each : m_drover->run({u"runs"_s, u"--json"_s}).objects()) {
            if (each.value(u"run"_s) == run)
                return each;
        }
        return {};
    }

    QString planOf(const QString &set, const QString &to, const QStringList &more = {}) const
    {
        QByteArray ids;
        for (int number = 1; number <= 12; ++number)
            ids += set.toUtf8() + QByteArray::number(number).rightJustified(4, '0') + '\n';
        const QString from = set.startsWith(u"group:"_s) ? set : u"file:"_s + m_drover->write(u"ids.csv"_s, ids);
        const QString plan = m_drover->file(u"move.plan"_s);
        const Outcome planned = m_drover->run(QStringList{u"plan"_s, u"--set"_s, from, u"--to"_s, to, u"-o"_s, plan} + more);
        if (planned.code != 0)
            QTest::qFail(qPrintable(planned.out + planned.err), __FILE__, __LINE__);
        return plan;
    }

    QString move(const QString &set, const QString &to) const
    {
        const Outcome ran = m_drover->run({u"run"_s, planOf(set, to), u"--yes"_s});
        if (ran.code != 0)
            QTest::qFail(qPrintable(ran.out + ran.err), __FILE__, __LINE__);
        return idIn(ran.out);
    }

    void start(QProcess &process, const QStringList &arguments) const
    {
        process.start(QStringLiteral(DROVER_BIN_DIR "/droverctl"),
            arguments + QStringList{u"--endpoints"_s, m_azure->endpoints(), u"--journal"_s, m_drover->file(u"journal.sqlite"_s)});
        process.closeWriteChannel();
    }

    static QString tellsItsRun(QProcess &process)
    {
        QString told;
        while (idIn(told).isEmpty() && (process.waitForReadyRead(20'000) || process.state() != QProcess::NotRunning))
            told += QString::fromUtf8(process.readAllStandardOutput());
        return idIn(told + QString::fromUtf8(process.readAllStandardOutput()));
    }

    void everybodyIsHome(const QString &stamp, int devices) const
    {
        QCOMPARE(m_azure->identitiesOn(stamp), devices);
        const QJsonObject placement = m_azure->truth().value(u"placement"_s).toObject();
        QCOMPARE(placement.value(u"one"_s).toInt(), 2600);
        const QMap<QString, QJsonObject> after = lasting(m_azure->enrollments());
        QCOMPARE(after.keys(), m_before.keys());
        for (const auto &[id, record] : m_before.asKeyValueRange())
            QCOMPARE(after.value(id), record);
    }

    std::unique_ptr<Azure> m_azure;
    std::unique_ptr<CommandLine> m_drover;
    QMap<QString, QJsonObject> m_before;
};

DROVER_TEST(TestDroverctlUndo)
#include "tst_droverctl_undo.moc"
