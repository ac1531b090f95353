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
  droverctl plan --set file:ids.csv --to eu-2 --set stamp:lab --to canary -o two-moves.plan

It ends with exit code 3 when a check blocks it.)lesson"_s,
        .options = std::move(options), .run = run};
}

} // namespace drover::cli
