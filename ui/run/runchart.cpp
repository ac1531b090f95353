#include "ui/run/runchart.h"

#include "ui/common/theme.h"
#include "ui/run/stackitem.h"
#include "ui/run/stateorder.h"

#include <QtCharts/QChart>
#include <QtCharts/QDateTimeAxis>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

QDateTime dateTime(Instant at)
{
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count());
}

/// The next of 1, 2, 2.5, 5, 10 … times a power of ten, so that four steps are round numbers.
double roundTop(int total)
{
    const double power = std::pow(10.0, std::floor(std::log10(std::max(4, total))));
    for (const double step : {1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 5.0, 6.0, 8.0, 10.0}) {
        if (step * power >= total)
            return step * power;
    }
    return total;
}

/// A round step that cuts the span into at most seven.
Duration timeStep(Duration span)
{
    for (const int seconds : {5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200}) {
        if (span / std::chrono::seconds(seconds) < 7)
            return std::chrono::seconds(seconds);
    }
    return span / 6 + Duration(1);
}

} // namespace

RunChart::RunChart(QWidget *parent)
    : QChartView(parent)
    , m_time(new QDateTimeAxis)
    , m_devices(new QValueAxis)
    , m_stack(new StackItem(chart()))
{
    setObjectName(u"chart"_s);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMinimumHeight(130);
    chart()->setMargins(QMargins(0, 16, 0, 0));
    chart()->setBackgroundRoundness(0);
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    // Thousands separators; Qt Charts leaves them out otherwise.
    chart()->setLocalizeNumbers(true);
    chart()->addAxis(m_time, Qt::AlignBottom);
    chart()->addAxis(m_devices, Qt::AlignLeft);
    m_time->setGridLineVisible(false);
    m_devices->setTickCount(5);
    m_devices->setLabelFormat(u"%.0f"_s);
    // Series without points: they make the legend and tie the axes to the plot, and cost nothing a frame.
    for (const run::DeviceState state : stackOrder) {
        auto *series = new QLineSeries;
        series->setName(run::stateName(state));
        chart()->addSeries(series);
        series->attachAxis(m_time);
        series->attachAxis(m_devices);
    }
    chart()->legend()->setAlignment(Qt::AlignBottom);
    chart()->legend()->setMarkerShape(QLegend::MarkerShapeRectangle);
    connect(chart(), &QChart::plotAreaChanged, this, &RunChart::place);
    paintTheme();
}

void RunChart::setStatus(const run::RunStatus &status)
{
    const Instant end = std::max({status.ended.value_or(status.now), status.expectedTo.value_or(status.now),
        status.started + Duration(std::chrono::seconds(10))});
    const Duration step = timeStep(end - status.started);
    // Ticks are whole steps from the start of the axis; labels of minutes must not hide its seconds.
    const auto grain = std::min<Duration>(step, std::chrono::minutes(1));
    m_from = Instant(status.started.time_since_epoch() / grain * grain);
    const auto steps = std::max<qint64>(1, (end - m_from) / step + 1);
    m_to = m_from + step * steps;
    m_time->setTickCount(static_cast<int>(steps) + 1);
    m_time->setFormat(step >= std::chrono::minutes(1) ? u"HH:mm"_s : u"HH:mm:ss"_s);
    m_time->setRange(dateTime(m_from), dateTime(m_to));
    if (const int top = static_cast<int>(roundTop(status.total)); top != static_cast<int>(m_devices->max())) {
        m_devices->setRange(0, top);
        // A chart that was never shown keeps the width that the labels of its first range needed, until their format is set.
        m_devices->setLabelFormat(u"%.0f"_s);
    }
    // States that never occur need no legend.
    for (qsizetype i = 0; i < chart()->series().size(); ++i) {
        const run::DeviceState state = stackOrder[static_cast<size_t>(i)];
        const bool usual = state <= run::DeviceState::Verified;
        chart()->legend()->markers(chart()->series().at(i)).first()->setVisible(usual || countOf(status.counts, state) > 0);
    }
    m_stack->setStatus(status);
    place();
}

void RunChart::place()
{
    m_stack->setPlot(chart()->plotArea(), m_from, m_to, m_devices->max());
}

void RunChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    // The areas come first: their colors are named in the table and on the map too.
    constexpr int roomy = 190;
    chart()->legend()->setVisible(height() >= roomy);
    place();
}

void RunChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        paintTheme();
}

void RunChart::paintTheme()
{
    const Tokens &t = tokens();
    QFont small = QApplication::font();
    small.setPixelSize(textSize() - 2);
    setBackgroundBrush(QColor(t.surface));
    chart()->setBackgroundBrush(QColor(t.surface));
    for (QAbstractAxis *axis : std::initializer_list<QAbstractAxis *> {m_time, m_devices}) {
        axis->setLabelsColor(t.quiet);
        axis->setLabelsFont(small);
        axis->setLinePen(Qt::NoPen);
        QColor grid(t.quiet);
        grid.setAlphaF(0.25F);
        axis->setGridLinePen(QPen(grid, 1));
    }
    chart()->legend()->setFont(small);
    chart()->legend()->setLabelColor(t.text);
    for (qsizetype i = 0; i < chart()->series().size(); ++i) {
        QLegendMarker *marker = chart()->legend()->markers(chart()->series().at(i)).first();
        marker->setBrush(stateColor(stackOrder[static_cast<size_t>(i)]));
        marker->setPen(stateColor(stackOrder[static_cast<size_t>(i)]));
    }
}

} // namespace drover::ui
