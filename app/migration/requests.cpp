#include "app/migration/requests.h"

#include "app/migration/deeds.h"
#include "app/migration/replay.h"
#include "models/run/eventcodec.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::migration {
namespace {

Result<void> appendAtRest(JournalStore &store, const Fence &fence, const StoredRun &stored, const std::vector<run::Happening> &happened, const QString &reason)
{
    Instant at = stored.records.empty() ? stored.entry.started : stored.records.back().at;
    Portion portion{.run = stored.entry.id, .fence = fence};
    for (const run::Happening &what : happened) {
        portion.records.push_back({.at = at, .payload = run::encode({.at = at, .what = what})});
        if (std::optional<Deed> deed = deedOf(what, stored.entry.id, store.owner())) {
            deed->why = reason;
            portion.deeds.push_back(*std::move(deed));
        }
        at += run::RunOptions().stopPatience;
    }
    const Result<qint64> written = store.append(portion);
    return written ? Result<void>() : Result<void>(Failure(written.error()));
}

Result<void> mark(JournalStore &store, const Fence &fence, const StoredRun &stored, const Request &request)
{
    if (request.what != Control::Pause && request.what != Control::Stop) {
        const auto machine = replayed(stored);
        if (!machine)
            return Failure(machine.error());
        const std::optional<run::Happening> what = happeningOf(request, **machine);
        return what ? appendAtRest(store, fence, stored, {*what}, {}) : Result<void>();
    }
    const bool pauses = request.what == Control::Pause;
    // Nobody waits for devices that were told: the patience for them is over at once.
    const Result<void> written = pauses
        ? appendAtRest(store, fence, stored, {run::PauseAsked{u"Paused by a person."_s}}, request.reason())
        : appendAtRest(store, fence, stored, {run::StopAsked{}, run::Tick{}}, request.reason());
    if (!written)
        return written;
    const Instant at = stored.records.empty() ? stored.entry.started : stored.records.back().at;
    const QString phase = phaseName(pauses ? run::Phase::Paused : run::Phase::Stopped);
    return store.summarize(stored.entry.id, phase, pauses ? std::nullopt : std::optional(at), stored.entry.verified, stored.entry.failed);
}

} // namespace

Result<void> markAtRest(JournalStore &store, const StoredRun &stored, const Request &request)
{
    const Result<Fence> fence = store.claim({.run = stored.entry.id, .hubs = {}, .owner = store.owner(), .span = 20s});
    if (!fence)
        return fence.error().kind == ErrorKind::Rejected ? store.ask(stored.entry.id, request) : Result<void>(Failure(fence.error()));
    // Once more under the lease: its last owner may have written meanwhile.
    const Result<StoredRun> now = store.load(stored.entry.id);
    const Result<void> marked = now ? mark(store, *fence, *now, request) : Result<void>(Failure(now.error()));
    const Result<void> released = store.release(*fence);
    return marked ? released : marked;
}

} // namespace drover::migration
