#include "ui/run/stackitem.h"

#include "ui/common/format.h"
#include "ui/common/theme.h"
#include "ui/run/stateorder.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

constexpr double captionHeight = 20;

/// First pixel row of each state in one column, bottom state first; rows count from the top.
using Column = std::array<int, run::stateCount>;

Column columnOf(const run::Sample &sample, double pixelsPerDevice, int height)
{
    Column rows {};
    double sum = 0;
    for (size_t i = 0; i < stackOrder.size(); ++i) {
        sum += countOf(sample.counts, stackOrder[i]);
        rows[i] = std::clamp(height - static_cast<int>(std::lround(sum * pixelsPerDevice)), 0, height);
    }
    return rows;
}

} // namespace

StackItem::StackItem(QGraphicsItem *chart)
    : QGraphicsItem(chart)
{
    // Over the plot area's ground, under grid and axes.
    setZValue(1.5);
}

void StackItem::setStatus(const run::RunStatus &status)
{
    m_samples = status.samples;
    m_waves = status.waves;
    m_expectedFrom = status.expectedFrom;
    m_expectedTo = status.expectedTo;
    m_ended = status.ended;
    m_now = status.now;
    if (m_samples.empty() || m_samples.back().at < status.now)
        m_samples.push_back({.at = status.ended.value_or(status.now), .counts = status.counts});
    update();
}

void StackItem::setPlot(const QRectF &area, Instant from, Instant to, double top)
{
    if (area != m_area)
        prepareGeometryChange();
    m_area = area;
    m_from = from;
    m_to = to;
    m_top = std::max(1.0, top);
    update();
}

QRectF StackItem::boundingRect() const
{
    return m_area.adjusted(-2, -captionHeight, 2, 2);
}

double StackItem::xOf(Instant at) const
{
    const double span = std::max<double>(1, static_cast<double>((m_to - m_from).count()));
    return m_area.left() + static_cast<double>((at - m_from).count()) / span * m_area.width();
}

QImage StackItem::render(const QSize &size) const
{
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    const double perPixel = static_cast<double>((m_to - m_from).count()) / std::max(1, size.width());
    std::vector<Column> columns;
    const auto start = [&](int x) { return m_from + Duration(static_cast<qint64>(x * perPixel)); };
    int first = 0;
    size_t at = 0;
    for (int x = 0; x < size.width() && start(x) <= m_samples.back().at; ++x) {
        if (start(x) < m_samples.front().at) {
            ++first;
            continue;
        }
        while (at + 1 < m_samples.size() && m_samples[at + 1].at <= start(x))
            ++at;
        // A sample holds until the next: a slope between them would show changes that nobody saw.
        columns.push_back(columnOf(m_samples[at], size.height() / m_top, size.height()));
    }
    std::array<QRgb, run::stateCount> colors;
    for (size_t i = 0; i < stackOrder.size(); ++i)
        colors[i] = stateColor(stackOrder[i]).rgb();
    // Row by row, because memory is: each column remembers which state it has come down to.
    std::vector<size_t> level(columns.size(), run::stateCount);
    for (int y = 0; y < size.height(); ++y) {
        auto *line = reinterpret_cast<QRgb *>(image.scanLine(y)) + first;
        for (size_t x = 0; x < columns.size(); ++x) {
            while (level[x] > 0 && y >= columns[x][level[x] - 1])
                --level[x];
            if (level[x] < run::stateCount)
                line[x] = colors[level[x]];
        }
    }
    return image;
}

void StackItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    if (m_samples.empty() || m_area.isEmpty())
        return;
    paintExpected(*painter);
    const double ratio = painter->device()->devicePixelRatio();
    painter->drawImage(m_area, render((m_area.size() * ratio).toSize()));
    paintGates(*painter);
    if (!m_ended) {
        painter->setPen(QPen(QColor(tokens().text), 1));
        painter->drawLine(QPointF(xOf(m_now), m_area.top() - 4), QPointF(xOf(m_now), m_area.bottom()));
    }
}

std::vector<StackItem::GateCaption> StackItem::gateCaptions() const
{
    static const std::array marks {u""_s, u"✓"_s, u"✗"_s, u"?"_s};
    std::vector<GateCaption> captions;
    for (size_t i = 0; i < m_waves.size(); ++i) {
        if (!m_waves[i].closed)
            continue;
        const QString shorter = u"%1 %2"_s.arg(i + 1).arg(marks[static_cast<size_t>(m_waves[i].verdict)]);
        captions.push_back({.x = xOf(*m_waves[i].closed), .words = u"gate %1"_s.arg(shorter), .shorter = shorter});
    }
    return captions;
}

void StackItem::paintGates(QPainter &painter) const
{
    QFont font = QApplication::font();
    font.setPixelSize(textSize() - 2);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    const std::vector<GateCaption> captions = gateCaptions();
    for (const GateCaption &caption : captions) {
        painter.setPen(QPen(QColor(tokens().text), 1, Qt::DashLine));
        painter.drawLine(QPointF(caption.x, m_area.top() - 6), QPointF(caption.x, m_area.bottom()));
    }
    // Gates that close together share one caption: none goes without.
    painter.setPen(QColor(tokens().text));
    for (size_t i = 0; i < captions.size();) {
        const double left = captions[i].x + 4;
        QString words = captions[i].words;
        size_t next = i + 1;
        while (next < captions.size() && captions[next].x < left + metrics.horizontalAdvance(words) + 4)
            words += u" · "_s + captions[next++].shorter;
        const double width = metrics.horizontalAdvance(words);
        painter.drawText(QRectF(std::min(left, m_area.right() - width), m_area.top() - captionHeight, width + 4, captionHeight - 4),
            Qt::AlignVCenter, words);
        i = next;
    }
}

void StackItem::paintExpected(QPainter &painter) const
{
    if (!m_expectedFrom || !m_expectedTo || m_ended)
        return;
    const double left = std::clamp(xOf(*m_expectedFrom), m_area.left(), m_area.right());
    const double right = std::clamp(xOf(*m_expectedTo), left + 3, std::max(left + 3, m_area.right()));
    painter.fillRect(QRectF(left, m_area.top(), right - left, m_area.height()), mix(tokens().accent, tokens().surface, 0.14));
    QFont font = QApplication::font();
    font.setPixelSize(textSize() - 2);
    painter.setFont(font);
    painter.setPen(QColor(tokens().accent));
    const QString words = u"expected end %1–%2"_s.arg(clockTime(*m_expectedFrom, false), clockTime(*m_expectedTo, false));
    painter.drawText(QRectF(m_area.left(), m_area.top() - captionHeight, m_area.width(), captionHeight - 4),
        Qt::AlignRight | Qt::AlignVCenter, words);
}

} // namespace drover::ui
