#include "app/console/windowsettings.h"

using namespace Qt::StringLiterals;

namespace drover::console {

QByteArray WindowSettings::window() const
{
    return m_settings.value("window").toByteArray();
}

void WindowSettings::setWindow(const QByteArray &state)
{
    m_settings.setValue("window", state);
}

ui::Theme WindowSettings::theme() const
{
    const QString name = m_settings.value("theme").toString();
    return name == "dark"_L1 ? ui::Theme::Dark : name == "light"_L1 ? ui::Theme::Light : ui::Theme::System;
}

void WindowSettings::setTheme(ui::Theme theme)
{
    m_settings.setValue("theme", theme == ui::Theme::Dark ? u"dark"_s : theme == ui::Theme::Light ? u"light"_s : u"system"_s);
}

QString WindowSettings::profile() const
{
    return m_settings.value("profile").toString();
}

void WindowSettings::setProfile(const QString &name)
{
    m_settings.setValue("profile", name);
}

} // namespace drover::console
