#include "app/migration/crossing.h"
#include "app/migration/execution.h"

#include "models/core/words.h"

#include <QCoroFuture>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// What is looked at and kept before a wave begins.
namespace drover::migration {
namespace {

/// Twins that were read before that are read again.
constexpr Duration fresh = 10min;
/// A source that is away for longer is asked of a person.
constexpr Duration twinPatience = 3min;
constexpr Duration betweenAsking = 10s;

} // namespace

/// A service that is away is waited for, as everywhere else in a run, until the machine asks a person.
QCoro::Task<Result<void>> Execution::whenItAnswers(std::function<QCoro::Task<Result<void>>()> ask)
{
    bool away = false;
    for (;;) {
        Result<void> answer = co_await ask();
        const bool isAway = !answer && answer.error().kind == ErrorKind::Offline;
        if (!isAway && std::exchange(away, false) && !isResting() && !co_await post(run::Sight{}))
            co_return answer;
        if (!isAway)
            co_return answer;
        if (!std::exchange(away, true)
            && !co_await post(run::Sight{.why = sentencesOf(answer.error()), .ahead = true}))
            co_return answer;
        if (!co_await m_effects.wait(betweenAsking, m_halt.get_token()))
            co_return fail(ErrorKind::Cancelled, answer.error().what, answer.error().remedy);
    }
}

QCoro::Task<> Execution::snapshot(run::TakeSnapshot command)
{
    const int wave = command.wave;
    if (const QString turned = co_await groupTurnedAway(m_effects, *m_machine, wave); !turned.isEmpty()) {
        co_await post(run::SnapshotFailed{.why = turned});
        co_return;
    }
    const Result<void> may = rules && wave > 0 ? rules(m_machine->plan(), m_effects.now()) : Result<void>();
    if (!may) {
        co_await post(run::SnapshotFailed{.why = u"Before wave %1: %2"_s.arg(wave + 1).arg(sentencesOf(may.error()))});
        co_return;
    }
    const Result<void> same = co_await whenItAnswers([this, wave] { return m_effects.drift(*m_machine, wave, m_halt.get_token()); });
    if (!same) {
        if (same.error().kind != ErrorKind::Cancelled || !isResting())
            co_await post(run::SnapshotFailed{.why = u"Before wave %1: %2"_s.arg(wave + 1).arg(sentencesOf(same.error()))});
        co_return;
    }
    if (m_twinsAhead.isRunning())
        co_await m_twinsAhead;
    const Instant since = m_effects.now();
    Kept kept = co_await keepTwins(twinsAreFresh(wave) ? std::vector<run::DeviceIndex>() : notMoved(wave));
    while (kept.isAway() && !command.withoutTwins && m_effects.now() - since < twinPatience
        && co_await m_effects.wait(betweenAsking, m_halt.get_token()))
        kept = co_await keepTwins(notMoved(wave));
    if (kept.trouble && isResting())
        co_return;
    const bool away = kept.isAway();
    if (kept.trouble && !(away && command.withoutTwins)) {
        const QString remedy = away
            ? u"So the twins of %1 cannot be kept before wave %2, to be compared afterwards. Resume when it answers; a run that is resumed before goes on without them."_s
                  .arg(counted(kept.without, u"device"_s))
                  .arg(wave + 1)
            : kept.trouble->remedy;
        co_await post(run::SnapshotFailed{.why = sentencesOf({.kind = {}, .what = kept.trouble->what, .remedy = remedy}), .acceptable = away});
        co_return;
    }
    if (!away)
        m_twinsRead[wave] = m_effects.now();
    spawn(keepTwinsAhead(wave + 1));
    co_await post(run::SnapshotTaken{.wave = wave, .withoutTwin = kept.without});
}

bool Execution::twinsAreFresh(int wave) const
{
    const auto read = m_twinsRead.find(wave);
    return read != m_twinsRead.end() && m_effects.now() - read->second < fresh;
}

/// Those of a wave that have not moved, and before the first one everybody who may follow a group at once.
std::vector<run::DeviceIndex> Execution::notMoved(int wave) const
{
    const plan::Plan &plan = m_machine->plan();
    std::vector<run::DeviceIndex> devices;
    for (run::DeviceIndex device = 0; device < m_machine->deviceCount(); ++device) {
        const plan::PlannedDevice &row = plan.devices[size_t(device)];
        const bool moved = m_machine->known(device).registration == run::Sighting::Registration::OnTarget;
        const bool wanted = row.wave == wave || (wave == 0 && plan.steps[size_t(row.step)].wave == 0);
        if (!moved && m_machine->state(device) != run::DeviceState::Verified && wanted)
            devices.push_back(device);
    }
    return devices;
}

/// Those of sources that answer, although one does not.
QCoro::Task<Execution::Kept> Execution::keepTwins(std::vector<run::DeviceIndex> devices)
{
    const plan::Plan &plan = m_machine->plan();
    std::map<HubHostName, std::vector<run::DeviceIndex>> bySource;
    for (const run::DeviceIndex device : devices) {
        const plan::PlannedDevice &row = plan.devices[size_t(device)];
        const bool compares = plan.steps[size_t(row.step)].policy == fleet::Reprovision::Migrate;
        if (compares && !row.source.isNull())
            bySource[row.source].push_back(device);
    }
    Kept kept;
    for (const auto &[source, theirs] : bySource) {
        const Result<std::vector<TwinSnapshot>> twins = co_await m_effects.readTwins(theirs, m_halt.get_token());
        if (!twins && twins.error().kind != ErrorKind::Offline)
            co_return Kept{.trouble = twins.error()};
        if (!twins) {
            // One that was at its target all the time has nothing there to be compared with.
            const auto without
                = std::ranges::count_if(theirs, [&plan](run::DeviceIndex device) { return !plan.devices[size_t(device)].home; });
            if (without > 0)
                kept.trouble = twins.error();
            kept.without += int(without);
            continue;
        }
        if (const Result<void> written = co_await m_journal.keep(m_entry.id, {}, *twins); !written)
            co_return Kept{.trouble = written.error()};
    }
    co_return kept;
}

/// The next wave's, while this one is under way, unless that takes so long that they must be read again. Where it fails,
/// the wave reads its own.
QCoro::Task<> Execution::keepTwinsAhead(int wave)
{
    const plan::Plan &plan = m_machine->plan();
    if (size_t(wave) >= plan.waves.size())
        co_return;
    // Who follows a group at once was read before the first wave.
    const bool following = std::ranges::none_of(plan.devices, [&plan, wave](const plan::PlannedDevice &row) {
        return row.wave == wave && plan.steps[size_t(row.step)].wave > 0;
    });
    if (following && m_twinsRead.contains(0)) {
        m_twinsRead[wave] = m_twinsRead[0];
        co_return;
    }
    if (size_t(wave) > plan.eta.waves.size() || plan.eta.waves[size_t(wave) - 1] > fresh)
        co_return;
    QPromise<void> done;
    done.start();
    m_twinsAhead = done.future();
    if (const Kept kept = co_await keepTwins(notMoved(wave)); !kept.trouble)
        m_twinsRead[wave] = m_effects.now();
    done.finish();
}

} // namespace drover::migration
