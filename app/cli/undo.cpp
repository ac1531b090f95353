#include "app/cli/undo.h"

#include "app/cli/carryout.h"
#include "app/cli/commands.h"
#include "app/cli/pages.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> planOrRun(Session *session, engine::Engine *engine, QString run, bool runs)
{
    Terminal &out = session->out();
    const Result<plan::Plan> plan
        = co_await engine->undo(run, session->asked().has(u"without-changed"_s), std::stop_token());
    if (!plan)
        co_return out.error(plan.error());
    showGaps(out, *engine->fleet());
    if (plan->devices.empty() && plan->steps.empty() && plan->verdict() != plan::Verdict::Block) {
        const QString why = plan->skipped.empty() ? u"it wrote nothing"_s : plan::whyTheyStay(*plan);
        const bool mayBeAway = std::ranges::any_of(plan->skipped, &plan::Skipped::isChanged);
        if (mayBeAway)
            co_return out.error({.kind = ErrorKind::Blocked, .what = u"Nothing of run %1 can be taken back: %2."_s.arg(plan->undoes, why),
                .remedy = u"Look at the enrollments that somebody changed, and plan those devices anew."_s});
        out.json() ? out.object({{"undoes", toStd(plan->undoes)}, {"devices", 0}})
                   : out.line(u"There is nothing to take back of run %1: %2."_s.arg(plan->undoes, why));
        co_return Done;
    }
    if (!runs || !out.json() || plan->verdict() == plan::Verdict::Block) {
        const int presented = presentPlan(*session, *plan);
        if (presented != Done || !runs)
            co_return presented;
    }
    co_return co_await carryOut(session, engine, *plan);
}

QCoro::Task<int> undo(Session &session)
{
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return session.out().error(engine.error());
    co_return co_await planOrRun(&session, *engine, session.argument(), session.asked().has(u"yes"_s));
}

} // namespace

QCoro::Task<int> undoNow(Session *session, engine::Engine *engine, QString run)
{
    return planOrRun(session, engine, run, true);
}

Command undoCommand()
{
    std::vector<Option> options{{u"o,output"_s, u"Keep the plan in this file"_s, u"FILE"_s}, {u"yes"_s, u"Run it at once"_s},
        {u"without-changed"_s, u"Leave out enrollments that somebody changed since, with their devices"_s}};
    std::ranges::copy(startOptions(), std::back_inserter(options));
    return {.name = u"undo"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Plan the way back of a run that has ended; --yes runs it"_s,
        .lesson = uR"lesson(The plan comes from the journal: every enrollment that the run wrote becomes what it was before, but for its ETag and the
times that DPS sets; keys are read anew, never stored. Devices are told to register and verified where they came from. A
device that was split out of its group comes home first; then its own enrollment is deleted, and the group has it again.

What somebody changed since the run is not overwritten: it is listed with what differs and blocks the plan (exit code 3),
or stays out of it with --without-changed. Waves, gates, pause and resume are those of any run; "droverctl runs" shows which
run it takes back.

  droverctl undo 7f3a
  droverctl undo 7f3a -o back.plan
  droverctl undo 7f3a --yes --reason "firmware 2.1 fails on beta")lesson"_s,
        .options = std::move(options), .run = undo};
}

} // namespace drover::cli
