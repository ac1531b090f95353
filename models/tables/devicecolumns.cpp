#include "models/tables/devicecolumns.h"

#include "models/tables/devicetablemodel.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>

using namespace Qt::StringLiterals;

namespace drover::tables {
namespace {

using fleet::DeviceIndex;
using fleet::Fleet;
using Row = DeviceIndex::Row;

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text);
}

QString stampText(const Fleet &fleet, Row row)
{
    const fleet::Stamp *stamp = fleet.stampOfHub(fleet.devices->hubName(fleet.devices->hubOf(row)));
    if (stamp == nullptr)
        return {};
    return stamp->title.isEmpty() ? stamp->name.text() : stamp->title;
}

QString enrollmentText(const Fleet &fleet, Row row)
{
    const quint8 flags = fleet.devices->flags(row);
    if (flags & DeviceIndex::Individual)
        return DeviceTableModel::tr("individual");
    if (!(flags & DeviceIndex::InDps))
        return DeviceTableModel::tr("not in DPS");
    return fleet.devices->groupName(fleet.devices->groupOf(row));
}

QString connectionText(const Fleet &fleet, Row row)
{
    const quint8 flags = fleet.devices->flags(row);
    if (!(flags & DeviceIndex::ConnectionKnown))
        return DeviceTableModel::tr("Unknown");
    return flags & DeviceIndex::Connected ? DeviceTableModel::tr("Connected") : DeviceTableModel::tr("Disconnected");
}

QString activityText(const Fleet &fleet, Row row)
{
    const std::optional<Instant> seen = fleet.devices->lastActivity(row);
    if (!seen)
        return {};
    return QDateTime::fromMSecsSinceEpoch(seen->time_since_epoch().count(), Qt::UTC).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

/// A column is a row of this table.
constexpr std::array columns{
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Device ID"),
        [](const Fleet &fleet, Row row) { return fromView(fleet.devices->deviceId(row)); }},
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Registration ID"),
        [](const Fleet &fleet, Row row) { return fromView(fleet.devices->registrationId(row)); }},
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Stamp"), stampText},
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Hub"),
        [](const Fleet &fleet, Row row) { return fleet.devices->hubName(fleet.devices->hubOf(row)); }},
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Enrollment"), enrollmentText},
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Connection"), connectionText},
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Last activity"), activityText},
    DeviceColumnSpec{QT_TRANSLATE_NOOP("drover::tables::DeviceTableModel", "Tags"),
        [](const Fleet &fleet, Row row) {
            const std::string_view tags = fleet.devices->tags(row);
            return tags == "{}" ? QString() : fromView(tags);
        }},
};
static_assert(columns.size() == DeviceTableModel::TagsColumn + 1);

struct Keyed {
    quint64 key;
    Row row;
};

/// The first eight bytes as a number that orders as the text does: most comparisons need no more.
quint64 prefixOf(std::string_view text)
{
    quint64 bytes = 0;
    std::memcpy(&bytes, text.data(), std::min<size_t>(8, text.size()));
    if constexpr (std::endian::native == std::endian::little)
        bytes = __builtin_bswap64(bytes);
    return bytes;
}

template <typename KeyOf, typename Ties>
void sortBy(std::vector<Row> &rows, KeyOf keyOf, Ties ties)
{
    std::vector<Keyed> keyed;
    keyed.reserve(rows.size());
    for (const Row row : rows)
        keyed.push_back({keyOf(row), row});
    std::sort(keyed.begin(), keyed.end(),
        [&ties](const Keyed &a, const Keyed &b) { return a.key != b.key ? a.key < b.key : ties(a.row, b.row); });
    std::transform(keyed.begin(), keyed.end(), rows.begin(), [](const Keyed &entry) { return entry.row; });
}

void sortByText(std::vector<Row> &rows, const DeviceIndex &index, std::string_view (DeviceIndex::*textOf)(Row) const)
{
    // The prefix alone decides little where ids share one ("meter-0001"): it starts behind what all of them share.
    if (rows.empty())
        return;
    std::string_view shared = (index.*textOf)(rows.front());
    for (const Row row : rows) {
        const std::string_view text = (index.*textOf)(row);
        const auto differ = std::mismatch(shared.begin(), shared.end(), text.begin(), text.end()).first;
        shared = shared.substr(0, static_cast<size_t>(differ - shared.begin()));
    }
    sortBy(
        rows, [&](Row row) { return prefixOf((index.*textOf)(row).substr(shared.size())); },
        [&](Row a, Row b) {
            const int order = (index.*textOf)(a).compare((index.*textOf)(b));
            return order != 0 ? order < 0 : a < b;
        });
}

/// Numbers of few different texts, in the order of the texts: row -> small number -> rank.
template <typename NumberOf>
void sortByRank(const Fleet &fleet, int column, std::vector<Row> &rows, NumberOf numberOf)
{
    std::map<quint64, QString> texts;
    for (const Row row : rows) {
        const quint64 number = numberOf(row);
        if (!texts.contains(number))
            texts.emplace(number, columns.at(static_cast<size_t>(column)).shown(fleet, row));
    }
    std::vector<std::pair<QString, quint64>> ordered;
    for (const auto &[number, text] : texts)
        ordered.emplace_back(text, number);
    std::sort(ordered.begin(), ordered.end());
    QHash<quint64, quint64> rank;
    quint64 next = 0;
    for (const auto &[text, number] : ordered)
        rank.insert(number, next++);
    sortBy(rows, [&](Row row) { return rank.value(numberOf(row)); }, [](Row a, Row b) { return a < b; });
}

} // namespace

std::span<const DeviceColumnSpec> deviceColumns()
{
    return columns;
}

void sortRows(const Fleet &fleet, int column, std::vector<Row> &rows)
{
    const DeviceIndex &index = *fleet.devices;
    switch (column) {
    case DeviceTableModel::DeviceColumn:
        return sortByText(rows, index, &DeviceIndex::deviceId);
    case DeviceTableModel::RegistrationColumn:
        return sortByText(rows, index, &DeviceIndex::registrationId);
    case DeviceTableModel::StampColumn:
    case DeviceTableModel::HubColumn:
        return sortByRank(fleet, column, rows, [&index](Row row) { return quint64(index.hubOf(row)); });
    case DeviceTableModel::EnrollmentColumn:
        return sortByRank(fleet, column, rows, [&index](Row row) {
            return quint64(index.groupOf(row)) << 8
                | (index.flags(row) & (DeviceIndex::Individual | DeviceIndex::InDps));
        });
    case DeviceTableModel::ConnectionColumn:
        return sortByRank(fleet, column, rows, [&index](Row row) {
            return quint64(index.flags(row) & (DeviceIndex::Connected | DeviceIndex::ConnectionKnown));
        });
    case DeviceTableModel::TagsColumn:
        return sortByRank(fleet, column, rows, [&index](Row row) { return quint64(index.tagsKey(row)); });
    default:
        break;
    }
    // Never seen counts as earliest.
    sortBy(
        rows,
        [&index](Row row) {
            const std::optional<Instant> seen = index.lastActivity(row);
            return seen ? static_cast<quint64>(std::max<qint64>(0, seen->time_since_epoch().count())) + 1 : 0;
        },
        [](Row a, Row b) { return a < b; });
}

} // namespace drover::tables
