#include "ui/common/icons.h"

#include <QPixmapCache>
#include <QSvgRenderer>

using namespace Qt::StringLiterals;

// A static library's resources are linked only when somebody asks for them, and the macro must stand outside a namespace.
static void loadResources()
{
    Q_INIT_RESOURCE(icons);
}

namespace drover::ui {

QPixmap icon(const QString &name, QColor color, int size, qreal ratio)
{
    const QString key = u"drover-%1-%2-%3-%4"_s.arg(name, color.name()).arg(size).arg(ratio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    loadResources();
    QFile file(u":/icons/%1.svg"_s.arg(name));
    const bool found = file.open(QFile::ReadOnly);
    Q_ASSERT_X(found, "icon", qPrintable(name));
    QSvgRenderer renderer(file.readAll().replace("currentColor", color.name().toLatin1()));
    pixmap = QPixmap(QSizeF(size * ratio, size * ratio).toSize());
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace drover::ui
