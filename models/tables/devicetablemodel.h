#pragma once

#include "models/fleet/fleet.h"

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace drover::tables {

/// The fleet's devices through an index of our own: filter, order and pick without touching the devices themselves.
class DeviceTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        DeviceColumn,
        RegistrationColumn,
        StampColumn,
        HubColumn,
        EnrollmentColumn,
        ConnectionColumn,
        ActivityColumn,
        TagsColumn,
    };
    /// RefRole: the row of the DeviceIndex, a number.
    enum Role { RefRole = Qt::UserRole };
    using Row = fleet::DeviceIndex::Row;

    explicit DeviceTableModel(QObject *parent = nullptr);

    /// A newer look at the fleet; filter and order stay.
    void setFleet(std::shared_ptr<const fleet::Fleet> fleet);
    /// Devices whose ids, hub, group or tags contain the text, whatever its letter case; empty shows all.
    void setFilter(const QString &text);
    /// Exactly these rows of the index, as a query found them; replaced by the next setFilter.
    void setRows(std::vector<Row> rows);
    /// All devices of the fleet, shown or not.
    qsizetype total() const { return m_fleet->devices->size(); }
    Row at(int row) const { return m_rows[static_cast<size_t>(row)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void show(std::vector<Row> rows);
    void order(std::vector<Row> &rows) const;
    std::vector<Row> filtered() const;

    std::shared_ptr<const fleet::Fleet> m_fleet;
    std::vector<Row> m_rows;
    QString m_filter;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace drover::tables
