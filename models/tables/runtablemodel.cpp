#include "models/tables/runtablemodel.h"

#include "models/core/words.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace drover::tables {
namespace {

using Summary = RunTableModel::Summary;

Summary summaryOf(const run::RunStatus &status)
{
    return {.id = status.id,
        .title = status.title,
        .phase = status.phase,
        .started = status.started,
        .verified = status.counts.at(static_cast<size_t>(run::DeviceState::Verified)),
        .total = status.total};
}

QString startedText(const Summary &run)
{
    return QDateTime::fromMSecsSinceEpoch(run.started.time_since_epoch().count(), Qt::UTC)
        .toString(u"yyyy-MM-dd HH:mm"_s);
}

struct ColumnSpec {
    const char *title;
    QString (*shown)(const Summary &);
};

constexpr std::array columns{
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::RunTableModel", "Run"), [](const Summary &run) { return run.title; }},
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::RunTableModel", "Phase"),
        [](const Summary &run) { return run::phaseName(run.phase); }},
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::RunTableModel", "Verified"),
        [](const Summary &run) {
            return RunTableModel::tr("%1 of %2").arg(grouped(run.verified), grouped(run.total));
        }},
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::RunTableModel", "Started (UTC)"), startedText},
    ColumnSpec{QT_TRANSLATE_NOOP("drover::tables::RunTableModel", "ID"), [](const Summary &run) { return run.id; }},
};
static_assert(columns.size() == RunTableModel::IdColumn + 1);

} // namespace

void RunTableModel::setRuns(const std::vector<run::RunStatus> &runs)
{
    beginResetModel();
    m_runs.clear();
    std::transform(runs.begin(), runs.end(), std::back_inserter(m_runs), summaryOf);
    endResetModel();
}

void RunTableModel::update(const run::RunStatus &status)
{
    Summary summary = summaryOf(status);
    const auto known
        = std::find_if(m_runs.begin(), m_runs.end(), [&summary](const Summary &run) { return run.id == summary.id; });
    if (known == m_runs.end()) {
        beginInsertRows({}, 0, 0);
        m_runs.insert(m_runs.begin(), std::move(summary));
        endInsertRows();
    } else if (*known != summary) {
        *known = std::move(summary);
        const auto row = static_cast<int>(known - m_runs.begin());
        Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
    }
}

int RunTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns.size());
}

QVariant RunTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Summary &run = m_runs[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return columns.at(static_cast<size_t>(index.column())).shown(run);
    case IdRole:
        return run.id;
    case PhaseRole:
        return static_cast<int>(run.phase);
    case ShareRole:
        return run.total > 0 ? static_cast<double>(run.verified) / run.total : 0.0;
    default:
        return {};
    }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnCount())
        return QAbstractTableModel::headerData(section, orientation, role);
    return QCoreApplication::translate("drover::tables::RunTableModel", columns.at(static_cast<size_t>(section)).title);
}

} // namespace drover::tables
