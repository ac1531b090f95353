#pragma once

#include "models/plan/plan.h"

#include <QAbstractTableModel>

namespace drover::tables {

/// The checks of a plan: blocks first, then warnings, then what passed.
class CheckTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { VerdictColumn, TitleColumn, EvidenceColumn, RemedyColumn };
    /// IdRole: the check's stable name; VerdictRole: plan::Verdict as a number.
    enum Role { IdRole = Qt::UserRole, VerdictRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setChecks(std::vector<plan::Check> checks);
    int count(plan::Verdict verdict) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<plan::Check> m_checks;
};

} // namespace drover::tables
