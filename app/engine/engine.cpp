#include "app/engine/engine.h"

#include "app/engine/approval.h"
#include "app/engine/rulesfile.h"
#include "app/engine/setfile.h"
#include "app/migration/replay.h"
#include "models/plan/permission.h"
#include "models/plan/undo.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

/// States in which a device is still expected at its target.
bool isUnderWay(run::DeviceState state)
{
    using enum run::DeviceState;
    return state != Connected && state != Verified && state != Failed && state != Skipped && state != Undone;
}

} // namespace

Result<std::vector<plan::Move>> movesOf(const std::vector<Wish> &wishes)
{
    std::vector<plan::Move> moves;
    for (const Wish &wish : wishes) {
        Result<fleet::DeviceSet> set = readSet(wish.set);
        if (!set)
            return Failure(set.error());
        const std::optional<StampName> to = StampName::parse(wish.to);
        if (!to)
            return fail(ErrorKind::Usage, u"\"%1\" cannot be a stamp's name."_s.arg(wish.to.left(80)),
                u"\"droverctl stamps\" lists them."_s);
        moves.push_back({*std::move(set), *to});
    }
    return moves;
}

QCoro::Task<Result<std::unique_ptr<Engine>>> Engine::open(
    backend::Connection connection, std::unique_ptr<migration::Journal> journal, QString unlocked)
{
    if (!unlocked.isEmpty()) {
        const migration::Owner &who = journal->owner();
        const Result<void> noted = co_await journal->note({{.act = u"secret unlocked"_s, .person = who.person, .host = who.host,
            .detail = u"the connection strings of profile %1"_s.arg(unlocked)}});
        if (!noted)
            co_return Failure(noted.error());
    }
    co_return std::unique_ptr<Engine>(new Engine(std::move(connection), std::move(journal)));
}

Engine::Engine(backend::Connection connection, std::unique_ptr<migration::Journal> journal)
    : m_services(std::move(connection))
    , m_journal(std::move(journal))
    , m_runner(m_services, *m_journal)
{
}

QCoro::Task<Result<std::shared_ptr<const fleet::Fleet>>> Engine::look(Partial partial, std::stop_token stop)
{
    Result<fleet::Fleet> seen = co_await inventory::look(m_services, std::move(partial), stop);
    if (!seen)
        co_return Failure(seen.error());
    auto fleet = std::make_shared<fleet::Fleet>(*std::move(seen));
    Result<std::shared_ptr<const fleet::Rules>> rules = rulesFor(fleet->dps.host, m_rulesFile);
    if (!rules)
        co_return Failure(rules.error());
    fleet->rules = *rules;
    co_await addArrivals(&fleet->stamps);
    // A run has shares of its own, which its operator and other runs change.
    const plan::Options usual;
    if (m_runner.isRunning())
        m_services.applyLimits(fleet->stamps, fleet->dps.limits);
    else
        m_services.applyLimits(fleet->stamps, fleet->dps.limits, usual.dpsShare, usual.hubShare);
    m_fleet = fleet;
    // Of its own type: QCoro 0.8 moves out of anything else that is returned, members too.
    co_return Result<std::shared_ptr<const fleet::Fleet>>(m_fleet);
}

QCoro::Task<Result<std::shared_ptr<const fleet::Fleet>>> Engine::lookAtStamps(std::stop_token stop)
{
    if (!m_fleet)
        co_return co_await look({}, stop);
    Result<std::vector<fleet::Stamp>> seen = co_await inventory::lookAtStamps(m_services, m_fleet->stamps, stop);
    if (!seen)
        co_return Failure(seen.error());
    auto fleet = std::make_shared<fleet::Fleet>(*m_fleet);
    fleet->stamps = *std::move(seen);
    m_fleet = fleet;
    // Of its own type: QCoro 0.8 moves out of anything else that is returned, members too.
    co_return Result<std::shared_ptr<const fleet::Fleet>>(m_fleet);
}

QCoro::Task<> Engine::addArrivals(std::vector<fleet::Stamp> *stamps)
{
    // A journal that cannot be read is told by whoever needs it; the board does without arrivals then.
    const Result<std::vector<migration::RunEntry>> runs = co_await m_journal->runs();
    if (!runs)
        co_return;
    for (const migration::RunEntry &entry : *runs) {
        if (!entry.owned)
            continue;
        const Result<run::RunStatus> status = co_await m_journal->statusOf(entry.id);
        const Result<plan::Plan> plan = co_await m_journal->plan(entry.id);
        if (!status || !plan || std::ssize(plan->devices) != status->population.size())
            continue;
        for (qsizetype device = 0; device < status->population.size(); ++device) {
            if (!isUnderWay(static_cast<run::DeviceState>(status->population.at(device))))
                continue;
            const auto at = std::ranges::find(*stamps, plan->devices.at(device).target, &fleet::Stamp::hub);
            if (at != stamps->end())
                ++at->arriving;
        }
    }
}

