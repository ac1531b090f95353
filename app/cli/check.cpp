#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/planfile.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    const Result<plan::Plan> plan = readPlan(session.argument());
    if (!plan)
        co_return session.out().error(plan.error());
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return session.out().error(engine.error());
    const Result<std::vector<plan::Check>> checks = co_await (*engine)->check(*plan, std::stop_token());
    if (!checks)
        co_return session.out().error(checks.error());
    showGaps(session.out(), *(*engine)->fleet());
    if (session.out().json())
        for (const plan::Check &check : *checks)
            session.out().object(checkObject(check));
    else
        showChecks(session.out(), *checks);
    if (verdictOf(*checks) == plan::Verdict::Block)
        co_return session.out().error({.kind = ErrorKind::Blocked, .what = u"A check blocks this plan now"_s, .remedy = u"See its remedy above"_s});
    co_return Done;
}

} // namespace

Command checkCommand()
{
    return {.name = u"check"_s, .arguments = u"PLAN"_s, .positional = 1, .summary = u"Run a plan's checks against the fleet as it is now"_s,
        .lesson = uR"lesson(Looks at the fleet again and says what would be refused, what deserves a second thought, and what drifted since
the plan was made. Changes nothing. Exit code 3 when a check blocks.

  droverctl check meters.plan)lesson"_s,
        .run = run};
}

} // namespace drover::cli
