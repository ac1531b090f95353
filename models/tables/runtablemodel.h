#pragma once

#include "models/run/runstatus.h"

#include <QAbstractTableModel>

#include <vector>

namespace drover::tables {

/// All runs that the journal knows, newest first as they were handed in.
class RunTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { TitleColumn, PhaseColumn, ProgressColumn, StartedColumn, IdColumn };
    /// IdRole: the run's id; PhaseRole: run::Phase as a number; ShareRole: verified of total, 0 to 1.
    enum Role { IdRole = Qt::UserRole, PhaseRole, ShareRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(const std::vector<run::RunStatus> &runs);
    /// A newer status: the row with its id changes, an unknown run comes first.
    void update(const run::RunStatus &status);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// What a list needs of a run: a status holds populations and samples, which stay out.
    struct Summary {
        QString id;
        QString title;
        run::Phase phase = run::Phase::Planned;
        Instant started = {};
        int verified = 0;
        int total = 0;

        bool operator==(const Summary &) const = default;
    };

private:
    std::vector<Summary> m_runs;
};

} // namespace drover::tables
