#include "app/migration/runner.h"

#include "app/migration/azureeffects.h"
#include "app/migration/crossing.h"
#include "app/migration/deeds.h"
#include "app/migration/execution.h"
#include "app/migration/replay.h"

#include <QDateTime>
#include <QRandomGenerator>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::migration {
namespace {

QString titleOf(const plan::Plan &plan)
{
    QStringList parts;
    for (const plan::MoveSummary &move : plan.summaries)
        parts.push_back(u"%1 → %2"_s.arg(move.set, move.to.text()));
    return parts.join(u", "_s);
}

/// "20260131-142501-7f3a": sorts by time, and is easily told over the phone.
QString newId(Instant now)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(now.time_since_epoch().count(), Qt::UTC);
    const quint32 tail = QRandomGenerator::system()->bounded(0x10000U);
    return u"%1-%2"_s.arg(time.toString(u"yyyyMMdd-HHmmss"_s)).arg(tail, 4, 16, QLatin1Char('0'));
}

/// The hubs that a plan moves devices from or to: two runs may not share one.
QStringList hubsOf(const plan::Plan &plan)
{
    QStringList hubs;
    for (const plan::PlannedDevice &device : plan.devices) {
        for (const HubHostName *hub : {&device.source, &device.target}) {
            if (hubs.isEmpty() || !hubs.contains(hub->text()))
                hubs.append(hub->text());
        }
    }
    hubs.removeAll(QString());
    return hubs;
}

Failure busy()
{
    return fail(ErrorKind::Usage, u"Another run is being carried out here"_s, u"Pause it or wait for its end."_s);
}

Result<void> permitted(const plan::Plan &plan)
{
    if (plan.devices.empty())
        return fail(ErrorKind::Usage, u"The plan moves no device"_s, u"Look at why its devices are skipped."_s);
    const auto blocking = std::ranges::find(plan.checks, plan::Verdict::Block, &plan::Check::verdict);
    if (blocking == plan.checks.end())
        return {};
    return fail(ErrorKind::Blocked, u"The check \"%1\" forbids it: %2"_s.arg(blocking->title, blocking->evidence),
        blocking->remedy);
}

} // namespace

struct Runner::State {
    State(std::unique_ptr<Effects> world, Journal &memory)
        : effects(std::move(world))
        , journal(memory)
    {
        report.setSingleShot(true);
        report.setInterval(100ms);
    }

    bool isRunning() const { return execution && !execution->isOver(); }

    std::unique_ptr<Effects> effects;
    Journal &journal;
    std::shared_ptr<Execution> execution;
    /// From the first look at Azure until the run has begun: a second start must not slip in between.
    bool starting = false;
    Probe probe;
    std::function<Result<void>(const plan::Plan &, Instant)> rules;
    QTimer report;

    void launch(
        Runner &runner, RunEntry entry, std::unique_ptr<run::RunMachine> machine, Lease lease, run::Happening first);
};

void Runner::State::launch(
    Runner &runner, RunEntry entry, std::unique_ptr<run::RunMachine> machine, Lease lease, run::Happening first)
{
    execution = std::make_shared<Execution>(*effects, journal, std::move(entry), std::move(machine), std::move(lease));
    execution->onChange = [this, &runner](bool over) {
        if (!over) {
            if (!report.isActive())
                report.start();
            return;
        }
        report.stop();
        const run::RunStatus last = execution->status();
        Q_EMIT runner.statusChanged(last);
        Q_EMIT runner.ended(last);
    };
    execution->rules = rules;
    execution->begin(std::move(first), probe);
}

Runner::Runner(inventory::Services &services, Journal &journal, QObject *parent)
    : Runner(std::make_unique<AzureEffects>(services), journal, parent)
{
}

Runner::Runner(std::unique_ptr<Effects> effects, Journal &journal, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<State>(std::move(effects), journal))
{
    connect(&d->report, &QTimer::timeout, this, [this] { Q_EMIT statusChanged(status()); });
}

Runner::~Runner()
{
    if (d->isRunning())
        d->execution->abandon();
}

void Runner::useProbe(Probe probe)
{
    d->probe = std::move(probe);
}

void Runner::useRules(std::function<Result<void>(const plan::Plan &, Instant)> rules)
{
    d->rules = std::move(rules);
}

