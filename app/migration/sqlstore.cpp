#include "app/migration/sqlstore.h"

#include "app/migration/postgres.h"
#include "app/migration/schema.h"
#include "app/migration/sqlite.h"

#include <QSet>
#include <QUrl>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

qint64 msOf(Instant at)
{
    return at.time_since_epoch().count();
}

Value msOf(std::optional<Instant> at)
{
    return at ? Value(msOf(*at)) : Value();
}

RunEntry entryOf(const Row &row)
{
    const auto instant = [&row](int column) { return Instant(Duration(row.number(column))); };
    RunEntry entry;
    entry.id = row.text(0);
    entry.title = row.text(1);
    entry.planHash = row.text(2);
    entry.operatorName = row.text(3);
    entry.reason = row.text(4);
    entry.ticket = row.text(5);
    entry.started = instant(6);
    if (!row.isNull(7))
        entry.ended = instant(7);
    entry.phase = row.text(8);
    entry.total = static_cast<int>(row.number(9));
    entry.verified = static_cast<int>(row.number(10));
    entry.failed = static_cast<int>(row.number(11));
    entry.undoes = row.text(12);
    return entry;
}

const QString columns = u"id, title, hash, operator, reason, ticket, started, ended, phase, total, verified, failed, undoes"_s;

Failure unknown(const QString &run)
{
    return fail(ErrorKind::Usage, u"The journal knows no run %1"_s.arg(run), u"List the runs: droverctl runs"_s);
}

} // namespace

SqlStore::SqlStore(std::unique_ptr<Database> database)
    : m_database(std::move(database))
{
}

Result<void> SqlStore::begin(const RunEntry &run, const std::vector<Deed> &deeds)
{
    return m_database->inTransaction([&]() -> Result<void> {
        const Result<void> begun = m_database->run(u"INSERT INTO run(%1, plan) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"_s.arg(columns),
            {run.id, run.title, run.planHash, run.operatorName, run.reason, run.ticket, msOf(run.started), msOf(run.ended), run.phase,
                qint64(run.total), qint64(run.verified), qint64(run.failed), run.undoes, run.plan});
        if (!begun)
            return begun;
        if (const Result<void> told = m_database->tell(run.id); !told)
            return told;
        return add(deeds);
    });
}

Result<qint64> SqlStore::keyOf(const QString &run)
{
    std::optional<qint64> key;
    const Result<void> read
        = m_database->each(u"SELECT key FROM run WHERE id = ?"_s, {run}, [&key](const Row &row) { key = row.number(0); });
    if (!read)
        return Failure(read.error());
    return key ? Result<qint64>(*key) : Result<qint64>(unknown(run));
}

Result<qint64> SqlStore::append(const Portion &portion)
{
    qint64 last = 0;
    const Result<void> done = m_database->inTransaction([&]() -> Result<void> {
        const Result<qint64> written = write(portion);
        if (!written)
            return Failure(written.error());
        last = *written;
        return {};
    });
    if (!done)
        return Failure(done.error());
    return last;
}

Result<qint64> SqlStore::write(const Portion &portion)
{
    if (const Result<void> held = isHeld(portion.run, portion.fence); !held)
        return Failure(held.error());
    const Result<qint64> key = keyOf(portion.run);
    if (!key)
        return Failure(key.error());
    qint64 last = 0;
    const Result<void> read = m_database->each(u"SELECT COALESCE(MAX(seq), 0) FROM record WHERE run = ?"_s, {*key},
        [&last](const Row &row) { last = row.number(0); });
    if (!read)
        return Failure(read.error());
    const Result<bool> written = wasWritten(*key, portion, last);
    if (!written || *written)
        return written ? Result<qint64>(last) : Result<qint64>(Failure(written.error()));
    const auto cell = [&](size_t row, int column) -> Value {
        const Record &record = portion.records[row];
        switch (column) {
        case 0:
            return *key;
        case 1:
            return last + 1 + qint64(row);
        case 2:
            return msOf(record.at);
        default:
            return record.payload;
        }
    };
    Result<void> added;
    if (!portion.records.empty())
        added = m_database->insert(u"record"_s, {u"run"_s, u"seq"_s, u"at"_s, u"payload"_s}, portion.records.size(), cell);
    // What has ended and goes on, to try devices again, has not ended.
    if (added && !portion.records.empty())
        added = m_database->run(u"UPDATE run SET ended = NULL, phase = ? WHERE key = ? AND ended IS NOT NULL"_s,
            {phaseName(run::Phase::Running), *key});
    if (added)
        added = add(portion.deeds);
    if (added)
        added = m_database->tell(portion.run);
    if (!added)
        return Failure(added.error());
    return last + qint64(portion.records.size());
}

