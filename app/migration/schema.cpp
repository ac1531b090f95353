#include "app/migration/schema.h"

#include <array>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

constexpr qint64 newest = 3;
/// "DRVR": tells our files from other SQLite files.
constexpr qint64 applicationId = 0x44525652;

/// What each version added, in SQLite's words.
const std::array<QStringList, newest> versions = {
    QStringList{
        u"CREATE TABLE run(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT, hash TEXT, plan BLOB, operator "
        u"TEXT, reason TEXT, ticket TEXT, started INTEGER, ended INTEGER, phase TEXT, total INTEGER, verified INTEGER, "
        u"failed INTEGER)"_s,
        u"CREATE TABLE record(run INTEGER, seq INTEGER, at INTEGER, payload BLOB, PRIMARY KEY(run, seq)) WITHOUT ROWID"_s,
        u"CREATE TABLE enrollment(run INTEGER, step INTEGER, kind INTEGER, id TEXT, raw BLOB, etag TEXT, PRIMARY KEY(run, step))"_s,
        u"CREATE TABLE twin(run INTEGER, device INTEGER, digest BLOB, PRIMARY KEY(run, device)) WITHOUT ROWID"_s,
    },
    // Several requests may wait for one run, and a run may take another one back.
    QStringList{
        u"DROP TABLE IF EXISTS control"_s,
        u"CREATE TABLE request(seq INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER, verb INTEGER, words TEXT)"_s,
        u"ALTER TABLE run ADD COLUMN undoes TEXT"_s,
    },
    // Leases are rows, requests have an author, and what people did is chained.
    QStringList{
        u"ALTER TABLE request ADD COLUMN person TEXT"_s,
        u"CREATE TABLE lease(name TEXT PRIMARY KEY, token INTEGER, run TEXT, person TEXT, host TEXT, process TEXT, until INTEGER)"_s,
        u"CREATE TABLE audit(seq INTEGER PRIMARY KEY, at INTEGER, act TEXT, run TEXT, person TEXT, host TEXT, why TEXT, "
        u"detail TEXT, before BLOB, hash BLOB)"_s,
        u"CREATE TABLE head(one INTEGER PRIMARY KEY, seq INTEGER, hash BLOB)"_s,
        u"INSERT INTO head(one, seq) VALUES(1, 0)"_s,
    },
};

const QStringList fileGuards = {
    u"CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END"_s,
    u"CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is never shortened'); END"_s,
    u"CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END"_s,
};

const QStringList serverGuards = {
    u"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'this table only grows'; END$$"_s,
    u"CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse()"_s,
    u"CREATE TRIGGER audit_remains BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse()"_s,
    u"CREATE TRIGGER record_stays BEFORE UPDATE ON record FOR EACH ROW EXECUTE FUNCTION refuse()"_s,
};

Result<qint64> number(Database &database, const QString &sql)
{
    qint64 value = 0;
    const Result<void> read = database.each(sql, {}, [&value](const Row &row) { value = row.number(0); });
    if (!read)
        return Failure(read.error());
    return value;
}

Result<void> runAll(Database &database, const QStringList &statements)
{
    for (const QString &statement : statements) {
        if (Result<void> made = database.run(statement); !made)
            return made;
    }
    return {};
}

Failure tooNew(const Database &database)
{
    return fail(ErrorKind::Storage, u"The journal %1 was written by a newer Drover"_s.arg(database.place()),
        u"Update this program, or name another journal with --journal."_s);
}

QString forServer(QString statement)
{
    return statement.replace(u"INTEGER PRIMARY KEY AUTOINCREMENT"_s, u"BIGSERIAL PRIMARY KEY"_s)
        .replace(u"key INTEGER PRIMARY KEY"_s, u"key BIGSERIAL PRIMARY KEY"_s)
        .replace(u" INTEGER"_s, u" BIGINT"_s)
        .replace(u" BLOB"_s, u" BYTEA"_s)
        .remove(u" WITHOUT ROWID"_s);
}

Result<void> forwardFile(Database &database)
{
    const Result<qint64> application = number(database, u"PRAGMA application_id"_s);
    const Result<qint64> version = number(database, u"PRAGMA user_version"_s);
    const Result<qint64> tables = number(database, u"SELECT COUNT(*) FROM sqlite_master"_s);
    for (const Result<qint64> *read : {&application, &version, &tables}) {
        if (!*read)
            return Failure(read->error());
    }
    const bool ours = *application == applicationId;
    if (ours && *version == newest)
        return {};
    if (ours && *version > newest)
        return tooNew(database);
    if (*tables > 0 && (!ours || *version < 1)) {
        return fail(ErrorKind::Storage, u"%1 is a database of another program, not a journal"_s.arg(database.place()),
            u"Name another file with --journal."_s);
    }
    for (qint64 next = *tables > 0 ? *version : 0; next < newest; ++next) {
        if (Result<void> made = runAll(database, versions.at(static_cast<size_t>(next))); !made)
            return made;
    }
    if (Result<void> guarded = runAll(database, fileGuards); !guarded)
        return guarded;
    return runAll(database, {u"PRAGMA application_id = %1"_s.arg(applicationId), u"PRAGMA user_version = %1"_s.arg(newest)});
}

Result<void> forwardServer(Database &database)
{
    // Two programs may start on a new database at the same moment.
    if (Result<void> alone = database.run(u"SELECT pg_advisory_xact_lock(%1)"_s.arg(applicationId)); !alone)
        return alone;
    const Result<qint64> known = number(database, u"SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = 'drover' AND tablename = 'version'"_s);
    if (!known)
        return Failure(known.error());
    const Result<qint64> version = *known == 0 ? Result<qint64>(0) : number(database, u"SELECT number FROM version"_s);
    if (!version && version.error().kind == ErrorKind::Storage) {
        return fail(ErrorKind::Storage, u"The journal %1 is there, but %2 may not read it: %3"_s.arg(database.place(), database.person(), version.error().what),
            u"Have its owner grant that role the schema drover, as the README says."_s);
    }
    if (!version)
        return Failure(version.error());
    if (*version == newest)
        return {};
    if (*version > newest)
        return tooNew(database);
    QStringList statements = {u"CREATE SCHEMA IF NOT EXISTS drover"_s, u"CREATE TABLE version(number BIGINT)"_s};
    for (const QStringList &added : versions) {
        for (const QString &statement : added)
            statements.append(forServer(statement));
    }
    return runAll(database, statements + serverGuards + QStringList{u"INSERT INTO version(number) VALUES(%1)"_s.arg(newest)});
}

} // namespace

Result<void> prepareFile(Database &database)
{
    // Two programs may start on a new file at the same moment: look and make in one transaction.
    return database.inTransaction([&database] { return forwardFile(database); });
}

Result<void> prepareServer(Database &database)
{
    return database.inTransaction([&database] { return forwardServer(database); });
}

} // namespace drover::migration
