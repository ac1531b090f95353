#include "ui/common/capacitybar.h"

#include "ui/common/theme.h"

namespace drover::ui {

CapacityBar::CapacityBar(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(10);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CapacityBar::setFill(qint64 population, std::optional<qint64> ceiling, bool reachable)
{
    m_population = population;
    m_ceiling = ceiling;
    m_reachable = reachable;
    update();
}

void CapacityBar::setGhost(std::optional<qint64> after)
{
    if (m_ghost == after)
        return;
    m_ghost = after;
    update();
}

double CapacityBar::share(qint64 devices) const
{
    if (!m_ceiling || *m_ceiling <= 0)
        return 0;
    return std::clamp(static_cast<double>(devices) / static_cast<double>(*m_ceiling), 0.0, 1.0);
}

QColor CapacityBar::color(double share) const
{
    const Tokens &t = tokens();
    if (!m_reachable)
        return t.fillOff;
    return share > 0.95 ? t.fillHigh : share > 0.85 ? t.fillWarn : t.fill;
}

void CapacityBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath outline;
    outline.addRoundedRect(QRectF(rect()), 4, 4);
    painter.setClipPath(outline);
    painter.fillRect(rect(), QColor(tokens().track));
    const double now = share(m_population) * width();
    painter.fillRect(QRectF(0, 0, now, height()), color(share(m_population)));
    if (!m_ghost || *m_ghost <= m_population)
        return;
    // A small set must stay visible on a big stamp.
    const double after = std::min<double>(width(), std::max(share(*m_ghost) * width(), now + 4));
    const QRectF ghost(now, 0, after - now, height());
    const QColor base = tokens().accent;
    painter.fillRect(ghost, mix(base, tokens().surface, 0.35));
    painter.setClipRect(ghost, Qt::IntersectClip);
    painter.setPen(QPen(base, 2));
    for (double x = ghost.left() - height(); x < ghost.right() + height(); x += 6)
        painter.drawLine(QPointF(x, height()), QPointF(x + height(), 0));
}

} // namespace drover::ui
