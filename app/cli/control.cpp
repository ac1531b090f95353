#include "app/cli/carryout.h"
#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/runview.h"
#include "app/cli/undo.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

/// Longer than a stopped run waits for devices that were told.
constexpr std::chrono::seconds patience{120};

bool hasEnded(const run::RunStatus &status)
{
    return status.phase == run::Phase::Stopped || status.phase == run::Phase::Finished || status.phase == run::Phase::Failed;
}

bool hasObeyed(const run::RunStatus &status, migration::Control control)
{
    return hasEnded(status) || (control == migration::Control::Pause && status.phase == run::Phase::Paused);
}

Error hasEndedAlready(const migration::RunEntry &entry)
{
    return {.kind = ErrorKind::Rejected, .what = u"Run %1 has ended: %2."_s.arg(entry.id, entry.phase),
        .remedy = u"\"droverctl report %1\" tells how."_s.arg(entry.id)};
}

/// Reason and ticket as the audit keeps them.
QString reasonOf(const Session &session)
{
    QStringList why{session.asked().value(u"reason"_s), session.asked().value(u"ticket"_s)};
    why.removeAll(QString());
    return why.join(u" · "_s);
}

/// Leaves the request in the journal, then waits until the owner has done what is under way.
QCoro::Task<Result<run::RunStatus>> askOwner(migration::Journal *journal, QString run, migration::Control control, QString reason)
{
    const Result<void> asked = co_await journal->ask(run, {control, reason});
    if (!asked)
        co_return Failure(asked.error());
    Result<run::RunStatus> status = co_await waitUntil(
        journal, run, patience, [control](const run::RunStatus &now) { return hasObeyed(now, control); });
    if (status && !hasObeyed(*status, control))
        co_return fail(ErrorKind::Offline, u"The request stands in the journal, but the run has not obeyed within %1 s."_s.arg(patience.count()),
            u"\"droverctl watch %1\" shows what it waits for."_s.arg(run));
    co_return status;
}

void show(Terminal &out, const run::RunStatus &status)
{
    out.json() ? out.object(statusObject(status)) : showStatus(out, status);
    if (status.phase == run::Phase::Paused && !out.json())
        out.line(howToResume(status));
}

QCoro::Task<int> pause(Session &session)
{
    Terminal &out = session.out();
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return out.error(journal.error());
    const Result<migration::StoredRun> stored = co_await (*journal)->load(session.argument());
    if (!stored)
        co_return out.error(stored.error());
    if (stored->entry.ended)
        co_return out.error(hasEndedAlready(stored->entry));
    const Result<run::RunStatus> status = co_await askOwner(*journal, stored->entry.id, migration::Control::Pause, reasonOf(session));
    if (!status)
        co_return out.error(status.error());
    show(out, *status);
    co_return Done;
}

/// What stopping comes to, before it is done.
void showStopCounts(Terminal &out, const run::StopCounts &counts, bool returns, bool isOwned)
{
    if (out.json()) {
        out.object({{"stay", returns ? 0 : counts.stay}, {"return", returns ? counts.stay : 0}, {"finish", counts.finish},
            {"follow", counts.follow}, {"neverStart", counts.neverStart}, {"settled", counts.settled}});
        return;
    }
    const QString follow = counts.follow == 0 ? QString()
        : returns                             ? u"; %1 not told"_s.arg(grouped(counts.follow))
                                              : u"; %1 not told, but they follow when they register by themselves"_s.arg(grouped(counts.follow));
    out.line(u"%1 moved and %2; %3 under way%4%5; %6 never start%7."_s.arg(grouped(counts.stay),
        returns ? u"come back"_s : u"stay"_s, grouped(counts.finish),
        (isOwned ? u" and waited for"_s : QString()) + (returns ? u", then come back"_s : QString()), follow,
        grouped(counts.neverStart),
        counts.settled > 0 ? u"; %1 failed or left out"_s.arg(grouped(counts.settled)) : QString()));
}

