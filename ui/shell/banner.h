#pragma once

#include "models/core/error.h"
#include "ui/common/theme.h"

#include <QFrame>

class QLabel;

namespace drover::ui {

/// A line across the window that says what happened and what to do; it never stops anybody.
class Banner final : public QFrame {
    Q_OBJECT

public:
    explicit Banner(QWidget *parent = nullptr);
    void show(Tone tone, const QString &what, const QString &remedy);

private:
    QLabel *m_what;
    QLabel *m_remedy;
};

} // namespace drover::ui
