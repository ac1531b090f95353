#include "models/tables/devicetablemodel.h"

#include "models/tables/devicecolumns.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace drover::tables {
namespace {

using fleet::DeviceIndex;
using Row = DeviceIndex::Row;

/// Finds a text whatever its letter case; ids are ASCII, so no table of Unicode is needed for a million of them.
class Needle final {
public:
    explicit Needle(const QString &text)
    {
        for (const char c : text.toUtf8())
            m_text += folded(c);
    }

    bool isIn(std::string_view hay) const
    {
        const auto same = [](char a, char b) { return folded(a) == b; };
        return std::search(hay.begin(), hay.end(), m_text.begin(), m_text.end(), same) != hay.end();
    }
    bool isIn(const QString &hay) const { return isIn(hay.toStdString()); }

private:
    static char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

    std::string m_text;
};

std::vector<bool> matching(const Needle &needle, const std::vector<QString> &texts)
{
    std::vector<bool> found;
    for (const QString &text : texts)
        found.push_back(needle.isIn(text));
    return found;
}

} // namespace

DeviceTableModel::DeviceTableModel(QObject *parent)
    : QAbstractTableModel(parent)
    , m_fleet(std::make_shared<fleet::Fleet>())
{
}

void DeviceTableModel::setFleet(std::shared_ptr<const fleet::Fleet> fleet)
{
    beginResetModel();
    m_fleet = std::move(fleet);
    m_rows = filtered();
    order(m_rows);
    endResetModel();
}

void DeviceTableModel::setFilter(const QString &text)
{
    m_filter = text.trimmed();
    show(filtered());
}

void DeviceTableModel::setRows(std::vector<Row> rows)
{
    m_filter.clear();
    show(std::move(rows));
}

void DeviceTableModel::show(std::vector<Row> rows)
{
    order(rows);
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

std::vector<Row> DeviceTableModel::filtered() const
{
    const DeviceIndex &index = *m_fleet->devices;
    const Needle needle(m_filter);
    const std::vector<bool> hubs = matching(needle, index.hubs());
    const std::vector<bool> groups = matching(needle, index.groups());
    // One answer for all devices with the same tags.
    std::vector<std::optional<bool>> tags;
    const auto inTags = [&](Row row) {
        const quint32 key = index.tagsKey(row);
        if (key >= tags.size())
            tags.resize(key + 1);
        if (!tags[key])
            tags[key] = needle.isIn(index.tags(row));
        return *tags[key];
    };
    std::vector<Row> rows;
    for (Row row = 0; row < static_cast<Row>(index.size()); ++row) {
        if (index.flags(row) == 0)
            continue;
        const quint16 hub = index.hubOf(row);
        const quint32 group = index.groupOf(row);
        if (m_filter.isEmpty() || (hub < hubs.size() && hubs[hub]) || (group < groups.size() && groups[group])
            || needle.isIn(index.deviceId(row)) || needle.isIn(index.registrationId(row)) || inTags(row))
            rows.push_back(row);
    }
    return rows;
}

void DeviceTableModel::order(std::vector<Row> &rows) const
{
    if (m_sortColumn < 0)
        return;
    sortRows(*m_fleet, m_sortColumn, rows);
    if (m_sortOrder == Qt::DescendingOrder)
        std::reverse(rows.begin(), rows.end());
}

void DeviceTableModel::sort(int column, Qt::SortOrder sortOrder)
{
    m_sortColumn = column < columnCount() ? column : -1;
    m_sortOrder = sortOrder;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<Row> wanted;
    for (const QModelIndex &index : before)
        wanted.push_back(at(index.row()));
    if (m_sortColumn < 0)
        std::sort(m_rows.begin(), m_rows.end());
    order(m_rows);
    if (!before.isEmpty()) {
        std::vector<int> placeOf(static_cast<size_t>(m_fleet->devices->size()), -1);
        for (size_t place = 0; place < m_rows.size(); ++place)
            placeOf[m_rows[place]] = static_cast<int>(place);
        QModelIndexList after;
        for (qsizetype i = 0; i < before.size(); ++i)
            after.append(index(placeOf[wanted[static_cast<size_t>(i)]], before.at(i).column()));
        changePersistentIndexList(before, after);
    }
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

int DeviceTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DeviceTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(deviceColumns().size());
}

QVariant DeviceTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == RefRole)
        return at(index.row());
    if (role == Qt::DisplayRole)
        return deviceColumns()[static_cast<size_t>(index.column())].shown(*m_fleet, at(index.row()));
    return {};
}

QVariant DeviceTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnCount())
        return QAbstractTableModel::headerData(section, orientation, role);
    return QCoreApplication::translate(
        "drover::tables::DeviceTableModel", deviceColumns()[static_cast<size_t>(section)].title);
}

} // namespace drover::tables
