#pragma once

#include "models/run/runstatus.h"

#include <QAbstractTableModel>

namespace drover::ui {

/// The chart as a table: a time and the devices in each state, the sum at the end.
class SamplesModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setSamples(std::vector<run::Sample> samples);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    /// The whole table with plain numbers.
    QString toText(QChar separator) const;

private:
    std::vector<run::Sample> m_samples;
};

} // namespace drover::ui
