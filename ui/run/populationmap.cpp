#include "ui/run/populationmap.h"

#include "ui/common/format.h"
#include "ui/common/theme.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

constexpr int smallestCell = 3;
constexpr int largestCell = 14;

/// The state that a square of several devices shows: a failure is never hidden by its neighbors, else the most frequent.
run::DeviceState stateOf(QByteArrayView states)
{
    run::Counts counts {};
    for (const char state : states)
        ++counts[std::min<size_t>(static_cast<quint8>(state), run::stateCount - 1)];
    if (counts[static_cast<size_t>(run::DeviceState::Failed)] > 0)
        return run::DeviceState::Failed;
    return static_cast<run::DeviceState>(std::distance(counts.begin(), std::ranges::max_element(counts)));
}

} // namespace

PopulationMap::PopulationMap(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"population"_s);
    setMinimumSize(120, 90);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PopulationMap::setPopulation(const QByteArray &states)
{
    const bool resized = states.size() != m_states.size();
    m_states = states;
    if (resized)
        measure();
    update();
}

void PopulationMap::measure()
{
    const auto fits = [this](int cell, qsizetype squares) {
        const qsizetype columns = std::max(1, width() / cell);
        return (squares + columns - 1) / columns * cell <= height();
    };
    m_perSquare = 1;
    for (m_cell = largestCell; m_cell > smallestCell && !fits(m_cell, m_states.size()); --m_cell) { }
    while (!fits(m_cell, (m_states.size() + m_perSquare - 1) / m_perSquare) && m_perSquare < m_states.size())
        m_perSquare += std::max<qsizetype>(1, m_perSquare / 8);
    m_columns = std::max(1, width() / m_cell);
    Q_EMIT densityChanged(m_perSquare);
}

void PopulationMap::resizeEvent(QResizeEvent *)
{
    measure();
}

void PopulationMap::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int side = m_cell > 3 ? m_cell - 1 : m_cell;
    qsizetype square = 0;
    for (qsizetype first = 0; first < m_states.size(); first += m_perSquare, ++square) {
        const auto count = std::min(m_perSquare, m_states.size() - first);
        const run::DeviceState state = stateOf(QByteArrayView(m_states).sliced(first, count));
        const int x = static_cast<int>(square % m_columns) * m_cell;
        const int y = static_cast<int>(square / m_columns) * m_cell;
        painter.fillRect(x, y, side, side, stateColor(state));
    }
}

QString PopulationMap::describe(const QPoint &at) const
{
    const qsizetype square = qsizetype(at.y() / m_cell) * m_columns + at.x() / m_cell;
    const qsizetype first = square * m_perSquare;
    if (at.x() / m_cell >= m_columns || first >= m_states.size())
        return {};
    const auto count = std::min(m_perSquare, m_states.size() - first);
    const QString state = run::stateName(stateOf(QByteArrayView(m_states).sliced(first, count)));
    if (count == 1)
        return tr("Device %1 of %2: %3").arg(number(first + 1), number(m_states.size()), state);
    return tr("Devices %1–%2: %3").arg(number(first + 1), number(first + count), state);
}

bool PopulationMap::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QToolTip::showText(help->globalPos(), describe(help->pos()), this);
    return true;
}

} // namespace drover::ui