QCoro::Task<Result<QString>> Runner::start(plan::Plan plan, StartInfo info)
{
    if (isRunning())
        co_return busy();
    if (const Result<void> allowed = permitted(plan); !allowed)
        co_return Failure(allowed.error());
    d->starting = true;
    const auto done = qScopeGuard([this] { d->starting = false; });
    d->effects->begin(plan, {});
    if (const Result<void> allowed = co_await mayUndo(plan.undoes); !allowed)
        co_return Failure(allowed.error());
    RunEntry entry;
    entry.started = d->effects->now();
    entry.id = newId(entry.started);
    entry.title = titleOf(plan);
    entry.planHash = plan::hashOf(plan);
    entry.plan = plan::toJson(plan);
    entry.operatorName = d->journal.owner().person;
    entry.reason = info.reason;
    entry.ticket = info.ticket;
    entry.undoes = plan.undoes;
    entry.phase = phaseName(run::Phase::Running);
    entry.total = static_cast<int>(plan.devices.size());
    std::optional<Lease> lease;
    if (!info.dryRun) {
        Result<Lease> claimed = co_await d->journal.claim(entry.id, hubsOf(plan), d->effects->service());
        if (!claimed)
            co_return Failure(claimed.error());
        lease = *std::move(claimed);
    }
    // Looked at under the lease: another run of these hubs may have ended while this one waited for it.
    if (const Result<void> alone = co_await crossesNone(d->journal, plan); !alone)
        co_return Failure(alone.error());
    const Result<std::vector<EnrollmentSnapshot>> enrollments = co_await d->effects->readEnrollments({});
    if (!enrollments)
        co_return Failure(enrollments.error());
    if (info.dryRun)
        co_return QString();
    if (const Result<void> begun = co_await d->journal.begin(entry, {approvalOf(entry, d->journal.owner())}); !begun)
        co_return Failure(begun.error());
    if (const Result<void> kept = co_await d->journal.keep(entry.id, *enrollments, {}); !kept)
        co_return Failure(kept.error());
    const QString id = entry.id;
    d->launch(*this, std::move(entry), std::make_unique<run::RunMachine>(plan, optionsFor(plan)), std::move(*lease),
        run::Started{});
    co_return id;
}

/// A run is taken back when it has ended: nobody may write forth while this writes back.
QCoro::Task<Result<void>> Runner::mayUndo(QString runId)
{
    if (runId.isEmpty())
        co_return {};
    const Result<run::RunStatus> status = co_await d->journal.statusOf(runId);
    if (!status)
        co_return Failure(status.error());
    if (status->phase == run::Phase::Finished || status->phase == run::Phase::Stopped)
        co_return {};
    co_return fail(ErrorKind::Rejected, u"Run %1 has not ended, so it cannot be taken back yet"_s.arg(runId),
        u"Stop it first: droverctl stop %1 --return"_s.arg(runId));
}

QCoro::Task<Result<void>> Runner::mayRetry(QString runId)
{
    const Result<std::vector<RunEntry>> runs = co_await d->journal.runs();
    if (!runs)
        co_return Failure(runs.error());
    const auto undo = std::ranges::find(*runs, runId, &RunEntry::undoes);
    if (undo != runs->end()) {
        co_return fail(ErrorKind::Rejected, u"Run %1 was taken back by run %2"_s.arg(runId, undo->id),
            u"Plan these devices again."_s);
    }
    co_return {};
}

QCoro::Task<Result<QString>> Runner::resume(QString runId)
{
    return takeUp(runId, [runId](const run::RunMachine &machine) -> Result<run::Happening> {
        const run::Phase phase = machine.phase();
        if (phase == run::Phase::Finished || phase == run::Phase::Stopped) {
            return fail(ErrorKind::Rejected, u"Run %1 has ended: %2"_s.arg(runId, machine.reason()),
                u"See its report: droverctl report %1"_s.arg(runId));
        }
        return phase == run::Phase::Planned ? run::Happening(run::Started{}) : run::Happening(run::Resumed{});
    });
}

QCoro::Task<Result<QString>> Runner::retry(QString runId, QString cause)
{
    const Result<StoredRun> found = co_await d->journal.load(runId);
    if (!found)
        co_return Failure(found.error());
    const QString id = found->entry.id;
    if (const Result<void> allowed = co_await mayRetry(id); !allowed)
        co_return Failure(allowed.error());
    co_return co_await takeUp(id, [id, cause](const run::RunMachine &machine) -> Result<run::Happening> {
        if (machine.phase() == run::Phase::Stopped || machine.phase() == run::Phase::Stopping) {
            return fail(ErrorKind::Rejected, u"Run %1 was stopped, so nothing of it is tried again"_s.arg(id),
                u"Plan these devices again."_s);
        }
        std::vector<run::DeviceIndex> devices = machine.failedBecause(cause);
        if (devices.empty()) {
            return fail(ErrorKind::Usage,
                cause.isEmpty() ? u"No device of run %1 has failed"_s.arg(id)
                                : u"No device of run %1 has failed with \"%2\" in its cause"_s.arg(id, cause),
                u"See the causes: droverctl report %1"_s.arg(id));
        }
        return run::RetryAsked{.devices = std::move(devices)};
    });
}

