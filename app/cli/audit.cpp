#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

Json objectOf(const migration::AuditEntry &entry)
{
    const migration::Deed &deed = entry.deed;
    return {{"entry", entry.number}, {"at", iso(entry.at)}, {"person", toStd(deed.person)}, {"host", toStd(deed.host)}, {"act", toStd(deed.act)},
        {"run", toStd(deed.run)}, {"why", toStd(deed.why)}, {"detail", toStd(deed.detail)}, {"hash", entry.hash.toHex().toStdString()}};
}

/// How many entries it told.
size_t show(Terminal &out, const migration::Audit &audit, const QString &run)
{
    std::vector<QStringList> rows;
    for (const migration::AuditEntry &entry : audit.entries) {
        const migration::Deed &deed = entry.deed;
        if (!deed.run.startsWith(run) && !deed.run.endsWith(u'-' + run))
            continue;
        if (out.json())
            out.object(objectOf(entry));
        rows.push_back({QString::number(entry.number), shown(entry.at), u"%1 on %2"_s.arg(deed.person, deed.host), deed.act, deed.run,
            deed.why.isEmpty() || deed.detail.isEmpty() ? deed.why + deed.detail : u"%1 · %2"_s.arg(deed.why, deed.detail)});
    }
    if (!out.json() && (run.isEmpty() || !rows.empty()))
        out.table({{u"ENTRY"_s, true}, {u"AT"_s}, {u"WHO"_s}, {u"WHAT"_s}, {u"RUN"_s}, {u"WHY"_s}}, rows);
    return rows.size();
}

/// What the list of runs tells otherwise than the audit, which alone is chained.
QStringList contradictions(const migration::Audit &audit, const std::vector<migration::RunEntry> &runs)
{
    QStringList faults;
    if (audit.entries.empty() && !runs.empty())
        faults.append(u"The audit is empty, though the journal holds %1."_s.arg(counted(std::ssize(runs), u"run"_s)));
    for (const migration::RunEntry &run : runs) {
        // Runs of before the audit was kept stand in no entry.
        if (audit.entries.empty() || run.started < audit.entries.front().at)
            continue;
        const auto told = std::ranges::find_if(
            audit.entries, [&run](const migration::AuditEntry &entry) { return entry.deed.run == run.id; });
        if (told == audit.entries.end())
            faults.append(u"The audit tells nothing of run %1."_s.arg(run.id));
        else if (told->deed.person != run.operatorName)
            faults.append(u"Run %1 names %2 as who started it, the audit %3."_s.arg(run.id, run.operatorName, told->deed.person));
    }
    return faults;
}

int verify(Terminal &out, const migration::Audit &audit, const std::vector<migration::RunEntry> &runs)
{
    const QStringList faults = migration::faultsOf(audit) + contradictions(audit, runs);
    if (out.json()) {
        Json named = Json::array();
        for (const QString &fault : faults)
            named.push_back(toStd(fault));
        out.object({{"entries", audit.head.number}, {"head", audit.head.hash.toHex().toStdString()}, {"faults", std::move(named)}});
        return faults.isEmpty() ? Done : Failed;
    }
    if (faults.isEmpty()) {
        out.line(u"The chain of %1 is whole; the last hash is %2"_s.arg(
            counted(audit.head.number, u"link"_s), QString::fromLatin1(audit.head.hash.toHex())));
        return Done;
    }
    return out.error({.kind = ErrorKind::Malformed, .what = faults.join(u' '), .remedy = u"Compare with a backup of the journal"_s});
}

QCoro::Task<int> run(Session &session)
{
    Terminal &out = session.out();
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return out.error(journal.error());
    const Result<migration::Audit> audit = co_await (*journal)->audit();
    if (!audit)
        co_return out.error(audit.error());
    const QString about = session.argument();
    if (show(out, *audit, about) == 0 && !about.isEmpty())
        co_return out.error({.kind = ErrorKind::Usage, .what = u"The audit tells of no run %1"_s.arg(about.left(80)), .remedy = u"List the runs: droverctl runs"_s});
    if (!session.asked().has(u"verify"_s))
        co_return Done;
    const Result<std::vector<migration::RunEntry>> runs = co_await (*journal)->runs();
    if (!runs)
        co_return out.error(runs.error());
    co_return verify(out, *audit, *runs);
}

} // namespace

Command auditCommand()
{
    return {.name = u"audit"_s, .arguments = u"[RUN]"_s, .more = true, .summary = u"Tell who did what, when and why, and prove that nobody changed it"_s,
        .lesson = uR"lesson(Plans approved, runs started, paused, resumed, stopped, paced, retried, skipped and taken back, verdicts of gates, and
secrets that were unlocked (not their text). Each entry holds the hash of the one before. With --verify the chain is checked:
entries that are changed, missing or exchanged are named, and the exit code is 1. Note the last hash elsewhere to prove
later that the whole chain was not replaced.

  droverctl audit 7f3a
  droverctl audit --verify)lesson"_s,
        .options = {{u"verify"_s, u"Check the chain of hashes"_s}}, .run = run};
}

} // namespace drover::cli
