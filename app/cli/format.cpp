#include "app/cli/format.h"

#include <QDateTime>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QString stateName(const fleet::HubHealth &health, bool noneSeen)
{
    if (noneSeen && health.state == fleet::HubHealth::State::Outage)
        return u"unreachable"_s;
    constexpr std::array names = {"unknown", "active", "failing over", "outage"};
    return QString::fromLatin1(names.at(static_cast<size_t>(health.state)));
}

Json numberOrNull(std::optional<qint64> number)
{
    return number ? Json(*number) : Json(nullptr);
}

} // namespace

QString shown(Instant at)
{
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count()).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

std::string iso(Instant at)
{
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count(), Qt::UTC).toString(Qt::ISODateWithMs).toStdString();
}

QString shown(std::optional<qint64> number)
{
    return number ? grouped(*number) : u"-"_s;
}

QStringList stampCells(const fleet::Stamp &stamp, bool noneSeen)
{
    const std::optional<qint64> ceiling = stamp.ceiling();
    const auto &identities = stamp.health.identities;
    const QString full = ceiling && *ceiling > 0 && identities
        ? percent(static_cast<double>(*identities) / static_cast<double>(*ceiling))
        : u"-"_s;
    return {stamp.title.isEmpty() ? stamp.name.text() : stamp.title, fleet::ringName(stamp.ring), stamp.region,
        stamp.sku.name.isEmpty() ? u"-"_s : u"%1 × %2"_s.arg(stamp.sku.name).arg(stamp.sku.units), shown(identities), shown(ceiling),
        full, shown(stamp.health.connected), stamp.arriving ? grouped(stamp.arriving) : QString(),
        stateName(stamp.health, noneSeen) + (stamp.health.trouble.isEmpty() ? QString() : u": "_s + stamp.health.trouble)};
}

Json stampObject(const fleet::Stamp &stamp, bool noneSeen)
{
    return {{"stamp", toStd(stamp.name.text())}, {"ring", toStd(fleet::ringName(stamp.ring))}, {"region", toStd(stamp.region)},
        {"generation", toStd(stamp.generation)}, {"hub", toStd(stamp.hub.text())}, {"sku", toStd(stamp.sku.name)},
        {"units", stamp.sku.units}, {"devices", numberOrNull(stamp.health.identities)},
        {"connected", numberOrNull(stamp.health.connected)}, {"capacity", numberOrNull(stamp.capacity)},
        {"ceiling", numberOrNull(stamp.ceiling())}, {"arriving", stamp.arriving}, {"state", toStd(stateName(stamp.health, noneSeen))},
        {"trouble", toStd(stamp.health.trouble)}};
}

QString verdictName(plan::Verdict verdict)
{
    constexpr std::array names = {"pass", "warn", "block"};
    return QString::fromLatin1(names.at(static_cast<size_t>(verdict)));
}

} // namespace drover::cli
