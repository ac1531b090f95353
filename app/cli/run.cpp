#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/planfile.h"
#include "app/cli/runview.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QString productionNames(const plan::Plan &plan)
{
    QStringList names;
    for (const StampName &name : plan.production)
        names.append(name.text());
    return names.join(u", "_s);
}

/// A plain yes, or the stamp's name when production is touched: habit must not answer for the person.
Result<void> confirmed(Session &session, const plan::Plan &plan)
{
    Terminal &out = session.out();
    if (session.asked().has(u"yes"_s) || session.asked().has(u"dry-run"_s))
        return {};
    if (!out.canAsk())
        return fail(ErrorKind::Usage, plan.production.empty() ? u"Nobody is there to confirm this run."_s
                : u"Nobody is there to confirm this run, which touches production (%1)."_s.arg(productionNames(plan)),
            u"Confirm it with --yes."_s);
    showPlan(out, plan);
    const auto declined = [] { return fail(ErrorKind::Usage, u"The run was not confirmed; nothing is changed."_s); };
    if (plan.production.empty()) {
        const std::optional<QString> answer = out.ask(u"Run it? [y/N]"_s);
        return answer && answer->startsWith(u'y', Qt::CaseInsensitive) ? Result<void>() : Result<void>(declined());
    }
    const std::optional<StampName> named = StampName::parse(out.ask(u"This touches production. Type %1 to run it:"_s.arg(
        plan.production.size() == 1 ? u"the name of the stamp, %1,"_s.arg(productionNames(plan))
                                    : u"one of the stamps' names (%1)"_s.arg(productionNames(plan)))).value_or(QString()));
    return named && std::ranges::find(plan.production, *named) != plan.production.end() ? Result<void>() : Result<void>(declined());
}

QCoro::Task<Result<void>> checked(Session *session, engine::Engine *engine, plan::Plan plan)
{
    const Result<std::vector<plan::Check>> checks = co_await engine->check(plan, std::stop_token());
    if (!checks)
        co_return Failure(checks.error());
    for (const plan::Check &check : *checks) {
        if (check.verdict == plan::Verdict::Block)
            co_return fail(ErrorKind::Blocked, u"%1: %2"_s.arg(check.title, check.evidence), check.remedy);
        if (check.verdict == plan::Verdict::Warn)
            session->out().note(u"warning: %1: %2"_s.arg(check.title, check.evidence));
    }
    co_return Result<void>();
}

QCoro::Task<int> run(Session &session)
{
    Terminal &out = session.out();
    const Result<plan::Plan> plan = readPlan(session.argument());
    if (!plan)
        co_return out.error(plan.error());
    if (const Result<void> yes = confirmed(session, *plan); !yes)
        co_return out.error(yes.error());
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return out.error(engine.error());
    const Result<void> passed = co_await checked(&session, *engine, *plan);
    if (!passed)
        co_return out.error(passed.error());
    const bool dryRun = session.asked().has(u"dry-run"_s);
    migration::StartInfo info{.operatorName = qEnvironmentVariable("USER", u"unknown"_s), .reason = session.asked().value(u"reason"_s),
        .ticket = session.asked().value(u"ticket"_s), .dryRun = dryRun};
    const Result<QString> id = co_await (*engine)->start(*plan, info);
    if (!id)
        co_return out.error(id.error());
    if (dryRun) {
        if (out.json())
            out.object({{"dryRun", true}, {"devices", plan->devices.size()}, {"calls", plan->calls}});
        else
            out.line(u"Dry run: every enrollment is as planned with; %1 would be moved. Nothing was written."_s.arg(
                counted(static_cast<qint64>(plan->devices.size()), u"device"_s)));
        co_return Done;
    }
    if (out.json())
        out.object({{"run", toStd(*id)}});
    else
        out.line(u"run %1"_s.arg(*id));
    co_return co_await follow(&out, &(*engine)->runner());
}

} // namespace

Command runCommand()
{
    return {.name = u"run"_s, .arguments = u"PLAN"_s, .positional = 1, .summary = u"Carry a plan out and watch every device arrive"_s,
        .lesson = uR"lesson(The first line is the run's id. A device counts as moved only when DPS assigned it, it is connected on the target,
gone from the source, and its twin is as promised. Everything is in the journal before it happens: after a crash,
"droverctl resume RUN" goes on where it was.

Ctrl-C pauses cleanly (exit code 5); a second one leaves at once, and the journal still holds.
Without --yes you are asked; a plan that touches production asks for the stamp's name.

  droverctl run meters.plan --dry-run
  droverctl run meters.plan --yes --reason "load balancing" --ticket OPS-1234)lesson"_s,
        .options = {{u"yes"_s, u"Do not ask"_s}, {u"dry-run"_s, u"Read and compare everything, write nothing"_s},
            {u"reason"_s, u"Why, kept with the run"_s, u"TEXT"_s}, {u"ticket"_s, u"Its ticket, kept with the run"_s, u"TEXT"_s}},
        .run = run};
}

} // namespace drover::cli
