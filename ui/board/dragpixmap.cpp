#include "ui/board/dragpixmap.h"

#include "ui/common/format.h"
#include "ui/common/theme.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

QPixmap dragPixmap(const fleet::SetOnStamp &set, qreal ratio)
{
    QFont strong = QApplication::font();
    strong.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(strong);
    const QString title = metrics.elidedText(set.title, Qt::ElideRight, 220);
    const QString count = counted(set.facts.devices, u"device"_s, u"devices"_s);
    const int titleWidth = metrics.horizontalAdvance(title);
    const QSize size(titleWidth + QFontMetrics(QApplication::font()).horizontalAdvance(count) + 34, metrics.height() + 18);
    QPixmap pixmap(size * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(tokens().accent), 1.5));
    painter.setBrush(QColor(tokens().surface));
    painter.drawRoundedRect(QRectF({0, 0}, size).adjusted(1, 1, -1, -1), 6, 6);
    const QRect inner = QRect({0, 0}, size).adjusted(12, 0, -12, 0);
    painter.setFont(strong);
    painter.setPen(QColor(tokens().text));
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter, title);
    painter.setFont(QApplication::font());
    painter.setPen(QColor(tokens().quiet));
    painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter, count);
    return pixmap;
}

} // namespace drover::ui
