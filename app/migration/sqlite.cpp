#include "app/migration/sqlite.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QUuid>

#include <fcntl.h>
#include <unistd.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

constexpr int schemaVersion = 2;
/// "DRVR": tells our files from other SQLite files.
constexpr int applicationId = 0x44525652;

const QStringList schema = {
    u"CREATE TABLE run(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT, hash TEXT, plan BLOB, operator "
    u"TEXT, reason TEXT, "
    "ticket TEXT, started INTEGER, ended INTEGER, phase TEXT, total INTEGER, verified INTEGER, failed INTEGER)"_s,
    u"CREATE TABLE record(run INTEGER, seq INTEGER, at INTEGER, payload BLOB, PRIMARY KEY(run, seq)) WITHOUT ROWID"_s,
    u"CREATE TABLE enrollment(run INTEGER, step INTEGER, kind INTEGER, id TEXT, raw BLOB, etag TEXT, PRIMARY KEY(run, step))"_s,
    u"CREATE TABLE twin(run INTEGER, device INTEGER, digest BLOB, PRIMARY KEY(run, device)) WITHOUT ROWID"_s,
    u"PRAGMA application_id = %1"_s.arg(applicationId),
};

/// Version 2: several requests may wait for one run, and a run may take another one back.
const QStringList sinceVersion1 = {
    u"DROP TABLE IF EXISTS control"_s,
    u"CREATE TABLE request(seq INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER, verb INTEGER, words TEXT)"_s,
    u"ALTER TABLE run ADD COLUMN undoes TEXT"_s,
    u"PRAGMA user_version = %1"_s.arg(schemaVersion),
};

/// Made by us first, so that it never exists with a wider mode; SQLite gives its side files the same.
Result<void> makePrivate(const QString &path)
{
    if (!QDir().mkpath(QFileInfo(path).absolutePath())) {
        return fail(ErrorKind::Storage, u"The folder of the journal %1 cannot be made"_s.arg(path),
            u"Name a place that you may write to with --journal."_s);
    }
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return fail(ErrorKind::Storage, u"The journal %1 cannot be written: %2"_s.arg(path, qt_error_string(errno)),
            u"Give yourself the right to write there, or name another place with --journal."_s);
    }
    ::close(file);
    return {};
}

} // namespace

Sqlite::Sqlite(QSqlDatabase database, QString path)
    : m_database(std::move(database))
    , m_path(std::move(path))
{
}

Sqlite::Sqlite(Sqlite &&other) noexcept
    : m_database(std::exchange(other.m_database, QSqlDatabase()))
    , m_path(std::move(other.m_path))
{
}

Sqlite::~Sqlite()
{
    if (!m_database.isValid())
        return;
    const QString name = m_database.connectionName();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(name);
}

Result<Sqlite> Sqlite::open(const QString &path)
{
    if (const Result<void> made = makePrivate(path); !made)
        return Failure(made.error());
    // No second handle: Qt complains on standard error when a connection is removed that somebody still holds.
    Sqlite opened(QSqlDatabase::addDatabase(u"QSQLITE"_s, QUuid::createUuid().toString()), path);
    opened.m_database.setDatabaseName(path);
    opened.m_database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    if (!opened.m_database.open())
        return Failure(opened.explained(opened.m_database.lastError()));
    if (const Result<void> prepared = opened.prepare(); !prepared)
        return Failure(prepared.error());
    return opened;
}

