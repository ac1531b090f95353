#include "ui/run/runactions.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

RunActions::RunActions(QWidget *parent)
    : QWidget(parent)
    , m_pace(button({}, {}, u"pace"_s, this))
    , m_skip(button(tr("Leave out…"), {}, u"skip"_s, this))
    , m_pause(button(tr("Pause"), {}, u"pause"_s, this))
    , m_resume(button(tr("Resume"), u"primary"_s, u"resume"_s, this))
    , m_stop(button(tr("Stop…"), u"danger"_s, u"stop"_s, this))
    , m_undo(button(tr("Undo…"), {}, u"undo"_s, this))
    , m_report(button(tr("Report…"), {}, u"report"_s, this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QPushButton *each : {m_report, m_pace, m_skip, m_pause, m_resume, m_stop, m_undo})
        row->addWidget(each);
    connect(m_pace, &QPushButton::clicked, this, &RunActions::paceAsked);
    connect(m_skip, &QPushButton::clicked, this, &RunActions::skipAsked);
    connect(m_pause, &QPushButton::clicked, this, &RunActions::pauseAsked);
    connect(m_resume, &QPushButton::clicked, this, &RunActions::resumeAsked);
    connect(m_stop, &QPushButton::clicked, this, &RunActions::stopAsked);
    connect(m_undo, &QPushButton::clicked, this, &RunActions::undoAsked);
    connect(m_report, &QPushButton::clicked, this, &RunActions::reportAsked);
}

void RunActions::show(const run::RunStatus &status, const RunRules &rules)
{
    const bool over = isOver(status.phase);
    const bool paused = status.phase == run::Phase::Paused;
    const bool stopping = status.phase == run::Phase::Stopping;
    const QWidget *focus = QApplication::focusWidget();
    const bool hadFocus = focus != nullptr && isAncestorOf(focus);
    m_pace->setText(tr("Pace: %1").arg(paceName(status.pace, status.plannedPace)));
    m_pace->setVisible(!over && status.pace > 0);
    m_skip->setVisible(!over);
    m_pause->setVisible(!over && !paused && !stopping);
    // A gate that asks has the same button with its evidence.
    m_resume->setVisible(paused && !gateThatAsks(status));
    m_stop->setVisible(!over);
    m_undo->setVisible(over);
    // While it goes on the row has other buttons; what a run under way has done is on this page.
    m_report->setVisible(over || paused);
    allow(m_pace, rules.pace);
    allow(m_skip, rules.skip);
    allow(m_resume, rules.resume);
    allow(m_stop, rules.stop);
    allow(m_undo, rules.undo);
    // The keyboard stays in this row when the button that was pressed gives way to another.
    if (!hadFocus || (focus->isVisibleTo(this) && focus->isEnabled()))
        return;
    for (QPushButton *each : {m_resume, m_pause, m_undo, m_stop}) {
        if (each->isVisibleTo(this) && each->isEnabled())
            return each->setFocus();
    }
}

} // namespace drover::ui
