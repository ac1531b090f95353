#include "ui/devices/devicespage.h"

#include "ui/common/format.h"
#include "ui/common/placeholder.h"
#include "ui/common/widgets.h"
#include "ui/devices/picker.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

using fleet::DeviceSet;
using namespace std::chrono_literals;

namespace {

/// Qt follows a selection through a sort row by row: seconds for as many as these and more, unless all are selected.
constexpr qsizetype mostSorted = 5'000;

} // namespace

DevicesPage::DevicesPage(QWidget *parent)
    : QWidget(parent)
    , m_filter(new QLineEdit(this))
    , m_problem(wrapped({}, Role::Small, this))
    , m_counts(label({}, Role::Quiet, this))
    , m_move(button(tr("Move to…"), u"primary"_s, u"moveSelected"_s, this))
    , m_moveAll(button(tr("Move all shown…"), {}, u"moveShown"_s, this))
    , m_stack(new QStackedWidget(this))
    , m_placeholder(new Placeholder(this))
    , m_table(new QTableView(this))
    , m_chooser(new StampChooser(this))
    , m_picker(new Picker(this))
{
    m_filter->setObjectName(u"filter"_s);
    m_filter->setPlaceholderText(tr("Part of an ID, or a query: tags.site = 'berlin' AND connectionState = 'Connected'"));
    m_filter->setClearButtonEnabled(true);
    m_problem->setObjectName(u"filterProblem"_s);
    setTone(m_problem, Tone::Bad);
    m_problem->hide();
    m_counts->setObjectName(u"counts"_s);
    m_table->setObjectName(u"devices"_s);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 12);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_blink.setSingleShot(true);
    m_blink.setInterval(150ms);
    build();
    showCounts();
    showSelection();
}

void DevicesPage::build()
{
    auto *bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_counts);
    bar->addWidget(m_moveAll);
    bar->addWidget(m_move);
    auto *card = new Card;
    card->column()->setContentsMargins(10, 6, 1, 6);
    card->column()->addWidget(m_table);
    m_stack->addWidget(card);
    m_stack->addWidget(m_placeholder);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(10);
    column->addLayout(bar);
    column->addWidget(m_problem);
    column->addWidget(m_stack, 1);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        showSelection();
        Q_EMIT filterChanged(text.trimmed());
    });
    connect(m_move, &QPushButton::clicked, this, &DevicesPage::moveSelected);
    connect(m_moveAll, &QPushButton::clicked, this, &DevicesPage::moveShown);
    connect(m_picker, &Picker::looked, this, &DevicesPage::offer);
    connect(m_picker, &Picker::failed, this, [this](const Error &error) { setFilterProblem(error.what); });
    connect(m_picker, &Picker::cancelled, this, &DevicesPage::showSelection);
    connect(m_table, &QTableView::doubleClicked, this,
        [this](const QModelIndex &index) { Q_EMIT inspectRequested(index.siblingAtColumn(0).data().toString()); });
    connect(&m_blink, &QTimer::timeout, this, &DevicesPage::showCounts);
    connect(m_chooser, &StampChooser::chosen, this, [this](const StampName &to) { Q_EMIT moveRequested(m_asked, to); });
}

void DevicesPage::setModel(QAbstractItemModel &model)
{
    // Before the table's own: its selection is looked at when the rows are about to change their places.
    connect(&model, &QAbstractItemModel::layoutAboutToBeChanged, this, &DevicesPage::dropLargeSelection);
    connect(&model, &QAbstractItemModel::layoutAboutToBeChanged, m_picker, &Picker::cancelReading);
    connect(&model, &QAbstractItemModel::modelAboutToBeReset, m_picker, &Picker::cancelReading);
    m_table->setModel(&model);
    // The table's own would be asked for every row of every column at each paint: 100 ms when a million are selected.
    m_table->horizontalHeader()->setSelectionModel(new QItemSelectionModel(&model, m_table->horizontalHeader()));
    // Enabling sorts at once, by the indicator as it stands.
    m_table->horizontalHeader()->setSortIndicator(0, Qt::AscendingOrder);
    m_table->setSortingEnabled(true);
    for (int column = 0; column < model.columnCount(); ++column)
        m_table->setColumnWidth(column, column == 0 ? 220 : 130);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DevicesPage::showSelection);
    connect(&model, &QAbstractItemModel::modelReset, this, &DevicesPage::showSelection);
    showSelection();
}

void DevicesPage::setFleet(std::shared_ptr<const fleet::Fleet> fleet)
{
    m_fleet = std::move(fleet);
    showSelection();
}

void DevicesPage::setProductionUnlocked(bool unlocked)
{
    m_unlocked = unlocked;
}

