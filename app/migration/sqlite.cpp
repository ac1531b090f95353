#include "app/migration/sqlite.h"

#include "app/migration/operator.h"
#include "app/migration/owner.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

class SqliteRow final : public Row {
public:
    explicit SqliteRow(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }
    bool isNull(int column) const override { return sqlite3_column_type(m_statement, column) == SQLITE_NULL; }
    qint64 number(int column) const override { return sqlite3_column_int64(m_statement, column); }
    QString text(int column) const override { return QString::fromUtf8(bytes(column)); }
    QByteArray bytes(int column) const override
    {
        const auto *data = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
        return {data, sqlite3_column_bytes(m_statement, column)};
    }

private:
    sqlite3_stmt *m_statement;
};

/// Not called "bind": std::bind would be found first for a value that nobody holds.
void setValue(sqlite3_stmt *statement, int at, const Value &value)
{
    if (const auto *number = std::get_if<qint64>(&value)) {
        sqlite3_bind_int64(statement, at, *number);
    } else if (const auto *text = std::get_if<QString>(&value)) {
        const QByteArray utf8 = text->toUtf8();
        sqlite3_bind_text(statement, at, utf8.constData(), static_cast<int>(utf8.size()), SQLITE_TRANSIENT);
    } else if (const auto *bytes = std::get_if<QByteArray>(&value)) {
        // A null pointer would bind NULL.
        sqlite3_bind_blob(statement, at, bytes->isNull() ? "" : bytes->constData(), static_cast<int>(bytes->size()), SQLITE_TRANSIENT);
    } else {
        sqlite3_bind_null(statement, at);
    }
}

/// Made by us first, so that it never exists with a wider mode; SQLite gives its side files the same. One that is there is
/// not even opened: to close it again would drop every lock that this process holds on it, and the next program to end
/// would take its side files away under it (sqlite.org/howtocorrupt.html, 2.2).
Result<void> makePrivate(const QString &path)
{
    if (!QDir().mkpath(QFileInfo(path).absolutePath())) {
        return fail(ErrorKind::Storage, u"The folder of the journal %1 cannot be made"_s.arg(path),
            u"Name a place that you may write to with --journal."_s);
    }
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && (errno != EEXIST || ::access(QFile::encodeName(path).constData(), R_OK | W_OK) != 0)) {
        return fail(ErrorKind::Storage, u"The journal %1 cannot be written: %2"_s.arg(path, qt_error_string(errno)),
            u"Give yourself the right to write there, or name another place with --journal."_s);
    }
    if (file >= 0)
        ::close(file);
    return {};
}

quint64 fileNumber(const QString &path)
{
    struct stat info = {};
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_ino : 0;
}

} // namespace

Sqlite::Sqlite(QString path)
    : m_path(std::move(path))
{
}

Sqlite::~Sqlite()
{
    for (sqlite3_stmt *statement : std::as_const(m_statements))
        sqlite3_finalize(statement);
    sqlite3_close(m_database);
}

