#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

/// What nobody carries out any more stands still, whatever it was doing.
QString phaseOf(const migration::RunEntry &entry)
{
    return entry.ended || entry.owned ? entry.phase : run::phaseName(run::Phase::Paused);
}

/// The list's own figures are those of the run's last rest: of one that has not ended, the records are replayed.
QCoro::Task<migration::RunEntry> asRecorded(migration::Journal *journal, migration::RunEntry entry)
{
    if (entry.ended)
        co_return entry;
    const Result<run::RunStatus> status = co_await journal->statusOf(entry.id);
    if (status) {
        entry.phase = run::phaseName(status->phase);
        entry.verified = status->counts[static_cast<size_t>(run::DeviceState::Verified)];
        entry.failed = status->counts[static_cast<size_t>(run::DeviceState::Failed)];
    }
    co_return entry;
}

Json objectOf(const migration::RunEntry &entry)
{
    return {{"run", toStd(entry.id)}, {"title", toStd(entry.title)}, {"phase", toStd(phaseOf(entry).toLower())}, {"started", iso(entry.started)},
        {"ended", entry.ended ? Json(iso(*entry.ended)) : Json(nullptr)}, {"devices", entry.total}, {"verified", entry.verified},
        {"failed", entry.failed}, {"operator", toStd(entry.operatorName)}, {"reason", toStd(entry.reason)}, {"ticket", toStd(entry.ticket)},
        {"plan", toStd(entry.planHash)}, {"undoes", entry.undoes.isEmpty() ? Json(nullptr) : Json(toStd(entry.undoes))}};
}

QCoro::Task<int> run(Session &session)
{
    const Result<migration::Journal *> journal = session.journal();
    if (!journal)
        co_return session.out().error(journal.error());
    const Result<std::vector<migration::RunEntry>> runs = co_await (*journal)->runs();
    if (!runs)
        co_return session.out().error(runs.error());
    std::vector<QStringList> rows;
    for (const migration::RunEntry &listed : *runs) {
        const migration::RunEntry entry = co_await asRecorded(*journal, listed);
        if (session.out().json())
            session.out().object(objectOf(entry));
        rows.push_back({entry.id, shown(entry.started), phaseOf(entry), grouped(entry.verified), grouped(entry.failed), grouped(entry.total),
            entry.title});
    }
    if (session.out().json())
        co_return Done;
    if (rows.empty())
        session.out().line(u"No runs in %1 yet."_s.arg((*journal)->path()));
    else
        session.out().table({{u"RUN"_s}, {u"STARTED"_s}, {u"PHASE"_s}, {u"VERIFIED"_s, true}, {u"FAILED"_s, true}, {u"DEVICES"_s, true}, {u"TITLE"_s}}, rows);
    co_return Done;
}

} // namespace

Command runsCommand()
{
    return {.name = u"runs"_s, .summary = u"List the runs in the journal, newest first"_s,
        .lesson = uR"lesson(Nobody but the journal is asked, so this works without a connection.

  droverctl runs
  droverctl --journal team.sqlite runs --json)lesson"_s,
        .run = run};
}

} // namespace drover::cli
