#include "models/tables/devicetablemodel.h"

#include "models/tables/devicecolumns.h"

#include <QCoreApplication>

#include <algorithm>

namespace drover::tables {

DeviceTableModel::DeviceTableModel(QObject *parent)
    : QAbstractTableModel(parent)
{
    m_shown.fleet = m_wanted.fleet = std::make_shared<fleet::Fleet>();
    m_worker.setMaxThreadCount(1);
    m_worker.setThreadPriority(QThread::LowPriority);
}

DeviceTableModel::~DeviceTableModel()
{
    m_stopped = true;
    m_worker.waitForDone();
}

void DeviceTableModel::setFleet(std::shared_ptr<const fleet::Fleet> fleet)
{
    // Rows that a query found mean nothing in another index.
    if (m_wanted.found)
        m_wanted.text.clear();
    m_wanted.found.reset();
    m_wanted.fleet = std::move(fleet);
    arrange();
}

void DeviceTableModel::setFilter(const QString &text)
{
    m_wanted.text = text.trimmed();
    m_wanted.found.reset();
    arrange();
}

void DeviceTableModel::setRows(std::shared_ptr<const fleet::Fleet> fleet, Rows rows)
{
    m_wanted.fleet = std::move(fleet);
    m_wanted.text.clear();
    m_wanted.found = std::make_shared<const Rows>(std::move(rows));
    arrange();
}

void DeviceTableModel::sort(int column, Qt::SortOrder order)
{
    m_wanted.column = column < columnCount() ? column : -1;
    m_wanted.order = order;
    arrange();
}

void DeviceTableModel::arrange()
{
    m_outdated = m_arranging;
    if (m_arranging)
        return;
    m_arranging = true;
    m_worker.start([this, question = m_wanted] {
        Rows rows = rowsFor(question, m_stopped);
        const auto deliver
            = [this, question, rows = std::move(rows)]() mutable { take(std::move(question), std::move(rows)); };
        QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
    });
    Q_EMIT arrangingChanged(true);
}

void DeviceTableModel::take(DeviceQuestion question, Rows rows)
{
    if (question.hasSameRowsAs(m_shown)) {
        reorder(std::move(rows));
    } else {
        beginResetModel();
        m_shown = std::move(question);
        m_rows = std::move(rows);
        endResetModel();
    }
    // An answer to an older question is shown too: somebody who types without a pause would see nothing at all
    // otherwise.
    m_arranging = false;
    if (m_outdated)
        arrange();
    else
        Q_EMIT arrangingChanged(false);
}

void DeviceTableModel::reorder(Rows rows)
{
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<Row> wanted;
    for (const QModelIndex &index : before)
        wanted.push_back(at(index.row()));
    m_rows = std::move(rows);
    if (!before.isEmpty()) {
        std::vector<int> placeOf(static_cast<size_t>(total()), -1);
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
        return deviceColumns()[static_cast<size_t>(index.column())].shown(*m_shown.fleet, at(index.row()));
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
