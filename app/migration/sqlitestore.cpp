#include "app/migration/journalstore.h"
#include "app/migration/sqlite.h"

#include <QSqlError>
#include <QVariant>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

RunEntry entryOf(const QSqlQuery &row)
{
    const auto instant = [&row](int column) { return Instant(Duration(row.value(column).toLongLong())); };
    RunEntry entry;
    entry.id = row.value(0).toString();
    entry.title = row.value(1).toString();
    entry.planHash = row.value(2).toString();
    entry.operatorName = row.value(3).toString();
    entry.reason = row.value(4).toString();
    entry.ticket = row.value(5).toString();
    entry.started = instant(6);
    if (!row.isNull(7))
        entry.ended = instant(7);
    entry.phase = row.value(8).toString();
    entry.total = row.value(9).toInt();
    entry.verified = row.value(10).toInt();
    entry.failed = row.value(11).toInt();
    entry.undoes = row.value(12).toString();
    return entry;
}

const QString columns = u"id, title, hash, operator, reason, ticket, started, ended, phase, total, verified, failed, undoes"_s;

class SqliteStore final : public JournalStore {
public:
    explicit SqliteStore(Sqlite database)
        : m_database(std::move(database))
    {
    }

    QString path() const override { return m_database.path(); }
    Result<void> begin(const RunEntry &run) override;
    Result<void> append(const std::vector<std::pair<QString, Record>> &records) override;
    Result<void> keep(const QString &run, const Snapshots &snapshots) override;
    Result<void> summarize(
        const QString &run, const QString &phase, std::optional<Instant> ended, int verified, int failed) override;
    Result<std::vector<RunEntry>> runs() override;
    Result<StoredRun> load(const QString &run) override;
    Result<Snapshots> snapshots(const QString &run) override;
    Result<void> ask(const QString &run, const Request &request) override;
    Result<std::vector<Request>> takeRequests(const QString &run) override;

private:
    Result<QString> fullId(const QString &run);

    Sqlite m_database;
};

Result<void> SqliteStore::begin(const RunEntry &run)
{
    const QVariant ended = run.ended ? QVariant(qint64(run.ended->time_since_epoch().count())) : QVariant();
    return m_database.inTransaction([&]() -> Result<void> {
        return m_database.run(u"INSERT INTO run(%1, plan) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"_s.arg(columns),
            {run.id, run.title, run.planHash, run.operatorName, run.reason, run.ticket,
                qint64(run.started.time_since_epoch().count()), ended, run.phase, run.total, run.verified, run.failed,
                run.undoes, run.plan});
    });
}

Result<void> SqliteStore::append(const std::vector<std::pair<QString, Record>> &records)
{
    return m_database.inTransaction([&]() -> Result<void> {
        QSqlQuery insert = m_database.query();
        insert.prepare(u"INSERT INTO record(run, seq, at, payload) SELECT key, "
                       "(SELECT COALESCE(MAX(seq), 0) + 1 FROM record WHERE run = key), ?, ? FROM run WHERE id = ?"_s);
        for (const auto &[run, record] : records) {
            insert.bindValue(0, qint64(record.at.time_since_epoch().count()));
            insert.bindValue(1, record.payload);
            insert.bindValue(2, run);
            if (!insert.exec())
                return Failure(m_database.explained(insert.lastError()));
            if (insert.numRowsAffected() != 1)
                return fail(
                    ErrorKind::Usage, u"The journal knows no run %1"_s.arg(run), u"List the runs: droverctl runs"_s);
        }
        return {};
    });
}

Result<void> SqliteStore::keep(const QString &run, const Snapshots &snapshots)
{
    return m_database.inTransaction([&]() -> Result<void> {
        for (const EnrollmentSnapshot &row : snapshots.enrollments) {
            if (Result<void> kept = m_database.run(
                    u"INSERT OR REPLACE INTO enrollment(run, step, kind, id, raw, etag) SELECT key, ?,?,?,?,? FROM run WHERE id = ?"_s,
                    {row.step, int(row.kind), row.id, row.raw, row.etag, run});
                !kept)
                return kept;
        }
        QSqlQuery insert = m_database.query();
        insert.prepare(u"INSERT OR REPLACE INTO twin(run, device, digest) SELECT key, ?, ? FROM run WHERE id = ?"_s);
        for (const TwinSnapshot &row : snapshots.twins) {
            insert.bindValue(0, row.device);
            insert.bindValue(1, row.digest);
            insert.bindValue(2, run);
            if (!insert.exec())
                return Failure(m_database.explained(insert.lastError()));
        }
        return {};
    });
}

Result<void> SqliteStore::summarize(
    const QString &run, const QString &phase, std::optional<Instant> ended, int verified, int failed)
{
    const QVariant end = ended ? QVariant(qint64(ended->time_since_epoch().count())) : QVariant();
    return m_database.inTransaction([&]() -> Result<void> {
        return m_database.run(u"UPDATE run SET phase = ?, ended = ?, verified = ?, failed = ? WHERE id = ?"_s,
            {phase, end, verified, failed, run});
    });
}

