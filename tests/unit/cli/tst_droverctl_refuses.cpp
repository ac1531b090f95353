#include "commandline.h"

#include "tests/support/testmain.h"

#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

namespace {

/// The file's text with one piece put in place of another.
QByteArray altered(const QString &path, const QByteArray &before, const QByteArray &after)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray text = file.readAll();
    return text.replace(before, after);
}

} // namespace

/// Bad input ends with a sentence, a remedy and the right code; never with a crash.
class TestDroverctlRefuses final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_azure = std::make_unique<Azure>(60);
        QVERIFY(m_azure->isUp());
        m_drover = std::make_unique<CommandLine>(m_azure->endpoints());
        const Outcome planned = m_drover->run({u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"beta"_s, u"-o"_s, m_drover->file(u"good.plan"_s)});
        QVERIFY2(planned.code == 0, qPrintable(planned.out + planned.err));
    }

    void refusesSets_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown ids") << QByteArray("meter-0001\nghost-1\nghost-2\n") << 2 << u"ghost-1"_s;
        QTest::newRow("line of 2 MB") << QByteArray(2'000'000, 'x') << 2 << u"line"_s;
        QTest::newRow("empty") << QByteArray() << 3 << QString();
        QTest::newRow("binary") << QByteArray("\0\1\2\xff\xfe", 5) << 2 << QString();
        QTest::newRow("duplicates") << QByteArray("meter-0001\nmeter-0001\n") << 0 << QString();
    }
    void refusesSets()
    {
        QFETCH(QByteArray, csv);
        QFETCH(QString, says);
        const QString set = u"file:"_s + m_drover->write(u"set.csv"_s, csv);
        const Outcome planned = m_drover->run({u"plan"_s, u"--set"_s, set, u"--to"_s, u"beta"_s});
        QTEST(planned.code, "code");
        QVERIFY2((planned.code == 0) == planned.err.isEmpty(), qPrintable(planned.err));
        QVERIFY2(planned.err.contains(says), qPrintable(planned.err));
        QVERIFY2(planned.err.size() < 1000, "a sentence, not the file");
    }

    void keepsTheOwnersRules_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("frozen") << QByteArray(R"({"freezes": [{"zone": "UTC", "from": "2000-01-01 00:00", "to": "2999-01-01 00:00", "why": "holidays"}]})")
                                << 3 << u"is frozen until"_s;
        QTest::newRow("pinned") << QByteArray(R"({"rules": [{"name": "lab", "kind": "pinned", "devices": "group:meters"}]})") << 3 << u"may not be moved"_s;
        QTest::newRow("of others") << QByteArray(R"({"rules": [{"name": "lab", "kind": "pinned", "devices": "where:deviceId = 'x'"}]})") << 0 << QString();
        QTest::newRow("a stamp that is none") << QByteArray(R"({"windows": [{"stamps": ["alhpa"], "zone": "UTC", "from": "00:00", "to": "23:59"}]})") << 3
                                              << u"names alhpa, which is no stamp of this fleet"_s;
        QTest::newRow("a slip") << QByteArray(R"({"rulez": []})") << 2 << u"rulez is not a member that is known"_s;
    }
    void keepsTheOwnersRules()
    {
        QFETCH(const QByteArray, rules);
        QFETCH(const int, code);
        QFETCH(const QString, says);
        const QString file = m_drover->write(u"rules.json"_s, rules);
        const QStringList run {u"run"_s, m_drover->file(u"good.plan"_s), u"--dry-run"_s, u"--rules"_s, file};
        for (const QStringList &arguments : {QStringList {u"check"_s, m_drover->file(u"good.plan"_s), u"--rules"_s, file}, run}) {
            const Outcome outcome = m_drover->run(arguments);
            QVERIFY2(outcome.code == code, qPrintable(outcome.out + outcome.err));
            QVERIFY2((outcome.out + outcome.err).contains(says), qPrintable(outcome.out + outcome.err));
        }
    }

    void refusesPlans_data()
    {
        QTest::addColumn<QByteArray>("plan");
        QTest::newRow("not JSON") << QByteArray("{ \"schema\": 1, ");
        QTest::newRow("another document") << QByteArray("{\"hello\":[1,2,3]}");
        QTest::newRow("altered") << altered(m_drover->file(u"good.plan"_s), "drover-small-beta", "drover-small-gamma");
        QTest::newRow("deeply nested") << QByteArray(200'000, '[');
        QTest::newRow("empty") << QByteArray();
    }
    void refusesPlans()
    {
        QFETCH(QByteArray, plan);
        const QString file = m_drover->write(u"bad.plan"_s, plan);
        for (const QStringList &arguments : {QStringList{u"check"_s, file}, QStringList{u"run"_s, file, u"--yes"_s}}) {
            const Outcome refused = m_drover->run(arguments);
            QVERIFY2(refused.code == 2, qPrintable(refused.err));
            QVERIFY2(refused.err.startsWith(u"droverctl: "_s), qPrintable(refused.err));
        }
    }

    void refusesConnections_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<int>("code");
        QFile file(m_azure->endpoints());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject endpoints = QJsonDocument::fromJson(file.readAll()).object();
        const QByteArray key = endpoints.value(u"dps"_s).toObject().value(u"key"_s).toString().toUtf8();
        QTest::newRow("wrong key") << key << QByteArray("d3Jvbmcga2V5IHdyb25nIGtleSB3cm9uZyBrZXkh") << 1;
        QTest::newRow("nobody listens") << endpoints.value(u"redirect"_s).toString().toUtf8() << QByteArray("127.0.0.1:1") << 1;
        QTest::newRow("not an endpoints file") << QByteArray("{") << QByteArray("[") << 2;
        QTest::newRow("without TLS") << QByteArray("\"https\"") << QByteArray("\"http\"") << 2;
        QTest::newRow("no file") << QByteArray() << QByteArray() << 2;
    }
    void refusesConnections()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QString file = m_drover->file(u"missing.json"_s);
        if (!before.isEmpty()) {
            file = m_drover->write(u"endpoints.json"_s, altered(m_azure->endpoints(), before, after));
            QFile::copy(m_azure->authorities(), m_drover->file(m_azure->authorities().section(u'/', -1)));
        }
        const Outcome refused = m_drover->run({u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"gamma"_s, u"--endpoints"_s, file});
        QTEST(refused.code, "code");
        QVERIFY2(refused.err.startsWith(u"droverctl: "_s), qPrintable(refused.err));
        QVERIFY(!refused.err.contains(u"SharedAccessSignature"_s));
    }

    void refusesJournalsThatCannotBeWritten_data()
    {
        QTest::addColumn<QString>("journal");
        QTest::newRow("no such folder") << u"/dev/null/journal.sqlite"_s;
        QTest::newRow("a folder") << u"/proc"_s;
        QTest::newRow("read-only folder") << u"/proc/journal.sqlite"_s;
        QTest::newRow("not a database") << m_drover->write(u"text.sqlite"_s, "this is no database, and it is long enough to be read as one\n");
    }
    void refusesJournalsThatCannotBeWritten()
    {
        QFETCH(QString, journal);
        const Outcome refused = m_drover->run({u"run"_s, m_drover->file(u"good.plan"_s), u"--yes"_s, u"--journal"_s, journal});
        QVERIFY2(refused.code == 1, qPrintable(refused.err));
        QVERIFY2(refused.err.startsWith(u"droverctl: "_s), qPrintable(refused.err));
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 0);
    }

    void looksWithoutAJournalThatCannotBeOpened()
    {
        const QString broken = m_drover->write(u"broken.sqlite"_s, "this is no database, and it is long enough to be read as one\n");
        for (const QStringList &words : {QStringList{u"stamps"_s}, QStringList{u"inspect"_s, u"meter-0001"_s}}) {
            const Outcome seen = m_drover->run(words + QStringList{u"--journal"_s, broken});
            QCOMPARE(seen.code, 0);
            QVERIFY2(seen.err.contains(u"warning: No history"_s), qPrintable(seen.err));
            QVERIFY2(seen.out.contains(u"alpha"_s), qPrintable(seen.out));
        }
    }

    void refusesARunThatNobodyConfirmed()
    {
        const Outcome refused = m_drover->run({u"run"_s, m_drover->file(u"good.plan"_s)});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.err.contains(u"--yes"_s), qPrintable(refused.err));
    }

    void refusesStampsGroupsAndRunsThatAreNotThere_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("stamp") << QStringList{u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"atlantis"_s};
        QTest::newRow("group") << QStringList{u"plan"_s, u"--set"_s, u"group:atlanteans"_s, u"--to"_s, u"beta"_s};
        QTest::newRow("query") << QStringList{u"devices"_s, u"--where"_s, u"deviceId = "_s};
        QTest::newRow("run") << QStringList{u"report"_s, u"no-such-run"_s};
    }
    void refusesStampsGroupsAndRunsThatAreNotThere()
    {
        QFETCH(QStringList, arguments);
        const Outcome refused = m_drover->run(arguments);
        QVERIFY2(refused.code == 2, qPrintable(refused.err));
        QVERIFY2(refused.err.startsWith(u"droverctl: "_s), qPrintable(refused.err));
    }

    void triesEverythingAndWritesNothingInADryRun()
    {
        const Outcome tried = m_drover->run({u"run"_s, m_drover->file(u"good.plan"_s), u"--dry-run"_s});
        QVERIFY2(tried.code == 0, qPrintable(tried.err));
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 0);
        QVERIFY(m_drover->run({u"runs"_s, u"--json"_s}).objects().isEmpty());
    }

private:
    std::unique_ptr<Azure> m_azure;
    std::unique_ptr<CommandLine> m_drover;
};

DROVER_TEST(TestDroverctlRefuses)
#include "tst_droverctl_refuses.moc"
