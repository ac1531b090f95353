#include "app/console/runwork.h"

#include "app/migration/replay.h"

#include <QCoroFuture>
#include <QCoroTimer>
#include <QDeadlineTimer>
#include <QtConcurrentRun>

#include <ranges>

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

using migration::Control;

/// Longer than a stopped run waits for devices that were told.
constexpr std::chrono::seconds patience{120};
constexpr std::chrono::milliseconds lookEvery{250};

bool isLive(run::Phase phase)
{
    return !ui::isOver(phase) && phase != run::Phase::Paused;
}

bool mayHaveChanged(const migration::RunEntry &entry, const std::map<QString, KnownRun> &known)
{
    const auto found = known.find(entry.id);
    if (found == known.end())
        return true;
    return !found->second.own && (entry.owned || isLive(found->second.phase) || (entry.ended && !ui::isOver(found->second.phase)));
}

/// Asked before the engine gives the shares of the quotas to the second run: the first goes on as it was.
Result<void> isFree(Backend &backend)
{
    if (!backend.engine()->runner().isRunning())
        return {};
    return fail(ErrorKind::Usage, u"Another run is under way, and one console carries out one run at a time."_s,
        u"Nothing was written. Wait for the end of that run, or pause it on the Runs page, then try again."_s);
}

bool isOwn(Backend &backend, const QString &run)
{
    const migration::Runner &runner = backend.engine()->runner();
    return runner.isRunning() && runner.status().id == run;
}

/// The ids of the devices that are meant, as the run's records stand; replaying a long run takes its time, so not on the worker.
Result<QStringList> idsOf(const migration::StoredRun &stored, const ui::RunChoice &choice)
{
    const auto machine = migration::replayed(stored);
    if (!machine)
        return Failure(machine.error());
    if (!choice.ids.isEmpty()) {
        const std::vector<run::DeviceIndex> places = (*machine)->named(choice.ids);
        const auto unknown = std::ranges::find(places, -1);
        if (unknown == places.end())
            return choice.ids;
        return fail(ErrorKind::Usage, u"This run has no device \"%1\"; nobody was left out."_s.arg(choice.ids[unknown - places.begin()].left(80)),
            u"Check the ID: device IDs tell capital letters from small ones."_s);
    }
    QStringList ids;
    for (run::DeviceIndex device = 0; device < (*machine)->deviceCount(); ++device) {
        if ((*machine)->state(device) == choice.state && (*machine)->causeOf(device).cause == choice.cause)
            ids += (*machine)->plan().devices[static_cast<size_t>(device)].registrationId;
    }
    if (ids.isEmpty())
        return fail(ErrorKind::Usage, u"No device is in that lane any more; nobody was left out."_s);
    return ids;
}

QCoro::Task<Result<run::RunStatus>> untilOver(Backend &backend, QString run)
{
    const QDeadlineTimer deadline(patience);
    for (;;) {
        const Result<run::RunStatus> status = co_await backend.engine()->journal().statusOf(run);
        if (!status || ui::isOver(status->phase) || deadline.hasExpired() || backend.stopToken().stop_requested())
            co_return status;
        QTimer pause;
        pause.setSingleShot(true);
        pause.start(lookEvery);
        co_await qCoro(pause).waitForTimeout();
    }
}

} // namespace

QCoro::Task<Result<std::vector<run::RunStatus>>> statusOfAll(Backend &backend)
{
    return statusOfChanged(backend, {});
}

QCoro::Task<Result<std::vector<run::RunStatus>>> statusOfChanged(Backend &backend, std::map<QString, KnownRun> known)
{
    migration::Journal &journal = backend.engine()->journal();
    const Result<std::vector<migration::RunEntry>> entries = co_await journal.runs();
    if (!entries)
        co_return Failure(entries.error());
    std::vector<run::RunStatus> all;
    for (const migration::RunEntry &entry : *entries | std::views::take(mostListed) | std::views::reverse) {
        if (!mayHaveChanged(entry, known))
            continue;
        Result<run::RunStatus> status = co_await journal.statusOf(entry.id);
        if (!status)
            co_return Failure(status.error());
        all.push_back(*std::move(status));
    }
    co_return Result<std::vector<run::RunStatus>>(std::move(all));
}

