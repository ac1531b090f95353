#include "ui/plan/reviewdialog.h"

#include "models/plan/eta.h"
#include "models/plan/triggers.h"
#include "models/plan/undo.h"
#include "ui/common/format.h"
#include "ui/plan/planparts.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

constexpr size_t shownSkipped = 1000;

QWidget *scrolled(QWidget *content)
{
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return scroll;
}

QPlainTextEdit *document(const QString &text, const QString &name)
{
    auto *edit = new QPlainTextEdit(text);
    edit->setReadOnly(true);
    edit->setObjectName(name);
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPixelSize(textSize() - 1);
    edit->setFont(fixed);
    return edit;
}

QWidget *noteLine(const QString &note)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 4, 0, 4);
    row->addWidget(new ToneMark(Tone::Warn), 0, Qt::AlignTop);
    row->addWidget(wrapped(note, Role::Small), 1);
    return line;
}

} // namespace

ReviewDialog::ReviewDialog(const plan::Plan &plan, QWidget *parent)
    : QDialog(parent)
    , m_plan(plan)
    , m_tabs(new QTabWidget(this))
    , m_reason(new QLineEdit(this))
    , m_ticket(new QLineEdit(this))
    , m_why(wrapped({}, Role::Quiet, this))
    , m_run(button(tr("Run"), u"primary"_s, u"run"_s, this))
{
    setObjectName(u"reviewDialog"_s);
    setWindowTitle(windowWords());
    resize(QSize(760, 640).boundedTo(screen()->availableSize() - QSize(8, 40)));
    m_tabs->addTab(makeSummary(), tr("Plan"));
    m_tabs->addTab(makeChecks(), tr("Checks · %1").arg(number(qint64(m_plan.checks.size()))));
    m_tabs->addTab(makeRequests(), tr("Requests · %1").arg(number(m_plan.calls)));
    m_tabs->addTab(makeSkipped(), tr("Not moved · %1").arg(number(qint64(m_plan.skipped.size()))));

    QPushButton *cancel = button(tr("Cancel"), {}, u"cancel"_s, this);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_why, 1);
    if (QPushButton *without = makeWithoutChanged())
        buttons->addWidget(without);
    buttons->addWidget(cancel);
    buttons->addWidget(m_run);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(20, 14, 20, 16);
    column->setSpacing(12);
    column->addWidget(m_tabs, 1);
    column->addWidget(makeConsent());
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_run, &QPushButton::clicked, this, [this] {
        Q_EMIT runRequested(m_reason->text().trimmed(), m_ticket->text().trimmed());
        accept();
    });
    QWidget *before = m_reason;
    QWidgetList after {m_ticket};
    after.append(QWidgetList(m_names.begin(), m_names.end()));
    after.append({cancel, m_run});
    for (QWidget *next : after) {
        setTabOrder(before, next);
        before = next;
    }
    m_reason->setFocus();
    showConsent();
}

QString ReviewDialog::windowWords() const
{
    const QString what = m_plan.undoes.isEmpty() ? tr("Review and run") : tr("Review the way back of run %1").arg(m_plan.undoes);
    return m_plan.production.empty() ? what : tr("%1 — production").arg(what);
}

/// The way out of the one check that a person can answer: null where nothing was changed.
QPushButton *ReviewDialog::makeWithoutChanged()
{
    const auto drift = std::ranges::find(m_plan.checks, plan::undoDrift, &plan::Check::id);
    if (drift == m_plan.checks.end() || drift->verdict != plan::Verdict::Block)
        return nullptr;
    QPushButton *made = button(tr("Leave out what was changed"), {}, u"withoutChanged"_s, this);
    connect(made, &QPushButton::clicked, this, [this] {
        reject();
        Q_EMIT withoutChangedRequested();
    });
    return made;
}

void ReviewDialog::showRequests()
{
    m_tabs->setCurrentIndex(2);
}

QWidget *ReviewDialog::makeSummary() const
{
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 12, 8);
    column->setSpacing(2);
    column->addWidget(sectionTitle(tr("Moves")));
    for (const plan::MoveSummary &summary : m_plan.summaries)
        column->addWidget(moveLine(summary, nullptr));
    if (!m_plan.notes.empty())
        column->addWidget(sectionTitle(tr("Read this")));
    for (const QString &note : m_plan.notes)
        column->addWidget(noteLine(note));
    column->addWidget(sectionTitle(tr("Waves"), tr("· trigger: %1").arg(plan::wordsOf(m_plan.tellings))));
    column->addWidget(waveStrip(m_plan.waves));
    column->addWidget(wrapped(gateSentence(m_plan.options.gate), Role::Quiet));
    column->addWidget(sectionTitle(tr("Cost of the move")));
    column->addWidget(fact(tr("Devices"), number(qint64(m_plan.devices.size()))));
    column->addWidget(fact(tr("Enrollment writes"), number(qint64(m_plan.steps.size()))));
    column->addWidget(fact(tr("Azure calls"), number(m_plan.calls)));
    column->addWidget(fact(tr("Time, if devices answer"), plan::about(m_plan.eta)));
    column->addWidget(fact(tr("Slowest limit"), m_plan.eta.bottleneck));
    column->addWidget(fact(tr("Longest wait for offline devices"), duration(m_plan.options.deadline)));
    column->addStretch();
    return scrolled(content);
}

