#include "app/migration/sqlstore.h"

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

QString nameOf(const QString &run)
{
    return u"run "_s + run;
}

/// One row a run, so that none is refused.
QString sharing(const QString &shared, const QString &run)
{
    return u"%1 shared by run %2"_s.arg(shared, run);
}

/// The counter's row: claims wait for each other at it.
const QString counter = u""_s;

/// A living owner renews in the first quarter of its span; what is half over is probably a dead one's.
std::optional<std::chrono::seconds> runsOutSoon(Duration left, Duration span)
{
    return left > span / 2 ? std::nullopt : std::optional(std::chrono::ceil<std::chrono::seconds>(left));
}

QString who(const QString &person, const QString &host)
{
    return u"%1 on %2"_s.arg(person, host);
}

} // namespace

Owner JournalStore::owner() const
{
    Owner owner = thisOwner();
    owner.person = person();
    return owner;
}

Result<Fence> SqlStore::claim(const Claim &claim)
{
    QStringList names = claim.hubs;
    names.removeDuplicates();
    names.prepend(nameOf(claim.run));
    if (!claim.shares.isEmpty())
        names.append(sharing(claim.shares, claim.run));
    Fence fence{.token = 0, .leases = static_cast<int>(names.size())};
    const Result<void> done = m_database->inTransaction([&]() -> Result<void> {
        Result<void> step
            = m_database->run(u"INSERT INTO lease(name, token, until) VALUES(?, 0, 0) ON CONFLICT(name) DO NOTHING"_s, {counter});
        if (step)
            step = m_database->each(u"SELECT token FROM lease WHERE name = ?"_s + m_database->holdingForChange(), {counter},
                [&fence](const Row &row) { fence.token = row.number(0) + 1; });
        const Result<qint64> now = step ? m_database->clock() : Result<qint64>(Failure(step.error()));
        if (!now)
            return Failure(now.error());
        for (const QString &name : names) {
            if (step)
                step = isFree(claim, name, *now);
        }
        if (step)
            step = m_database->run(u"UPDATE lease SET token = ? WHERE name = ?"_s, {fence.token, counter});
        for (const QString &name : names) {
            if (step)
                step = m_database->run(
                    u"INSERT INTO lease(name, token, run, person, host, process, until) VALUES(?,?,?,?,?,?,?) ON CONFLICT(name) DO UPDATE "
                    "SET token = excluded.token, run = excluded.run, person = excluded.person, host = excluded.host, process = "
                    "excluded.process, until = excluded.until"_s,
                    {name, fence.token, claim.run, claim.owner.person, claim.owner.host, claim.owner.process, *now + claim.span.count()});
        }
        return step;
    });
    if (!done)
        return Failure(done.error());
    return fence;
}

Result<void> SqlStore::isFree(const Claim &claim, const QString &name, qint64 now)
{
    Result<void> free;
    const Result<void> read = m_database->each(
        u"SELECT run, person, host, process, until FROM lease WHERE name = ?"_s + m_database->holdingForChange(), {name},
        [&](const Row &row) {
            const bool held = row.number(4) > now && !isSurelyDead(row.text(3), m_database->isOfOneMachine());
            if (!held)
                return;
            const QString holder = who(row.text(1), row.text(2));
            if (name == nameOf(claim.run))
                free = fail(ErrorKind::Rejected, u"Run %1 is being carried out by another process: %2"_s.arg(claim.run, holder),
                    u"Watch it there, or pause it to go on with it here: droverctl pause %1"_s.arg(claim.run));
            else
                free = fail(ErrorKind::Rejected, u"Run %1 of %2 moves devices from or to %3 now"_s.arg(row.text(0), holder, name),
                    u"Wait for its end, or stop it: droverctl stop %1"_s.arg(row.text(0)));
            free.error().retryAfter = runsOutSoon(Duration(row.number(4) - now), claim.span);
        });
    return read ? free : read;
}

/// Rows that are looked at stay as they are until the transaction ends: nobody can claim in between.
Result<void> SqlStore::isHeld(const QString &run, const Fence &fence)
{
    int held = 0;
    QString other;
    Result<void> read = m_database->each(u"SELECT name FROM lease WHERE token = ? AND name <> ''"_s + m_database->holding(), {fence.token},
        [&held](const Row &) { ++held; });
    if (read && fence.token > 0 && held == fence.leases)
        return {};
    bool free = true;
    if (read) {
        read = m_database->each(u"SELECT person, host, until FROM lease WHERE name = ?"_s + m_database->holding(), {nameOf(run)},
            [&](const Row &row) {
                free = row.number(2) == 0;
                other = who(row.text(0), row.text(1));
            });
    }
    if (!read || (fence.token == 0 && free))
        return read;
    return fail(ErrorKind::Rejected,
        free || other.isEmpty() ? u"The lease of run %1, or of one of its stamps, was lost to another run"_s.arg(run)
                                : u"Run %1 has another owner by now: %2"_s.arg(run, other),
        u"Nothing more is written from here. Watch it with: droverctl watch %1"_s.arg(run));
}

