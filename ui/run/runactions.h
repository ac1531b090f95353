#pragma once

#include "ui/common/widgets.h"
#include "ui/run/runrules.h"

namespace drover::ui {

/// The buttons in a run's title row; those that cannot be pressed say why.
class RunActions final : public QWidget {
    Q_OBJECT

public:
    explicit RunActions(QWidget *parent = nullptr);
    void show(const run::RunStatus &status, const RunRules &rules);

Q_SIGNALS:
    void pauseAsked();
    void resumeAsked();
    /// These open the panel that says what they come to.
    void stopAsked();
    void skipAsked();
    void paceAsked();
    void undoAsked();
    void reportAsked();

private:
    QPushButton *m_pace;
    QPushButton *m_skip;
    QPushButton *m_pause;
    QPushButton *m_resume;
    QPushButton *m_stop;
    QPushButton *m_undo;
    QPushButton *m_report;
};

} // namespace drover::ui
