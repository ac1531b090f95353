#include "ui/plan/waveeditor.h"

#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

QString sharesText(const std::vector<double> &shares)
{
    QStringList parts;
    for (const double share : shares)
        parts += share <= 0 ? u"1 device"_s : QLocale::c().toString(share * 100, 'g', 6) + u" %"_s;
    return parts.join(u", "_s);
}

template <typename Unit>
QSpinBox *spin(Duration value, int most, const QString &suffix, const QString &name)
{
    auto *box = new QSpinBox;
    box->setRange(0, most);
    box->setSuffix(suffix);
    box->setValue(static_cast<int>(std::chrono::duration_cast<Unit>(value).count()));
    box->setObjectName(name);
    return box;
}

} // namespace

WaveEditor::WaveEditor(const plan::Options &options, QWidget *parent)
    : QDialog(parent)
    , m_options(options)
    , m_shares(new QLineEdit(sharesText(options.waves), this))
    , m_problem(wrapped({}, Role::Quiet, this))
    , m_success(new QDoubleSpinBox(this))
    , m_within(spin<std::chrono::minutes>(options.gate.within, 24 * 60, tr(" min"), u"gateWithin"_s))
    , m_soak(spin<std::chrono::seconds>(options.gate.soak, 24 * 3600, tr(" s"), u"gateSoak"_s))
    , m_deadline(spin<std::chrono::minutes>(options.deadline, 7 * 24 * 60, tr(" min"), u"deadline"_s))
    , m_method(new QLineEdit(options.method, this))
    , m_apply(button(tr("Plan again"), u"primary"_s, u"applyWaves"_s, this))
{
    setObjectName(u"waveEditor"_s);
    setWindowTitle(tr("Waves and gates"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(460);
    m_shares->setObjectName(u"waveShares"_s);
    m_method->setObjectName(u"method"_s);
    m_success->setObjectName(u"gateSuccess"_s);
    m_success->setRange(0, 100);
    m_success->setDecimals(1);
    m_success->setSuffix(tr(" %"));
    m_success->setValue(options.gate.success * 100);
    build();
    check();
}

void WaveEditor::build()
{
    auto *form = new QFormLayout;
    form->setSpacing(10);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->addRow(tr("Waves"), m_shares);
    form->addRow(QString(), m_problem);
    form->addRow(tr("Gate: verified, at least"), m_success);
    form->addRow(tr("within"), m_within);
    form->addRow(tr("then calm for"), m_soak);
    form->addRow(tr("Wait for offline devices"), m_deadline);
    form->addRow(tr("Direct method"), m_method);
    QPushButton *cancel = button(tr("Cancel"), {}, u"cancelWaves"_s, this);
    m_apply->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_apply);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(16);
    column->addLayout(form);
    column->addLayout(buttons);
    connect(m_shares, &QLineEdit::textChanged, this, &WaveEditor::check);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &WaveEditor::accept);
}

Result<std::vector<double>> WaveEditor::shares() const
{
    std::vector<double> all;
    double sum = 0;
    const QStringList parts = m_shares->text().split(u',', Qt::SkipEmptyParts);
    for (const QString &part : parts) {
        const QString text = part.trimmed();
        if (text == u"1 device" || text == u"1") {
            all.push_back(0);
            continue;
        }
        bool isNumber = false;
        const double share = QLocale::c().toDouble(QString(text).remove(u'%').trimmed(), &isNumber) / 100;
        sum += share;
        if (!isNumber || !(share > 0) || sum >= 1)
            return fail(ErrorKind::Usage, isNumber ? tr("The shares must be above zero and stay below 100 % in all.")
                                                   : tr("“%1” is not a share.").arg(text));
        all.push_back(share);
    }
    return all;
}

void WaveEditor::check()
{
    const auto all = shares();
    m_apply->setEnabled(all.has_value());
    m_problem->setText(all ? tr("For example: 1 device, 1 %, 10 %. The last wave is the rest.") : all.error().what);
    setTone(m_problem, all ? Tone::Neutral : Tone::Bad);
}

void WaveEditor::accept()
{
    const auto all = shares();
    if (!all)
        return;
    m_options.waves = *all;
    m_options.gate = {.success = m_success->value() / 100,
        .within = std::chrono::minutes(m_within->value()),
        .soak = std::chrono::seconds(m_soak->value())};
    m_options.deadline = std::chrono::minutes(m_deadline->value());
    m_options.method = m_method->text();
    Q_EMIT changed(m_options);
    QDialog::accept();
}

} // namespace drover::ui