Result<void> Sqlite::prepare() const
{
    for (const QString &pragma :
        {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = FULL"_s, u"PRAGMA foreign_keys = ON"_s}) {
        if (Result<void> set = run(pragma); !set)
            return set;
    }
    int version = 0;
    int application = 0;
    int tables = 0;
    const auto number = [this](const QString &sql, int &value) {
        return each(sql, {}, [&value](const QSqlQuery &row) { value = row.value(0).toInt(); });
    };
    // Two programs may start on a new file at the same moment: look and make in one transaction.
    return inTransaction([&]() -> Result<void> {
        for (auto &[sql, value] : {std::pair(u"PRAGMA user_version"_s, &version),
                 {u"PRAGMA application_id"_s, &application}, {u"SELECT COUNT(*) FROM sqlite_master"_s, &tables}}) {
            if (Result<void> read = number(sql, *value); !read)
                return read;
        }
        if (application == applicationId && version == schemaVersion)
            return {};
        if (application == applicationId && version > schemaVersion) {
            return fail(ErrorKind::Storage, u"The journal %1 was written by a newer Drover"_s.arg(m_path),
                u"Update this program, or name another journal with --journal."_s);
        }
        const bool older = application == applicationId && version == 1;
        if (tables > 0 && !older) {
            return fail(ErrorKind::Storage, u"%1 is a database of another program, not a journal"_s.arg(m_path),
                u"Name another file with --journal."_s);
        }
        for (const QString &statement : older ? sinceVersion1 : schema + sinceVersion1) {
            if (Result<void> made = run(statement); !made)
                return made;
        }
        return {};
    });
}

Result<void> Sqlite::run(const QString &sql, const QVariantList &values) const
{
    return each(sql, values, [](const QSqlQuery &) { });
}

Result<void> Sqlite::each(
    const QString &sql, const QVariantList &values, const std::function<void(const QSqlQuery &)> &row) const
{
    QSqlQuery statement = query();
    statement.setForwardOnly(true);
    if (!statement.prepare(sql))
        return Failure(explained(statement.lastError()));
    for (qsizetype i = 0; i < values.size(); ++i)
        statement.bindValue(int(i), values[i]);
    if (!statement.exec())
        return Failure(explained(statement.lastError()));
    while (statement.next())
        row(statement);
    if (statement.lastError().isValid())
        return Failure(explained(statement.lastError()));
    return {};
}

Result<void> Sqlite::inTransaction(const std::function<Result<void>()> &work) const
{
    if (Result<void> begun = run(u"BEGIN IMMEDIATE"_s); !begun)
        return begun;
    Result<void> done = work();
    if (done)
        done = run(u"COMMIT"_s);
    if (!done) {
        // After some errors SQLite has rolled back by itself; then this one says so and nothing is lost.
        const Result<void> undone = run(u"ROLLBACK"_s);
        Q_UNUSED(undone)
    }
    return done;
}

Error Sqlite::explained(const QSqlError &error) const
{
    struct Meaning {
        int code;
        QString what;
        QString remedy;
    };
    static const std::vector<Meaning> meanings = {
        {5, u"is locked by another program"_s, u"Close that program, then try again."_s},
        {8, u"may not be written"_s,
            u"Give yourself the right to write there, or name another place with --journal."_s},
        {10, u"could not be written or read by the disk"_s,
            u"Look at the disk's room, limits and health. Nothing that was confirmed is lost."_s},
        {11, u"is damaged"_s, u"Restore it from a backup, or go on with another file."_s},
        {13, u"does not fit on the disk"_s, u"Make room there, then resume. Nothing that was confirmed is lost."_s},
        {14, u"cannot be opened"_s, u"Look at the folder's rights, or name another place with --journal."_s},
        {26, u"is not a journal"_s, u"Name another file with --journal."_s},
    };
    const int code = error.nativeErrorCode().toInt() & 0xff;
    const auto known = std::ranges::find(meanings, code, &Meaning::code);
    if (known != meanings.end())
        return {.kind = ErrorKind::Storage,
            .what = u"The journal %1 %2"_s.arg(m_path, known->what),
            .remedy = known->remedy};
    return {.kind = ErrorKind::Storage,
        .what = u"The journal %1 failed: %2"_s.arg(m_path, error.databaseText()),
        .remedy = u"Look at the file and its disk, then try again."_s};
}

} // namespace drover::migration
