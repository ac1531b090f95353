#include "ui/inspect/inspectpage.h"

#include "ui/common/format.h"
#include "ui/common/placeholder.h"
#include "ui/common/widgets.h"
#include "ui/inspect/chain.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

InspectPage::InspectPage(QWidget *parent)
    : QWidget(parent)
    , m_box(new QLineEdit(this))
    , m_note(new ElidedLabel({}, Role::Quiet, this))
    , m_stack(new QStackedWidget(this))
    , m_placeholder(new Placeholder(this))
    , m_matchesTitle(wrapped({}, Role::Strong, this))
    , m_matches(new QListWidget(this))
    , m_scroll(new QScrollArea(this))
{
    m_box->setObjectName(u"inspectBox"_s);
    m_box->setPlaceholderText(tr("Device ID, registration ID, or the beginning of one"));
    m_box->setMaximumWidth(520);
    m_note->setObjectName(u"inspectNote"_s);
    m_matchesTitle->setObjectName(u"matchesTitle"_s);
    m_matches->setObjectName(u"matches"_s);
    m_scroll->setWidgetResizable(true);
    m_scroll->viewport()->setAutoFillBackground(false);
    auto *header = new QWidget(this);
    header->setProperty("header", true);
    header->setAttribute(Qt::WA_StyledBackground);
    header->setFixedHeight(52);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(12);
    row->addWidget(label(tr("Inspect"), Role::Title));
    row->addWidget(m_box, 3);
    row->addWidget(m_note, 2);
    auto *matches = new QWidget;
    auto *padding = new QVBoxLayout(matches);
    padding->setContentsMargins(16, 14, 16, 16);
    auto *card = new Card;
    card->column()->addWidget(m_matchesTitle);
    card->column()->addWidget(m_matches);
    padding->addWidget(card);
    m_stack->addWidget(m_placeholder);
    m_stack->addWidget(matches);
    m_stack->addWidget(m_scroll);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_stack, 1);
    m_placeholder->showEmpty(u"inspect"_s, tr("Find a device"),
        tr("Type an ID and press Enter. Drover asks DPS and the hubs, and says in one sentence what is going on."));
    connect(m_box, &QLineEdit::returnPressed, this, &InspectPage::ask);
    connect(m_box, &QLineEdit::textEdited, this, &InspectPage::forget);
    connect(m_matches, &QListWidget::itemActivated, this,
        [this](const QListWidgetItem *item) { inspect(item->data(Qt::UserRole).toString()); });
}

void InspectPage::ask()
{
    const QString text = m_box->text().trimmed();
    if (!text.isEmpty())
        Q_EMIT inspectRequested(text);
}

void InspectPage::forget(const QString &typed)
{
    const QString text = typed.trimmed();
    m_note->setText({});
    if (text.isEmpty())
        m_placeholder->showEmpty(u"inspect"_s, tr("Find a device"), tr("Type an ID and press Enter."));
    else if (text == m_inspection.id)
        m_note->setText(m_inspection.note);
    else
        m_placeholder->showEmpty(u"inspect"_s, tr("Look for “%1”?").arg(text), tr("Press Enter, and DPS and the hubs are asked."));
    Q_EMIT questionDropped();
    m_stack->setCurrentWidget(!text.isEmpty() && text == m_inspection.id ? static_cast<QWidget *>(m_scroll) : m_placeholder);
}

void InspectPage::inspect(const QString &text)
{
    m_box->setText(text);
    ask();
}

void InspectPage::focusBox()
{
    m_box->setFocus(Qt::ShortcutFocusReason);
    m_box->selectAll();
}

void InspectPage::showLoading(const QString &text)
{
    m_note->setText({});
    m_placeholder->showLoading(tr("Looking for %1").arg(text), tr("DPS and the hubs are asked at once."));
    m_stack->setCurrentWidget(m_placeholder);
}

void InspectPage::showWaiting(const QString &text)
{
    m_note->setText({});
    m_placeholder->showLoading(tr("Looking for %1 in a moment").arg(text),
        tr("Drover is still reading the fleet for the first time. It looks the device up as soon as that is done."));
    m_stack->setCurrentWidget(m_placeholder);
}

void InspectPage::showNotFound(const QString &text, const QString &looked)
{
    m_note->setText({});
    m_placeholder->showEmpty(u"inspect"_s, tr("Nobody knows “%1”").arg(text), looked);
    m_stack->setCurrentWidget(m_placeholder);
}

void InspectPage::showError(const Error &error)
{
    m_note->setText({});
    m_placeholder->showError(error);
    m_stack->setCurrentWidget(m_placeholder);
}

void InspectPage::setMatches(const QString &text, const std::vector<InspectionMatch> &matches, bool more)
{
    const QString count = counted(std::ssize(matches), tr("device"), tr("devices"));
    m_note->setText(more ? tr("more than %1 begin with “%2”").arg(count, text) : tr("%1 begin with “%2”").arg(count, text));
    m_matchesTitle->setText(more ? tr("The first %1 that begin with “%2”. Choose one, or type more of the ID.").arg(number(std::ssize(matches)), text)
                                 : tr("Several devices match. Choose one."));
    m_matches->clear();
    for (const InspectionMatch &match : matches) {
        auto *item = new QListWidgetItem(u"%1   %2"_s.arg(match.id, match.detail), m_matches);
        item->setData(Qt::UserRole, match.id);
    }
    m_matches->setCurrentRow(0);
    m_stack->setCurrentIndex(1);
    m_matches->setFocus();
}

