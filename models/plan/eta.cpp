#include "models/plan/eta.h"

#include "models/core/words.h"
#include "models/plan/looks.h"
#include "models/plan/triggers.h"
#include "models/plan/waves.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

/// How far a cooperative fleet's run may be from what is expected, either way.
constexpr double earliest = 0.9;
constexpr double latest = 1.15;

Duration scaled(Duration span, double factor)
{
    return Duration(std::llround(static_cast<double>(span.count()) * factor));
}

bool hasKeys(const fleet::Enrollment *record)
{
    return record != nullptr && record->attestation == fleet::Attestation::SymmetricKey;
}

LeavingWork leavingOf(const fleet::Stamp *stamp, const HubHostName &hub, qint64 devices, const Telling *telling)
{
    LeavingWork work{.devices = devices, .title = titleOf(stamp, hub)};
    if (stamp != nullptr) {
        work.sku = stamp->sku;
        work.population = stamp->population();
    }
    if (telling != nullptr) {
        work.first = telling->chain.front();
        work.jobsAtOnce = telling->jobsAtOnce;
        work.jobDevicesPerSecond = telling->jobDevicesPerSecond;
    }
    return work;
}

} // namespace

Work workOf(const Facts &facts, const std::vector<Wave> &waves)
{
    Work work{.dps = facts.fleet.dps.limits, .options = facts.options};
    for (const Wave &wave : waves)
        work.waves.push_back(wave.devices);
    for (const GroupFacts &group : facts.groups) {
        if (group.strategy == Strategy::RepointGroup)
            work.groups.push_back(group.members);
    }
    work.devices = static_cast<qint64>(facts.devices.size());
    for (size_t i = 0; i < facts.steps.size(); ++i) {
        const Strategy strategy = facts.steps[i].strategy;
        work.singleWrites += strategy == Strategy::RepointIndividual || strategy == Strategy::SplitOut ? 1 : 0;
        work.keyReads += strategy == Strategy::RepointIndividual && hasKeys(facts.records[i]) ? 1 : 0;
        work.removals += strategy == Strategy::Remove ? 2 : 0;
    }
    for (const SourceFacts &source : facts.sources) {
        if (source.hub.isNull())
            continue;
        const auto telling = std::ranges::find(facts.tellings, source.hub, &Telling::source);
        work.leaving.push_back(leavingOf(
            source.stamp, source.hub, source.leaving, telling == facts.tellings.end() ? nullptr : &*telling));
    }
    for (const TargetFacts &target : facts.targets) {
        work.arriving.push_back({.devices = target.arrivals,
            .population = target.population,
            .title = titleOf(target.stamp, target.hub),
            .sku = target.stamp ? target.stamp->sku : fleet::Sku()});
    }
    return work;
}

Work workOf(
    const fleet::Fleet &fleet, qint64 devices, const std::vector<HubHostName> &sources, const fleet::Stamp &target)
{
    Work work{.dps = fleet.dps.limits, .options = {}, .devices = devices, .groups = {devices}};
    for (const int size : waveSizes(static_cast<int>(devices), work.options.waves))
        work.waves.push_back(size);
    // Nobody knows how they are spread before the plan is made.
    qint64 left = devices;
    for (size_t i = 0; i < sources.size(); ++i) {
        const qint64 part = left / static_cast<qint64>(sources.size() - i);
        left -= part;
        const fleet::Stamp *stamp = fleet.stampOfHub(sources[i]);
        const Telling telling = usualTelling(sources[i], stamp, part);
        work.leaving.push_back(leavingOf(stamp, sources[i], part, &telling));
    }
    work.arriving.push_back(
        {.devices = devices, .population = target.population(), .title = titleOf(&target, target.hub), .sku = target.sku});
    return work;
}

Eta etaOf(const Work &work, qint64 offline)
{
    const Estimate estimate = estimated(work);
    Eta eta{.shortest = scaled(estimate.whole, earliest),
        .longest = scaled(estimate.whole, latest),
        .bottleneck = estimate.bottleneck,
        .expected = estimate.whole,
        .before = estimate.before,
        .waves = estimate.waves};
    if (offline > 0)
        eta.longest += work.options.deadline;
    return eta;
}

qint64 offlineOf(const Facts &facts)
{
    return std::ranges::count_if(facts.rows, [&facts](const std::optional<fleet::DeviceIndex::Row> &row) {
        return row && !(facts.fleet.devices->flags(*row) & fleet::DeviceIndex::Connected);
    });
}

QString lagOf(const Work &work)
{
    if (work.devices == 0)
        return {};
    QString told = u"Looking after the devices takes at most %1 of the DPS operations; what is shown of them is up to %2 old."_s.arg(
        percent(work.options.lookShare), roughly(estimated(work).lag));
    if (work.singleWrites > registrationsRead) {
        told += u" DPS lists no registrations of individual enrollments: %1 are read one by one, of the others connecting to "
                "the target and being gone from the source tells that they were assigned."_s.arg(registrationsRead);
    }
    return told;
}

QString about(Duration span)
{
    const qint64 minutes = (span.count() + 59'999) / 60'000;
    if (minutes <= 1)
        return span.count() < 60'000 ? u"under 1 min"_s : u"about 1 min"_s;
    if (minutes < 60)
        return u"about %1 min"_s.arg(minutes);
    return minutes % 60 == 0 ? u"about %1 h"_s.arg(minutes / 60)
                             : u"about %1 h %2 min"_s.arg(minutes / 60).arg(minutes % 60);
}

QString about(const Eta &eta)
{
    constexpr Duration hour = std::chrono::hours(1);
    const auto minutes = [](Duration span) { return (span.count() + 59'999) / 60'000; };
    if (about(eta.shortest) == about(eta.longest))
        return about(eta.longest);
    if (eta.longest <= hour)
        return u"%1–%2 min"_s.arg(minutes(eta.shortest)).arg(minutes(eta.longest));
    return u"%1 to %2"_s.arg(about(eta.shortest), about(eta.longest).remove(u"about "_s));
}

} // namespace drover::plan
