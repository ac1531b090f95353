#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/runview.h"
#include "app/cli/session.h"
#include "app/migration/replay.h"

using namespace Qt::StringLiterals;

// Requests to a run that goes on or rests: pace, retry, skip.
namespace drover::cli {
namespace {

/// A living owner looks four times a second.
constexpr std::chrono::seconds patience{10};

struct Steered {
    migration::Journal *journal = nullptr;
    migration::StoredRun stored;
    std::unique_ptr<run::RunMachine> machine;
};

QCoro::Task<Result<Steered>> find(Session *session)
{
    const Result<migration::Journal *> journal = co_await session->journal();
    if (!journal)
        co_return Failure(journal.error());
    Result<migration::StoredRun> stored = co_await (*journal)->load(session->argument());
    if (!stored)
        co_return Failure(stored.error());
    Result<std::unique_ptr<run::RunMachine>> machine = migration::replayed(*stored);
    if (!machine)
        co_return Failure(machine.error());
    co_return Steered{*journal, *std::move(stored), *std::move(machine)};
}

Error notTaken(const QString &run)
{
    return {.kind = ErrorKind::Offline, .what = u"The request stands in the journal, but the run has not obeyed within %1 s."_s.arg(patience.count()),
        .remedy = u"\"droverctl watch %1\" shows what it waits for."_s.arg(run)};
}

/// careful, normal, urgent, or a percentage.
Result<double> shareOf(QString text, double normal)
{
    text = text.trimmed().toLower();
    if (text == u"careful"_s)
        return 0.25;
    if (text == u"normal"_s)
        return normal;
    if (text == u"urgent"_s)
        return 1.0;
    if (text.endsWith(u'%'))
        text.chop(1);
    bool ok = false;
    const double percentage = text.toDouble(&ok);
    if (!ok || !(percentage >= 1 && percentage <= 100))
        return fail(ErrorKind::Usage, u"\"%1\" is no pace."_s.arg(text.left(40)),
            u"Say careful (25 %), normal (as planned), urgent (100 %), or a percentage from 1 to 100."_s);
    return percentage / 100;
}

QCoro::Task<int> pace(Session &session)
{
    Terminal &out = session.out();
    const Result<Steered> run = co_await find(&session);
    if (!run)
        co_return out.error(run.error());
    const Result<double> share = shareOf(session.argument(1), run->machine->plan().options.dpsShare);
    if (!share)
        co_return out.error(share.error());
    const QString id = run->stored.entry.id;
    const Result<void> asked
        = co_await run->journal->ask(id, {migration::Control::Pace, QString::number(*share, 'g', 17)});
    if (!asked)
        co_return out.error(asked.error());
    const auto kept = [share](const run::RunStatus &status) { return std::abs(status.pace - *share) < 1e-6; };
    const Result<run::RunStatus> status = co_await waitUntil(run->journal, id, patience, kept);
    if (!status)
        co_return out.error(status.error());
    if (!kept(*status))
        co_return out.error(notTaken(id));
    if (out.json())
        out.object(statusObject(*status));
    else
        out.line(u"Pace %1 of what DPS allows: %2 devices a minute."_s.arg(percentGiven(status->pace), grouped(qRound64(status->limit))));
    co_return Done;
}

QCoro::Task<int> skip(Session &session)
{
    Terminal &out = session.out();
    const Result<Steered> run = co_await find(&session);
    if (!run)
        co_return out.error(run.error());
    const QStringList ids = session.asked().positional.mid(1);
    const std::vector<run::DeviceIndex> devices = run->machine->named(ids);
    if (const auto unknown = std::ranges::find(devices, -1); unknown != devices.end())
        co_return out.error({.kind = ErrorKind::Usage, .what = u"Run %1 has no device \"%2\"."_s.arg(run->stored.entry.id, ids[unknown - devices.begin()].left(80)),
            .remedy = u"\"droverctl report %1 --csv FILE\" lists its devices."_s.arg(run->stored.entry.id)});
    const QString id = run->stored.entry.id;
    const Result<void> asked = co_await run->journal->ask(id, {migration::Control::Skip, ids.join(u'\n')});
    if (!asked)
        co_return out.error(asked.error());
    const auto isOut = [devices](const run::RunStatus &status) {
        return std::ranges::all_of(devices, [&status](run::DeviceIndex device) {
            const auto state = static_cast<run::DeviceState>(status.population.at(device));
            return state == run::DeviceState::Skipped || state == run::DeviceState::Verified || state == run::DeviceState::Undone;
        });
    };
    const Result<run::RunStatus> status = co_await waitUntil(run->journal, id, patience, isOut);
    if (!status)
        co_return out.error(status.error());
    if (!isOut(*status))
        co_return out.error(notTaken(id));
    const auto left = std::ranges::count_if(devices, [&status](run::DeviceIndex device) {
        return static_cast<run::DeviceState>(status->population.at(device)) == run::DeviceState::Skipped;
    });
    if (out.json())
        out.object({{"skipped", left}, {"settledAlready", std::ssize(devices) - left}});
    else
        out.line(u"%1 left out%2."_s.arg(counted(left, u"device"_s),
            left == std::ssize(devices) ? QString() : u", %1 had arrived already"_s.arg(grouped(std::ssize(devices) - left))));
    co_return Done;
}

QCoro::Task<int> retry(Session &session)
{
    Terminal &out = session.out();
    const Result<report::NoticeTargets> targets = noticeTargets(session);
    if (!targets)
        co_return out.error(targets.error());
    const QString cause = session.asked().value(u"cause"_s);
    QString id;
    bool owned = false;
    {
        const Result<Steered> run = co_await find(&session);
        if (!run)
            co_return out.error(run.error());
        id = run->stored.entry.id;
        const auto failed = static_cast<qint64>(run->machine->failedBecause(cause).size());
        if (failed == 0)
            co_return out.error({.kind = ErrorKind::Usage,
                .what = cause.isEmpty() ? u"No device of run %1 has failed."_s.arg(id) : u"No device of run %1 has failed with \"%2\" in its cause."_s.arg(id, cause.left(80)),
                .remedy = u"See the causes: droverctl report %1"_s.arg(id)});
        if (!out.json())
            out.line(u"%1 of run %2 tried again."_s.arg(counted(failed, u"failed device"_s) + (failed == 1 ? u" is"_s : u" are"_s), id));
        owned = run->stored.entry.owned;
        if (owned) {
            const Result<void> asked = co_await run->journal->ask(id, {migration::Control::Retry, cause});
            if (!asked)
                co_return out.error(asked.error());
        }
    }
    if (owned) {
        if (!out.json())
            out.line(u"The process that carries it out has been asked. See it with: droverctl watch %1"_s.arg(id));
        co_return Done;
    }
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return out.error(engine.error());
    const Result<QString> again = co_await (*engine)->retry(id, cause);
    if (!again)
        co_return out.error(again.error());
    co_return co_await follow(&out, &(*engine)->runner(), *targets);
}

std::vector<Option> retryOptions()
{
    std::vector<Option> options{{u"cause"_s, u"Only those whose cause holds this text"_s, u"TEXT"_s}};
    std::ranges::copy(noticeOptions(), std::back_inserter(options));
    return options;
}

} // namespace

Command paceCommand()
{
    return {.name = u"pace"_s, .arguments = u"RUN PACE"_s, .positional = 2, .summary = u"Let a run go slower or faster, while it goes on"_s,
        .lesson = uR"lesson(PACE is careful (a quarter of the registrations that DPS allows), normal (the share of the plan), urgent (all of them), or
a percentage from 1 to 100. It holds within seconds, and for the rest of the run; "droverctl watch" shows it.

  droverctl pace 7f3a careful
  droverctl pace 7f3a 40%)lesson"_s,
        .run = pace};
}

Command skipCommand()
{
    return {.name = u"skip"_s, .arguments = u"RUN DEVICE…"_s, .positional = 2, .more = true, .summary = u"Leave devices of a run out, so that it does not wait for them"_s,
        .lesson = uR"lesson(Devices are named by device ID or registration ID. One whose enrollment is written already may still move by itself; the
report says so. Those that have arrived stay verified.

  droverctl skip 7f3a meter-0017 meter-0018)lesson"_s,
        .run = skip};
}

Command retryCommand()
{
    return {.name = u"retry"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Try a run's failed devices again, all or those of one cause"_s,
        .lesson = uR"lesson(Takes a run that has finished or pauses up again; a run that goes on is told. Devices are told to register again and
verified anew. An enrollment that was refused is read first and written only if it is still as it was. The causes are listed
by "droverctl report".

  droverctl retry 7f3a
  droverctl retry 7f3a --cause "did not register")lesson"_s,
        .options = retryOptions(), .run = retry};
}

} // namespace drover::cli
