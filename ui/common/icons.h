#pragma once

#include <QColor>
#include <QPixmap>

namespace drover::ui {

/// One of resources/icons in the wanted colour; painted at paint time, so that it follows the theme.
QPixmap icon(const QString &name, QColor color, int size, qreal ratio);

} // namespace drover::ui
