#include "ui/plan/optionseditor.h"

#include "models/plan/optionwords.h"
#include "models/plan/triggers.h"
#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

enum Cut { Shares, Factor };

constexpr int mostDevices = 10'000'000;
constexpr int dayMinutes = 24 * 60;

QSpinBox *spin(int value, int least, int most, const QString &suffix, const QString &name)
{
    auto *box = new QSpinBox;
    box->setRange(least, most);
    box->setSuffix(suffix);
    box->setValue(value);
    box->setObjectName(name);
    return box;
}

QSpinBox *minutes(Duration value, int least, int most, const QString &name)
{
    return spin(static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(value).count()), least, most, QObject::tr(" min"), name);
}

/// A number of devices, in words where it is none.
QSpinBox *devices(int value, const QString &none, const QString &name)
{
    QSpinBox *box = spin(value, 0, mostDevices, QObject::tr(" devices"), name);
    box->setSpecialValueText(none);
    box->setGroupSeparatorShown(true);
    return box;
}

QLineEdit *line(const QString &text, const QString &name)
{
    auto *edit = new QLineEdit(text);
    edit->setObjectName(name);
    return edit;
}

QCheckBox *tick(const QString &text, bool on, const QString &name)
{
    auto *box = new QCheckBox(text);
    box->setChecked(on);
    box->setObjectName(name);
    return box;
}

QFormLayout *form(const QString &title)
{
    auto *form = new QFormLayout;
    form->setSpacing(8);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(label(title, Role::Strong));
    return form;
}

QComboBox *triggerChoice(const plan::TriggerChain &chain)
{
    auto *box = new QComboBox;
    box->setObjectName(u"triggers"_s);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    for (const QString &each : {QString(), u"method,job,wait"_s, u"job,method,wait"_s, u"twin,wait"_s, u"twin-job,wait"_s, u"disable,wait"_s,
             u"register,wait"_s, u"wait"_s})
        box->addItem(each);
    box->setItemData(0, QObject::tr("As fits the hub and the number of devices"), Qt::ToolTipRole);
    box->lineEdit()->setPlaceholderText(QObject::tr("as fits each hub"));
    box->setEditText(chain.empty() ? QString() : plan::wordsOf(chain));
    return box;
}

} // namespace

OptionsEditor::OptionsEditor(const plan::Options &options, QWidget *parent)
    : QDialog(parent)
    , m_options(options)
{
    setObjectName(u"optionsEditor"_s);
    setWindowTitle(tr("Waves, gates and limits"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(860);
    auto *left = new QVBoxLayout;
    left->setSpacing(20);
    left->addLayout(wavesForm());
    left->addLayout(gateForm());
    left->addStretch();
    auto *right = new QVBoxLayout;
    right->setSpacing(20);
    right->addLayout(tellingForm());
    right->addLayout(limitsForm());
    right->addStretch();
    auto *halves = new QHBoxLayout;
    halves->setSpacing(32);
    halves->addLayout(left, 1);
    halves->addLayout(right, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(16);
    column->addLayout(halves);
    column->addLayout(footer());
    check();
}

QFormLayout *OptionsEditor::wavesForm()
{
    m_cut = new QComboBox;
    m_cut->setObjectName(u"waveCut"_s);
    m_cut->addItems({tr("by shares of the devices"), tr("by a factor")});
    m_cut->setCurrentIndex(m_options.ramp ? Factor : Shares);
    m_shares = line(m_options.ramp ? plan::wordsOf(*m_options.ramp) : plan::wordsOf(m_options.waves), u"waveShares"_s);
    m_strict = tick(tr("Nobody moves before its wave"), m_options.strictWaves, u"strictWaves"_s);
    m_strict->setToolTip(tr("A group is one enrollment: its devices leave it first, wave by wave, and are handed back at the end."));
    QFormLayout *rows = form(tr("Waves"));
    rows->addRow(tr("Waves grow"), m_cut);
    rows->addRow(tr("Sizes"), m_shares);
    rows->addRow(tr("Strict"), m_strict);
    connect(m_cut, &QComboBox::activated, this, [this](int cut) {
        m_shares->setText(cut == Factor ? plan::wordsOf(m_options.ramp.value_or(plan::Ramp{})) : plan::wordsOf(m_options.waves));
    });
    connect(m_shares, &QLineEdit::textChanged, this, &OptionsEditor::check);
    return rows;
}

QFormLayout *OptionsEditor::gateForm()
{
    const plan::Gate &gate = m_options.gate;
    m_success = new QDoubleSpinBox;
    m_success->setObjectName(u"gateSuccess"_s);
    m_success->setRange(0, 100);
    m_success->setDecimals(1);
    m_success->setSuffix(tr(" %"));
    m_success->setValue(gate.success * 100);
    m_within = minutes(gate.within, 1, 7 * dayMinutes, u"gateWithin"_s);
    m_soak = spin(static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(gate.soak).count()), 0, 7 * dayMinutes * 60, tr(" s"), u"gateSoak"_s);
    m_soak->setSpecialValueText(tr("not at all"));
    m_sample = devices(gate.sample, tr("half of the wave"), u"gateSample"_s);
    m_connectWithin = minutes(gate.connectWithin, 0, 7 * dayMinutes, u"gateConnectWithin"_s);
    m_connectWithin->setSpecialValueText(tr("not watched"));
    m_failOn = line(plan::wordsOf(gate.limits), u"gateFailOn"_s);
    m_failOn->setPlaceholderText(tr("twin, offline=5"));
    QFormLayout *rows = form(tr("The gate after each wave"));
    rows->addRow(tr("Verified, at least"), m_success);
    rows->addRow(tr("within"), m_within);
    rows->addRow(tr("then watched for"), m_soak);
    rows->addRow(tr("Online, at least"), m_sample);
    rows->addRow(tr("Assigned must connect within"), m_connectWithin);
    rows->addRow(tr("Fails at once on"), m_failOn);
    connect(m_failOn, &QLineEdit::textChanged, this, &OptionsEditor::check);
    return rows;
}

QFormLayout *OptionsEditor::tellingForm()
{
    m_triggers = triggerChoice(m_options.triggers);
    m_method = line(m_options.method, u"method"_s);
    m_property = line(m_options.property, u"property"_s);
    m_deadline = minutes(m_options.deadline, 1, 7 * dayMinutes, u"deadline"_s);
    QFormLayout *rows = form(tr("How devices are told"));
    rows->addRow(tr("Triggers, in order"), m_triggers);
    rows->addRow(tr("Direct method"), m_method);
    rows->addRow(tr("Desired property"), m_property);
    rows->addRow(tr("Wait for offline devices"), m_deadline);
    connect(m_triggers, &QComboBox::editTextChanged, this, &OptionsEditor::check);
    return rows;
}

QFormLayout *OptionsEditor::limitsForm()
{
    m_mostFailed = devices(m_options.blast.mostFailed, tr("no limit"), u"mostFailed"_s);
    m_mostPerStamp = devices(m_options.blast.mostPerStamp, tr("no limit"), u"mostPerStamp"_s);
    m_mostAnHour = devices(m_options.blast.mostAnHour, tr("no limit"), u"mostAnHour"_s);
    m_look = spin(static_cast<int>(std::lround(m_options.lookShare * 100)), 1, 100, tr(" % of the DPS limit"), u"lookShare"_s);
    m_followers = tick(tr("Others of a group may follow"), m_options.acceptFollowers, u"acceptFollowers"_s);
    m_followers->setToolTip(tr("Devices of the group that are not in the set move too when they register."));
    QFormLayout *rows = form(tr("Limits"));
    rows->addRow(tr("Failed in all, at most"), m_mostFailed);
    rows->addRow(tr("Failed or under way, per stamp"), m_mostPerStamp);
    rows->addRow(tr("Told within an hour"), m_mostAnHour);
    rows->addRow(tr("Looking may use"), m_look);
    rows->addRow(tr("Followers"), m_followers);
    return rows;
}

QLayout *OptionsEditor::footer()
{
    m_problem = wrapped({}, Role::Quiet);
    m_problem->setObjectName(u"optionsProblem"_s);
    m_problem->setMinimumHeight(2 * fontMetrics().lineSpacing());
    QPushButton *cancel = button(tr("Cancel"), {}, u"cancelWaves"_s);
    m_apply = button(tr("Plan again"), u"primary"_s, u"applyWaves"_s);
    m_apply->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_problem, 1);
    row->addWidget(cancel);
    row->addWidget(m_apply);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &OptionsEditor::accept);
    return row;
}

