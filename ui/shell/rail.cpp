#include "ui/shell/rail.h"

#include "ui/common/icons.h"
#include "ui/common/theme.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

RailButton::RailButton(const QString &icon, const QString &text, QWidget *parent)
    : QAbstractButton(parent)
    , m_icon(icon)
{
    setText(text);
    setObjectName(u"rail:"_s + icon);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
}

void RailButton::paintEvent(QPaintEvent *)
{
    const Tokens &t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(4, 3, -4, -3);
    if (isChecked() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mix(Qt::white, t.rail, isChecked() ? 0.10 : 0.05));
        painter.drawRoundedRect(box, 8, 8);
    }
    if (isChecked())
        painter.fillRect(QRectF(box.left(), box.top() + 4, 2.5, box.height() - 8), QColor(t.railOn));
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(t.railOn), 2));
        painter.drawRoundedRect(box, 8, 8);
    }
    const QColor color = isChecked() ? QColor(Qt::white) : isEnabled() ? QColor(t.railText) : mix(t.railText, t.rail, 0.4);
    painter.drawPixmap(QPoint((width() - 20) / 2, 10), ui::icon(m_icon, color, 20, devicePixelRatioF()));
    QFont font = this->font();
    font.setPixelSize(textSize() - 2);
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(rect().adjusted(0, 33, 0, 0), Qt::AlignHCenter | Qt::AlignTop, text());
}

Rail::Rail(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"rail"_s);
    setFixedWidth(64);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 10, 0, 8);
    column->setSpacing(0);
    column->addStretch();
}

RailButton *Rail::addPage(const QString &icon, const QString &text)
{
    auto *made = new RailButton(icon, text, this);
    made->setCheckable(true);
    made->setAutoExclusive(true);
    static_cast<QVBoxLayout *>(layout())->insertWidget(m_pages++, made);
    return made;
}

RailButton *Rail::addTool(const QString &icon, const QString &text)
{
    auto *made = new RailButton(icon, text, this);
    layout()->addWidget(made);
    return made;
}

void Rail::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), QColor(tokens().rail));
}

} // namespace drover::ui
