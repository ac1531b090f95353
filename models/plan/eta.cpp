#include "models/plan/eta.h"

#include "models/core/words.h"

#include <algorithm>
#include <cmath>

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

Limit limitOf(double work, double perMinute, const QString &name, const QString &unit)
{
    const double minutes = perMinute > 0 ? work / perMinute : 0;
    return {minutes, u"%1 %2/%3"_s.arg(name, grouped(qRound64(unit == u"s"_s ? perMinute / 60 : perMinute)), unit)};
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
        const Strategy strategy = facts.steps[i].strategy;
        // A removal is read, deleted, and looked at once more where its device registers next.
        operations += strategy == Strategy::SplitOut ? 1
            : strategy == Strategy::Remove           ? 4
            : hasKeys(facts.records[i])              ? 3
                                                     : 2;
    }
    return operations + facts.individualWrites + facts.splitOuts + pages(static_cast<qint64>(facts.devices.size()));
}

std::vector<Limit> limitsOfPlan(const Facts &facts)
{
    const fleet::DpsLimits &dps = facts.fleet.dps.limits;
    const auto devices = static_cast<double>(facts.devices.size());
    // Who is handed back to a group registers once more.
    std::vector<Limit> limits{
        limitOf(devices + static_cast<double>(facts.removals), dps.registrationsPerMinute * facts.options.dpsShare, u"DPS registrations"_s, u"min"_s),
        limitOf(static_cast<double>(dpsOperations(facts)), dps.operationsPerMinute * facts.options.dpsShare,
            u"DPS operations"_s, u"min"_s)};
    // Named by the public number, whatever share of it a run takes.
    limits[0].name = u"DPS registrations %1/min"_s.arg(grouped(qRound64(dps.registrationsPerMinute)));
    limits[1].name = u"DPS operations %1/min"_s.arg(grouped(qRound64(dps.operationsPerMinute)));
    if (const int hourly = facts.options.blast.mostAnHour; hourly > 0) {
        limits.push_back(limitOf(devices, hourly / 60.0, u"devices"_s, u"min"_s));
        limits.back().name = u"the limit of %1 devices an hour"_s.arg(grouped(hourly));
    }
    for (const SourceFacts &source : facts.sources) {
        if (source.stamp == nullptr)
            continue;
        const double methods = limitsOf(source.stamp->sku).methodsPerSecond;
        limits.push_back(limitOf(static_cast<double>(source.leaving), methods * 60 * facts.options.hubShare,
            u"direct methods on %1"_s.arg(titleOf(source.stamp, source.hub)), u"s"_s));
        limits.back().name
            = u"direct methods on %1 %2/s"_s.arg(titleOf(source.stamp, source.hub), grouped(qRound64(methods)));
    }
    for (const TargetFacts &target : facts.targets) {
        if (target.stamp == nullptr)
            continue;
        const double queries = limitsOf(target.stamp->sku).queriesPerMinute;
        limits.push_back(limitOf(static_cast<double>(2 * pages(target.arrivals)), queries * facts.options.hubShare,
            u"queries on %1"_s.arg(titleOf(target.stamp, target.hub)), u"min"_s));
    }
    return limits;
}

Duration ofMinutes(double minutes)
{
    return Duration(std::llround(minutes * 60'000));
}

} // namespace

Eta etaOf(const Facts &facts, int waves)
{
    const std::vector<Limit> limits = limitsOfPlan(facts);
    const auto slowest = std::max_element(
        limits.begin(), limits.end(), [](const Limit &a, const Limit &b) { return a.minutes < b.minutes; });
    if (facts.devices.empty())
        return {.shortest = {}, .longest = {}, .bottleneck = u"nothing to move"_s};
    const Duration soaks = facts.options.gate.soak * std::max(0, waves - 1);
    const Duration work = ofMinutes(slowest->minutes);
    return {.shortest = work + soaks + perWave * waves,
        .longest = ofMinutes(slowest->minutes * patience) + soaks
            + std::min<Duration>(std::chrono::minutes(1), facts.options.gate.within) * waves,
        .bottleneck = slowest->name};
}

int callsOf(const Facts &facts, int waves)
{
    qint64 calls = 0;
    for (size_t i = 0; i < facts.steps.size(); ++i) {
        if (facts.steps[i].strategy == Strategy::Remove)
            calls += 5;
        else if (facts.steps[i].strategy != Strategy::SplitOut)
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

} // namespace drover::plan
