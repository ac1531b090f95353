#include "app/console/automation.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSaveFile>
#include <QWidget>
#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::console {
namespace {

/// What a person would read on it; never what was typed into a field for secrets.
QString textOf(const QWidget *widget)
{
    if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
        return button->text();
    if (const auto *label = qobject_cast<const QLabel *>(widget))
        return label->text();
    if (const auto *field = qobject_cast<const QLineEdit *>(widget); field && field->echoMode() == QLineEdit::Normal)
        return field->text();
    return widget->accessibleName();
}

nlohmann::ordered_json described(const QWidget *widget)
{
    const QPoint corner = widget->mapToGlobal(QPoint(0, 0));
    return {{"name", widget->objectName().toStdString()}, {"text", textOf(widget).toStdString()}, {"enabled", widget->isEnabled()},
        {"rect", {corner.x(), corner.y(), widget->width(), widget->height()}}};
}

} // namespace

Automation::Automation(QString file, QObject *parent)
    : QObject(parent)
    , m_file(std::move(file))
{
    m_timer.setInterval(500ms);
    connect(&m_timer, &QTimer::timeout, this, &Automation::write);
    m_timer.start();
}

void Automation::write() const
{
    // One widget a line: shell scripts read it too.
    QByteArrayList widgets;
    for (const QWidget *widget : QApplication::allWidgets())
        if (widget->isVisible() && !widget->objectName().isEmpty() && !widget->objectName().startsWith("qt_"_L1)
            && !widget->visibleRegion().isEmpty())
            widgets.append(QByteArray::fromStdString(described(widget).dump()));
    QSaveFile file(m_file);
    if (file.open(QIODevice::WriteOnly)) {
        file.write("{\"widgets\":[\n" + widgets.join(",\n") + "\n]}\n");
        file.commit();
    }
}

} // namespace drover::console
