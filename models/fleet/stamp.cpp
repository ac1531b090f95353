#include "models/fleet/stamp.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

/// A throttle is the larger of a floor and a rate for each unit.
struct Throttle {
    double floor = 0;
    double perUnit = 0;

    double of(int units) const { return std::max(floor, perUnit * units); }
};

/// One row of the public table for each size of hub.
struct SizeRow {
    QChar size;
    Throttle registryPerMinute, queriesPerMinute, methodsPerSecond, twinReads, twinUpdates, connections;
    qint64 messagesPerUnit;
};

constexpr std::array sizes{
    SizeRow{u'1', {0, 100}, {0, 20}, {0, 40}, {100, 0}, {50, 0}, {100, 12}, 400'000},
    SizeRow{u'2', {0, 100}, {0, 20}, {0, 120}, {100, 10}, {50, 5}, {0, 120}, 6'000'000},
    SizeRow{u'3', {0, 5000}, {0, 1000}, {0, 6000}, {0, 500}, {0, 250}, {0, 6000}, 300'000'000},
};
constexpr qint64 freeMessagesPerDay = 8'000;

const std::array<QString, 3> ringNames{u"test"_s, u"canary"_s, u"production"_s};

} // namespace

std::optional<qint64> Stamp::ceiling() const
{
    if (capacity && health.maximum)
        return std::min(*capacity, *health.maximum);
    return capacity ? capacity : health.maximum;
}

HubLimits limitsOf(const Sku &sku)
{
    const QChar size = sku.name.isEmpty() ? u'1' : sku.name.back();
    const auto found
        = std::find_if(sizes.begin(), sizes.end(), [size](const SizeRow &row) { return row.size == size; });
    const SizeRow &row = found == sizes.end() ? sizes.front() : *found;
    const int units = std::max(1, sku.units);
    const bool twins = sku.hasTwins();
    return {.registryPerMinute = row.registryPerMinute.of(units),
        .queriesPerMinute = row.queriesPerMinute.of(units),
        .methodsPerSecond = twins ? row.methodsPerSecond.of(units) : 0,
        .twinReadsPerSecond = twins ? row.twinReads.of(units) : 0,
        .twinUpdatesPerSecond = twins ? row.twinUpdates.of(units) : 0,
        .connectionsPerSecond = row.connections.of(units),
        .messagesPerDay = sku.name.startsWith(u'F') ? freeMessagesPerDay : row.messagesPerUnit * units};
}

QString ringName(Ring ring)
{
    return ringNames.at(static_cast<size_t>(ring));
}

std::optional<Ring> ringOf(QStringView text)
{
    for (size_t i = 0; i < ringNames.size(); ++i) {
        if (text.compare(ringNames.at(i), Qt::CaseInsensitive) == 0)
            return static_cast<Ring>(i);
    }
    return std::nullopt;
}

} // namespace drover::fleet
