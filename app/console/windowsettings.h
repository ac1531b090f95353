#pragma once

#include "ui/common/theme.h"

#include <QSettings>

namespace drover::console {

/// What a person expects to find again at the next start. Never a secret.
class WindowSettings final {
public:
    QByteArray window() const;
    void setWindow(const QByteArray &state);
    ui::Theme theme() const;
    void setTheme(ui::Theme theme);
    /// The profile that was connected last; empty on the first start.
    QString profile() const;
    void setProfile(const QString &name);

private:
    QSettings m_settings;
};

} // namespace drover::console
