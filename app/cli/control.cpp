#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/runview.h"
#include "app/cli/session.h"

#include <QCoroTimer>
#include <QDeadlineTimer>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

constexpr std::chrono::milliseconds lookEvery{250};
constexpr std::chrono::seconds patience{60};

bool hasObeyed(const run::RunStatus &status, migration::Control control)
{
    using enum run::Phase;
    return status.phase == Stopped || status.phase == Finished || status.phase == Failed
        || (control == migration::Control::Pause && status.phase == Paused);
}

/// Leaves the request in the journal, then waits until the owner has done what is under way.
QCoro::Task<int> askOwner(Session *session, migration::Control control)
{
    Terminal &out = session->out();
    const Result<migration::Journal *> journal = session->journal();
    if (!journal)
        co_return out.error(journal.error());
    const Result<migration::StoredRun> stored = co_await (*journal)->load(session->argument());
    if (!stored)
        co_return out.error(stored.error());
    if (stored->entry.ended)
        co_return out.error({.kind = ErrorKind::Usage, .what = u"Run %1 has ended: %2."_s.arg(stored->entry.id, stored->entry.phase),
            .remedy = u"\"droverctl report %1\" tells how."_s.arg(stored->entry.id)});
    const Result<void> asked = co_await (*journal)->ask(stored->entry.id, control);
    if (!asked)
        co_return out.error(asked.error());
    const QDeadlineTimer deadline(patience);
    while (!deadline.hasExpired()) {
        const Result<run::RunStatus> status = co_await (*journal)->statusOf(stored->entry.id);
        if (!status)
            co_return out.error(status.error());
        if (hasObeyed(*status, control)) {
            out.json() ? out.object(statusObject(*status)) : showStatus(out, *status);
            if (status->phase == run::Phase::Paused && !out.json())
                out.line(howToResume(*status));
            co_return Done;
        }
        QTimer pause;
        pause.setSingleShot(true);
        pause.start(lookEvery);
        co_await qCoro(pause).waitForTimeout();
    }
    co_return out.error({.kind = ErrorKind::Offline,
        .what = u"The request stands in the journal, but the run has not obeyed within %1 s."_s.arg(patience.count()),
        .remedy = u"\"droverctl watch %1\" shows what it waits for."_s.arg(stored->entry.id)});
}

QCoro::Task<int> pause(Session &session)
{
    return askOwner(&session, migration::Control::Pause);
}

QCoro::Task<int> stop(Session &session)
{
    return askOwner(&session, migration::Control::Stop);
}

} // namespace

Command pauseCommand()
{
    return {.name = u"pause"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Pause a run, whoever carries it out"_s,
        .lesson = uR"lesson(What is under way is finished and written down; nothing new begins. A run whose process has died is marked.

  droverctl pause 7f3a)lesson"_s,
        .run = pause};
}

Command stopCommand()
{
    return {.name = u"stop"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Stop a run for good; devices whose turn had not come stay"_s,
        .lesson = uR"lesson(Requests under way are finished and written down; no further device is told to move. Devices that were told already may
still arrive: the report shows them as they were last seen. A stopped run cannot be resumed, but a new plan can take the
rest, or bring what has moved back.

  droverctl stop 7f3a)lesson"_s,
        .run = stop};
}

} // namespace drover::cli
