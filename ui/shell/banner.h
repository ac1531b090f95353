#pragma once

#include "models/core/error.h"
#include "ui/common/theme.h"

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace drover::ui {

/// A line across the window that says what happened and what to do; it never stops anybody.
class Banner final : public QFrame {
    Q_OBJECT

public:
    explicit Banner(QWidget *parent = nullptr);
    void show(Tone tone, const QString &what, const QString &remedy);
    /// A button for what shows now; pressed, it does its work and the line goes.
    void setAction(const QString &text, std::function<void()> done);

private:
    QLabel *m_what;
    QLabel *m_remedy;
    QPushButton *m_action;
    std::function<void()> m_done;
};

} // namespace drover::ui
