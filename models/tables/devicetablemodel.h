#pragma once

#include "models/tables/devicerows.h"

#include <QAbstractTableModel>
#include <QThreadPool>

namespace drover::tables {

/// The fleet's devices through an index of our own, made by a worker: the rows shown stay until the wanted ones are
/// ready.
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
    using Rows = DeviceQuestion::Rows;

    explicit DeviceTableModel(QObject *parent = nullptr);
    /// Waits for the worker, which at most has to end a sort.
    ~DeviceTableModel() override;

    /// A newer look at the fleet; filter and order stay.
    void setFleet(std::shared_ptr<const fleet::Fleet> fleet);
    /// Devices whose ids, hub, group or tags contain the text, whatever its letter case; empty shows all.
    void setFilter(const QString &text);
    /// Exactly these rows of this look, as a query found them; replaced by the next setFilter.
    void setRows(std::shared_ptr<const fleet::Fleet> fleet, Rows rows);
    /// All devices of the fleet, shown or not.
    qsizetype total() const { return m_shown.fleet->devices->size(); }
    Row at(int row) const { return m_rows[static_cast<size_t>(row)]; }
    /// True while what is shown is not yet what was asked for.
    bool isArranging() const { return m_arranging; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    /// Work began, or all of it is on the screen.
    void arrangingChanged(bool arranging);

private:
    void arrange();
    void take(DeviceQuestion question, Rows rows);
    void reorder(Rows rows);

    DeviceQuestion m_shown;
    DeviceQuestion m_wanted;
    Rows m_rows;
    bool m_arranging = false;
    /// Somebody asked for something else meanwhile.
    bool m_outdated = false;
    std::atomic_bool m_stopped = false;
    QThreadPool m_worker;
};

} // namespace drover::tables