void DevicesPage::setCounts(qint64 shown, qint64 all)
{
    m_shown = shown;
    m_all = all;
    fitColumns();
    showCounts();
    showSelection();
}

void DevicesPage::setWorking(bool working)
{
    if (working == m_working)
        return;
    m_working = working;
    if (working) {
        m_blink.start();
        return;
    }
    m_blink.stop();
    showCounts();
}

void DevicesPage::showCounts()
{
    const bool slow = m_working && !m_blink.isActive();
    const QString counts = tr("%1 of %2").arg(number(m_shown), counted(m_all, tr("device"), tr("devices")));
    m_counts->setText(slow ? tr("Sorting and filtering…") : counts);
    const bool empty = m_shown == 0;
    if (empty && slow)
        m_placeholder->showLoading(tr("Putting the devices in order"), tr("Filter and order can be changed meanwhile."));
    else if (empty && !m_working && m_filter->text().trimmed().isEmpty())
        m_placeholder->showEmpty(u"devices"_s, tr("No devices yet"), tr("They appear here as Drover reads them from DPS and the hubs."));
    else if (empty && !m_working)
        m_placeholder->showEmpty(u"devices"_s, tr("No device matches the filter"), tr("Clear it, or ask for less."));
    m_stack->setCurrentIndex(empty ? 1 : 0);
}

void DevicesPage::dropLargeSelection()
{
    const qsizetype selected = selectedCount();
    if (selected > mostSorted && selected < m_table->model()->rowCount())
        m_table->clearSelection();
}

void DevicesPage::setFilterProblem(const QString &problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    showSelection();
}

bool DevicesPage::isQuery(const QString &text)
{
    static const QRegularExpression start(
        uR"(^\s*[(\s]*(NOT\b|is_defined\s*\(|STARTSWITH\s*\(|(deviceId|status|connectionState|lastActivityTime|tags\.[\w.]+|stamp|hub|group)\s*(=|!|<|>|IN\b|NIN\b)))"_s,
        QRegularExpression::CaseInsensitiveOption);
    return start.match(text).hasMatch();
}

qsizetype DevicesPage::selectedCount() const
{
    qsizetype count = 0;
    if (m_table->selectionModel() == nullptr)
        return 0;
    for (const QItemSelectionRange &range : m_table->selectionModel()->selection())
        count += range.height();
    return count;
}

void DevicesPage::showSelection()
{
    const qsizetype selected = selectedCount();
    allow(m_move, !m_fleet ? tr("No fleet is connected yet.") : selected == 0 ? tr("Select devices first.") : QString());
    m_move->setText(selected > 0 ? tr("Move %1 to…").arg(number(selected)) : tr("Move to…"));
    allow(m_moveAll, whyNotAll());
}

QString DevicesPage::whyNotAll() const
{
    if (!m_fleet)
        return tr("No fleet is connected yet.");
    if (!isQuery(m_filter->text()))
        return tr("Type a query first, such as tags.site = 'berlin': a plan names its devices by it.");
    if (!m_problem->isHidden())
        return m_problem->text();
    return m_shown == 0 ? tr("No device matches the query.") : QString();
}

/// Once, by the first rows that are shown; from then on the widths are the person's.
void DevicesPage::fitColumns()
{
    if (m_columnsFit || m_table->model() == nullptr || m_table->model()->rowCount() == 0)
        return;
    m_columnsFit = true;
    constexpr int widest = 300;
    m_table->horizontalHeader()->setResizeContentsPrecision(50);
    m_table->resizeColumnsToContents();
    for (int column = 0; column < m_table->model()->columnCount(); ++column)
        m_table->setColumnWidth(column, std::min(widest, m_table->columnWidth(column) + 12));
}

void DevicesPage::moveSelected()
{
    const qsizetype selected = selectedCount();
    if (selected == 0 || !m_fleet)
        return;
    m_askedWith = m_move;
    m_move->setEnabled(false);
    m_picker->pick(m_table->selectionModel()->selection(), tr("%1 picked").arg(number(selected)), m_fleet);
}

void DevicesPage::moveShown()
{
    m_askedWith = m_moveAll;
    m_moveAll->setEnabled(false);
    m_picker->look({.kind = DeviceSet::Kind::Where, .text = m_filter->text().trimmed(), .ids = {}}, m_fleet);
}

void DevicesPage::offer(const DeviceSet &set, const fleet::SetFacts &facts)
{
    showSelection();
    m_asked = set;
    const QPoint corner = m_askedWith->mapToGlobal(QPoint(m_askedWith->width() - 400, m_askedWith->height() + 4));
    m_chooser->open(counted(facts.devices, tr("device"), tr("devices")), offers(*m_fleet, facts, m_unlocked), corner);
}

} // namespace drover::ui
