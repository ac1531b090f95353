#include "ui/plan/planparts.h"

#include "ui/common/format.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

QWidget *sectionTitle(const QString &title, const QString &note)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 12, 0, 0);
    row->setSpacing(6);
    row->addWidget(label(title.toUpper(), Role::Caption));
    row->addWidget(new ElidedLabel(note, Role::Caption), 1);
    return line;
}

QWidget *moveLine(const plan::MoveSummary &summary, QPushButton *remove)
{
    auto *line = new QWidget;
    auto *grid = new QGridLayout(line);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    auto *head = new QHBoxLayout;
    head->setSpacing(6);
    auto *set = new ElidedLabel(summary.set, Role::Strong);
    set->setToolTip(summary.set);
    head->addWidget(set);
    head->addWidget(label(u"%1 → %2"_s.arg(summary.from, summary.to.text()), Role::Plain));
    head->addStretch(1);
    grid->addLayout(head, 0, 0);
    grid->addWidget(wrapped(summary.how, Role::Quiet), 1, 0);
    grid->addWidget(label(number(summary.devices), Role::Strong), 0, 1, 2, 1, Qt::AlignRight | Qt::AlignVCenter);
    if (remove != nullptr)
        grid->addWidget(remove, 0, 2, 2, 1, Qt::AlignVCenter);
    grid->addWidget(rule(), 2, 0, 1, remove != nullptr ? 3 : 2);
    grid->setColumnStretch(0, 1);
    return line;
}

QWidget *emptyMoveLine(const plan::MoveSummary &summary, const QString &why, QPushButton *replace, QPushButton *remove)
{
    auto *line = new QWidget;
    auto *grid = new QGridLayout(line);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    auto *head = new QHBoxLayout;
    head->setSpacing(6);
    auto *set = new ElidedLabel(summary.set, Role::Strong);
    head->addWidget(set);
    head->addWidget(label(u"→ %1"_s.arg(summary.to.text()), Role::Plain));
    head->addStretch(1);
    grid->addLayout(head, 0, 0);
    QLabel *reason = wrapped(why, Role::Quiet);
    setTone(reason, Tone::Warn);
    grid->addWidget(reason, 1, 0);
    if (replace != nullptr)
        grid->addWidget(replace, 0, 1, 2, 1, Qt::AlignVCenter);
    if (remove != nullptr)
        grid->addWidget(remove, 0, 2, 2, 1, Qt::AlignVCenter);
    grid->addWidget(rule(), 2, 0, 1, 3);
    grid->setColumnStretch(0, 1);
    return line;
}

Tone toneOf(plan::Verdict verdict)
{
    static constexpr std::array tones {Tone::Good, Tone::Warn, Tone::Bad};
    return tones[static_cast<size_t>(verdict)];
}

QWidget *checkLine(const plan::Check &check)
{
    auto *line = new QWidget;
    line->setObjectName(u"check:"_s + check.id);
    auto *grid = new QGridLayout(line);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    grid->addWidget(new ToneMark(toneOf(check.verdict)), 0, 0, Qt::AlignTop);
    grid->addWidget(wrapped(check.title, check.verdict == plan::Verdict::Pass ? Role::Small : Role::SmallStrong), 0, 1);
    if (!check.evidence.isEmpty())
        grid->addWidget(wrapped(check.evidence, Role::Quiet), 1, 1);
    if (!check.remedy.isEmpty())
        grid->addWidget(wrapped(u"→ "_s + check.remedy, Role::Quiet), 2, 1);
    grid->addWidget(rule(), 3, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    return line;
}

QString checkCounts(const std::vector<plan::Check> &checks)
{
    const auto count = [&checks](plan::Verdict verdict) { return std::ranges::count(checks, verdict, &plan::Check::verdict); };
    return u"%1 pass · %2 warn · %3 block"_s.arg(
        number(count(plan::Verdict::Pass)), number(count(plan::Verdict::Warn)), number(count(plan::Verdict::Block)));
}

QWidget *waveStrip(const std::vector<plan::Wave> &waves)
{
    auto *strip = new QWidget;
    auto *row = new QHBoxLayout(strip);
    row->setContentsMargins(0, 2, 0, 2);
    row->setSpacing(6);
    for (size_t i = 0; i < waves.size(); ++i) {
        auto *box = new QFrame;
        box->setProperty("banner", true);
        setTone(box, Tone::Progress);
        auto *column = new QVBoxLayout(box);
        column->setContentsMargins(8, 4, 8, 5);
        column->setSpacing(1);
        column->addWidget(label(QString::number(i + 1), Role::SmallStrong));
        const bool rest = i + 1 == waves.size() && waves.size() > 1;
        QString text = i == 0 ? counted(waves[i].devices, u"device"_s, u"devices"_s) : number(waves[i].devices);
        column->addWidget(new ElidedLabel(rest ? text + u" · rest"_s : text, Role::Quiet));
        row->addWidget(box, rest ? 2 : 1);
    }
    return strip;
}

QString gateSentence(const plan::Gate &gate)
{
    QString text = u"Gate: at least %1 verified within %2"_s.arg(percent(gate.success), duration(gate.within));
    if (gate.soak > Duration::zero())
        text += u", then %1 of calm"_s.arg(duration(gate.soak));
    return text + u", else pause and ask."_s;
}

} // namespace drover::ui