/// A portion whose answer was lost is asked for again: is it there already?
Result<bool> SqlStore::wasWritten(qint64 key, const Portion &portion, qint64 last)
{
    if (!portion.after || *portion.after == last)
        return false;
    QByteArray payload;
    const Result<void> read = m_database->each(u"SELECT payload FROM record WHERE run = ? AND seq = ?"_s, {key, last},
        [&payload](const Row &row) { payload = row.bytes(0); });
    if (!read)
        return Failure(read.error());
    if (!portion.records.empty() && last == *portion.after + qint64(portion.records.size()) && payload == portion.records.back().payload)
        return true;
    return fail(ErrorKind::Rejected, u"Somebody else wrote into the record of run %1"_s.arg(portion.run),
        u"Resume the run: it goes on with what is there."_s);
}

/// What is taken anew replaces what an interrupted look had left.
Result<void> SqlStore::forgetSnapshots(qint64 key, const Snapshots &renewed)
{
    QSet<qint64> known;
    Result<void> done = m_database->each(u"SELECT device FROM twin WHERE run = ?"_s, {key}, [&known](const Row &row) { known.insert(row.number(0)); });
    for (const TwinSnapshot &row : renewed.twins) {
        if (done && known.contains(row.device))
            done = m_database->run(u"DELETE FROM twin WHERE run = ? AND device = ?"_s, {key, qint64(row.device)});
    }
    for (const EnrollmentSnapshot &row : renewed.enrollments) {
        if (done)
            done = m_database->run(u"DELETE FROM enrollment WHERE run = ? AND step = ?"_s, {key, qint64(row.step)});
    }
    return done;
}

Result<void> SqlStore::keep(const QString &run, const Snapshots &snapshots)
{
    return m_database->inTransaction([&]() -> Result<void> {
        const Result<qint64> key = keyOf(run);
        if (!key)
            return Failure(key.error());
        if (const Result<void> ready = forgetSnapshots(*key, snapshots); !ready)
            return ready;
        for (const EnrollmentSnapshot &row : snapshots.enrollments) {
            const Result<void> kept = m_database->run(u"INSERT INTO enrollment(run, step, kind, id, raw, etag) VALUES(?,?,?,?,?,?)"_s,
                {*key, qint64(row.step), qint64(row.kind), row.id, row.raw, row.etag});
            if (!kept)
                return kept;
        }
        if (snapshots.twins.empty())
            return {};
        return m_database->insert(u"twin"_s, {u"run"_s, u"device"_s, u"digest"_s}, snapshots.twins.size(),
            [&](size_t row, int column) -> Value {
                const TwinSnapshot &twin = snapshots.twins[row];
                return column == 0 ? Value(*key) : column == 1 ? Value(qint64(twin.device)) : Value(twin.digest);
            });
    });
}

Result<void> SqlStore::summarize(
    const QString &run, const QString &phase, std::optional<Instant> ended, int verified, int failed)
{
    return m_database->inTransaction([&]() -> Result<void> {
        const Result<void> told = m_database->tell(run);
        return told ? m_database->run(u"UPDATE run SET phase = ?, ended = ?, verified = ?, failed = ? WHERE id = ?"_s,
                          {phase, msOf(ended), qint64(verified), qint64(failed), run})
                    : told;
    });
}

