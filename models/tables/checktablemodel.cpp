#include "models/tables/checktablemodel.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace drover::tables {
namespace {

using plan::Check;
using plan::Verdict;

QString verdictText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Pass:
        return CheckTableModel::tr("pass");
    case Verdict::Warn:
        return CheckTableModel::tr("warn");
    case Verdict::Block:
        return CheckTableModel::tr("block");
    }
    Q_UNREACHABLE();
}

struct ColumnSpec {
    const char *title;
    QString (*shown)(const Check &);
};

constexpr std::array columns{
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::CheckTableModel", "Verdict"),
        [](const Check &check) { return verdictText(check.verdict); }},
    ColumnSpec{
        QT_TRANSLATE_NOOP("drover::tables::CheckTableModel", "Check"), [](const Check &check) { return check.title; }},
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::CheckTableModel", "Evidence"),
        [](const Check &check) { return check.evidence; }},
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::CheckTableModel", "What to do"),
        [](const Check &check) { return check.remedy; }},
};
static_assert(columns.size() == CheckTableModel::RemedyColumn + 1);

} // namespace

void CheckTableModel::setChecks(std::vector<Check> checks)
{
    beginResetModel();
    m_checks.clear();
    for (const Verdict verdict : {Verdict::Block, Verdict::Warn, Verdict::Pass})
        std::copy_if(checks.begin(), checks.end(), std::back_inserter(m_checks),
            [verdict](const Check &check) { return check.verdict == verdict; });
    endResetModel();
}

int CheckTableModel::count(Verdict verdict) const
{
    return static_cast<int>(std::count_if(
        m_checks.begin(), m_checks.end(), [verdict](const Check &check) { return check.verdict == verdict; }));
}

int CheckTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_checks.size());
}

int CheckTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns.size());
}

QVariant CheckTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Check &check = m_checks[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return columns.at(static_cast<size_t>(index.column())).shown(check);
    case IdRole:
        return check.id;
    case VerdictRole:
        return static_cast<int>(check.verdict);
    default:
        return {};
    }
}

QVariant CheckTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnCount())
        return QAbstractTableModel::headerData(section, orientation, role);
    return QCoreApplication::translate(
        "drover::tables::CheckTableModel", columns.at(static_cast<size_t>(section)).title);
}

} // namespace drover::tables
