#include "ui/run/samplesmodel.h"

#include "ui/common/format.h"
#include "ui/run/stateorder.h"

#include <numeric>

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

constexpr int sumColumn = run::stateCount + 1;

int value(const run::Sample &sample, int column)
{
    if (column == sumColumn)
        return std::accumulate(sample.counts.begin(), sample.counts.end(), 0);
    return countOf(sample.counts, stackOrder[static_cast<size_t>(column - 1)]);
}

QString title(int column)
{
    if (column == 0)
        return u"time"_s;
    return column == sumColumn ? u"sum"_s : run::stateName(stackOrder[static_cast<size_t>(column - 1)]);
}

} // namespace

void SamplesModel::setSamples(std::vector<run::Sample> samples)
{
    // A running chart grows at its end: only what is new is announced.
    const auto old = static_cast<int>(m_samples.size());
    const auto now = static_cast<int>(samples.size());
    const bool grown = now > old && (old == 0 || m_samples.front().at == samples.front().at);
    if (grown) {
        beginInsertRows({}, old, now - 1);
        m_samples = std::move(samples);
        endInsertRows();
    } else if (now != old) {
        beginResetModel();
        m_samples = std::move(samples);
        endResetModel();
    }
}

int SamplesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_samples.size());
}

int SamplesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : run::stateCount + 2;
}

QVariant SamplesModel::data(const QModelIndex &index, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(index.column() == 0 ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const run::Sample &sample = m_samples[static_cast<size_t>(index.row())];
    return index.column() == 0 ? clockTime(sample.at) : number(value(sample, index.column()));
}

QVariant SamplesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return title(section);
}

QString SamplesModel::toText(QChar separator) const
{
    QStringList head;
    for (int column = 0; column <= sumColumn; ++column)
        head += title(column);
    QString text = head.join(separator) + u'\n';
    for (const run::Sample &sample : m_samples) {
        const auto at = QDateTime::fromMSecsSinceEpoch(sample.at.time_since_epoch().count(), Qt::UTC);
        text += at.toString(Qt::ISODateWithMs);
        for (int column = 1; column <= sumColumn; ++column)
            text += separator + QString::number(value(sample, column));
        text += u'\n';
    }
    return text;
}

} // namespace drover::ui
