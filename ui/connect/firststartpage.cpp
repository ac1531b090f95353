#include "ui/connect/firststartpage.h"

#include "ui/common/widgets.h"
#include "ui/connect/secrethider.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

FirstStartPage::FirstStartPage(QWidget *parent)
    : QWidget(parent)
{
    auto *cards = new QHBoxLayout;
    cards->setSpacing(16);
    cards->addWidget(makeSimulated(), 2);
    cards->addWidget(makeConnect(), 3);
    auto *middle = new QWidget;
    middle->setMaximumWidth(920);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(16);
    column->addStretch(2);
    QLabel *title = label(tr("Move devices between stamps, safely."), Role::Number);
    column->addWidget(title);
    column->addWidget(wrapped(
        tr("Drover reads first. Nothing in Azure is changed until you have reviewed a plan and pressed Run."), Role::Plain));
    column->addLayout(cards);
    column->addWidget(makeState());
    column->addStretch(3);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(middle);
    showReady();
}

QWidget *FirstStartPage::makeSimulated()
{
    m_scenario = new QComboBox;
    m_scenario->setObjectName(u"scenario"_s);
    m_scenario->addItem(tr("small · 2,600 devices, 4 stamps"), u"small"_s);
    m_scenario->addItem(tr("demo · a fleet of 8 stamps"), u"demo"_s);
    m_simulate = button(tr("Try the simulated Azure"), u"primary"_s, u"simulate"_s);
    auto *card = new Card;
    card->column()->setContentsMargins(20, 18, 20, 18);
    card->column()->setSpacing(10);
    card->column()->addWidget(new IconLabel(u"play"_s, 32, Tone::Progress));
    card->column()->addWidget(label(tr("Try it"), Role::Heading));
    card->column()->addWidget(wrapped(
        tr("A local Azure with devices that register, connect and fail as real ones do. Nothing leaves this computer."),
        Role::Plain));
    card->column()->addStretch();
    card->column()->addWidget(m_scenario);
    card->column()->addWidget(m_simulate);
    connect(m_simulate, &QPushButton::clicked, this,
        [this] { Q_EMIT simulateRequested(m_scenario->currentData().toString()); });
    return card;
}

QWidget *FirstStartPage::makeConnect()
{
    m_file = new QLineEdit;
    m_file->setObjectName(u"endpointsFile"_s);
    m_file->setPlaceholderText(tr("Endpoints file (JSON)"));
    QPushButton *choose = button(tr("Choose…"), {}, u"chooseFile"_s);
    m_connectFile = button(tr("Connect"), {}, u"connectFile"_s);
    m_strings = new QPlainTextEdit;
    m_strings->setObjectName(u"connectionStrings"_s);
    m_strings->setPlaceholderText(tr("Connection strings of DPS and hubs, one a line:\nHostName=…;SharedAccessKeyName=…;SharedAccessKey=…"));
    m_strings->setFixedHeight(96);
    m_strings->setTabChangesFocus(true);
    m_strings->setLineWrapMode(QPlainTextEdit::NoWrap);
    auto *hider = new SecretHider(m_strings->document());
    m_reveal = button(tr("Show keys"), u"link"_s, u"reveal"_s);
    m_reveal->setCheckable(true);
    m_connectStrings = button(tr("Connect"), {}, u"connectStrings"_s);

    auto *card = new Card;
    card->column()->setContentsMargins(20, 18, 20, 18);
    card->column()->setSpacing(10);
    card->column()->addWidget(new IconLabel(u"connect"_s, 32, Tone::Progress));
    card->column()->addWidget(label(tr("Connect to Azure"), Role::Heading));
    auto *fileRow = new QHBoxLayout;
    for (QWidget *each : std::initializer_list<QWidget *> {m_file, choose, m_connectFile})
        fileRow->addWidget(each);
    card->column()->addLayout(fileRow);
    card->column()->addWidget(m_strings);
    auto *stringsRow = new QHBoxLayout;
    stringsRow->addWidget(wrapped(tr("Keys are kept in this computer's keychain, never in a file."), Role::Quiet), 1);
    stringsRow->addWidget(m_reveal);
    stringsRow->addWidget(m_connectStrings);
    card->column()->addLayout(stringsRow);
    card->column()->addWidget(makeJournal());

    connect(choose, &QPushButton::clicked, this, &FirstStartPage::chooseFile);
    connect(m_file, &QLineEdit::textChanged, this, [this] { setBusy(false); });
    connect(m_strings, &QPlainTextEdit::textChanged, this, [this] { setBusy(false); });
    connect(m_file, &QLineEdit::returnPressed, m_connectFile, &QPushButton::click);
    connect(m_connectFile, &QPushButton::clicked, this, [this] { Q_EMIT connectRequested(m_file->text().trimmed()); });
    connect(m_connectStrings, &QPushButton::clicked, this, &FirstStartPage::readStrings);
    connect(m_reveal, &QPushButton::toggled, hider, &SecretHider::setRevealed);
    return card;
}

