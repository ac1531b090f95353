#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/session.h"
#include "app/engine/setfile.h"

#include <QDateTime>

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
        entry.ended = status->ended;
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

QCoro::Task<int> list(Session &session)
{
    const Result<migration::Journal *> journal = co_await session.journal();
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

QCoro::Task<int> exportRun(Session &session)
{
    Terminal &out = session.out();
    const QString file = session.asked().value(u"output"_s);
    if (file.isEmpty() || session.argument(1).isEmpty())
        co_return out.error({.kind = ErrorKind::Usage, .what = u"It is not said which run goes into which file."_s,
            .remedy = u"Say: droverctl runs export RUN -o FILE"_s});
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return out.error(journal.error());
    const Result<QByteArray> lines = co_await (*journal)->exported(session.argument(1));
    if (!lines)
        co_return out.error(lines.error());
    if (const Result<void> written = engine::writePrivateFile(file, *lines); !written)
        co_return out.error(written.error());
    out.json() ? out.object({{"file", toStd(file)}, {"lines", lines->count('\n')}})
               : out.line(u"%1 written, %2."_s.arg(file, counted(lines->count('\n'), u"line"_s)));
    co_return Done;
}

QCoro::Task<int> prune(Session &session)
{
    Terminal &out = session.out();
    QString age = session.asked().value(u"older-than"_s);
    if (age.endsWith(u'd'))
        age.chop(1);
    bool ok = false;
    const int days = age.toInt(&ok);
    if (!ok || days < 1 || days > 36500)
        co_return out.error({.kind = ErrorKind::Usage, .what = u"It is not said how old runs must be to go."_s,
            .remedy = u"Say, in days: droverctl runs prune --older-than 90d"_s});
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return out.error(journal.error());
    const Instant now{Duration(QDateTime::currentMSecsSinceEpoch())};
    const Result<int> gone = co_await (*journal)->prune(now - std::chrono::days(days));
    if (!gone)
        co_return out.error(gone.error());
    const migration::Owner &who = (*journal)->owner();
    const Result<void> noted = co_await (*journal)->note({{.act = u"runs pruned"_s, .person = who.person, .host = who.host,
        .detail = u"%1 that ended more than %2 ago"_s.arg(counted(*gone, u"run"_s), counted(days, u"day"_s))}});
    if (!noted)
        co_return out.error(noted.error());
    out.json() ? out.object({{"pruned", *gone}}) : out.line(u"%1 taken away; the audit still tells of them."_s.arg(counted(*gone, u"run"_s)));
    co_return Done;
}

QCoro::Task<int> run(Session &session)
{
    const QString verb = session.argument();
    if (verb == u"export"_s)
        return exportRun(session);
    if (verb == u"prune"_s)
        return prune(session);
    if (verb.isEmpty())
        return list(session);
    const auto unknown = [](Session &asked, QString word) -> QCoro::Task<int> {
        co_return asked.out().error({.kind = ErrorKind::Usage, .what = u"\"runs\" does not know what to do with \"%1\"."_s.arg(word.left(80)),
            .remedy = u"See \"droverctl runs --help\"."_s});
    };
    return unknown(session, verb);
}

} // namespace

Command runsCommand()
{
    return {.name = u"runs"_s, .arguments = u"[export RUN | prune]"_s, .more = true, .summary = u"List the runs in the journal, newest first; export or prune them"_s,
        .lesson = uR"lesson(Nobody but the journal is asked, so this works without a connection.

  droverctl runs
  droverctl --journal team.sqlite runs --json
  droverctl --journal postgres://mia@db/drover runs

"export" writes a run with its plan, snapshots and every record, one JSON object a line, as a copy to keep. "prune" takes
runs away that ended that long ago; a run that has not ended and the audit always stay.

  droverctl runs export 7f3a -o 7f3a.jsonl
  droverctl runs prune --older-than 90d)lesson"_s,
        .options = {{u"o,output"_s, u"The file of an export"_s, u"FILE"_s}, {u"older-than"_s, u"The age of runs to prune, in days"_s, u"DAYS"_s}},
        .run = run};
}

} // namespace drover::cli
