#include "app/migration/execution.h"

#include "app/migration/deeds.h"
#include "app/migration/replay.h"

#include <QCoroFuture>
#include <QLoggingCategory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcRun, "drover.run")

namespace drover::migration {

Execution::Execution(
    Effects &effects, Journal &journal, RunEntry entry, std::unique_ptr<run::RunMachine> machine, Lease lease)
    : m_effects(effects)
    , m_journal(journal)
    , m_entry(std::move(entry))
    , m_machine(std::move(machine))
    , m_lease(std::move(lease))
    , m_events(
          journal, m_entry.id, *m_machine, [this](run::Commands commands) { execute(std::move(commands)); },
          [this](const Error &error) {
              m_trouble = error;
              m_halt.request_stop();
          })
    , m_callsBefore(effects.calls())
    , m_sharers(m_machine->sharers())
{
    m_controls.setInterval(250ms);
    QObject::connect(&m_controls, &QTimer::timeout, &m_controls, [this] {
        if (!std::exchange(m_obeying, true))
            spawn(obey());
        followSharers();
    });
    listen();
    for (const run::WaveStatus &wave : m_machine->waves())
        m_gates.push_back(wave.verdict);
}

void Execution::begin(run::Happening first, Probe probe)
{
    m_effects.setSharers(m_sharers);
    m_controls.start();
    m_probe = std::move(probe);
    const auto start = [](Execution &run, run::Happening what) -> QCoro::Task<> {
        const bool asked = run.m_probe.isGiven();
        if (asked != run.m_machine->isProbed() && !co_await run.post(run::ProbeGiven{.asked = asked}))
            co_return;
        if (!co_await run.post(std::move(what)))
            co_return;
        run.followSharers();
        run.spawn(run.observe());
    };
    spawn(start(*this, std::move(first)));
}

QCoro::Task<bool> Execution::post(run::Happening what, QString person, QString reason)
{
    Owner who = m_journal.owner();
    if (!person.isEmpty())
        who.person = std::move(person);
    std::optional<Deed> deed = deedOf(what, m_entry.id, who);
    if (deed)
        deed->why = std::move(reason);
    if (deed && std::holds_alternative<run::Started>(what)) {
        deed->why = m_entry.reason;
        deed->detail = m_entry.title;
    }
    return m_events.post({.at = m_effects.now(), .what = std::move(what)}, std::move(deed));
}

void Execution::abandon()
{
    m_abandoned = true;
    onChange = {};
    m_controls.stop();
    m_gone.request_stop();
    m_callOff.request_stop();
    m_halt.request_stop();
}

void Execution::spawn(QCoro::Task<> task)
{
    ++m_tasks;
    watch(std::move(task), shared_from_this());
}

QCoro::Task<> Execution::watch(QCoro::Task<> task, std::shared_ptr<Execution> self)
{
    try {
        co_await task;
    } catch (const std::exception &bug) {
        qCCritical(lcRun) << "a task of a run ended with an exception:" << bug.what();
        m_trouble = Error{.kind = ErrorKind::Rejected,
            .what = u"Drover made a mistake: %1"_s.arg(QString::fromUtf8(bug.what())),
            .remedy = u"Resume the run; report it if it lasts."_s};
        m_halt.request_stop();
    }
    --m_tasks;
    self->settle();
}

void Execution::settle()
{
    if (m_tasks == 0 && isResting() && !std::exchange(m_concluding, true))
        conclude(shared_from_this());
}

/// The last words: lists show how it rests, the lease is let go, and whoever waits is told.
QCoro::Task<> Execution::conclude(std::shared_ptr<Execution> self)
{
    m_controls.stop();
    if (!m_trouble && !m_abandoned) {
        const run::RunStatus now = status();
        const Result<void> told = co_await m_journal.summarize(m_entry.id, phaseName(now.phase), now.ended,
            now.counts[size_t(run::DeviceState::Verified)], now.counts[size_t(run::DeviceState::Failed)]);
        if (!told)
            qCWarning(lcRun) << "the list of runs shows an old state:" << told.error().what;
    }
    if (!m_abandoned) {
        const Result<void> free = co_await m_journal.letGo(m_entry.id);
        Q_UNUSED(free)
    }
    m_lease.reset();
    m_isOver = true;
    for (QPromise<void> &waiter : self->m_waiters)
        waiter.finish();
    if (onChange)
        onChange(true);
}

QCoro::Task<> Execution::untilRest()
{
    if (m_isOver)
        co_return;
    QPromise<void> &waiter = m_waiters.emplace_back();
    waiter.start();
    const QFuture<void> future = waiter.future();
    co_await future;
}

void Execution::execute(run::Commands commands)
{
    if (m_abandoned)
        return;
    for (const run::Command &command : commands)
        std::visit([this](const auto &what) { carryOut(what); }, command);
    noteGates();
    if (onChange)
        onChange(false);
}

run::RunStatus Execution::status() const
{
    run::RunStatus status = statusOf(*m_machine, m_effects.now());
    status.id = m_entry.id;
    status.title = m_entry.title;
    status.planHash = m_entry.planHash;
    status.calls = m_effects.calls() - m_callsBefore;
    if (!isResting())
        status.slowed = m_effects.slowed();
    if (m_trouble && !m_machine->atRest()) {
        status.phase = run::Phase::Paused;
        status.reason = u"%1. %2"_s.arg(m_trouble->what, m_trouble->remedy);
    } else if (m_away && !m_machine->atRest()) {
        status.phase = run::Phase::Paused;
        status.reason = u"%1. The run waits for it and then goes on by itself."_s.arg(m_away->what);
    }
    return status;
}

/// While the run goes on, what is told later is told.
void Execution::carryOut(const run::CallOff &)
{
    m_callOff.request_stop();
    if (!isResting() && m_machine->phase() != run::Phase::Stopping)
        m_callOff = std::stop_source();
}

QCoro::Task<> Execution::askProbe(int wave)
{
    const run::ProbeAnswered answered = co_await ask(m_probe, m_entry.id, wave, m_halt.get_token());
    // What was called off has said nothing.
    if (!isResting())
        co_await post(answered);
}

QCoro::Task<> Execution::write(run::WriteSteps command)
{
    if (!co_await post(run::WriteIntended{.steps = command.steps}))
        co_return;
    if (!co_await isStillOurs())
        co_return;
    std::vector<run::WriteOutcome> outcomes = co_await m_effects.write(std::move(command.steps));
    std::vector<QCoro::Task<bool>> posting;
    for (run::WriteOutcome &outcome : outcomes) {
        outcome.ask = command.ask;
        posting.push_back(post(outcome));
        if (outcome.result == run::WriteResult::NotSent && !outcome.why.isEmpty())
            posting.push_back(post(run::PauseAsked{.reason = outcome.why}, u"drover"_s));
    }
    for (QCoro::Task<bool> &posted : posting)
        co_await posted;
}

QCoro::Task<> Execution::readBack(run::ReadBack command)
{
    run::ReadBackDone done = co_await m_effects.readBack(command.step);
    done.ask = command.ask;
    co_await post(done);
}

QCoro::Task<> Execution::trigger(std::vector<run::DeviceIndex> devices)
{
    if (!co_await post(run::TriggerIntended{.devices = devices}) || !co_await isStillOurs())
        co_return;
    const auto one = [](std::shared_ptr<Execution> run, run::DeviceIndex device) -> QCoro::Task<> {
        const run::TriggerOutcome outcome = co_await run->m_effects.trigger(device);
        co_await run->post(outcome);
    };
    std::vector<QCoro::Task<>> calls;
    for (const run::DeviceIndex device : devices)
        calls.push_back(one(shared_from_this(), device));
    for (QCoro::Task<> &call : calls)
        co_await call;
}

/// The intent names the batch: whoever takes the run up finds a job by it.
QCoro::Task<> Execution::tell(run::Trigger command)
{
    if (!command.again
        && !co_await post(run::TellingIntended{.kind = command.kind, .batch = command.batch, .devices = command.devices}))
        co_return;
    Order order{.kind = command.kind,
        .name = u"drover-%1-%2"_s.arg(m_entry.id).arg(command.batch),
        .devices = std::move(command.devices),
        .again = command.again,
        .callOff = m_callOff.get_token(),
        .gone = m_gone.get_token()};
    std::vector<run::TriggerOutcome> outcomes = co_await m_effects.tell(std::move(order));
    if (!m_abandoned)
        co_await post(run::Told{.batch = command.batch, .outcomes = std::move(outcomes)});
}

QCoro::Task<> Execution::tick(Instant at, int generation)
{
    const Duration left = at - m_effects.now();
    const bool came = co_await m_effects.wait(std::max(left, Duration(1)), m_halt.get_token());
    // A newer wait has replaced this one.
    if (came && generation == m_wait && !isResting())
        co_await post(run::Tick{});
}

/// False when stopped. A pause that was meant for the time before everybody was told ends when they are.
QCoro::Task<bool> Execution::pauseLooking(Duration pause, run::LookPacer &pacer, run::LookTaken last)
{
    constexpr Duration slice = 2s;
    while (pause > Duration::zero()) {
        const Duration part = std::min<Duration>(pause, slice);
        if (!co_await m_effects.wait(part, m_halt.get_token()))
            co_return false;
        pause -= part;
        if (pause > run::LookPacer::first && pacer.shortens(last, m_machine->isAsked()))
            pause = run::LookPacer::first;
    }
    co_return true;
}

QCoro::Task<> Execution::observe()
{
    const plan::Options &options = m_machine->plan().options;
    run::LookPacer pacer(options.dps.operationsPerMinute * options.lookShare);
    Duration pause = run::LookPacer::first;
    run::LookTaken last;
    run::Sight sight;
    while (!isResting()) {
        if (!co_await pauseLooking(pause, pacer, last))
            co_return;
        pause = run::LookPacer::first;
        std::vector<run::DeviceIndex> devices
            = m_machine->isWatching() ? m_machine->watched() : std::vector<run::DeviceIndex>();
        if (devices.empty())
            continue;
        last.onlyWaiting = m_machine->onlyWaits();
        last.closing = m_machine->isAsked();
        Look look = co_await m_effects.look(*m_machine, std::move(devices), m_halt.get_token());
        std::vector<run::Sighting> &seen = look.sightings;
        std::erase_if(seen, [this](const run::Sighting &sighting) { return !m_machine->tellsSomething(sighting); });
        last.calls = look.calls;
        last.dpsCalls = look.dpsCalls;
        last.news = !seen.empty();
        if (last.news && !co_await post(run::Observed{.sightings = std::move(seen)}))
            co_return;
        // What a look was called off for is no news of the services.
        if (isResting())
            co_return;
        run::Sight now{.why = look.trouble ? u"%1. %2"_s.arg(look.trouble->what, look.trouble->remedy).trimmed() : QString(), .ahead = look.ahead};
        if ((now.why.isEmpty() != sight.why.isEmpty() || now.ahead != sight.ahead) && !co_await post(now))
            co_return;
        sight = std::move(now);
        pause = pacer.after(last);
    }
}

} // namespace drover::migration
