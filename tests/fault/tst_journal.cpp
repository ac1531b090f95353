#include "app/migration/journal.h"
#include "tests/support/testmain.h"

#include <QCoroTask>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::migration;

namespace {

RunEntry entry(const QString &id)
{
    RunEntry run;
    run.id = id;
    run.title = u"a → b"_s;
    return run;
}

Record record(int number)
{
    return {.at = Instant(Duration(number)), .payload = QByteArray::number(number)};
}

std::unique_ptr<JournalStore> opened(const QString &path)
{
    Result<std::unique_ptr<JournalStore>> store = openSqliteStore(path);
    return store ? std::move(*store) : nullptr;
}

/// The locks that this process holds on a file, as the kernel tells them.
int locksOn(const QString &path)
{
    struct stat info = {};
    QFile table(u"/proc/locks"_s);
    if (::stat(QFile::encodeName(path).constData(), &info) != 0 || !table.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray mine = ' ' + QByteArray::number(::getpid()) + ' ';
    const QByteArray inode = ':' + QByteArray::number(quint64(info.st_ino)) + ' ';
    return int(std::ranges::count_if(table.readAll().split('\n'), [&](const QByteArray &line) { return line.contains(mine) && line.contains(inode); }));
}

/// Runs in a child process and gives what it returned; nobody is around to catch its failures.
int inChild(const std::function<int()> &work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

/// The journal's promises: durable means durable, and every way a file can be wrong gets a sentence.
class TestJournal final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void keepsItsLocksWhenThisProcessOpensItOnceMore()
    {
        const auto first = opened(path());
        QVERIFY(first && first->runs());
        const int held = locksOn(path());
        if (held < 0)
            QSKIP("this system does not tell its locks");
        QVERIFY(held > 0);
        {
            const auto second = opened(path());
            QVERIFY(second && second->runs());
            QCOMPARE(locksOn(path()), held);
        }
        QCOMPARE(locksOn(path()), held);
    }

    void keepsWhatItConfirmedInOrder()
    {
        const auto journal = Journal::open(path());
        QVERIFY(journal);
        QVERIFY(QCoro::waitFor((*journal)->begin(entry(u"one"_s))));
        std::vector<QCoro::Task<Result<void>>> writes;
        for (int i = 0; i < 500; ++i)
            writes.push_back((*journal)->append(u"one"_s, {record(i)}));
        for (QCoro::Task<Result<void>> &write : writes)
            QVERIFY(QCoro::waitFor(write));
        const Result<StoredRun> stored = QCoro::waitFor((*journal)->load(u"on"_s));
        QVERIFY(stored);
        QCOMPARE(stored->records.size(), size_t(500));
        for (int i = 0; i < 500; ++i)
            QCOMPARE(stored->records[size_t(i)].payload, QByteArray::number(i));
    }

    void isReadableByItsOwnerAlone()
    {
        QVERIFY(opened(path()));
        QCOMPARE(
            QFile::permissions(path()) & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
            QFile::Permissions());
    }

    void survivesItsWriterBeingKilled()
    {
        int told[2] = {};
        QVERIFY(::pipe(told) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto store = opened(path());
            if (!store || !store->begin(entry(u"one"_s), {}))
                ::_exit(1);
            for (int i = 0;; ++i) {
                if (!store->append({.run = u"one"_s, .records = {record(i)}}) || ::write(told[1], "x", 1) != 1)
                    ::_exit(1);
            }
        }
        ::close(told[1]);
        size_t confirmed = 0;
        char one = 0;
        while (confirmed < 200 && ::read(told[0], &one, 1) == 1)
            ++confirmed;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(told[0], &one, 1) == 1)
            ++confirmed;
        ::close(told[0]);
        const auto store = opened(path());
        QVERIFY(store);
        const Result<StoredRun> stored = store->load(u"one"_s);
        QVERIFY(stored);
        QVERIFY(confirmed >= 200);
        QVERIFY(stored->records.size() >= confirmed);
    }

    void saysThatTheDiskIsFullAndLosesNothing()
    {
        const int code = inChild([this] {
            ::signal(SIGXFSZ, SIG_IGN);
            const auto store = opened(path());
            if (!store || !store->begin(entry(u"one"_s), {}))
                return 1;
            const rlimit limit = {.rlim_cur = 200'000, .rlim_max = 200'000};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            for (int i = 0; i < 1000; ++i) {
                const Result<qint64> written = store->append({.run = u"one"_s, .records = {{.at = {}, .payload = QByteArray(1000, 'x')}}});
                if (written)
                    continue;
                const bool sentence = written.error().kind == ErrorKind::Storage && !written.error().remedy.isEmpty();
                const Result<StoredRun> stored = store->load(u"one"_s);
                return sentence && stored && int(stored->records.size()) == i && i > 5 ? 0 : 2;
            }
            return 3;
        });
        QCOMPARE(code, 0);
    }

    void refusesAReadOnlyFolder()
    {
        if (::geteuid() == 0)
            QSKIP("root may write everywhere");
        QFile::setPermissions(m_folder->path(), QFile::ReadOwner | QFile::ExeOwner);
        const auto store = openSqliteStore(path());
        QFile::setPermissions(m_folder->path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QVERIFY(!store);
        QVERIFY(store.error().what.contains(u"cannot be written"_s));
    }

    void takesAJournalOfTheFirstVersionForward()
    {
        QVERIFY(makeFile(QByteArray("CREATE TABLE run(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT, hash TEXT, plan BLOB, operator TEXT, "
            "reason TEXT, ticket TEXT, started INTEGER, ended INTEGER, phase TEXT, total INTEGER, verified INTEGER, failed INTEGER);"
            "CREATE TABLE record(run INTEGER, seq INTEGER, at INTEGER, payload BLOB, PRIMARY KEY(run, seq)) WITHOUT ROWID;"
            "CREATE TABLE enrollment(run INTEGER, step INTEGER, kind INTEGER, id TEXT, raw BLOB, etag TEXT, PRIMARY KEY(run, step));"
            "CREATE TABLE twin(run INTEGER, device INTEGER, digest BLOB, PRIMARY KEY(run, device)) WITHOUT ROWID;"
            "CREATE TABLE control(run INTEGER PRIMARY KEY, verb INTEGER);"
            "INSERT INTO run(id, title, total) VALUES('one', 'a → b', 7);"
            "INSERT INTO record(run, seq, at, payload) VALUES(1, 1, 5, 'x');"
            "PRAGMA application_id = 1146246738; PRAGMA user_version = 1")));
        for (int time = 0; time < 2; ++time) {
            const auto store = opened(path());
            QVERIFY(store);
            const Result<StoredRun> stored = store->load(u"one"_s);
            QVERIFY(stored);
            QCOMPARE(stored->entry.total, 7);
            QVERIFY(stored->entry.undoes.isEmpty());
            QCOMPARE(stored->records.size(), size_t(1));
            QVERIFY(store->ask(u"one"_s, Control::Pause));
            QVERIFY(store->ask(u"one"_s, {Control::Pace, u"0.5"_s}));
            const Result<std::vector<Request>> asked = store->takeRequests(u"one"_s);
            QVERIFY(asked);
            QCOMPARE(asked->size(), size_t(2));
            QCOMPARE(asked->back().text, u"0.5"_s);
            QVERIFY(store->takeRequests(u"one"_s)->empty());
        }
    }

    void takesAJournalOfTheSecondVersionForward()
    {
        QFile dump(QStringLiteral(DROVER_SOURCE_DIR "/tests/fault/journals/version2.sql"));
        QVERIFY(dump.open(QIODevice::ReadOnly));
        QVERIFY(makeFile(dump.readAll()));
        for (int time = 0; time < 2; ++time) {
            const auto journal = Journal::open(path());
            QVERIFY(journal);
            const Result<std::vector<RunEntry>> runs = QCoro::waitFor((*journal)->runs());
            QVERIFY(runs);
            QCOMPARE(runs->size(), size_t(1));
            QCOMPARE(runs->front().ticket, u"OPS-1"_s);
            const Result<run::RunStatus> status = QCoro::waitFor((*journal)->statusOf(runs->front().id));
            QVERIFY(status);
            QCOMPARE(status->phase, run::Phase::Finished);
            QCOMPARE(status->counts[size_t(run::DeviceState::Verified)], 9);
            QVERIFY(QCoro::waitFor((*journal)->note({{.act = u"looked at"_s}})));
        }
    }

    void refusesAJournalOfANewerVersion()
    {
        QVERIFY(opened(path()));
        QVERIFY(makeFile("PRAGMA user_version = 99"));
        const auto store = openSqliteStore(path());
        QVERIFY(!store);
        QVERIFY(store.error().what.contains(u"newer Drover"_s));
    }

    void writesNothingIntoAFileThatTookItsPlace()
    {
        const auto store = opened(path());
        QVERIFY(store->begin(entry(u"one"_s), {}));
        QVERIFY(QFile::rename(path(), m_folder->filePath(u"aside.db"_s)));
        const Result<qint64> removed = store->append({.run = u"one"_s, .records = {record(1)}});
        QVERIFY(!removed);
        QVERIFY(removed.error().what.contains(u"removed or replaced"_s));
        QVERIFY(QFile::rename(m_folder->filePath(u"aside.db"_s), path()));
        QVERIFY(store->append({.run = u"one"_s, .records = {record(1)}}));
        QVERIFY(QFile::rename(path(), m_folder->filePath(u"aside.db"_s)));
        QFile other(path());
        QVERIFY(other.open(QIODevice::WriteOnly));
        QVERIFY(!store->append({.run = u"one"_s, .records = {record(2)}}));
        QCOMPARE(other.size(), 0);
    }

    void refusesWhatIsNoJournal_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray(5000, 'x');
        QTest::newRow("torn header") << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\xff');
    }
    void refusesWhatIsNoJournal()
    {
        QFETCH(QByteArray, content);
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        const auto store = openSqliteStore(path());
        QVERIFY(!store);
        QCOMPARE(store.error().kind, ErrorKind::Storage);
        QVERIFY(!store.error().remedy.isEmpty());
    }

    void givesARunToOneOwnerAndToTheNextWhenItDies()
    {
        const auto store = opened(path());
        QVERIFY(store);
        const Claim mine{.run = u"one"_s, .hubs = {}, .owner = thisOwner(), .span = std::chrono::hours(1)};
        int ready[2] = {};
        QVERIFY(::pipe(ready) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto there = opened(path());
            Claim claim = mine;
            claim.owner = thisOwner();
            const char told = there && there->claim(claim) ? 'y' : 'n';
            if (::write(ready[1], &told, 1) == 1)
                ::pause();
            ::_exit(1);
        }
        char told = 0;
        QVERIFY(::read(ready[0], &told, 1) == 1);
        QCOMPARE(told, 'y');
        QCOMPARE(store->claim(mine).error().kind, ErrorKind::Rejected);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(store->claim(mine));
        QCOMPARE(store->claim(mine).error().kind, ErrorKind::Rejected);
    }

private:
    QString path() const { return m_folder->filePath(u"journal.db"_s); }

    bool makeFile(const QByteArray &statements) const
    {
        sqlite3 *database = nullptr;
        const bool made = sqlite3_open(QFile::encodeName(path()).constData(), &database) == SQLITE_OK
            && sqlite3_exec(database, statements.constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
        return sqlite3_close(database) == SQLITE_OK && made;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

DROVER_TEST(TestJournal)
#include "tst_journal.moc"