Result<void> SqlStore::renew(const QString &run, const Fence &fence, Duration span)
{
    return m_database->inTransaction([&]() -> Result<void> {
        if (const Result<void> held = isHeld(run, fence); !held)
            return held;
        const Result<qint64> now = m_database->clock();
        if (!now)
            return Failure(now.error());
        return m_database->run(u"UPDATE lease SET until = ? WHERE token = ? AND name <> ''"_s, {*now + span.count(), fence.token});
    });
}

Result<void> SqlStore::release(const Fence &fence)
{
    return m_database->inTransaction([&]() -> Result<void> {
        return m_database->run(u"UPDATE lease SET until = 0, token = 0 WHERE token = ? AND name <> ''"_s, {fence.token});
    });
}

Result<int> SqlStore::sharers(const QString &shared)
{
    const Result<qint64> now = m_database->clock();
    if (!now)
        return Failure(now.error());
    const QString beginning = sharing(shared, {});
    int living = 0;
    const Result<void> read = m_database->each(u"SELECT name, process FROM lease WHERE until > ?"_s, {*now}, [&](const Row &row) {
        living += row.text(0).startsWith(beginning) && !isSurelyDead(row.text(1), m_database->isOfOneMachine());
    });
    if (!read)
        return Failure(read.error());
    return living;
}

Result<void> SqlStore::markOwned(std::vector<RunEntry> &entries)
{
    const Result<qint64> now = m_database->clock();
    if (!now)
        return Failure(now.error());
    return m_database->each(u"SELECT name, person, host, process FROM lease WHERE until > ?"_s, {*now}, [&](const Row &row) {
        const QString name = row.text(0);
        const auto entry = std::ranges::find_if(entries, [&name](const RunEntry &each) { return name == nameOf(each.id); });
        if (entry == entries.end() || isSurelyDead(row.text(3), m_database->isOfOneMachine()))
            return;
        entry->owned = true;
        entry->owner = who(row.text(1), row.text(2));
    });
}

Result<void> SqlStore::note(const std::vector<Deed> &deeds)
{
    return m_database->inTransaction([&] { return add(deeds); });
}

Result<void> SqlStore::add(const std::vector<Deed> &deeds)
{
    if (deeds.empty())
        return {};
    AuditEntry entry;
    const Result<void> read = m_database->each(u"SELECT seq, hash FROM head WHERE one = 1"_s + m_database->holdingForChange(), {},
        [&entry](const Row &row) {
            entry.number = row.number(0);
            entry.hash = row.bytes(1);
        });
    const Result<qint64> now = read ? m_database->date() : Result<qint64>(Failure(read.error()));
    if (!now)
        return Failure(now.error());
    for (const Deed &deed : deeds) {
        entry = {.number = entry.number + 1, .at = Instant(Duration(*now)), .deed = deed, .before = entry.hash};
        entry.hash = hashOf(entry);
        const Result<void> written
            = m_database->run(u"INSERT INTO audit(seq, at, act, run, person, host, why, detail, before, hash) VALUES(?,?,?,?,?,?,?,?,?,?)"_s,
                {entry.number, *now, deed.act, deed.run, deed.person, deed.host, deed.why, deed.detail, entry.before, entry.hash});
        if (!written)
            return written;
    }
    return m_database->run(u"UPDATE head SET seq = ?, hash = ? WHERE one = 1"_s, {entry.number, entry.hash});
}

Result<Audit> SqlStore::audit()
{
    Audit audit;
    // In one statement, so that an entry that is written meanwhile is there with its head or not at all.
    const Result<void> read = m_database->each(
        u"SELECT a.seq, a.at, a.act, a.run, a.person, a.host, a.why, a.detail, a.before, a.hash, h.seq, h.hash FROM head h "
        "LEFT JOIN audit a ON a.seq > 0 ORDER BY a.seq"_s,
        {}, [&audit](const Row &row) {
            audit.head = {.number = row.number(10), .hash = row.bytes(11)};
            if (row.isNull(0))
                return;
            audit.entries.push_back({.number = row.number(0),
                .at = Instant(Duration(row.number(1))),
                .deed = {row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7)},
                .before = row.bytes(8),
                .hash = row.bytes(9)});
        });
    if (!read)
        return Failure(read.error());
    return audit;
}

} // namespace drover::migration