/// Stopped, unless it has ended by itself.
QCoro::Task<int> stopNow(Session *session, migration::Journal *journal, migration::StoredRun stored, bool returns)
{
    Terminal &out = session->out();
    const Result<run::RunStatus> before = co_await journal->statusOf(stored.entry.id);
    if (!before)
        co_return out.error(before.error());
    if (!returns)
        showStopCounts(out, run::stopCounts(before->counts), false, stored.entry.owned);
    if (hasEnded(*before))
        co_return Done;
    const Result<run::RunStatus> status = co_await askOwner(journal, stored.entry.id, migration::Control::Stop, reasonOf(*session));
    if (!status)
        co_return out.error(status.error());
    if (!stored.entry.owned && !out.json())
        out.line(u"Nobody carried it out, so nothing is waited for, and all numbers are as they were last seen."_s);
    show(out, *status);
    co_return Done;
}

QCoro::Task<int> stop(Session &session)
{
    Terminal &out = session.out();
    const bool returns = session.asked().has(u"return"_s);
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return out.error(journal.error());
    const Result<migration::StoredRun> stored = co_await (*journal)->load(session.argument());
    if (!stored)
        co_return out.error(stored.error());
    if (stored->entry.ended && !returns)
        co_return out.error(hasEndedAlready(stored->entry));
    if (!returns)
        co_return co_await stopNow(&session, *journal, *stored, false);
    const Result<plan::Plan> plan = plan::fromJson(stored->entry.plan);
    if (!plan)
        co_return out.error(plan.error());
    const Result<run::RunStatus> now = co_await (*journal)->statusOf(stored->entry.id);
    if (!now)
        co_return out.error(now.error());
    showStopCounts(out, run::stopCounts(now->counts), true, stored->entry.owned);
    if (const Result<void> yes = confirmed(session, *plan, u"Stop it and bring back what moved?"_s); !yes)
        co_return out.error(yes.error());
    // Before anything is stopped: a way back that cannot be reached is none.
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return out.error(engine.error());
    const int stopped = co_await stopNow(&session, &(*engine)->journal(), *stored, true);
    if (stopped != Done)
        co_return stopped;
    co_return co_await undoNow(&session, *engine, stored->entry.id);
}

} // namespace

Command pauseCommand()
{
    return {.name = u"pause"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Pause a run, whoever carries it out"_s,
        .lesson = uR"lesson(Requests under way are finished and written down; nothing new begins. Devices that were told already go on by themselves
and are looked for when the run is resumed. A run whose process has died is marked.

  droverctl pause 7f3a --reason "devices reboot")lesson"_s,
        .options = {{u"reason"_s, u"Why, kept in the audit"_s, u"TEXT"_s}, {u"ticket"_s, u"Its ticket, kept in the audit"_s, u"TEXT"_s}}, .run = pause};
}

Command stopCommand()
{
    std::vector<Option> options{{u"and-return,return"_s, u"Then bring back what has moved"_s}, {u"yes"_s, u"Do not ask (with --return)"_s},
        {u"without-changed"_s, u"Leave out enrollments that somebody changed since (with --return)"_s}};
    std::ranges::copy(startOptions(), std::back_inserter(options));
    return {.name = u"stop"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Stop a run for good; with --return bring back what has moved"_s,
        .lesson = uR"lesson(Nothing new is started. Requests under way are finished and written down, and devices that were told already are waited
for, a minute at most; the report shows later ones as they were last seen. The counts come first: how many have moved, how
many are under way, how many follow by themselves or never start. A stopped run cannot be resumed.

With --return the run is stopped and then taken back, as "droverctl undo RUN --yes" does; on a run that has ended already it
is only taken back.

  droverctl stop 7f3a
  droverctl stop 7f3a --return --yes --reason "wrong target")lesson"_s,
        .options = std::move(options), .run = stop};
}

} // namespace drover::cli
