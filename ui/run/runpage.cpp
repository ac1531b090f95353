#include "ui/run/runpage.h"

#include "ui/common/format.h"
#include "ui/run/lanescard.h"
#include "ui/run/populationmap.h"
#include "ui/run/runactions.h"
#include "ui/run/runchart.h"
#include "ui/run/runlines.h"
#include "ui/run/samplesmodel.h"
#include "ui/run/stateorder.h"
#include "ui/run/steerpanel.h"
#include "ui/run/wavestrip.h"

#include <ranges>

using namespace Qt::StringLiterals;

namespace drover::ui {

using run::DeviceState;
using run::Phase;

RunPage::RunPage(QWidget *parent)
    : QWidget(parent)
    , m_header(new PageHeader(this))
    , m_simulated(pill({}, m_header))
    , m_actions(new RunActions(m_header))
    , m_panel(new SteerPanel(this))
    , m_lanes(new LanesCard(this))
{
    m_simulated->setObjectName(u"simulated"_s);
    m_simulated->hide();
    m_header->trailing()->addWidget(m_simulated);
    m_header->trailing()->addWidget(m_actions);
    joinActions();
    auto *grid = new QGridLayout;
    grid->setContentsMargins(16, 14, 16, 16);
    grid->setSpacing(14);
    grid->addWidget(makeTotals(), 0, 0, 1, 2);
    grid->addWidget(makeChartCard(), 1, 0);
    grid->addWidget(makePopulationCard(), 1, 1);
    grid->addWidget(makeEventsCard(), 2, 0);
    grid->addWidget(m_lanes, 2, 1);
    grid->setColumnStretch(0, 5);
    grid->setColumnStretch(1, 2);
    grid->setRowStretch(1, 3);
    grid->setRowStretch(2, 2);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_panel);
    column->addLayout(grid, 1);
}

void RunPage::joinActions()
{
    connect(m_actions, &RunActions::pauseAsked, this, [this] { Q_EMIT pauseRequested(m_status.id); });
    connect(m_actions, &RunActions::resumeAsked, this, [this] { Q_EMIT resumeRequested(m_status.id); });
    connect(m_actions, &RunActions::undoAsked, this, [this] { Q_EMIT undoRequested(m_status.id); });
    connect(m_actions, &RunActions::reportAsked, this, [this] { Q_EMIT reportRequested(m_status.id); });
    connect(m_actions, &RunActions::stopAsked, m_panel, &SteerPanel::askStop);
    connect(m_actions, &RunActions::skipAsked, m_panel, [this] { m_panel->askSkip(std::nullopt); });
    connect(m_actions, &RunActions::paceAsked, m_panel, &SteerPanel::askPace);
    connect(m_lanes, &LanesCard::retryAsked, m_panel, &SteerPanel::askRetry);
    connect(m_lanes, &LanesCard::skipAsked, m_panel, &SteerPanel::askSkip);
    connect(m_panel, &SteerPanel::resumeConfirmed, this, [this] { Q_EMIT resumeRequested(m_status.id); });
    connect(m_panel, &SteerPanel::stopConfirmed, this, [this] { Q_EMIT stopRequested(m_status.id); });
    connect(m_panel, &SteerPanel::returnConfirmed, this, [this] { Q_EMIT stopAndReturnRequested(m_status.id); });
    connect(m_panel, &SteerPanel::retryConfirmed, this, [this](const QString &cause) { Q_EMIT retryRequested(m_status.id, cause); });
    connect(m_panel, &SteerPanel::skipConfirmed, this, [this](const RunChoice &choice) { Q_EMIT skipRequested(m_status.id, choice); });
    connect(m_panel, &SteerPanel::paceConfirmed, this, [this](double share) { Q_EMIT paceRequested(m_status.id, share); });
}

void RunPage::addFigure(QBoxLayout *row, const QString &name, QLabel **value, QLabel **detail)
{
    auto *column = new QVBoxLayout;
    column->setSpacing(2);
    QLabel *title = label(name, Role::Quiet);
    column->addWidget(title);
    if (value == &m_aside)
        m_asideName = title;
    auto *line = new QHBoxLayout;
    line->setSpacing(5);
    *value = label({}, Role::Number);
    line->addWidget(*value);
    if (detail != nullptr) {
        *detail = label({}, Role::Quiet);
        line->addWidget(*detail, 0, Qt::AlignBottom);
    }
    line->addStretch();
    column->addLayout(line);
    row->addLayout(column, detail != nullptr ? 3 : 2);
}

