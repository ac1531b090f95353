#include "ui/plan/plantray.h"

#include "models/plan/eta.h"
#include "models/plan/triggers.h"
#include "ui/common/format.h"
#include "ui/common/placeholder.h"
#include "ui/plan/optionseditor.h"
#include "ui/plan/planparts.h"
#include "ui/plan/reviewdialog.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

PlanTray::PlanTray(QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
    , m_placeholder(new Placeholder(this))
    , m_scroll(new QScrollArea(this))
    , m_buttons(makeButtons())
{
    setProperty("tray", true);
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(390);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_stack->addWidget(m_placeholder);
    m_stack->addWidget(m_scroll);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_stack, 1);
    column->addWidget(m_buttons);
    clearPlan();
}

QWidget *PlanTray::makeButtons()
{
    auto *bar = new QWidget(this);
    QPushButton *save = button(tr("Save plan"), {}, u"savePlan"_s, bar);
    QPushButton *requests = button(tr("Show requests"), {}, u"showRequests"_s, bar);
    m_run = button({}, {}, u"review"_s, bar);
    m_run->setToolTip(tr("Ctrl+Enter"));
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(14, 10, 14, 14);
    row->setSpacing(8);
    row->addWidget(save);
    row->addWidget(requests);
    row->addStretch();
    row->addWidget(m_run);
    connect(save, &QPushButton::clicked, this, &PlanTray::saveRequested);
    connect(requests, &QPushButton::clicked, this, [this] { review(true); });
    connect(m_run, &QPushButton::clicked, this, [this] { review(false); });
    return bar;
}

void PlanTray::setPlan(const plan::Plan &plan, const Overlaps &overlaps)
{
    if (plan.moves.empty()) {
        clearPlan();
        return;
    }
    closeReview();
    m_plan = plan;
    m_overlaps = overlaps;
    const int scrolled = m_scroll->verticalScrollBar()->value();
    auto *content = new QWidget;
    m_body = new QVBoxLayout(content);
    m_body->setContentsMargins(16, 14, 16, 8);
    m_body->setSpacing(2);
    auto *head = new QHBoxLayout;
    head->addWidget(label(tr("Plan: %1").arg(counted(qint64(plan.moves.size()), tr("move"), tr("moves"))), Role::Heading), 1);
    QPushButton *clearAll = button(tr("Clear"), u"link"_s, u"clearPlan"_s);
    connect(clearAll, &QPushButton::clicked, this, &PlanTray::cleared);
    head->addWidget(clearAll);
    m_body->addLayout(head);
    m_body->addWidget(label(tr("Nothing is changed until you run it."), Role::Quiet));
    addMoves();
    addChecks();
    addWaves();
    addCost();
    m_body->addStretch();
    m_scroll->setWidget(content);
    content->setAutoFillBackground(false);
    m_scroll->verticalScrollBar()->setValue(scrolled);
    m_stack->setCurrentWidget(m_scroll);
    // Bright is what can be done: a blocked plan is looked at, not run.
    const bool blocked = m_plan->verdict() == plan::Verdict::Block || m_plan->devices.empty();
    m_run->setText(blocked ? tr("Review…") : tr("Review and run…"));
    m_run->setProperty("kind", blocked ? QString() : u"primary"_s);
    m_run->style()->unpolish(m_run);
    m_run->style()->polish(m_run);
    m_buttons->show();
}

void PlanTray::clearPlan()
{
    closeReview();
    m_plan.reset();
    m_allChecks = false;
    m_placeholder->showEmpty(u"hand"_s, tr("Drag a device set onto a stamp"),
        tr("Or focus one and press Ctrl+M.\nNothing is changed until you run the plan."));
    m_stack->setCurrentWidget(m_placeholder);
    m_buttons->hide();
}

void PlanTray::showPlanning()
{
    closeReview();
    m_placeholder->showLoading(tr("Making the plan"), tr("Reading enrollments and running the checks."));
    m_stack->setCurrentWidget(m_placeholder);
    m_buttons->hide();
}

void PlanTray::showError(const Error &error)
{
    m_placeholder->showError(error);
    m_stack->setCurrentWidget(m_placeholder);
    m_buttons->hide();
}

void PlanTray::addMoves()
{
    m_body->addWidget(sectionTitle(tr("Moves")));
    for (size_t i = 0; i < m_plan->summaries.size(); ++i) {
        QPushButton *remove = button(u"×"_s, u"link"_s, u"removeMove%1"_s.arg(i));
        remove->setToolTip(tr("Take this move out of the plan"));
        remove->setAccessibleName(tr("Remove %1").arg(m_plan->summaries[i].set));
        connect(remove, &QPushButton::clicked, this, [this, i] { Q_EMIT moveRemoved(int(i)); }, Qt::QueuedConnection);
        m_body->addWidget(m_plan->summaries[i].devices == 0 ? emptyMove(i, remove) : moveLine(m_plan->summaries[i], remove));
    }
}