Result<std::vector<RunEntry>> SqlStore::runs()
{
    std::vector<RunEntry> entries;
    Result<void> read = m_database->each(u"SELECT %1 FROM run ORDER BY started DESC, key DESC"_s.arg(columns), {},
        [&entries](const Row &row) { entries.push_back(entryOf(row)); });
    if (read)
        read = markOwned(entries);
    if (!read)
        return Failure(read.error());
    return entries;
}

Result<QString> SqlStore::fullId(const QString &run)
{
    QStringList found;
    const qint64 length = run.size();
    const Result<void> read = m_database->each(
        u"SELECT id FROM run WHERE substr(id, 1, CAST(? AS INTEGER)) = ? "
        "OR substr(id, length(id) - CAST(? AS INTEGER), CAST(? AS INTEGER)) = ? LIMIT 2"_s,
        {length, run, length, length + 1, u'-' + run}, [&found](const Row &row) { found.push_back(row.text(0)); });
    if (!read)
        return Failure(read.error());
    if (found.size() == 1 && !run.isEmpty())
        return found.first();
    if (found.contains(run))
        return run;
    if (found.isEmpty())
        return unknown(run);
    return fail(ErrorKind::Usage, u"Several runs begin or end with %1"_s.arg(run), u"List the runs: droverctl runs"_s);
}

Result<QByteArray> SqlStore::plan(const QString &run)
{
    QByteArray plan;
    const Result<void> read
        = m_database->each(u"SELECT plan FROM run WHERE id = ?"_s, {run}, [&plan](const Row &row) { plan = row.bytes(0); });
    if (!read)
        return Failure(read.error());
    return plan;
}

Result<StoredRun> SqlStore::load(const QString &run, qint64 after)
{
    const Result<QString> id = fullId(run);
    if (!id)
        return Failure(id.error());
    std::vector<RunEntry> entry(1);
    StoredRun stored;
    qint64 last = after;
    const QString plan = after == 0 ? u"plan"_s : u"NULL"_s;
    Result<void> read = m_database->each(u"SELECT %1, %2 FROM run WHERE id = ?"_s.arg(columns, plan), {*id}, [&](const Row &row) {
        entry.front() = entryOf(row);
        if (after == 0)
            entry.front().plan = row.bytes(13);
    });
    if (read)
        read = markOwned(entry);
    if (read) {
        read = m_database->each(u"SELECT at, payload, seq FROM record WHERE run = (SELECT key FROM run WHERE id = ?) AND seq > ? ORDER BY seq"_s,
            {*id, after}, [&stored, &last](const Row &row) {
                stored.records.push_back({.at = Instant(Duration(row.number(0))), .payload = row.bytes(1)});
                last = row.number(2);
            });
    }
    if (!read)
        return Failure(read.error());
    if (last != after + std::ssize(stored.records)) {
        return fail(ErrorKind::Malformed, u"The journal lacks records of run %1: somebody has taken them out."_s.arg(*id),
            u"Restore the journal from a copy, or look each of its devices up: droverctl inspect."_s);
    }
    stored.entry = std::move(entry.front());
    return stored;
}

Result<Snapshots> SqlStore::snapshots(const QString &run)
{
    Snapshots found;
    Result<void> read = m_database->each(
        u"SELECT step, kind, id, raw, etag FROM enrollment WHERE run = (SELECT key FROM run WHERE id = ?) ORDER BY step"_s, {run},
        [&found](const Row &row) {
            found.enrollments.push_back({.step = static_cast<int>(row.number(0)),
                .kind = row.number(1) == 0 ? fleet::Enrollment::Kind::Group : fleet::Enrollment::Kind::Individual,
                .id = row.text(2),
                .raw = row.bytes(3),
                .etag = row.text(4)});
        });
    if (read) {
        read = m_database->each(u"SELECT device, digest FROM twin WHERE run = (SELECT key FROM run WHERE id = ?) ORDER BY device"_s, {run},
            [&found](const Row &row) {
                found.twins.push_back({.device = static_cast<int>(row.number(0)), .digest = row.bytes(1)});
            });
    }
    if (!read)
        return Failure(read.error());
    return found;
}

