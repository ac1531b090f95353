#include "ui/devices/devicespage.h"

#include "ui/common/format.h"
#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

using fleet::DeviceSet;

DevicesPage::DevicesPage(QWidget *parent)
    : QWidget(parent)
    , m_filter(new QLineEdit(this))
    , m_problem(wrapped({}, Role::Small, this))
    , m_counts(label({}, Role::Quiet, this))
    , m_move(button(tr("Move to…"), u"primary"_s, u"moveSelected"_s, this))
    , m_moveAll(button(tr("Move all shown…"), {}, u"moveShown"_s, this))
    , m_table(new QTableView(this))
    , m_chooser(new StampChooser(this))
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
    build();
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
    card->column()->setContentsMargins(1, 6, 1, 6);
    card->column()->addWidget(m_table);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(10);
    column->addLayout(bar);
    column->addWidget(m_problem);
    column->addWidget(card, 1);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        showSelection();
        Q_EMIT filterChanged(text.trimmed());
    });
    connect(m_move, &QPushButton::clicked, this, &DevicesPage::moveSelected);
    connect(m_moveAll, &QPushButton::clicked, this, [this] {
        const DeviceSet set {.kind = DeviceSet::Kind::Where, .text = m_filter->text().trimmed(), .ids = {}};
        ask(set, counted(m_shown, tr("device"), tr("devices")), m_shown, m_moveAll);
    });
    connect(m_table, &QTableView::doubleClicked, this,
        [this](const QModelIndex &index) { Q_EMIT inspectRequested(index.siblingAtColumn(0).data().toString()); });
    connect(m_chooser, &StampChooser::chosen, this, [this](const StampName &to) { Q_EMIT moveRequested(m_asked, to); });
}

void DevicesPage::setModel(QAbstractItemModel &model)
{
    m_table->setModel(&model);
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
    m_counts->setText(tr("%1 of %2").arg(number(shown), counted(all, tr("device"), tr("devices"))));
    showSelection();
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

DeviceSet DevicesPage::selectedSet() const
{
    // By ranges: asking for indexes costs seconds when a million rows are selected.
    DeviceSet set {.kind = DeviceSet::Kind::Ids, .text = tr("%1 picked").arg(number(selectedCount())), .ids = {}};
    for (const QItemSelectionRange &range : m_table->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            set.ids += m_table->model()->index(row, 0).data().toString().toUtf8() + '\n';
    }
    return set;
}

void DevicesPage::showSelection()
{
    const qsizetype selected = selectedCount();
    m_move->setEnabled(selected > 0 && m_fleet);
    m_move->setText(selected > 0 ? tr("Move %1 to…").arg(number(selected)) : tr("Move to…"));
    m_moveAll->setEnabled(m_fleet && m_shown > 0 && m_problem->isHidden() && isQuery(m_filter->text()));
    m_moveAll->setToolTip(m_moveAll->isEnabled() ? QString() : tr("Type a query first, such as tags.site = 'berlin'"));
}

void DevicesPage::moveSelected()
{
    const qsizetype selected = selectedCount();
    if (selected > 0 && m_fleet)
        ask(selectedSet(), counted(selected, tr("device"), tr("devices")), selected, m_move);
}

void DevicesPage::ask(const DeviceSet &set, const QString &what, qint64 devices, QWidget *below)
{
    m_asked = set;
    const Result<SetFacts> facts = factsOf(*m_fleet, set);
    const SetFacts known = facts ? *facts : SetFacts {.devices = devices, .sources = {}};
    if (!facts)
        setFilterProblem(facts.error().what);
    const QPoint corner = below->mapToGlobal(QPoint(below->width() - 400, below->height() + 4));
    m_chooser->open(what, offers(*m_fleet, known, m_unlocked), corner);
}

} // namespace drover::ui
