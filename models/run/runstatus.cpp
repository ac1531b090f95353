#include "models/run/runmachine.h"

#include "models/run/words.h"

#include <QLocale>

#include <map>
#include <tuple>

using namespace Qt::StringLiterals;

namespace drover::run {

QString grouped(qint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

QString counted(qint64 number, QStringView noun)
{
    return grouped(number) + u' ' + noun.toString() + (number == 1 ? u""_s : u"s"_s);
}

QString stateName(DeviceState state)
{
    static const std::array<QString, stateCount> names
        = {u"planned"_s, u"enrolled"_s, u"triggered"_s, u"registering"_s, u"assigned"_s, u"connected"_s, u"verified"_s,
            u"waiting"_s, u"throttled"_s, u"failed"_s, u"skipped"_s, u"undone"_s};
    return names[static_cast<size_t>(state)];
}

QString phaseName(Phase phase)
{
    switch (phase) {
    case Phase::Planned:
        return u"Planned"_s;
    case Phase::Snapshot:
        return u"Snapshot"_s;
    case Phase::Running:
        return u"Running"_s;
    case Phase::Gate:
        return u"Gate"_s;
    case Phase::Paused:
        return u"Paused"_s;
    case Phase::Stopping:
        return u"Stopping"_s;
    case Phase::Stopped:
        return u"Stopped"_s;
    case Phase::Finished:
        return u"Finished"_s;
    case Phase::Failed:
        return u"Failed"_s;
    }
    Q_UNREACHABLE();
}

StopCounts stopCounts(const Counts &counts)
{
    const auto sum = [&counts](std::initializer_list<DeviceState> states) {
        int all = 0;
        for (const DeviceState state : states)
            all += counts[static_cast<size_t>(state)];
        return all;
    };
    using enum DeviceState;
    return {.stay = sum({Verified}),
        .finish = sum({Triggered, Registering, Assigned, Connected, Throttled}),
        .follow = sum({Enrolled, Waiting}),
        .neverStart = sum({Planned}),
        .settled = sum({Failed, Skipped, Undone})};
}

QString describe(const RunMachine &machine, DeviceIndex device)
{
    const QString state = stateName(machine.state(device));
    const QString reason = machine.reasonOf(device);
    return reason.isEmpty() ? state : u"%1: %2"_s.arg(state, reason);
}

namespace {

int of(const Counts &counts, DeviceState state)
{
    return counts[static_cast<size_t>(state)];
}

/// Verified devices a minute, over the last minute that was sampled.
double rateOf(const std::vector<Sample> &samples, const Counts &counts, Instant now)
{
    const Instant since = now - std::chrono::minutes(1);
    const auto first = std::ranges::find_if(samples, [since](const Sample &sample) { return sample.at >= since; });
    if (first == samples.end())
        return 0;
    const auto from = first == samples.begin() ? first : std::prev(first);
    const double minutes = std::chrono::duration<double, std::ratio<60>>(now - std::max(from->at, since)).count();
    const int arrived = of(counts, DeviceState::Verified) - of(from->counts, DeviceState::Verified);
    return minutes > 0.01 ? arrived / std::max(minutes, 0.1) : 0;
}

int settledOf(const Counts &counts)
{
    return of(counts, DeviceState::Verified) + of(counts, DeviceState::Failed) + of(counts, DeviceState::Skipped)
        + of(counts, DeviceState::Undone);
}

Duration part(Duration span, double share)
{
    return Duration(static_cast<qint64>(share * static_cast<double>(span.count())));
}

/// How much longer the plan's waves take than they were expected to, as far as they are over.
double slowness(const RunStatus &status, const plan::Eta &eta)
{
    Duration expected = eta.before;
    std::optional<Instant> until;
    for (size_t wave = 0; wave < status.waves.size() && status.waves[wave].closed; ++wave) {
        expected += eta.waves[wave];
        until = status.waves[wave].closed;
    }
    if (!until || expected <= Duration())
        return 1;
    // Short waves tell little of the long one: they count by their share of the whole.
    const double weight = static_cast<double>(expected.count()) / static_cast<double>(eta.expected.count());
    const double ratio = static_cast<double>((*until - status.started).count()) / static_cast<double>(expected.count());
    return 1 + std::min(1.0, weight) * (std::clamp(ratio, 0.5, 3.0) - 1);
}

/// What is left by the plan's own figures, corrected by how the run went so far and by its pace.
Duration leftByWaves(const RunStatus &status, const plan::Plan &plan)
{
    const plan::Eta &eta = plan.eta;
    const double pace = status.pace > 0 && status.pace < plan.options.dpsShare ? plan.options.dpsShare / status.pace : 1;
    const double factor = slowness(status, eta) * pace;
    Instant began = status.started;
    Duration left = {};
    for (size_t wave = 0; wave < status.waves.size(); ++wave) {
        const WaveStatus &each = status.waves[wave];
        if (each.closed) {
            began = *each.closed;
            continue;
        }
        Duration expected = part(eta.waves[wave] + (wave == 0 ? eta.before : Duration()), factor);
        if (static_cast<int>(wave) == std::max(status.wave, 0)) {
            // What was seen lags behind what has happened: time counts, too, until it counts too much.
            const double open = 1 - static_cast<double>(settledOf(each.counts)) / std::max(1, each.devices);
            const Duration bySeen = part(expected, open);
            const Duration byTime = expected - (status.now - began);
            expected = std::min(bySeen, std::max(byTime, bySeen / 2));
        }
        left += expected;
    }
    return left;
}

void addExpectation(RunStatus &status, const plan::Plan &plan)
{
    const plan::Eta &eta = plan.eta;
    const int remaining = status.total - settledOf(status.counts);
    if (status.ended || status.phase == Phase::Paused || status.total == 0)
        return;
    const double share = static_cast<double>(remaining) / status.total;
    Duration left = part(eta.longest, share);
    if (eta.expected > Duration() && eta.waves.size() == status.waves.size())
        left = leftByWaves(status, plan);
    else if (status.rate > 0)
        left = std::min(left, Duration(static_cast<qint64>(remaining / status.rate * 60'000)));
    status.left = left;
    status.expectedFrom = status.now + std::min(left, part(eta.shortest, share));
    status.expectedTo = status.now + std::max(left, part(eta.longest, share));
}

std::vector<Crossing> crossingsOf(const RunMachine &machine)
{
    std::map<std::pair<QString, QString>, Crossing> found;
    Crossing *crossing = nullptr;
    for (DeviceIndex device = 0; device < machine.deviceCount(); ++device) {
        // Neighbors nearly always go the same way: one look-up for most of a million rows.
        const plan::PlannedDevice &row = machine.plan().devices[static_cast<size_t>(device)];
        if (!crossing || crossing->from != row.source.text() || crossing->to != row.target.text()) {
            crossing = &found[{row.source.text(), row.target.text()}];
            crossing->from = row.source.text();
            crossing->to = row.target.text();
        }
        ++(row.home ? crossing->toBefore : crossing->fromBefore);
        const Sighting::Facts &known = machine.known(device);
        const bool there = known.target == Sighting::Target::Present || known.target == Sighting::Target::Connected;
        const bool unseen = known.target == Sighting::Target::Unknown && known.source == Sighting::Source::Unknown;
        const bool atTarget = there || (row.home && unseen);
        crossing->toNow += atTarget ? 1 : 0;
        // One that was seen at its target has left, though the source may not have been looked at since.
        const bool onBoth = there && machine.state(device) == DeviceState::Failed
            && (known.source == Sighting::Source::Present || known.source == Sighting::Source::Connected);
        crossing->fromNow += onBoth ? 1 : 0;
        crossing->fromNow += !atTarget && known.registration != Sighting::Registration::Astray && known.source != Sighting::Source::Absent ? 1 : 0;
    }
    std::vector<Crossing> crossings;
    for (const auto &[hubs, counts] : found)
        crossings.push_back(counts);
    return crossings;
}

bool isAside(DeviceState state)
{
    return state == DeviceState::Waiting || state == DeviceState::Throttled || state == DeviceState::Failed
        || state == DeviceState::Skipped;
}

std::vector<Lane> lanesOf(const RunMachine &machine)
{
    std::vector<Lane> lanes;
    size_t last = 0;
    const QByteArray &population = machine.population();
    for (DeviceIndex device = 0; device < machine.deviceCount(); ++device) {
        const auto state = static_cast<DeviceState>(population.at(device));
        if (!isAside(state))
            continue;
        const FailureCause why = machine.causeOf(device);
        const auto fits = [&](const Lane &lane) { return lane.state == state && lane.cause == why.cause; };
        // Neighbors are mostly in one lane.
        if (last >= lanes.size() || !fits(lanes[last])) {
            last = static_cast<size_t>(std::ranges::find_if(lanes, fits) - lanes.begin());
            if (last == lanes.size())
                lanes.push_back({.state = state, .cause = why.cause, .remedy = why.remedy, .devices = 0, .first = {}});
        }
        ++lanes[last].devices;
        if (lanes[last].first.size() < Lane::mostNamed)
            lanes[last].first += machine.plan().devices[static_cast<size_t>(device)].registrationId;
    }
    const auto order = [](const Lane &lane) { return std::tuple(lane.state != DeviceState::Failed, lane.state, -lane.devices, lane.cause); };
    std::ranges::sort(lanes, {}, order);
    return lanes;
}

} // namespace

RunStatus statusOf(const RunMachine &machine, Instant now)
{
    RunStatus status;
    const plan::Plan &plan = machine.plan();
    status.production = !plan.production.empty();
    status.phase = machine.phase();
    status.reason = machine.reason();
    status.started = machine.started();
    status.ended = machine.ended();
    status.now = status.ended.value_or(std::max(now, machine.now()));
    status.total = machine.deviceCount();
    status.counts = machine.counts();
    status.rate = rateOf(machine.samples(), machine.counts(), status.now);
    status.undoes = plan.undoes;
    status.limit = machine.triggersPerMinute();
    status.pace = machine.pace();
    status.plannedPace = std::clamp(plan.options.dpsShare, 0.01, 1.0);
    status.limitName = plan.eta.bottleneck;
    status.wave = machine.wave();
    status.waves = machine.waves();
    status.events = machine.log();
    status.failures = machine.failures();
    status.lanes = lanesOf(machine);
    status.samples = machine.samples();
    status.crossings = crossingsOf(machine);
    status.population = machine.population();
    addExpectation(status, plan);
    return status;
}

} // namespace drover::run