QWidget *RunPage::makeTotals()
{
    auto *card = new Card;
    auto *row = new QHBoxLayout;
    row->setSpacing(14);
    addFigure(row, tr("Verified"), &m_verified);
    addFigure(row, tr("On the way"), &m_onTheWay);
    addFigure(row, tr("Not begun"), &m_notBegun);
    addFigure(row, tr("Waiting"), &m_waiting);
    addFigure(row, tr("Failed"), &m_failed);
    addFigure(row, tr("Skipped"), &m_aside);
    addFigure(row, tr("Rate"), &m_rate, &m_limit);
    addFigure(row, tr("Left"), &m_left);
    m_verified->setObjectName(u"verified"_s);
    m_onTheWay->setObjectName(u"onTheWay"_s);
    m_notBegun->setObjectName(u"notBegun"_s);
    m_waiting->setObjectName(u"waiting"_s);
    m_failed->setObjectName(u"failed"_s);
    m_aside->setObjectName(u"aside"_s);
    auto *waves = new QVBoxLayout;
    waves->setSpacing(4);
    m_waves = new WaveStrip;
    m_waveText = new ElidedLabel({}, Role::Quiet);
    waves->addStretch();
    waves->addWidget(m_waves);
    waves->addWidget(m_waveText);
    waves->addStretch();
    row->addLayout(waves, 6);
    card->column()->addLayout(row);
    return card;
}

QWidget *RunPage::makeChartCard()
{
    m_chart = new RunChart;
    m_samples = new SamplesModel(this);
    auto *table = new QTableView;
    table->setObjectName(u"samples"_s);
    table->setModel(m_samples);
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    m_chartOrTable = new QStackedWidget;
    m_chartOrTable->addWidget(m_chart);
    m_chartOrTable->addWidget(table);

    QPushButton *asTable = button(tr("As table"), u"link"_s, u"asTable"_s);
    asTable->setCheckable(true);
    QPushButton *copy = button(tr("Copy"), u"link"_s, u"copyTable"_s);
    QPushButton *csv = button(tr("CSV…"), u"link"_s, u"exportCsv"_s);
    QPushButton *png = button(tr("PNG…"), u"link"_s, u"exportPng"_s);
    auto *card = new Card;
    auto *head = new QHBoxLayout;
    head->addWidget(label(tr("Devices by state"), Role::Strong), 1);
    for (QPushButton *each : {asTable, copy, csv, png})
        head->addWidget(each);
    card->column()->addLayout(head);
    card->column()->addWidget(m_chartOrTable, 1);
    connect(asTable, &QPushButton::toggled, this, [this, asTable](bool on) {
        m_chartOrTable->setCurrentIndex(on ? 1 : 0);
        asTable->setText(on ? tr("As chart") : tr("As table"));
    });
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_samples->toText(u'\t')); });
    connect(csv, &QPushButton::clicked, this,
        [this] { QFileDialog::saveFileContent(m_samples->toText(u',').toUtf8(), m_status.id + u".csv"_s); });
    connect(png, &QPushButton::clicked, this, &RunPage::exportPicture);
    return card;
}

void RunPage::exportPicture()
{
    QByteArray content;
    QBuffer buffer(&content);
    buffer.open(QBuffer::WriteOnly);
    m_chart->grab().save(&buffer, "PNG");
    QFileDialog::saveFileContent(content, m_status.id + u".png"_s);
}

QWidget *RunPage::makePopulationCard()
{
    m_map = new PopulationMap;
    m_density = label(tr("one square per device"), Role::Quiet);
    m_crossings = wrapped({}, Role::Quiet);
    auto *card = new Card;
    card->column()->setSpacing(3);
    card->column()->addWidget(label(tr("Population"), Role::Strong));
    card->column()->addWidget(m_density);
    card->column()->addSpacing(4);
    card->column()->addWidget(m_map, 1);
    card->column()->addSpacing(4);
    card->column()->addWidget(m_crossings);
    connect(m_map, &PopulationMap::densityChanged, this, [this](qsizetype devices) {
        m_density->setText(devices == 1 ? tr("one square per device") : tr("one square per %1 devices").arg(number(devices)));
    });
    return card;
}

QWidget *RunPage::makeEventsCard()
{
    auto *content = new QWidget;
    m_events = new QVBoxLayout(content);
    m_events->setContentsMargins(0, 0, 6, 0);
    m_events->setSpacing(0);
    m_events->setAlignment(Qt::AlignTop);
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    auto *card = new Card;
    auto *head = new QHBoxLayout;
    head->setSpacing(6);
    head->addWidget(label(tr("Events"), Role::Strong));
    head->addWidget(label(tr("newest first"), Role::Quiet), 1);
    card->column()->addLayout(head);
    card->column()->addWidget(scroll, 1);
    card->setMinimumHeight(110);
    return card;
}