QCoro::Task<Result<QString>> Runner::takeUp(QString runId, First first)
{
    if (isRunning())
        co_return busy();
    d->starting = true;
    const auto done = qScopeGuard([this] { d->starting = false; });
    const Result<StoredRun> found = co_await d->journal.load(runId);
    if (!found)
        co_return Failure(found.error());
    const Result<plan::Plan> known = plan::fromJson(found->entry.plan);
    if (!known)
        co_return Failure(known.error());
    Result<Lease> lease = co_await d->journal.claim(found->entry.id, hubsOf(*known), d->effects->service());
    if (!lease)
        co_return Failure(lease.error());
    // Once more under the lease: its last owner may have written meanwhile.
    Result<StoredRun> stored = co_await d->journal.load(found->entry.id);
    if (!stored)
        co_return Failure(stored.error());
    Result<Snapshots> kept = co_await d->journal.snapshots(stored->entry.id);
    if (!kept)
        co_return Failure(kept.error());
    Result<std::unique_ptr<run::RunMachine>> machine = replayed(*stored, optionsFor(*known));
    if (!machine)
        co_return Failure(machine.error());
    const Result<run::Happening> what = first(**machine);
    if (!what)
        co_return Failure(what.error());
    d->effects->begin(*known, std::move(*kept));
    d->effects->setPace((*machine)->pace());
    if (const Result<void> answered = co_await d->effects->greet({}); !answered)
        co_return Failure(answered.error());
    if (const Result<void> alone = co_await crossesNone(d->journal, *known, stored->entry.id); !alone)
        co_return Failure(alone.error());
    if (const Result<void> may = d->rules ? d->rules(*known, d->effects->now()) : Result<void>(); !may)
        co_return Failure(may.error());
    // A person who goes on must know what somebody else has done meanwhile.
    const QString turned = co_await groupTurnedAway(*d->effects, **machine, std::numeric_limits<int>::max());
    if (!turned.isEmpty())
        co_return fail(ErrorKind::Blocked, turned, {});
    // Killed before its snapshots were all kept: nothing was written yet, so it begins like a new one.
    if ((*machine)->phase() == run::Phase::Planned) {
        const Result<std::vector<EnrollmentSnapshot>> enrollments = co_await d->effects->readEnrollments({});
        if (!enrollments)
            co_return Failure(enrollments.error());
        if (const Result<void> again = co_await d->journal.keep(stored->entry.id, *enrollments, {}); !again)
            co_return Failure(again.error());
    }
    const QString id = stored->entry.id;
    // What was asked of its last owner is not meant for this one.
    if (const auto old = co_await d->journal.takeRequests(id); !old)
        co_return Failure(old.error());
    d->launch(*this, std::move(stored->entry), std::move(*machine), std::move(*lease), *what);
    co_return id;
}

QCoro::Task<Result<void>> Runner::pause(QString reason)
{
    if (!d->isRunning())
        co_return fail(ErrorKind::Usage, u"No run is being carried out here"_s, u"List the runs: droverctl runs"_s);
    const std::shared_ptr<Execution> execution = d->execution;
    co_await execution->post(run::PauseAsked{.reason = reason});
    co_await execution->untilRest();
    co_return {};
}

QCoro::Task<Result<void>> Runner::stop()
{
    if (!d->isRunning())
        co_return fail(ErrorKind::Usage, u"No run is being carried out here"_s, u"List the runs: droverctl runs"_s);
    const std::shared_ptr<Execution> execution = d->execution;
    co_await execution->post(run::StopAsked{});
    co_await execution->untilRest();
    co_return {};
}

QCoro::Task<run::RunStatus> Runner::untilEnd()
{
    const std::shared_ptr<Execution> execution = d->execution;
    if (!execution)
        co_return run::RunStatus();
    co_await execution->untilRest();
    co_return execution->status();
}

run::RunStatus Runner::status() const
{
    return d->execution ? d->execution->status() : run::RunStatus();
}

bool Runner::isRunning() const
{
    return d->starting || d->isRunning();
}

} // namespace drover::migration
