#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/runview.h"
#include "app/cli/session.h"
#include "app/engine/localazure.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

/// What each built-in scenario is asked to show.
struct Show {
    QString scenario;
    engine::Wish wish;
};

const Show *showOf(const QString &scenario)
{
    static const std::array shows{
        Show{u"small"_s, {u"group:meters"_s, u"beta"_s}},
        Show{u"demo"_s, {u"group:cold-chain-v3"_s, u"eu-1"_s}},
    };
    const auto at = std::ranges::find(shows, scenario, &Show::scenario);
    return at == shows.end() ? nullptr : &*at;
}

QCoro::Task<int> perform(Session *session, engine::Wish wish)
{
    Terminal &out = session->out();
    const Result<engine::Engine *> engine = co_await session->engine();
    if (!engine)
        co_return out.error(engine.error());
    const auto fleet = co_await (*engine)->look({}, std::stop_token());
    if (!fleet)
        co_return out.error(fleet.error());
    showGaps(out, **fleet);
    showStamps(out, (*fleet)->stamps);
    const Result<std::vector<plan::Move>> moves = engine::movesOf({wish});
    if (!moves)
        co_return out.error(moves.error());
    const Result<plan::Plan> plan = co_await (*engine)->plan(*moves, plan::Options(), std::stop_token());
    if (!plan)
        co_return out.error(plan.error());
    if (!out.json()) {
        out.line();
        showPlan(out, *plan);
        out.line();
    }
    migration::StartInfo info;
    info.reason = u"demonstration"_s;
    const Result<QString> id = co_await (*engine)->start(*plan, info);
    if (!id)
        co_return out.error(id.error());
    const int code = co_await follow(&out, &(*engine)->runner());
    const Result<std::vector<fleet::Stamp>> after = co_await inventory::lookAtStamps((*engine)->services(), (*fleet)->stamps, std::stop_token());
    if (after && !out.json()) {
        out.line();
        showStamps(out, *after);
    }
    co_return code;
}

QCoro::Task<int> run(Session &session)
{
    const QString scenario = session.asked().has(u"scenario"_s) ? session.asked().value(u"scenario"_s) : u"small"_s;
    const Show *show = showOf(scenario);
    if (!show)
        co_return session.out().error({.kind = ErrorKind::Usage, .what = u"There is no scenario \"%1\" to demonstrate."_s.arg(scenario),
            .remedy = u"There are small and demo."_s});
    bool ok = true;
    const double speed = session.asked().has(u"speed"_s) ? session.asked().value(u"speed"_s).toDouble(&ok) : 60;
    if (!ok || !(speed >= 1 && speed <= 1000))
        co_return session.out().error({.kind = ErrorKind::Usage, .what = u"The speed is a number from 1 to 1000."_s});
    engine::LocalAzure azure;
    const Result<QString> endpoints = co_await azure.start(scenario, speed);
    if (!endpoints)
        co_return session.out().error(endpoints.error());
    const QTemporaryDir folder;
    session.connectTo(*endpoints, folder.filePath(u"journal.sqlite"_s));
    const int code = co_await perform(&session, show->wish);
    session.disconnect();
    co_return code;
}

} // namespace

Command demoCommand()
{
    return {.name = u"demo"_s, .summary = u"Start a simulated Azure and move a device set in it; needs no account"_s,
        .lesson = uR"lesson(Starts drover-azure on this machine, shows its stamps, plans a move, runs it to its end and shows the stamps again.
Nothing is left behind.

  droverctl demo
  droverctl demo --scenario demo --speed 120)lesson"_s,
        .options = {{u"scenario"_s, u"small (2,600 devices, unless told) or demo (412,380)"_s, u"NAME"_s},
            {u"speed"_s, u"How many times as fast as real time, 60 unless told"_s, u"N"_s}},
        .run = run};
}

} // namespace drover::cli
