#include "app/migration/journal.h"
#include "app/migration/operator.h"
#include "app/migration/postgres.h"
#include "app/migration/sqlite.h"
#include "tests/support/postgresserver.h"
#include "tests/support/testmain.h"

#include <QCoroTask>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::migration;
using namespace drover::test;

namespace {

constexpr Duration longSpan = std::chrono::hours(1);

RunEntry entry(const QString &id)
{
    RunEntry run;
    run.id = id;
    run.title = u"a → b"_s;
    run.plan = QByteArray("{\0}", 3);
    run.started = Instant(Duration(1'700'000'000'123));
    return run;
}

Record record(int number)
{
    return {.at = Instant(Duration(number)), .payload = QByteArray::number(number) + '\0'};
}

/// On a machine of its own: nobody here can tell whether it still runs.
Owner elsewhere(const QString &person)
{
    return {.person = person, .host = u"there"_s, .process = {}};
}

QCoro::Task<bool> claimed(Journal *journal, std::optional<Lease> *lease)
{
    Result<Lease> given = co_await journal->claim(u"one"_s, {});
    if (given)
        lease->emplace(*std::move(given));
    co_return lease->has_value();
}

} // namespace

/// What a journal promises, on a file and on a server.
class TestJournalStore final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<PostgresServer>(); }
    void cleanupTestCase() { m_server.reset(); }

    void keepsEverythingThatItWasGiven_data() { kinds(); }
    void keepsEverythingThatItWasGiven()
    {
        const auto store = opened();
        if (!store)
            return;
        RunEntry run = entry(u"one"_s);
        run.reason = u"größer"_s;
        run.undoes = u"zero"_s;
        QVERIFY(store->begin(run, {}));
        QCOMPARE(store->append({.run = u"one"_s, .records = {record(1), record(2)}}).value_or(0), qint64(2));
        QCOMPARE(store->append({.run = u"one"_s, .records = {record(3)}}).value_or(0), qint64(3));
        QCOMPARE(store->append({.run = u"two"_s, .records = {record(1)}}).error().kind, ErrorKind::Usage);
        const EnrollmentSnapshot before{.step = 4, .id = u"meters"_s, .raw = "{}", .etag = u"\"1\""_s};
        QVERIFY(store->keep(u"one"_s, {.enrollments = {before}, .twins = {{.device = 7, .digest = QByteArray("\0\1", 2)}}}));
        QVERIFY(store->keep(u"one"_s, {.enrollments = {before}, .twins = {{.device = 7, .digest = "new"}, {.device = 8, .digest = "x"}}}));
        QVERIFY(store->summarize(u"one"_s, u"Finished"_s, Instant(Duration(99)), 5, 6));

        const Result<StoredRun> stored = store->load(u"on"_s);
        QVERIFY(stored);
        QCOMPARE(stored->entry.reason, run.reason);
        QCOMPARE(stored->entry.plan, run.plan);
        QCOMPARE(stored->entry.undoes, u"zero"_s);
        QVERIFY(stored->entry.started == run.started);
        QCOMPARE(stored->records.size(), size_t(3));
        QCOMPARE(stored->records[2].payload, record(3).payload);
        const Result<Snapshots> kept = store->snapshots(u"one"_s);
        QVERIFY(kept);
        QCOMPARE(kept->enrollments.size(), size_t(1));
        QCOMPARE(kept->enrollments[0].etag, before.etag);
        QCOMPARE(kept->twins.size(), size_t(2));
        QCOMPARE(kept->twins[0].digest, QByteArray("new"));
        QCOMPARE(store->runs()->front().verified, 5);
        QVERIFY(store->ask(u"one"_s, {Control::Pace, u"0.5"_s, u"mia"_s}));
        const Result<std::vector<Request>> asked = store->takeRequests(u"one"_s);
        QVERIFY(asked);
        QCOMPARE(asked->size(), size_t(1));
        QCOMPARE(asked->front().person, u"mia"_s);
        QVERIFY(store->takeRequests(u"one"_s)->empty());
    }

    void knowsARunByEitherEndOfItsId_data() { kinds(); }
    void knowsARunByEitherEndOfItsId()
    {
        const auto store = opened();
        if (!store)
            return;
        for (const QString &id : {u"20260131-142501-7f3a"_s, u"20260131-150000-00ab"_s})
            QVERIFY(store->begin(entry(id), {}));
        for (const QString &text : {u"7f3a"_s, u"20260131-14"_s, u"20260131-142501-7f3a"_s, u"142501-7f3a"_s})
            QCOMPARE(store->load(text)->entry.id, u"20260131-142501-7f3a"_s);
        for (const QString &text : {u"3a"_s, u"-7f3a"_s, u""_s, u"20260131"_s, u"x20260131-142501-7f3a"_s})
            QCOMPARE(store->load(text).error().kind, ErrorKind::Usage);
    }

    void refusesTheOldOwnerOnceThereIsANewOne_data() { kinds(); }
    void refusesTheOldOwnerOnceThereIsANewOne()
    {
        const auto store = opened();
        if (!store)
            return;
        QVERIFY(store->begin(entry(u"one"_s), {}));
        const Result<Fence> old = store->claim({u"one"_s, {u"hub-a"_s}, elsewhere(u"mia"_s), Duration(-1)});
        QVERIFY(old);
        QVERIFY(store->append({.run = u"one"_s, .fence = *old, .records = {record(1)}}));
        QVERIFY(store->renew(u"one"_s, *old, Duration(-1)));
        const Result<Fence> now = store->claim({u"one"_s, {u"hub-a"_s}, elsewhere(u"joe"_s), longSpan});
        QVERIFY(now);
        QVERIFY(now->token > old->token);
        const Result<qint64> late = store->append({.run = u"one"_s, .fence = *old, .records = {record(2)}, .deeds = {{.act = u"late"_s}}});
        QVERIFY(!late);
        QCOMPARE(late.error().kind, ErrorKind::Rejected);
        QVERIFY(late.error().what.contains(u"joe on there"_s));
        QCOMPARE(store->renew(u"one"_s, *old, longSpan).error().kind, ErrorKind::Rejected);
        QVERIFY(!store->append({.run = u"one"_s, .records = {record(2)}}));
        QVERIFY(store->append({.run = u"one"_s, .fence = *now, .records = {record(2)}}));
        QCOMPARE(store->load(u"one"_s)->records.size(), size_t(2));
        QCOMPARE(store->load(u"one"_s)->entry.owner, u"joe on there"_s);
        QVERIFY(store->audit()->entries.empty());
    }

    void keepsTwoRunsFromCrossing_data() { kinds(); }
    void keepsTwoRunsFromCrossing()
    {
        const auto store = opened();
        if (!store)
            return;
        const Result<Fence> first = store->claim({u"one"_s, {u"hub-a"_s, u"hub-b"_s}, elsewhere(u"mia"_s), longSpan});
        QVERIFY(first);
        const Result<Fence> crossing = store->claim({u"two"_s, {u"hub-b"_s, u"hub-c"_s}, elsewhere(u"joe"_s), longSpan});
        QVERIFY(!crossing);
        QVERIFY(crossing.error().what.contains(u"Run one of mia on there"_s));
        QVERIFY(crossing.error().what.contains(u"hub-b"_s));
        QVERIFY(store->claim({u"three"_s, {u"hub-c"_s}, elsewhere(u"joe"_s), longSpan}));
        QVERIFY(store->release(*first));
        QVERIFY(store->claim({u"two"_s, {u"hub-b"_s}, elsewhere(u"joe"_s), longSpan}));
    }

    void countsTheRunsThatShareAService_data() { kinds(); }
    void countsTheRunsThatShareAService()
    {
        const auto store = opened();
        if (!store)
            return;
        const auto claimed = [&](const QString &run, const QString &hub, const QString &service, Duration span) {
            return store->claim({.run = run, .hubs = {hub}, .owner = elsewhere(u"mia"_s), .span = span, .shares = service});
        };
        QCOMPARE(store->sharers(u"dps-1"_s).value_or(-1), 0);
        const Result<Fence> first = claimed(u"one"_s, u"hub-a"_s, u"dps-1"_s, longSpan);
        QVERIFY(first);
        QVERIFY(claimed(u"two"_s, u"hub-b"_s, u"dps-1"_s, longSpan));
        QVERIFY(claimed(u"three"_s, u"hub-c"_s, u"dps-1x"_s, longSpan));
        QVERIFY(claimed(u"four"_s, u"hub-d"_s, u"dps-1"_s, Duration(-1)));
        QCOMPARE(store->sharers(u"dps-1"_s).value_or(-1), 2);
        QVERIFY(store->begin(entry(u"one"_s), {}));
        QVERIFY(store->append({.run = u"one"_s, .fence = *first, .records = {record(1)}}));
        QVERIFY(store->release(*first));
        QCOMPARE(store->sharers(u"dps-1"_s).value_or(-1), 1);
    }

    void tellsWhenTheLeaseOfASilentOwnerRunsOut_data() { kinds(); }
    void tellsWhenTheLeaseOfASilentOwnerRunsOut()
    {
        const auto store = opened();
        if (!store)
            return;
        constexpr Duration span = 20s;
        const auto asked = [&] { return store->claim({u"one"_s, {u"hub-a"_s}, elsewhere(u"joe"_s), span}).error(); };
        const Result<Fence> fence = store->claim({u"one"_s, {u"hub-a"_s}, elsewhere(u"mia"_s), span});
        QVERIFY(fence);
        QVERIFY2(!asked().retryAfter, "it has just been taken");
        QVERIFY(store->begin(entry(u"one"_s), {}));
        QVERIFY(store->renew(u"one"_s, *fence, 9s));
        const std::optional<std::chrono::seconds> left = asked().retryAfter;
        QVERIFY(left && *left > 0s && *left <= 9s);
    }

    void losesTheWholeClaimWithOneOfItsHubs_data() { kinds(); }
    void losesTheWholeClaimWithOneOfItsHubs()
    {
        const auto store = opened();
        if (!store)
            return;
        QVERIFY(store->begin(entry(u"one"_s), {}));
        const Result<Fence> slept = store->claim({u"one"_s, {u"hub-a"_s}, elsewhere(u"mia"_s), Duration(-1)});
        QVERIFY(slept);
        QVERIFY(store->claim({u"two"_s, {u"hub-a"_s}, elsewhere(u"joe"_s), longSpan}));
        QCOMPARE(store->append({.run = u"one"_s, .fence = *slept, .records = {record(1)}}).error().kind, ErrorKind::Rejected);
    }

    void writesAPortionOnceHoweverOftenItIsSent_data() { kinds(); }
    void writesAPortionOnceHoweverOftenItIsSent()
    {
        const auto store = opened();
        if (!store)
            return;
        QVERIFY(store->begin(entry(u"one"_s), {}));
        const Portion portion{.run = u"one"_s, .records = {record(1), record(2)}, .deeds = {{.act = u"paused"_s}}, .after = 0};
        QCOMPARE(store->append(portion).value_or(0), qint64(2));
        QCOMPARE(store->append(portion).value_or(0), qint64(2));
        QCOMPARE(store->audit()->entries.size(), size_t(1));
        QVERIFY(!store->append({.run = u"one"_s, .records = {record(9), record(9)}, .after = 0}));
        QCOMPARE(store->load(u"one"_s)->records.size(), size_t(2));
    }

    void chainsTheAuditAndNeverShortensIt_data() { kinds(); }
    void chainsTheAuditAndNeverShortensIt()
    {
        const auto store = opened();
        if (!store)
            return;
        RunEntry run = entry(u"one"_s);
        QVERIFY(store->begin(run, {{.act = u"plan approved"_s, .run = u"one"_s, .person = u"mia"_s, .why = u"OPS-1"_s}}));
        QVERIFY(store->append({.run = u"one"_s, .records = {record(1)}, .deeds = {{.act = u"run started"_s}, {.act = u"paused"_s}}}));
        QVERIFY(store->summarize(u"one"_s, u"Finished"_s, Instant(Duration(5)), 0, 0));
        run.id = u"open"_s;
        QVERIFY(store->begin(run, {}));
        QCOMPARE(store->prune(Instant(Duration(5))).value_or(-1), 0);
        QCOMPARE(store->prune(Instant(Duration(6))).value_or(-1), 1);
        QCOMPARE(store->runs()->size(), size_t(1));
        const Result<Audit> audit = store->audit();
        QVERIFY(audit);
        QCOMPARE(audit->entries.size(), size_t(3));
        QCOMPARE(audit->entries[0].deed.why, u"OPS-1"_s);
        QCOMPARE(faultsOf(*audit), QStringList());

        const std::unique_ptr<Database> database = direct();
        QVERIFY(!database->run(u"UPDATE audit SET person = 'joe' WHERE seq = 2"_s));
        QVERIFY(!database->run(u"DELETE FROM audit WHERE seq = 2"_s));
        // Whoever takes the guards away is found out by the chain.
        QVERIFY(database->run(isOnServer() ? u"DROP TRIGGER audit_stays ON audit"_s : u"DROP TRIGGER audit_stays"_s));
        QVERIFY(database->run(u"UPDATE audit SET person = 'joe' WHERE seq = 2"_s));
        QCOMPARE(faultsOf(*store->audit()), QStringList{u"Entry 2 is not as it was written."_s});
    }

    void tellsOthersWhatWasWritten_data() { kinds(); }
    void tellsOthersWhatWasWritten()
    {
        const auto store = opened();
        if (!store)
            return;
        QVERIFY(store->begin(entry(u"one"_s), {}));
        const QString there = m_place;
        const auto other = Journal::open(there);
        QVERIFY(other);
        QCOMPARE(QCoro::waitFor((*other)->runs())->size(), size_t(1));
        QSignalSpy told(other->get(), &Journal::changed);
        QTest::qWait(300);
        QVERIFY(store->append({.run = u"one"_s, .records = {record(1)}}));
        QTRY_VERIFY(!told.isEmpty());
    }

    void writesInTheNameOfTheRoleThatIsSignedIn()
    {
        QCOMPARE((*openSqliteStore(m_folder->filePath(u"mine.sqlite"_s)))->person(), operatorName());
        if (!m_server->isUp())
            QSKIP("PostgreSQL is not installed");
        const QString place = m_server->newDatabase();
        const auto store = openPostgresStore(place);
        QVERIFY(store);
        QCOMPARE((*store)->person(), u"drover"_s);
        QCOMPARE((*store)->owner().person, u"drover"_s);
        QCOMPARE((*Journal::open(place))->owner().person, u"drover"_s);
    }

    void refusesAPasswordInTheUrlWithoutEchoingIt()
    {
        const auto store = openPostgresStore(u"postgres://mia:secret@localhost/drover"_s);
        QVERIFY(!store);
        QCOMPARE(store.error().kind, ErrorKind::Usage);
        QVERIFY(!(store.error().what + store.error().remedy).contains(u"secret"_s));
        QVERIFY(!openPostgresStore(u"postgres://localhost/drover?password=secret"_s));
    }

    void waitsForAServerThatWentAwayAndWritesEverythingOnce()
    {
        if (!m_server->isUp())
            QSKIP("PostgreSQL is not installed");
        const QString place = m_server->newDatabase();
        const auto journal = Journal::open(place);
        QVERIFY(journal);
        QSignalSpy away(journal->get(), &Journal::away);
        QVERIFY(QCoro::waitFor((*journal)->begin(entry(u"one"_s))));
        std::optional<Lease> lease;
        QVERIFY(QCoro::waitFor(claimed(journal->get(), &lease)));
        QVERIFY(QCoro::waitFor((*journal)->append(u"one"_s, {record(1)})));
        Result<std::unique_ptr<Postgres>> other = Postgres::open(place, {});
        QVERIFY(other);
        for (int time = 2; time < 5; ++time) {
            QVERIFY((*other)->run(u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"_s));
            QVERIFY(QCoro::waitFor((*journal)->append(u"one"_s, {record(time)})));
        }
        QVERIFY(!away.isEmpty());
        QCOMPARE(QCoro::waitFor((*journal)->load(u"one"_s))->records.size(), size_t(4));
    }

private:
    static void kinds()
    {
        QTest::addColumn<bool>("server");
        QTest::newRow("a file") << false;
        QTest::newRow("a server") << true;
    }

    static bool isOnServer()
    {
        QFETCH(bool, server);
        return server;
    }

    /// Null after a skip.
    std::unique_ptr<JournalStore> opened()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        if (isOnServer() && !m_server->isUp()) {
            QTest::qSkip("PostgreSQL is not installed", __FILE__, __LINE__);
            return nullptr;
        }
        m_place = isOnServer() ? m_server->newDatabase() : m_folder->filePath(u"journal.db"_s);
        Result<std::unique_ptr<JournalStore>> store = isOnServer() ? openPostgresStore(m_place) : openSqliteStore(m_place);
        if (store)
            return *std::move(store);
        QTest::qFail(qPrintable(store.error().what), __FILE__, __LINE__);
        return nullptr;
    }

    std::unique_ptr<Database> direct() const
    {
        if (!isOnServer())
            return *Sqlite::open(m_place);
        return *Postgres::open(m_place, {});
    }

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_place;
};

DROVER_TEST(TestJournalStore)
#include "tst_journal_store.moc"