QCoro::Task<Result<plan::Plan>> Engine::plan(std::vector<plan::Move> moves, plan::Options options, std::stop_token stop)
{
    if (!m_fleet) {
        const auto seen = co_await look({}, stop);
        if (!seen)
            co_return Failure(seen.error());
    }
    Result<plan::Plan> plan = plan::makePlan(*m_fleet, moves, options, m_services.clock().now());
    if (!plan && plan.error().kind == ErrorKind::Usage && !m_fleet->gaps.empty()) {
        // What was not seen may well be there: not the person's mistake.
        const fleet::Gap &gap = m_fleet->gaps.front();
        co_return fail(ErrorKind::Rejected, u"%1 But a part of the fleet could not be seen: %2, because %3"_s.arg(plan.error().what, gap.what, gap.why),
            u"Mend that first, then plan again."_s);
    }
    co_return plan;
}

QCoro::Task<Result<std::vector<plan::Check>>> Engine::check(plan::Plan plan, std::stop_token stop)
{
    const auto seen = co_await look({}, stop);
    if (!seen)
        co_return Failure(seen.error());
    if ((*seen)->dps.host.compare(plan.dpsHost, Qt::CaseInsensitive) != 0)
        co_return fail(ErrorKind::Usage, u"This plan was made for %1, but the connection leads to %2."_s.arg(plan.dpsHost, (*seen)->dps.host),
            u"Use the profile or endpoints file that the plan was made with."_s);
    std::vector<plan::Check> checks = plan::recheck(plan, **seen, m_services.clock().now());
    const Result<migration::Audit> audit = co_await m_journal->audit();
    if (!audit)
        co_return Failure(audit.error());
    noteApproval(checks, *audit, plan::hashOf(plan), m_journal->owner().person);
    co_return Result<std::vector<plan::Check>>(std::move(checks));
}

QCoro::Task<Result<Inspection>> Engine::inspect(QString id, std::stop_token stop)
{
    Result<Inspection> page = co_await Inspector(m_services).inspect(id, m_fleet, stop);
    if (page && !m_fleet && !page->seen.enrollment && page->seen.dpsTrouble.isEmpty()) {
        // A group's device, a part of a name, another letter case: only the index of all devices knows.
        const auto seen = co_await look({}, stop);
        if (seen)
            page = co_await Inspector(m_services).inspect(id, m_fleet, stop);
    }
    if (!page || !page->matches.isEmpty())
        co_return page;
    const QString name = page->seen.registration ? page->seen.registration->registrationId : id;
    Result<std::vector<migration::HistoryLine>> history = co_await m_journal->historyOf(name);
    if (history)
        page->history = *std::move(history);
    co_return page;
}

QCoro::Task<Result<void>> Engine::prepare(plan::Options options)
{
    if (!m_fleet) {
        const Result<std::vector<fleet::Stamp>> stamps
            = co_await inventory::lookAtStamps(m_services, m_services.connection().stamps, std::stop_token());
        if (!stamps)
            co_return Failure(stamps.error());
        m_services.applyLimits(*stamps, options.dps, options.dpsShare, options.hubShare);
        keepRules(*stamps);
        co_return Result<void>();
    }
    m_services.applyLimits(m_fleet->stamps, options.dps, options.dpsShare, options.hubShare);
    keepRules(m_fleet->stamps);
    co_return Result<void>();
}

/// A file of rules may be changed while a run goes on, so it is read whenever it is asked.
void Engine::keepRules(const std::vector<fleet::Stamp> &stamps)
{
    m_runner.useRules([file = m_rulesFile, stamps](const plan::Plan &plan, Instant now) -> Result<void> {
        const Result<std::shared_ptr<const fleet::Rules>> rules = rulesFor(plan.dpsHost, file);
        if (!rules)
            return Failure(rules.error());
        return *rules ? plan::mayChangeNow(plan, **rules, stamps, now) : Result<void>();
    });
}

QCoro::Task<Result<QString>> Engine::start(plan::Plan plan, migration::StartInfo info)
{
    const Result<void> prepared = co_await prepare(plan.options);
    if (!prepared)
        co_return Failure(prepared.error());
    const Result<void> approved = co_await secondPerson(plan, info);
    if (!approved)
        co_return Failure(approved.error());
    co_return co_await m_runner.start(std::move(plan), std::move(info));
}