QWidget *FirstStartPage::makeJournal()
{
    m_journal = new QLineEdit;
    m_journal->setObjectName(u"journal"_s);
    m_journal->setPlaceholderText(tr("here, or postgres://PERSON@HOST/DB"));
    m_password = new QLineEdit;
    m_password->setObjectName(u"journalPassword"_s);
    m_password->setPlaceholderText(tr("Password"));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setMaximumWidth(110);
    m_password->setEnabled(false);
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    QLabel *name = label(tr("Runs are kept"), Role::Quiet);
    name->setBuddy(m_journal);
    row->addWidget(name);
    row->addWidget(m_journal, 1);
    row->addWidget(m_password);
    connect(m_journal, &QLineEdit::textChanged, this, [this] { m_password->setEnabled(journal().contains(u"://"_s)); });
    return part;
}

QString FirstStartPage::journal() const
{
    return m_journal->text().trimmed();
}

QString FirstStartPage::journalPassword() const
{
    return m_password->isEnabled() ? m_password->text() : QString();
}

QWidget *FirstStartPage::makeState()
{
    auto *banner = new QFrame;
    banner->setProperty("banner", true);
    m_state = banner;
    m_state->setObjectName(u"connectState"_s);
    m_busy = new QProgressBar;
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_what = wrapped({}, Role::Strong);
    m_what->setObjectName(u"connectWhat"_s);
    m_remedy = wrapped({}, Role::Small);
    m_remedy->setObjectName(u"connectRemedy"_s);
    auto *column = new QVBoxLayout(banner);
    column->setContentsMargins(16, 12, 16, 12);
    column->addWidget(m_what);
    column->addWidget(m_remedy);
    column->addWidget(m_busy);
    QSizePolicy keep = m_state->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    m_state->setSizePolicy(keep);
    return m_state;
}

void FirstStartPage::setBusy(bool busy)
{
    m_simulate->setEnabled(!busy);
    m_scenario->setEnabled(!busy);
    m_connectFile->setEnabled(!busy && !m_file->text().trimmed().isEmpty());
    m_connectStrings->setEnabled(!busy && m_strings->toPlainText().contains(u"HostName="_s, Qt::CaseInsensitive));
}

void FirstStartPage::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Endpoints file"), {}, tr("Endpoints (*.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void FirstStartPage::readStrings()
{
    QStringList all;
    const QStringList lines = m_strings->toPlainText().split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        if (!line.trimmed().isEmpty())
            all += line.trimmed();
    }
    Q_EMIT connectStringsRequested(all);
}

void FirstStartPage::showProgress(const QString &doing)
{
    setBusy(true);
    setTone(m_state, Tone::Progress);
    m_what->setText(doing);
    m_remedy->hide();
    m_busy->show();
    m_state->show();
}

void FirstStartPage::showError(const Error &error)
{
    setBusy(false);
    setTone(m_state, Tone::Bad);
    m_what->setText(error.what);
    m_remedy->setText(error.remedy);
    m_remedy->setVisible(!error.remedy.isEmpty());
    m_busy->hide();
    m_state->show();
}

void FirstStartPage::showReady()
{
    setBusy(false);
    m_state->hide();
}

void FirstStartPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_simulate->setFocus();
}

} // namespace drover::ui
