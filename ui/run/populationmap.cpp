#include "ui/run/populationmap.h"

#include "ui/common/format.h"
#include "ui/common/theme.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

constexpr double smallestCell = 2.5;
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
    m_perSquare = 1;
    const double area = double(width()) * height();
    while (area / std::ceil(double(m_states.size()) / double(m_perSquare)) < smallestCell * smallestCell
        && m_perSquare < m_states.size())
        ++m_perSquare;
    const auto squares = static_cast<qsizetype>(std::ceil(double(m_states.size()) / double(m_perSquare)));
    // The fewest columns whose rows fit in the height: the squares are then as large as they can be.
    m_columns = std::max(1, width() / largestCell);
    while (std::ceil(double(squares) / m_columns) * width() / m_columns > height() && m_columns < width())
        ++m_columns;
    m_cell = double(width()) / m_columns;
    Q_EMIT densityChanged(m_perSquare);
}

void PopulationMap::resizeEvent(QResizeEvent *)
{
    measure();
}

void PopulationMap::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = m_cell - (m_cell > 5 ? 1.2 : 0.6);
    qsizetype square = 0;
    for (qsizetype first = 0; first < m_states.size(); first += m_perSquare, ++square) {
        const auto count = std::min(m_perSquare, m_states.size() - first);
        const run::DeviceState state = stateOf(QByteArrayView(m_states).sliced(first, count));
        const QPointF corner(double(square % m_columns) * m_cell, double(square / m_columns) * m_cell);
        painter.fillRect(QRectF(corner, QSizeF(side, side)), stateColor(state));
    }
}

QString PopulationMap::describe(const QPoint &at) const
{
    const auto column = static_cast<int>(at.x() / m_cell);
    const qsizetype first = (static_cast<qsizetype>(at.y() / m_cell) * m_columns + column) * m_perSquare;
    if (column >= m_columns || first >= m_states.size())
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