Result<void> SqlStore::ask(const QString &run, const Request &request)
{
    return m_database->inTransaction([&]() -> Result<void> {
        const Result<qint64> key = keyOf(run);
        if (!key)
            return Failure(key.error());
        return m_database->run(u"INSERT INTO request(run, verb, words, person) VALUES(?,?,?,?)"_s,
            {*key, qint64(request.what), request.text, request.person});
    });
}

Result<std::vector<Request>> SqlStore::takeRequests(const QString &run)
{
    // Asked four times a second: nothing is locked while nobody wants anything.
    std::vector<Request> asked;
    qint64 last = 0;
    const Result<void> read = m_database->each(
        u"SELECT seq, verb, words, person FROM request WHERE run = (SELECT key FROM run WHERE id = ?) ORDER BY seq"_s, {run},
        [&](const Row &row) {
            last = row.number(0);
            const qint64 verb = row.number(1);
            if (verb >= qint64(Control::Pause) && verb <= qint64(Control::Skip))
                asked.emplace_back(Control(verb), row.text(2), row.text(3));
        });
    if (!read)
        return Failure(read.error());
    if (last == 0)
        return asked;
    const Result<void> taken = m_database->inTransaction([&]() -> Result<void> {
        return m_database->run(
            u"DELETE FROM request WHERE run = (SELECT key FROM run WHERE id = ?) AND seq <= ?"_s, {run, last});
    });
    if (!taken)
        return Failure(taken.error());
    return asked;
}

Result<int> SqlStore::prune(Instant before)
{
    int pruned = 0;
    const Result<void> done = m_database->inTransaction([&]() -> Result<void> {
        for (const QString &table : {u"record"_s, u"enrollment"_s, u"twin"_s, u"request"_s}) {
            const Result<void> gone = m_database->run(
                u"DELETE FROM %1 WHERE run IN (SELECT key FROM run WHERE ended IS NOT NULL AND ended < ?)"_s.arg(table), {msOf(before)});
            if (!gone)
                return gone;
        }
        const Result<void> gone = m_database->run(u"DELETE FROM run WHERE ended IS NOT NULL AND ended < ?"_s, {msOf(before)});
        pruned = static_cast<int>(m_database->changed());
        return gone;
    });
    if (!done)
        return Failure(done.error());
    return pruned;
}

Result<std::unique_ptr<JournalStore>> openSqliteStore(const QString &path)
{
    Result<std::unique_ptr<Sqlite>> database = Sqlite::open(path);
    if (!database)
        return Failure(database.error());
    if (const Result<void> ready = prepareFile(**database); !ready)
        return Failure(ready.error());
    return std::make_unique<SqlStore>(*std::move(database));
}

bool isServer(const QString &place)
{
    return place.startsWith(u"postgres://"_s) || place.startsWith(u"postgresql://"_s);
}

Result<void> isPlainUrl(const QString &url)
{
    const QUrl parsed(url, QUrl::StrictMode);
    if (parsed.isValid() && parsed.password().isEmpty() && !QUrlQuery(parsed).hasQueryItem(u"password"_s))
        return {};
    return fail(ErrorKind::Usage, u"The journal's URL is none, or holds a password"_s,
        u"Write postgres://PERSON@HOST/DATABASE; the password goes into the environment variable PGPASSWORD or the keychain."_s);
}

Result<std::unique_ptr<JournalStore>> openPostgresStore(const QString &url, const QByteArray &password)
{
    if (const Result<void> plain = isPlainUrl(url); !plain)
        return Failure(plain.error());
    Result<std::unique_ptr<Postgres>> database = Postgres::open(url, password);
    if (!database)
        return Failure(database.error());
    if (const Result<void> ready = prepareServer(**database); !ready)
        return Failure(ready.error());
    return std::make_unique<SqlStore>(*std::move(database));
}

} // namespace drover::migration
