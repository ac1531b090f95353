#include "ui/run/runspage.h"

#include "ui/common/format.h"
#include "ui/common/placeholder.h"
#include "ui/run/runpage.h"
#include "ui/run/stateorder.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

RunsPage::RunsPage(QWidget *parent)
    : QWidget(parent)
    , m_list(new QListWidget(this))
    , m_stack(new QStackedWidget(this))
    , m_placeholder(new Placeholder(this))
    , m_page(new RunPage(this))
{
    m_list->setObjectName(u"runs"_s);
    m_list->setFixedWidth(210);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->hide();
    m_stack->addWidget(m_placeholder);
    m_stack->addWidget(m_page);
    m_placeholder->showEmpty(u"runs"_s, tr("No runs yet"), tr("Make a plan on the board, then review and run it."));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_list);
    row->addWidget(m_stack, 1);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item != nullptr)
            choose(item->data(Qt::UserRole).toString());
    });
    connect(m_page, &RunPage::pauseRequested, this, &RunsPage::pauseRequested);
    connect(m_page, &RunPage::resumeRequested, this, &RunsPage::resumeRequested);
    connect(m_page, &RunPage::stopRequested, this, &RunsPage::stopRequested);
    connect(m_page, &RunPage::stopAndReturnRequested, this, &RunsPage::stopAndReturnRequested);
    connect(m_page, &RunPage::retryRequested, this, &RunsPage::retryRequested);
    connect(m_page, &RunPage::skipRequested, this, &RunsPage::skipRequested);
    connect(m_page, &RunPage::paceRequested, this, &RunsPage::paceRequested);
    connect(m_page, &RunPage::undoRequested, this, &RunsPage::undoRequested);
    connect(m_page, &RunPage::reportRequested, this, &RunsPage::reportRequested);
}

void RunsPage::setStatus(const run::RunStatus &status)
{
    const bool isNew = !m_runs.contains(status.id);
    m_runs[status.id] = status;
    if (isNew)
        addRow(status);
    showRow(status);
    if (isNew)
        choose(status.id);
    else if (status.id == m_chosen || status.undoes == m_chosen)
        showChosen();
}

void RunsPage::setUnderWay(const QString &id)
{
    if (id == m_underWay)
        return;
    m_underWay = id;
    showChosen();
}

void RunsPage::showChosen()
{
    const auto found = m_runs.find(m_chosen);
    if (found == m_runs.end())
        return;
    const auto undo = std::ranges::find_if(m_runs, [this](const auto &each) { return each.second.undoes == m_chosen; });
    m_page->setStatus(found->second,
        {.underWay = m_underWay, .takenBackBy = undo == m_runs.end() ? QString() : undo->first});
}

void RunsPage::addRow(const run::RunStatus &status)
{
    auto *item = new QListWidgetItem;
    item->setData(Qt::UserRole, status.id);
    m_list->insertItem(0, item);
    m_list->setVisible(m_list->count() > 1);
}

void RunsPage::showRow(const run::RunStatus &status)
{
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem *item = m_list->item(row);
        if (item->data(Qt::UserRole).toString() != status.id)
            continue;
        const int verified = countOf(status.counts, run::DeviceState::Verified);
        item->setText(u"%1\n%2 · %3 of %4"_s.arg(
            status.title, run::phaseName(status.phase), number(verified), number(status.total)));
        // The list is narrow and titles name every move.
        item->setToolTip(status.title);
    }
}

void RunsPage::choose(const QString &id)
{
    const auto found = m_runs.find(id);
    if (found == m_runs.end() || id == m_chosen)
        return;
    m_chosen = id;
    showChosen();
    m_stack->setCurrentWidget(m_page);
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(Qt::UserRole).toString() == id)
            m_list->setCurrentRow(row);
    }
    Q_EMIT runChosen(id);
}

} // namespace drover::ui