Result<plan::Options> OptionsEditor::read() const
{
    plan::Options options = m_options;
    if (m_cut->currentIndex() == Factor) {
        const Result<plan::Ramp> ramp = plan::rampOf(m_shares->text());
        if (!ramp)
            return Failure(ramp.error());
        options.ramp = *ramp;
    } else {
        Result<std::vector<double>> waves = plan::wavesOf(m_shares->text());
        if (!waves)
            return Failure(waves.error());
        options.waves = *std::move(waves);
        options.ramp.reset();
    }
    Result<std::vector<plan::FailureLimit>> limits = plan::failureLimitsOf(m_failOn->text().split(u',', Qt::SkipEmptyParts));
    if (!limits)
        return Failure(limits.error());
    options.triggers.clear();
    if (!m_triggers->currentText().trimmed().isEmpty()) {
        Result<plan::TriggerChain> chain = plan::triggersOf(m_triggers->currentText());
        if (!chain)
            return Failure(chain.error());
        options.triggers = *std::move(chain);
    }
    options.strictWaves = m_strict->isChecked();
    options.gate = {.success = m_success->value() / 100,
        .within = std::chrono::minutes(m_within->value()),
        .soak = std::chrono::seconds(m_soak->value()),
        .sample = m_sample->value(),
        .connectWithin = std::chrono::minutes(m_connectWithin->value()),
        .limits = *std::move(limits)};
    options.blast = {.mostFailed = m_mostFailed->value(), .mostPerStamp = m_mostPerStamp->value(), .mostAnHour = m_mostAnHour->value()};
    options.method = m_method->text().trimmed();
    options.property = m_property->text().trimmed();
    options.deadline = std::chrono::minutes(m_deadline->value());
    options.lookShare = m_look->value() / 100.0;
    options.acceptFollowers = m_followers->isChecked();
    return options;
}

void OptionsEditor::check()
{
    // The fields are made one after the other, and each asks.
    if (!m_apply)
        return;
    const Result<plan::Options> options = read();
    m_apply->setEnabled(options.has_value());
    const QString example = m_cut->currentIndex() == Factor ? tr("A factor, and the size of the first wave unless it is one device: 2, or 3, 10.")
                                                            : tr("For example: 1, 1%, 10%. The last wave is the rest; \"all\" is one wave.");
    m_problem->setText(options ? example : options.error().what + u' ' + options.error().remedy);
    setTone(m_problem, options ? Tone::Neutral : Tone::Bad);
}

void OptionsEditor::accept()
{
    const Result<plan::Options> options = read();
    if (!options)
        return;
    Q_EMIT changed(*options);
    QDialog::accept();
}

} // namespace drover::ui