Result<std::unique_ptr<Sqlite>> Sqlite::open(const QString &path)
{
    if (const Result<void> made = makePrivate(path); !made)
        return Failure(made.error());
    std::unique_ptr<Sqlite> opened(new Sqlite(path));
    const int code = sqlite3_open_v2(QFile::encodeName(path).constData(), &opened->m_database,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    if (code != SQLITE_OK)
        return Failure(opened->explained());
    opened->m_file = fileNumber(path);
    sqlite3_busy_timeout(opened->m_database, 5000);
    for (const QString &pragma : {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = FULL"_s}) {
        if (Result<void> set = opened->run(pragma); !set)
            return Failure(set.error());
    }
    return opened;
}

Result<sqlite3_stmt *> Sqlite::prepared(const QString &sql)
{
    if (sqlite3_stmt *known = m_statements.value(sql))
        return known;
    sqlite3_stmt *statement = nullptr;
    const QByteArray utf8 = sql.toUtf8();
    if (sqlite3_prepare_v2(m_database, utf8.constData(), static_cast<int>(utf8.size()), &statement, nullptr) != SQLITE_OK)
        return Failure(explained());
    m_statements.insert(sql, statement);
    return statement;
}

Result<void> Sqlite::each(const QString &sql, const Values &values, const Look &row)
{
    if (sql == beginning()) {
        if (Result<void> there = isStillThere(); !there)
            return there;
    }
    const Result<sqlite3_stmt *> statement = prepared(sql);
    if (!statement)
        return Failure(statement.error());
    for (size_t i = 0; i < values.size(); ++i)
        setValue(*statement, static_cast<int>(i) + 1, values[i]);
    int code = sqlite3_step(*statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(*statement))
        row(SqliteRow(*statement));
    const Result<void> done = code == SQLITE_DONE ? Result<void>() : Result<void>(Failure(explained()));
    sqlite3_reset(*statement);
    return done;
}

qint64 Sqlite::changed() const
{
    return sqlite3_changes(m_database);
}

Result<void> Sqlite::insert(const QString &table, const QStringList &columns, size_t rows, const Cell &cell)
{
    QStringList places(columns.size(), u"?"_s);
    const Result<sqlite3_stmt *> statement
        = prepared(u"INSERT INTO %1(%2) VALUES(%3)"_s.arg(table, columns.join(u','), places.join(u',')));
    if (!statement)
        return Failure(statement.error());
    for (size_t row = 0; row < rows; ++row) {
        for (int column = 0; column < columns.size(); ++column)
            setValue(*statement, column + 1, cell(row, column));
        const int code = sqlite3_step(*statement);
        if (code != SQLITE_DONE) {
            Error error = explained();
            sqlite3_reset(*statement);
            return Failure(std::move(error));
        }
        sqlite3_reset(*statement);
    }
    return {};
}

QString Sqlite::person() const
{
    return operatorName();
}

Result<qint64> Sqlite::clock()
{
    return sleeplessNow();
}

Result<qint64> Sqlite::date()
{
    return QDateTime::currentMSecsSinceEpoch();
}

QStringList Sqlite::told()
{
    qint64 version = m_seen;
    if (!each(u"PRAGMA data_version"_s, {}, [&version](const Row &row) { version = row.number(0); }))
        return {};
    const bool first = m_seen == 0;
    return std::exchange(m_seen, version) == version || first ? QStringList() : QStringList{QString()};
}

/// What is written to a file that has no name any more is lost when this process ends.
Result<void> Sqlite::isStillThere() const
{
    if (fileNumber(m_path) == m_file)
        return {};
    return fail(ErrorKind::Storage, u"The journal %1 was removed or replaced while it was in use"_s.arg(m_path),
        u"Put the file back, then resume. Nothing is written to the one that is there now."_s);
}

Error Sqlite::explained() const
{
    struct Meaning {
        int code;
        QString what;
        QString remedy;
    };
    static const std::vector<Meaning> meanings = {
        {SQLITE_BUSY, u"is locked by another program"_s, u"Close that program, then try again."_s},
        {SQLITE_READONLY, u"may not be written"_s,
            u"Give yourself the right to write there, or name another place with --journal."_s},
        {SQLITE_IOERR, u"could not be written or read by the disk"_s,
            u"Look at the disk's room, limits and health. Nothing that was confirmed is lost."_s},
        {SQLITE_CORRUPT, u"is damaged"_s, u"Restore it from a backup, or go on with another file."_s},
        {SQLITE_FULL, u"does not fit on the disk"_s, u"Make room there, then resume. Nothing that was confirmed is lost."_s},
        {SQLITE_CANTOPEN, u"cannot be opened"_s, u"Look at the folder's rights, or name another place with --journal."_s},
        {SQLITE_NOTADB, u"is not a journal"_s, u"Name another file with --journal."_s},
    };
    const int code = sqlite3_errcode(m_database) & 0xff;
    const auto known = std::ranges::find(meanings, code, &Meaning::code);
    if (known != meanings.end())
        return {.kind = ErrorKind::Storage, .what = u"The journal %1 %2"_s.arg(m_path, known->what), .remedy = known->remedy};
    return {.kind = ErrorKind::Storage,
        .what = u"The journal %1 failed: %2"_s.arg(m_path, QString::fromUtf8(sqlite3_errmsg(m_database))),
        .remedy = u"Look at the file and its disk, then try again."_s};
}

} // namespace drover::migration
