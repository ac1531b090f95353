#include "models/plan/eta.h"

#include "models/core/words.h"

#include "models/plan/waves.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

constexpr qint64 pageSize = 1000;
constexpr qint64 bulkSize = 10;
/// A wave ends with looking at its last devices; even a quick one takes a few sweeps.
constexpr Duration perWave = std::chrono::seconds(5);
/// Devices take their time: jitter, reconnecting, a second try.
constexpr double patience = 2;

struct Limit {
    double minutes = 0;
    QString name;
};

double minutesOf(double work, double perMinute)
{
    return perMinute > 0 ? work / perMinute : 0;
}

qint64 pages(qint64 count)
{
    return (count + pageSize - 1) / pageSize;
}

qint64 bulks(qint64 count)
{
    return (count + bulkSize - 1) / bulkSize;
}

bool hasKeys(const fleet::Enrollment *record)
{
    return record != nullptr && record->attestation == fleet::Attestation::SymmetricKey;
}

/// Operations at DPS: every record is read and read back; items of a bulk are assumed to count one by one.
qint64 dpsOperations(const Facts &facts)
{
    qint64 operations = 0;
    for (size_t i = 0; i < facts.steps.size(); ++i) {
        const bool splitOut = facts.steps[i].strategy == Strategy::SplitOut;
        operations += splitOut ? 1 : hasKeys(facts.records[i]) ? 3 : 2;
    }
    return operations + facts.individualWrites + facts.splitOuts + pages(static_cast<qint64>(facts.devices.size()));
}

// Limits are named by the public number, whatever share of it a run takes.
Limit registrations(const fleet::Fleet &fleet, double devices, const Options &options)
{
    const double perMinute = fleet.dps.limits.registrationsPerMinute;
    return {minutesOf(devices, perMinute * options.dpsShare), u"DPS registrations %1/min"_s.arg(grouped(qRound64(perMinute)))};
}

Limit operations(const Facts &facts)
{
    const double perMinute = facts.fleet.dps.limits.operationsPerMinute;
    return {minutesOf(static_cast<double>(dpsOperations(facts)), perMinute * facts.options.dpsShare),
        u"DPS operations %1/min"_s.arg(grouped(qRound64(perMinute)))};
}

Limit methods(const fleet::Stamp &stamp, const HubHostName &hub, qint64 leaving, const Options &options)
{
    const double perSecond = limitsOf(stamp.sku).methodsPerSecond;
    return {minutesOf(static_cast<double>(leaving), perSecond * 60 * options.hubShare),
        u"direct methods on %1 %2/s"_s.arg(titleOf(&stamp, hub), grouped(qRound64(perSecond)))};
}

Limit queries(const fleet::Stamp &stamp, const HubHostName &hub, qint64 arrivals, const Options &options)
{
    const double perMinute = limitsOf(stamp.sku).queriesPerMinute * options.hubShare;
    return {minutesOf(static_cast<double>(2 * pages(arrivals)), perMinute),
        u"queries on %1 %2/min"_s.arg(titleOf(&stamp, hub), grouped(qRound64(perMinute)))};
}

std::vector<Limit> limitsOfPlan(const Facts &facts)
{
    std::vector<Limit> limits{
        registrations(facts.fleet, static_cast<double>(facts.devices.size()), facts.options), operations(facts)};
    for (const SourceFacts &source : facts.sources) {
        if (source.stamp != nullptr)
            limits.push_back(methods(*source.stamp, source.hub, source.leaving, facts.options));
    }
    for (const TargetFacts &target : facts.targets) {
        if (target.stamp != nullptr)
            limits.push_back(queries(*target.stamp, target.hub, target.arrivals, facts.options));
    }
    return limits;
}

Duration ofMinutes(double minutes)
{
    return Duration(std::llround(minutes * 60'000));
}

Eta etaWithin(const std::vector<Limit> &limits, const Options &options, int waves)
{
    const auto slowest = std::ranges::max_element(limits, {}, &Limit::minutes);
    const Duration soaks = options.gate.soak * std::max(0, waves - 1);
    return {.shortest = ofMinutes(slowest->minutes) + soaks + perWave * waves,
        .longest = ofMinutes(slowest->minutes * patience) + soaks
            + std::min<Duration>(std::chrono::minutes(1), options.gate.within) * waves,
        .bottleneck = slowest->name};
}

} // namespace

Eta etaOf(const Facts &facts, int waves)
{
    if (facts.devices.empty())
        return {.shortest = {}, .longest = {}, .bottleneck = u"nothing to move"_s};
    return etaWithin(limitsOfPlan(facts), facts.options, waves);
}

Eta quickEta(const fleet::Fleet &fleet, qint64 devices, const std::vector<HubHostName> &sources, const fleet::Stamp &target)
{
    const Options options;
    std::vector<Limit> limits{registrations(fleet, static_cast<double>(devices), options)};
    // How many leave each of several hubs is not known yet.
    const fleet::Stamp *source = sources.size() == 1 ? fleet.stampOfHub(sources.front()) : nullptr;
    if (source != nullptr)
        limits.push_back(methods(*source, sources.front(), devices, options));
    limits.push_back(queries(target, target.hub, devices, options));
    const int most = static_cast<int>(std::min<qint64>(devices, std::numeric_limits<int>::max()));
    return etaWithin(limits, options, static_cast<int>(waveSizes(most, options.waves).size()));
}

int callsOf(const Facts &facts, int waves)
{
    qint64 calls = 0;
    for (size_t i = 0; i < facts.steps.size(); ++i) {
        if (facts.steps[i].strategy != Strategy::SplitOut)
            calls += hasKeys(facts.records[i]) ? 2 : 1;
    }
    for (const GroupFacts &group : facts.groups) {
        calls += group.strategy == Strategy::SplitOut ? 2 : 1;
        calls += pages(group.members) * std::max(1, waves);
    }
    calls += bulks(facts.individualWrites) + bulks(facts.splitOuts);
    calls += static_cast<qint64>(facts.devices.size()) + facts.individualWrites + facts.splitOuts;
    for (const SourceFacts &source : facts.sources)
        calls += pages(source.leaving);
    for (const TargetFacts &target : facts.targets)
        calls += pages(target.arrivals) + waves;
    return static_cast<int>(calls);
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
