#include "app/cli/commands.h"
#include "app/cli/planfile.h"
#include "app/cli/session.h"
#include "models/core/json.h"
#include "models/plan/difference.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    Terminal &out = session.out();
    const Result<plan::Plan> before = readPlan(session.argument(0));
    if (!before)
        co_return out.error(before.error());
    const Result<plan::Plan> after = readPlan(session.argument(1));
    if (!after)
        co_return out.error(after.error());
    const std::vector<plan::Difference> differences = plan::differences(*before, *after);
    if (differences.empty() && !out.json())
        out.line(u"The plans do the same."_s);
    for (const plan::Difference &each : differences) {
        if (out.json()) {
            out.object({{"what", toStd(each.what)}, {"before", toStd(each.before)}, {"after", toStd(each.after)}});
            continue;
        }
        out.line(each.what);
        if (!each.before.isEmpty())
            out.line(out.painted(fleet::Tone::Bad, u"  - "_s + each.before));
        if (!each.after.isEmpty())
            out.line(out.painted(fleet::Tone::Good, u"  + "_s + each.after));
    }
    co_return Done;
}

} // namespace

Command diffCommand()
{
    return {.name = u"diff"_s, .arguments = u"PLAN PLAN"_s, .positional = 2, .summary = u"Tell in what two plans differ: what a reviewer must look at again"_s,
        .lesson = uR"lesson(Compares moves, options, devices, enrollment writes, checks, waves and time. When a plan was made again because the
fleet had drifted, this is what has become different. Asks nobody and changes nothing.

  droverctl diff monday.plan tuesday.plan)lesson"_s,
        .run = run};
}

} // namespace drover::cli