void RunPage::setStatus(const run::RunStatus &status, const RunSurroundings &around)
{
    // Names that became known since are shown in older lines too.
    const bool sameWords = std::ranges::equal(status.events | std::views::take(m_status.events.size()), m_status.events, {},
        &run::RunEvent::sentence, &run::RunEvent::sentence);
    if (status.id != m_status.id || !sameWords)
        m_shownEvents = -1;
    m_status = status;
    const RunRules rules = rulesOf(m_status, around);
    m_actions->show(m_status, rules);
    m_panel->setStatus(m_status, rules);
    m_lanes->show(m_status, rules);
    showHead();
    showTotals();
    m_chart->setStatus(m_status);
    m_samples->setSamples(m_status.samples);
    m_map->setPopulation(m_status.population);
    showEvents();
}

void RunPage::setSimulated(const QString &pill)
{
    m_simulated->setText(pill);
    m_simulated->setVisible(!pill.isEmpty());
}

void RunPage::setWorking(const QString &doing)
{
    m_panel->setWorking(doing);
}

void RunPage::showHead()
{
    m_header->setTitle(m_status.title);
    m_header->setPill(m_status.production ? tr("Production") : QString(), Tone::Bad);
    // What is worth acting on comes first: a narrow window cuts the end off.
    QStringList note {run::phaseName(m_status.phase)};
    if (!m_status.slowed.isEmpty())
        note += m_status.slowed;
    note += tr("started %1").arg(clockTime(m_status.started, false));
    if (m_status.interrupted)
        note += tr("interrupted, nothing is lost");
    else if (!m_status.reason.isEmpty())
        note += m_status.reason;
    // Counted by the process that makes them: one that only reads the journal knows of none.
    if (m_status.calls > 0)
        note += tr("%1 by this window").arg(counted(m_status.calls, tr("Azure call"), tr("Azure calls")));
    m_header->setNote(note.join(u" · "_s));
}

void RunPage::showTotals()
{
    const auto count = [this](DeviceState state) { return countOf(m_status.counts, state); };
    const int way = count(DeviceState::Enrolled) + count(DeviceState::Triggered) + count(DeviceState::Registering)
        + count(DeviceState::Assigned) + count(DeviceState::Connected) + count(DeviceState::Throttled);
    const int aside = count(DeviceState::Skipped) + count(DeviceState::Undone);
    m_verified->setText(number(count(DeviceState::Verified)));
    m_onTheWay->setText(number(way));
    m_notBegun->setText(number(count(DeviceState::Planned)));
    m_waiting->setText(number(count(DeviceState::Waiting)));
    m_failed->setText(number(count(DeviceState::Failed)));
    if (const bool bad = count(DeviceState::Failed) > 0; bad != m_badShown) {
        m_badShown = bad;
        setTone(m_failed, bad ? Tone::Bad : Tone::Neutral);
    }
    m_aside->setText(number(aside));
    m_asideName->setText(count(DeviceState::Undone) > 0 ? tr("Returned, skipped") : tr("Skipped"));
    m_rate->setText(number(std::lround(m_status.rate)));
    m_limit->setText(m_status.limit > 0 ? tr("/min of %1").arg(number(std::lround(m_status.limit))) : tr("/min"));
    m_limit->setToolTip(m_status.limitName);
    m_left->setText(m_status.ended ? tr("done") : m_status.left.value_or(Duration()) > Duration::zero() ? duration(*m_status.left) : u"–"_s);
    m_waves->setWaves(m_status.waves);
    m_waveText->setText(waveSentence(m_status));
    m_crossings->setText(crossingText(m_status.crossings));
    m_crossings->setVisible(!m_status.crossings.empty());
}

void RunPage::showEvents()
{
    const qsizetype events = std::ssize(m_status.events);
    if (events == m_shownEvents)
        return;
    // Older lines stay as they are: new ones are put on top.
    if (events < m_shownEvents || m_shownEvents < 0) {
        clear(m_events);
        m_shownEvents = 0;
    }
    for (qsizetype i = m_shownEvents; i < events; ++i)
        m_events->insertWidget(0, eventLine(m_status.events[static_cast<size_t>(i)]));
    m_shownEvents = events;
}

} // namespace drover::ui