QCoro::Task<Result<QString>> begin(Backend &backend, std::shared_ptr<const plan::Plan> plan, migration::StartInfo info)
{
    if (const Result<void> free = isFree(backend); !free)
        co_return Failure(free.error());
    co_return co_await backend.engine()->start(*plan, info);
}

QCoro::Task<Result<QString>> takeUp(Backend &backend, QString run)
{
    if (const Result<void> free = isFree(backend); !free)
        co_return Failure(free.error());
    co_return co_await backend.engine()->resume(run);
}

QCoro::Task<Result<void>> control(Backend &backend, QString run, Control wish)
{
    if (!isOwn(backend, run))
        co_return co_await backend.engine()->journal().ask(run, wish);
    migration::Runner &runner = backend.engine()->runner();
    if (wish == Control::Pause)
        co_return co_await runner.pause();
    co_return co_await runner.stop();
}

QCoro::Task<Result<void>> setPace(Backend &backend, QString run, double share)
{
    co_return co_await backend.engine()->journal().ask(run, {Control::Pace, QString::number(share, 'g', 17)});
}

QCoro::Task<Result<void>> leaveOut(Backend &backend, QString run, ui::RunChoice choice)
{
    migration::Journal &journal = backend.engine()->journal();
    const Result<migration::StoredRun> stored = co_await journal.load(run);
    if (!stored)
        co_return Failure(stored.error());
    const QFuture<Result<QStringList>> finding = QtConcurrent::run(idsOf, *stored, choice);
    const Result<QStringList> ids = co_await finding;
    if (!ids)
        co_return Failure(ids.error());
    co_return co_await journal.ask(run, {Control::Skip, ids->join(u'\n')});
}

QCoro::Task<Result<QString>> retry(Backend &backend, QString run, QString cause)
{
    migration::Journal &journal = backend.engine()->journal();
    const Result<migration::StoredRun> stored = co_await journal.load(run);
    if (!stored)
        co_return Failure(stored.error());
    if (stored->entry.owned) {
        const Result<void> asked = co_await journal.ask(run, {Control::Retry, cause});
        if (!asked)
            co_return Failure(asked.error());
        co_return Result<QString>(QString());
    }
    if (const Result<void> free = isFree(backend); !free)
        co_return Failure(free.error());
    co_return co_await backend.engine()->retry(run, cause);
}

QCoro::Task<Result<plan::Plan>> planBack(Backend &backend, QString run, bool withoutChanged)
{
    return backend.engine()->undo(run, withoutChanged, backend.stopToken());
}

QCoro::Task<Result<migration::Report>> reportOf(Backend &backend, QString run)
{
    const Result<migration::StoredRun> stored = co_await backend.engine()->journal().load(run);
    if (!stored)
        co_return Failure(stored.error());
    const QFuture<Result<migration::Report>> making = QtConcurrent::run(migration::makeReport, *stored);
    co_return co_await making;
}

QCoro::Task<Result<plan::Plan>> stopAndPlanBack(Backend &backend, QString run)
{
    const Result<void> asked = co_await control(backend, run, Control::Stop);
    if (!asked)
        co_return Failure(asked.error());
    const Result<run::RunStatus> status = co_await untilOver(backend, run);
    if (!status)
        co_return Failure(status.error());
    if (!ui::isOver(status->phase))
        co_return fail(ErrorKind::Offline, u"The run was told to stop, but has not within %1 s."_s.arg(patience.count()),
            u"When it has stopped, Undo on its page plans the way back."_s);
    co_return co_await planBack(backend, run, false);
}

} // namespace drover::console
