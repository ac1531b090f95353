#pragma once

#include "app/report/notifier.h"

#include <QWidget>

namespace drover::console {

/// Tells of the run that this window carries out: on the desktop while the window is not looked at, and to the webhook of
/// the variable DROVER_WEBHOOK.
class RunNotices final : public QObject {
    Q_OBJECT

public:
    explicit RunNotices(QWidget *window, QObject *parent = nullptr);
    void look(const run::RunStatus &status);

Q_SIGNALS:
    /// An address that is not one, or that was not reached.
    void failed(const drover::Error &error);

private:
    QWidget *m_window;
    QString m_run;
    /// Two, because the desktop is told at times only.
    std::unique_ptr<report::Notifier> m_webhook;
    std::unique_ptr<run::Notices> m_desktop;
};

} // namespace drover::console