QWidget *PlanTray::emptyMove(size_t index, QPushButton *remove)
{
    const std::vector<size_t> others = index < m_overlaps.size() ? m_overlaps[index] : std::vector<size_t>();
    QStringList names;
    for (const size_t other : others)
        names += u"%1 → %2"_s.arg(m_plan->summaries[other].set, m_plan->summaries[other].to.text());
    if (names.isEmpty())
        return emptyMoveLine(m_plan->summaries[index], tr("None of its devices would be moved; the review lists why."), nullptr, remove);
    QPushButton *replace = button(tr("Replace"), u"small"_s, u"replaceMove%1"_s.arg(index));
    replace->setToolTip(tr("Take %1 out, and move these devices to %2").arg(names.join(u", "_s), m_plan->summaries[index].to.text()));
    connect(replace, &QPushButton::clicked, this, [this, index, others] { Q_EMIT moveReplaces(int(index), others); }, Qt::QueuedConnection);
    return emptyMoveLine(m_plan->summaries[index], tr("Already in the tray: %1.").arg(names.join(u", "_s)), replace, remove);
}

void PlanTray::addChecks()
{
    m_body->addWidget(sectionTitle(tr("Checks"), u"· "_s + checkCounts(m_plan->checks)));
    size_t hidden = 0;
    for (const plan::Verdict verdict : {plan::Verdict::Block, plan::Verdict::Warn, plan::Verdict::Pass}) {
        for (const plan::Check &check : m_plan->checks) {
            if (check.verdict != verdict)
                continue;
            if (verdict == plan::Verdict::Pass && !m_allChecks)
                ++hidden;
            else
                m_body->addWidget(checkLine(check));
        }
    }
    if (hidden == 0 && !m_allChecks)
        return;
    QPushButton *toggle = button(m_allChecks ? tr("Show problems only") : tr("Show the %1 that pass").arg(hidden), u"link"_s,
        u"allChecks"_s);
    m_body->addWidget(toggle, 0, Qt::AlignLeft);
    // Later: the button that asks goes when the tray is filled again.
    connect(toggle, &QPushButton::clicked, this, [this] {
        m_allChecks = !m_allChecks;
        if (m_plan)
            setPlan(plan::Plan(*m_plan), Overlaps(m_overlaps));
    }, Qt::QueuedConnection);
}

void PlanTray::addWaves()
{
    auto *head = new QHBoxLayout;
    head->addWidget(sectionTitle(tr("Waves"), tr("· trigger: %1").arg(plan::wordsOf(m_plan->tellings))), 1);
    QPushButton *edit = button(tr("Edit…"), u"link"_s, u"editWaves"_s);
    head->addWidget(edit, 0, Qt::AlignBottom);
    m_body->addLayout(head);
    m_body->addWidget(waveStrip(m_plan->waves));
    m_body->addWidget(wrapped(gateSentence(m_plan->options.gate), Role::Quiet));
    connect(edit, &QPushButton::clicked, this, [this] {
        auto *editor = new OptionsEditor(m_plan->options, this);
        connect(editor, &OptionsEditor::changed, this, &PlanTray::optionsChanged);
        editor->open();
    });
}

void PlanTray::addCost()
{
    m_body->addWidget(sectionTitle(tr("Cost of the move")));
    m_body->addWidget(fact(tr("Azure calls"), number(m_plan->calls)));
    m_body->addWidget(fact(tr("Time, if devices answer"), plan::about(m_plan->eta)));
    m_body->addWidget(fact(tr("Slowest limit"), m_plan->eta.bottleneck));
    if (!m_plan->skipped.empty())
        m_body->addWidget(fact(tr("Not moved"), counted(qint64(m_plan->skipped.size()), tr("device"), tr("devices"))));
}

void PlanTray::openReview()
{
    if (m_buttons->isVisible())
        review(false);
}

void PlanTray::review(bool requests)
{
    if (!m_plan)
        return;
    closeReview();
    auto *dialog = new ReviewDialog(*m_plan, this);
    m_review = dialog;
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ReviewDialog::runRequested, this, &PlanTray::runRequested);
    if (requests)
        dialog->showRequests();
    dialog->show();
}

void PlanTray::closeReview()
{
    if (m_review)
        m_review->close();
}

} // namespace drover::ui
