#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/planoptions.h"
#include "app/cli/session.h"
#include "app/engine/setfile.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

Json summaryObject(const plan::Plan &plan, const QString &file)
{
    Json checks = Json::array();
    for (const plan::Check &check : plan.checks)
        checks.push_back(checkObject(check));
    return {{"plan", toStd(file)}, {"hash", toStd(plan::hashOf(plan))}, {"verdict", toStd(verdictName(plan.verdict()))},
        {"devices", plan.devices.size()}, {"skipped", plan.skipped.size()}, {"calls", plan.calls},
        {"secondsShortest", plan.eta.shortest.count() / 1000}, {"secondsLongest", plan.eta.longest.count() / 1000},
        {"bottleneck", toStd(plan.eta.bottleneck)}, {"checks", std::move(checks)}};
}

int show(Session &session, const plan::Plan &plan)
{
    Terminal &out = session.out();
    const QString file = session.asked().value(u"output"_s);
    if (!file.isEmpty())
        if (const Result<void> written = engine::writeFile(file, plan::toJson(plan)); !written)
            return out.error(written.error());
    if (out.json() && file.isEmpty())
        out.object(parseJson(plan::toJson(plan)).value_or(Json()));
    else if (out.json())
        out.object(summaryObject(plan, file));
    else
        showPlan(out, plan);
    if (plan.verdict() == plan::Verdict::Block)
        return out.error({.kind = ErrorKind::Blocked, .what = u"A check blocks this plan"_s, .remedy = u"See its remedy above"_s});
    if (!out.json())
        out.line(file.isEmpty() ? u"Nothing is changed. Keep this plan with -o FILE to run it."_s
                                : u"Nothing is changed yet. Next: droverctl run %1"_s.arg(file));
    return Done;
}

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
    co_return show(session, *plan);
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
