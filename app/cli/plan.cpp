#include "app/cli/carryout.h"
#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/planoptions.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    const Result<std::vector<engine::Wish>> wishes = wishesOf(session.asked());
    if (!wishes)
        co_return session.out().error(wishes.error());
    const Result<plan::Options> options = optionsOf(session.asked());
    if (!options)
        co_return session.out().error(options.error());
    const Result<std::vector<plan::Move>> moves = engine::movesOf(*wishes);
    if (!moves)
        co_return session.out().error(moves.error());
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return session.out().error(engine.error());
    const Result<plan::Plan> plan = co_await (*engine)->plan(*moves, *options, std::stop_token());
    if (!plan)
        co_return session.out().error(plan.error());
    showGaps(session.out(), *(*engine)->fleet());
    co_return presentPlan(session, *plan);
}

} // namespace

Command planCommand()
{
    std::vector<Option> options = planOptions();
    options.push_back({u"o,output"_s, u"Keep the plan in this file"_s, u"FILE"_s});
    return {.name = u"plan"_s, .summary = u"Make a plan of moves: checks, waves, requests, time. Changes nothing"_s,
        .lesson = uR"lesson(A plan is a document with a hash: read it, have it reviewed, then run exactly that.

  droverctl plan --set group:meters --to beta -o meters.plan
  droverctl plan --set "where:STARTSWITH(deviceId,'valve-')" --to beta --waves 1,5%,25% --gate 99 -o valves.plan
  droverctl plan --set group:meters --to beta --strict-waves --ramp 3,5 --sample 3 --fail-on twin -o meters.plan
  droverctl plan --set group:meters --to beta --ramp 2 --most-failed 20 --most-per-stamp 1200 -o meters.plan
  droverctl plan --set file:ids.csv --to eu-2 --set stamp:lab --to canary -o two-moves.plan

Waves grow by shares of the devices (--waves) or by a factor (--ramp). A group is one enrollment: re-pointed with the first
wave, it lets any of its devices that registers by itself move early. With --strict-waves the devices of all waves but the
last get an enrollment of their own first; the group is re-pointed after the last gate and takes them back. After each wave a
gate passes, fails, or is inconclusive; the last two pause the run and ask.

It ends with exit code 3 when a check blocks it.)lesson"_s,
        .options = std::move(options), .run = run};
}

} // namespace drover::cli
