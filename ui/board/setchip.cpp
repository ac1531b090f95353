#include "ui/board/setchip.h"

#include "ui/common/format.h"
#include "ui/common/theme.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

SetChip::SetChip(fleet::SetOnStamp set, fleet::Ring ring, QWidget *parent)
    : QWidget(parent)
    , m_set(std::move(set))
    , m_ring(ring)
{
    setObjectName(u"chip:"_s + m_set.title);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(u"%1, %2"_s.arg(m_set.title, counted(m_set.facts.devices, tr("device"), tr("devices"))));
    if (m_set.set) {
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::OpenHandCursor);
        setToolTip(tr("%1 · drag it onto a stamp, or press Ctrl+M").arg(m_set.set->toString()));
    } else {
        setToolTip(tr("These devices cannot be moved: their enrollment is not known."));
    }
}

void SetChip::setMoving(bool moving)
{
    if (m_moving == moving)
        return;
    m_moving = moving;
    setAccessibleDescription(moving ? tr("in the plan") : QString());
    update();
}

QSize SetChip::sizeHint() const
{
    return {140, fontMetrics().height() + 12};
}

QSize SetChip::minimumSizeHint() const
{
    return {90, sizeHint().height()};
}

void SetChip::paintEvent(QPaintEvent *)
{
    const Tokens &t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool faint = m_moving || !m_set.set;
    QPen pen(hasFocus() ? QColor(t.accent) : underMouse() && !faint ? mix(t.quiet, t.surface, 0.55) : QColor(t.line));
    pen.setWidthF(hasFocus() ? 2 : 1);
    if (faint)
        pen.setStyle(Qt::DashLine);
    painter.setPen(pen);
    painter.setBrush(faint ? QBrush(Qt::NoBrush) : QBrush(QColor(t.field)));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);

    const QColor dot = ringColor(m_ring);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faint ? mix(dot, t.surface, 0.4) : dot);
    painter.drawEllipse(QPointF(13, height() / 2.0), 4, 4);

    const QString count = number(m_set.facts.devices);
    const QRect inner = rect().adjusted(25, 0, -10, 0);
    painter.setPen(QColor(t.quiet));
    painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter, count);
    painter.setPen(QColor(faint ? t.quiet : t.text));
    const QRect left = inner.adjusted(0, 0, -fontMetrics().horizontalAdvance(count) - 8, 0);
    painter.drawText(left, Qt::AlignLeft | Qt::AlignVCenter, fontMetrics().elidedText(m_set.title, Qt::ElideRight, left.width()));
}

void SetChip::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->position().toPoint();
}

void SetChip::mouseMoveEvent(QMouseEvent *event)
{
    const bool pulled = (event->position().toPoint() - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if ((event->buttons() & Qt::LeftButton) && pulled && m_set.set)
        Q_EMIT dragRequested();
}

void SetChip::contextMenuEvent(QContextMenuEvent *)
{
    if (m_set.set)
        Q_EMIT moveToRequested();
}

void SetChip::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_Right:
        focusNextChild();
        break;
    case Qt::Key_Up:
    case Qt::Key_Left:
        focusPreviousChild();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        Q_EMIT moveToRequested();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void SetChip::enterEvent(QEnterEvent *)
{
    update();
}

void SetChip::leaveEvent(QEvent *)
{
    update();
}

void SetChip::focusInEvent(QFocusEvent *)
{
    update();
}

void SetChip::focusOutEvent(QFocusEvent *)
{
    update();
}

} // namespace drover::ui