Result<std::vector<RunEntry>> SqliteStore::runs()
{
    std::vector<RunEntry> entries;
    const Result<void> read = m_database.each(u"SELECT %1 FROM run ORDER BY started DESC, key DESC"_s.arg(columns), {},
        [&entries](const QSqlQuery &row) { entries.push_back(entryOf(row)); });
    if (!read)
        return Failure(read.error());
    return entries;
}

Result<QString> SqliteStore::fullId(const QString &run)
{
    QStringList found;
    const Result<void> read = m_database.each(u"SELECT id FROM run WHERE substr(id, 1, ?) = ? LIMIT 2"_s,
        {run.size(), run}, [&found](const QSqlQuery &row) { found.push_back(row.value(0).toString()); });
    if (!read)
        return Failure(read.error());
    if (found.size() == 1 && !run.isEmpty())
        return found.first();
    if (found.contains(run))
        return run;
    return fail(ErrorKind::Usage,
        found.isEmpty() ? u"The journal knows no run %1"_s.arg(run) : u"Several runs begin with %1"_s.arg(run),
        u"List the runs: droverctl runs"_s);
}

Result<StoredRun> SqliteStore::load(const QString &run)
{
    const Result<QString> id = fullId(run);
    if (!id)
        return Failure(id.error());
    StoredRun stored;
    Result<void> read = m_database.each(
        u"SELECT %1, plan FROM run WHERE id = ?"_s.arg(columns), {*id}, [&stored](const QSqlQuery &row) {
            stored.entry = entryOf(row);
            stored.entry.plan = row.value(13).toByteArray();
        });
    if (read) {
        read = m_database.each(
            u"SELECT at, payload FROM record WHERE run = (SELECT key FROM run WHERE id = ?) ORDER BY seq"_s, {*id},
            [&stored](const QSqlQuery &row) {
                stored.records.push_back(
                    {.at = Instant(Duration(row.value(0).toLongLong())), .payload = row.value(1).toByteArray()});
            });
    }
    if (!read)
        return Failure(read.error());
    return stored;
}

Result<Snapshots> SqliteStore::snapshots(const QString &run)
{
    Snapshots found;
    Result<void> read = m_database.each(
        u"SELECT step, kind, id, raw, etag FROM enrollment WHERE run = (SELECT key FROM run WHERE id = ?) ORDER BY step"_s,
        {run}, [&found](const QSqlQuery &row) {
            found.enrollments.push_back({.step = row.value(0).toInt(),
                .kind
                = row.value(1).toInt() == 0 ? fleet::Enrollment::Kind::Group : fleet::Enrollment::Kind::Individual,
                .id = row.value(2).toString(),
                .raw = row.value(3).toByteArray(),
                .etag = row.value(4).toString()});
        });
    if (read) {
        read = m_database.each(u"SELECT device, digest FROM twin WHERE run = (SELECT key FROM run WHERE id = ?)"_s,
            {run}, [&found](const QSqlQuery &row) {
                found.twins.push_back({.device = row.value(0).toInt(), .digest = row.value(1).toByteArray()});
            });
    }
    if (!read)
        return Failure(read.error());
    return found;
}

Result<void> SqliteStore::ask(const QString &run, const Request &request)
{
    return m_database.inTransaction([&]() -> Result<void> {
        return m_database.run(u"INSERT INTO request(run, verb, words) SELECT key, ?, ? FROM run WHERE id = ?"_s,
            {int(request.what), request.text, run});
    });
}

Result<std::vector<Request>> SqliteStore::takeRequests(const QString &run)
{
    // Asked four times a second: nothing is locked while nobody wants anything.
    std::vector<Request> asked;
    qint64 last = 0;
    const Result<void> read = m_database.each(
        u"SELECT seq, verb, words FROM request WHERE run = (SELECT key FROM run WHERE id = ?) ORDER BY seq"_s, {run},
        [&](const QSqlQuery &row) {
            last = row.value(0).toLongLong();
            const int verb = row.value(1).toInt();
            if (verb >= int(Control::Pause) && verb <= int(Control::Skip))
                asked.emplace_back(Control(verb), row.value(2).toString());
        });
    if (!read)
        return Failure(read.error());
    if (last == 0)
        return asked;
    const Result<void> taken = m_database.inTransaction([&]() -> Result<void> {
        return m_database.run(
            u"DELETE FROM request WHERE run = (SELECT key FROM run WHERE id = ?) AND seq <= ?"_s, {run, last});
    });
    if (!taken)
        return Failure(taken.error());
    return asked;
}

} // namespace

Result<std::unique_ptr<JournalStore>> openSqliteStore(const QString &path)
{
    Result<Sqlite> database = Sqlite::open(path);
    if (!database)
        return Failure(database.error());
    return std::make_unique<SqliteStore>(std::move(*database));
}

} // namespace drover::migration