QWidget *ReviewDialog::makeChecks() const
{
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 12, 8);
    column->setSpacing(2);
    column->addWidget(sectionTitle(tr("Checks"), u"· "_s + checkCounts(m_plan.checks)));
    for (const plan::Verdict verdict : {plan::Verdict::Block, plan::Verdict::Warn, plan::Verdict::Pass}) {
        for (const plan::Check &check : m_plan.checks) {
            if (check.verdict == verdict)
                column->addWidget(checkLine(check));
        }
    }
    column->addStretch();
    return scrolled(content);
}

QWidget *ReviewDialog::makeRequests() const
{
    QString text;
    for (const plan::Request &request : m_plan.requests) {
        text += u"# %1%2\n"_s.arg(request.why, request.count > 1 ? tr(" (%1 of this shape)").arg(number(request.count)) : QString());
        text += u"%1 %2\n"_s.arg(request.method, request.url);
        if (!request.body.isEmpty())
            text += QString::fromUtf8(request.body) + u'\n';
        text += u'\n';
    }
    return document(text, u"requests"_s);
}

QWidget *ReviewDialog::makeSkipped() const
{
    QString text;
    for (const plan::Skipped &skipped : std::span(m_plan.skipped).first(std::min(shownSkipped, m_plan.skipped.size())))
        text += u"%1   %2\n"_s.arg(skipped.registrationId, skipped.reason);
    if (m_plan.skipped.size() > shownSkipped)
        text += tr("… and %1 more; the saved plan lists all %2.\n")
                    .arg(number(qint64(m_plan.skipped.size() - shownSkipped)), number(qint64(m_plan.skipped.size())));
    return document(text.isEmpty() ? tr("Every device of the sets is moved.") : text, u"skipped"_s);
}

QWidget *ReviewDialog::makeConsent()
{
    auto *box = new QFrame(this);
    box->setProperty("banner", true);
    if (!m_plan.production.empty())
        setTone(box, Tone::Bad);
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(14, 12, 14, 12);
    grid->setHorizontalSpacing(12);
    m_reason->setObjectName(u"reason"_s);
    m_reason->setPlaceholderText(m_plan.production.empty() ? tr("Why is this done?") : tr("Why is this done? Production needs to know."));
    m_ticket->setObjectName(u"ticket"_s);
    m_ticket->setPlaceholderText(tr("Ticket, if there is one"));
    grid->addWidget(label(tr("Reason"), Role::Small), 0, 0);
    grid->addWidget(m_reason, 0, 1);
    grid->addWidget(label(tr("Ticket"), Role::Small), 0, 2);
    grid->addWidget(m_ticket, 0, 3);
    int row = 1;
    for (const StampName &name : m_plan.production) {
        auto *field = new QLineEdit(box);
        field->setObjectName(u"productionName:"_s + name.text());
        QLabel *ask = label(tr("%1 is production. Type its name to allow this run:").arg(name.text()), Role::SmallStrong);
        setTone(ask, Tone::Bad);
        grid->addWidget(ask, row, 0, 1, 3);
        grid->addWidget(field, row++, 3);
        m_names.push_back(field);
        connect(field, &QLineEdit::textChanged, this, &ReviewDialog::showConsent);
    }
    grid->setColumnStretch(1, 2);
    grid->setColumnStretch(3, 1);
    connect(m_reason, &QLineEdit::textChanged, this, &ReviewDialog::showConsent);
    return box;
}

void ReviewDialog::showConsent()
{
    QString why;
    if (m_plan.verdict() == plan::Verdict::Block)
        why = tr("A check blocks this plan. Its remedy is under Checks.");
    else if (m_plan.devices.empty())
        why = tr("No device would be moved.");
    for (size_t i = 0; i < m_names.size() && why.isEmpty(); ++i) {
        const auto typed = StampName::parse(m_names[i]->text().trimmed());
        if (typed != m_plan.production[i])
            why = tr("Type the name of %1 first.").arg(m_plan.production[i].text());
    }
    if (why.isEmpty() && !m_names.empty() && m_reason->text().trimmed().isEmpty())
        why = tr("Production needs a reason.");
    m_run->setEnabled(why.isEmpty());
    m_run->setText(tr("Run · %1").arg(counted(qint64(m_plan.devices.size()), tr("device"), tr("devices"))));
    m_why->setText(why);
}

} // namespace drover::ui
