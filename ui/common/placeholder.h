#pragma once

#include "models/core/error.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QVBoxLayout;

namespace drover::ui {

/// What stands where there is nothing to show: empty, loading, or an error with its remedy.
class Placeholder final : public QWidget {
    Q_OBJECT

public:
    explicit Placeholder(QWidget *parent = nullptr);
    void showEmpty(const QString &icon, const QString &title, const QString &hint);
    void showLoading(const QString &title, const QString &hint);
    void showError(const Error &error);

private:
    void show(const QString &icon, bool bad, bool busy, const QString &title, const QString &hint);

    QVBoxLayout *m_iconPlace;
    QProgressBar *m_busy;
    QLabel *m_title;
    QLabel *m_hint;
};

} // namespace drover::ui