QCoro::Task<Result<void>> Engine::secondPerson(const plan::Plan &plan, const migration::StartInfo &info)
{
    if (!m_fleet) {
        const auto seen = co_await look({}, std::stop_token());
        if (!seen)
            co_return Failure(seen.error());
    }
    if (info.dryRun || askingForApproval(plan, *m_fleet).isEmpty())
        co_return Result<void>();
    const Result<migration::Audit> audit = co_await m_journal->audit();
    if (!audit)
        co_return Failure(audit.error());
    co_return approvedByAnother(*audit, plan::hashOf(plan), m_journal->owner().person);
}

QCoro::Task<Result<QString>> Engine::prepareFor(QString run)
{
    const Result<migration::StoredRun> stored = co_await m_journal->load(run);
    if (!stored)
        co_return Failure(stored.error());
    const Result<plan::Plan> plan = plan::fromJson(stored->entry.plan);
    if (!plan)
        co_return Failure(plan.error());
    if (const Result<void> same = sameDps(plan->dpsHost); !same)
        co_return Failure(same.error());
    const Result<void> prepared = co_await prepare(plan->options);
    if (!prepared)
        co_return Failure(prepared.error());
    co_return Result<QString>(stored->entry.id);
}

Result<void> Engine::sameDps(const QString &host) const
{
    const QString here = m_services.connection().dps.host;
    if (here.compare(host, Qt::CaseInsensitive) == 0)
        return {};
    return fail(ErrorKind::Usage, u"This run belongs to %1, but the connection leads to %2."_s.arg(host, here),
        u"Use the profile or endpoints file that the run was started with."_s);
}

QCoro::Task<Result<QString>> Engine::resume(QString run)
{
    const Result<QString> id = co_await prepareFor(run);
    if (!id)
        co_return Failure(id.error());
    co_return co_await m_runner.resume(*id);
}

QCoro::Task<Result<QString>> Engine::retry(QString run, QString cause)
{
    const Result<QString> id = co_await prepareFor(run);
    if (!id)
        co_return Failure(id.error());
    co_return co_await m_runner.retry(*id, cause);
}

QCoro::Task<Result<plan::Plan>> Engine::undo(QString run, bool withoutChanged, std::stop_token stop)
{
    const Result<migration::StoredRun> stored = co_await m_journal->load(run);
    if (!stored)
        co_return Failure(stored.error());
    const Result<plan::Plan> plan = plan::fromJson(stored->entry.plan);
    if (!plan)
        co_return Failure(plan.error());
    if (const Result<void> same = sameDps(plan->dpsHost); !same)
        co_return Failure(same.error());
    if (!plan->undoes.isEmpty())
        co_return fail(ErrorKind::Rejected, u"Run %1 is itself the undo of %2."_s.arg(stored->entry.id, plan->undoes),
            u"Move the devices again with a new plan."_s);
    const Result<run::RunStatus> status = migration::storedStatus(*stored);
    if (!status)
        co_return Failure(status.error());
    if (status->phase != run::Phase::Finished && status->phase != run::Phase::Stopped)
        co_return fail(ErrorKind::Rejected, u"Run %1 has not ended, so it cannot be taken back yet."_s.arg(stored->entry.id),
            u"Stop it first, and take it back at once: droverctl stop %1 --return"_s.arg(stored->entry.id));
    const Result<migration::Snapshots> kept = co_await m_journal->snapshots(stored->entry.id);
    if (!kept)
        co_return Failure(kept.error());
    Result<std::vector<plan::Trace>> traces = migration::tracesOf(*stored, *kept);
    if (!traces)
        co_return Failure(traces.error());
    const auto seen = co_await look({}, stop);
    if (!seen)
        co_return Failure(seen.error());
    const plan::Past past{.run = stored->entry.id, .plan = *plan, .traces = *std::move(traces)};
    plan::Plan back = plan::makeUndo(**seen, past, withoutChanged, m_services.clock().now());
    // It holds every record that is written back; what cannot be read again could not be resumed.
    if (plan::toJson(back).size() > plan::largestDocument)
        co_return fail(ErrorKind::Rejected, u"The records that run %1 wrote are too many for one plan."_s.arg(past.run),
            u"Move the devices back in parts, with plans of their own."_s);
    co_return Result<plan::Plan>(std::move(back));
}

} // namespace drover::engine
