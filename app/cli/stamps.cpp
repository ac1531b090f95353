#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    const Result<engine::Engine *> engine = co_await session.onlooker();
    if (!engine)
        co_return session.out().error(engine.error());
    inventory::Services &services = (*engine)->services();
    Result<std::vector<fleet::Stamp>> stamps
        = co_await inventory::lookAtStamps(services, services.connection().stamps, std::stop_token());
    if (!stamps)
        co_return session.out().error(stamps.error());
    co_await (*engine)->addArrivals(&*stamps);
    const auto unseen = [](const fleet::Stamp &stamp) { return !stamp.health.trouble.isEmpty(); };
    const bool none = !stamps->empty() && std::ranges::all_of(*stamps, unseen);
    // When nothing answers at all, nobody can say that each of them is down.
    showStamps(session.out(), *stamps, none);
    if (none)
        co_return session.out().error({.kind = ErrorKind::Offline,
            .what = u"None of the hubs could be asked: %1"_s.arg(stamps->front().health.trouble),
            .remedy = u"When all fail at once, look at this machine's network and at the keys first."_s});
    co_return Done;
}

} // namespace

Command stampsCommand()
{
    return {.name = u"stamps"_s, .summary = u"List the stamps: how full, how many connected, how healthy"_s,
        .lesson = uR"lesson(Each row is one stamp: an IoT hub with its declared capacity. CEILING is that capacity or the hub's own
maximum, whichever is smaller; FULL is the share of it that is taken.

  droverctl --endpoints fleet.json stamps
  droverctl --profile contoso stamps --json)lesson"_s,
        .run = run};
}

} // namespace drover::cli
