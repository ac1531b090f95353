#include "app/cli/carryout.h"
#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/planfile.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    Terminal &out = session.out();
    const Result<plan::Plan> plan = readPlan(session.argument());
    if (!plan)
        co_return out.error(plan.error());
    const bool asks = !session.asked().has(u"yes"_s) && !session.asked().has(u"dry-run"_s) && out.canAsk();
    if (asks)
        showPlan(out, *plan);
    if (const Result<void> yes = confirmed(session, *plan, u"Run it?"_s); !yes)
        co_return out.error(yes.error());
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return out.error(engine.error());
    co_return co_await carryOut(&session, *engine, *plan);
}

std::vector<Option> options()
{
    std::vector<Option> all{{u"yes"_s, u"Do not ask"_s}, {u"dry-run"_s, u"Read and compare everything, write nothing"_s}};
    std::ranges::copy(startOptions(), std::back_inserter(all));
    return all;
}

} // namespace

Command runCommand()
{
    return {.name = u"run"_s, .arguments = u"PLAN"_s, .positional = 1, .summary = u"Carry a plan out and watch every device arrive"_s,
        .lesson = uR"lesson(The first line is the run's id. A device counts as moved only when DPS assigned it, it is connected on the target,
gone from the source, and its twin is as promised. Everything is in the journal before it happens: after a crash,
"droverctl resume RUN" goes on where it was.

A probe is asked when a wave's devices are verified, before the next wave begins: a command (it finds the run and the wave in
DROVER_RUN and DROVER_WAVE; its exit code and the first line it prints are kept with the run) or an address. It is named
here by whoever runs the plan and never comes from a plan. 0 or 200 passes, no answer within a minute pauses and asks, all
else fails the gate.

Ctrl-C pauses cleanly (exit code 5); a second one leaves at once, and the journal still holds.
Without --yes you are asked; a plan that touches production asks for the stamp's name.

  droverctl run meters.plan --dry-run
  droverctl run meters.plan --yes --webhook https://hooks.example.com/drover
  droverctl run meters.plan --yes --probe-url https://beta.example.com/health
  droverctl run meters.plan --yes --probe-command './telemetry-arrives.sh beta'
  droverctl run meters.plan --yes --reason "load balancing" --ticket OPS-1234)lesson"_s,
        .options = options(), .run = run};
}

} // namespace drover::cli