void InspectPage::setInspection(const Inspection &inspection)
{
    m_inspection = inspection;
    m_box->setText(inspection.id);
    m_note->setText(inspection.note);
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(14);
    column->addWidget(makeBanner());
    column->addWidget(makeChain(inspection.chain));
    column->addWidget(makeCards());
    auto *below = new QHBoxLayout;
    below->setSpacing(14);
    below->addWidget(makeHistory(), 3);
    below->addWidget(makeRequests(), 1);
    column->addLayout(below);
    column->addStretch(1);
    m_scroll->setWidget(content);
    content->setAutoFillBackground(false);
    m_stack->setCurrentWidget(m_scroll);
}

QWidget *InspectPage::makeBanner()
{
    auto *banner = new QFrame;
    banner->setProperty("banner", true);
    setTone(banner, m_inspection.tone);
    auto *row = new QHBoxLayout(banner);
    row->setContentsMargins(14, 11, 14, 11);
    row->setSpacing(14);
    const bool trouble = m_inspection.tone == Tone::Warn || m_inspection.tone == Tone::Bad;
    row->addWidget(new IconLabel(trouble ? u"warn"_s : m_inspection.tone == Tone::Good ? u"pass"_s : u"info"_s, 24, m_inspection.tone));
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    auto *device = new ElidedLabel(m_inspection.id, Role::Strong);
    device->setObjectName(u"inspectedId"_s);
    words->addWidget(device);
    QLabel *sentence = wrapped(m_inspection.sentence, Role::Heading);
    sentence->setObjectName(u"sentence"_s);
    words->addWidget(sentence);
    if (!m_inspection.detail.isEmpty())
        words->addWidget(wrapped(m_inspection.detail, Role::Small));
    row->addLayout(words, 1);
    if (!m_inspection.action.isEmpty()) {
        QPushButton *act = button(m_inspection.action, u"primary"_s, u"act"_s);
        connect(act, &QPushButton::clicked, this, [this] { Q_EMIT actionRequested(m_inspection.id); });
        row->addWidget(act);
    }
    QPushButton *copy = button(tr("Copy for ticket"), {}, u"copyTicket"_s);
    connect(copy, &QPushButton::clicked, this, [this] {
        const QString text = toText(m_inspection);
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT copyRequested(text);
    });
    row->addWidget(copy);
    return banner;
}

QWidget *InspectPage::makeCards() const
{
    auto *strip = new QWidget;
    auto *row = new QHBoxLayout(strip);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(14);
    for (const InspectionCard &each : m_inspection.cards) {
        auto *card = new Card;
        setTone(card, each.tone);
        card->column()->addWidget(new ElidedLabel(each.title.toUpper(), Role::Caption));
        auto *grid = new QGridLayout;
        grid->setHorizontalSpacing(12);
        grid->setVerticalSpacing(5);
        grid->setColumnStretch(1, 1);
        int line = 0;
        for (const InspectionRow &fact : each.rows) {
            grid->addWidget(label(fact.label, Role::Quiet), line, 0);
            auto *value = new ElidedLabel(fact.value, Role::Small);
            setTone(value, fact.tone);
            grid->addWidget(value, line++, 1);
        }
        card->column()->addLayout(grid);
        card->column()->addStretch();
        row->addWidget(card, 1);
    }
    return strip;
}

QWidget *InspectPage::makeHistory() const
{
    auto *card = new Card;
    card->column()->addWidget(label(tr("HISTORY"), Role::Caption));
    if (m_inspection.history.empty())
        card->column()->addWidget(label(tr("Drover has not moved this device before."), Role::Quiet));
    for (const HistoryLine &line : m_inspection.history) {
        auto *row = new QHBoxLayout;
        row->setSpacing(12);
        QLabel *when = label(line.when, Role::Small);
        when->setMinimumWidth(130);
        row->addWidget(when, 0, Qt::AlignTop);
        row->addWidget(new ToneMark(line.tone), 0, Qt::AlignTop);
        row->addWidget(wrapped(line.sentence, Role::Small), 1);
        card->column()->addLayout(row);
        card->column()->addWidget(rule());
    }
    card->column()->addStretch();
    return card;
}

QWidget *InspectPage::makeRequests() const
{
    auto *card = new Card;
    card->column()->addWidget(label(tr("REQUESTS BEHIND THIS PAGE"), Role::Caption));
    for (const RequestLine &line : m_inspection.requests) {
        auto *row = new QHBoxLayout;
        row->setSpacing(6);
        row->addWidget(new ElidedLabel(line.request, Role::Quiet), 1);
        QLabel *status = label(QString::number(line.status), Role::SmallStrong);
        setTone(status, line.status >= 400 || line.status == 0 ? Tone::Bad : Tone::Neutral);
        row->addWidget(status);
        row->addWidget(label(tr("%1 ms").arg(line.milliseconds), Role::Quiet));
        card->column()->addLayout(row);
    }
    card->column()->addStretch();
    return card;
}

QString InspectPage::toText(const Inspection &inspection)
{
    QString text = inspection.id + u'\n' + inspection.sentence + u'\n';
    if (!inspection.detail.isEmpty())
        text += inspection.detail + u'\n';
    for (const InspectionCard &card : inspection.cards) {
        text += u"\n%1\n"_s.arg(card.title);
        for (const InspectionRow &row : card.rows)
            text += u"  %1: %2\n"_s.arg(row.label, row.value);
    }
    if (!inspection.history.empty())
        text += u"\nHistory\n"_s;
    for (const HistoryLine &line : inspection.history)
        text += u"  %1  %2\n"_s.arg(line.when, line.sentence);
    return text;
}

} // namespace drover::ui
