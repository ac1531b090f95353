#include "ui/run/runlines.h"

#include "ui/common/format.h"
#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

QWidget *eventLine(const run::RunEvent &event)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    QLabel *when = label(clockTime(event.at), Role::Small);
    // Digits differ in width: the sentences begin below each other all the same.
    when->setMinimumWidth(when->fontMetrics().horizontalAdvance(u"00:00:00"_s) + 2);
    row->addWidget(when, 0, Qt::AlignTop);
    auto *mark = new ToneMark(event.tone);
    row->addWidget(mark, 0, Qt::AlignTop);
    row->addWidget(wrapped(event.sentence, Role::Small), 1);
    auto *column = new QVBoxLayout(line);
    column->setContentsMargins(0, 5, 0, 0);
    column->setSpacing(5);
    column->addLayout(row);
    column->addWidget(rule());
    return line;
}

QString waveSentence(const run::RunStatus &status)
{
    if (status.waves.empty())
        return {};
    const auto count = static_cast<int>(status.waves.size());
    const auto passed = std::ranges::count(status.waves, run::WaveStatus::Verdict::Pass, &run::WaveStatus::verdict);
    const int wave = std::clamp(status.wave, 0, count - 1);
    QString text = u"Wave %1 of %2"_s.arg(wave + 1).arg(count);
    if (!status.waves[static_cast<size_t>(wave)].sentence.isEmpty())
        return text + u" · "_s + status.waves[static_cast<size_t>(wave)].sentence;
    if (passed > 0)
        text += passed == 1 ? u" · gate 1 passed"_s : u" · gates 1–%1 passed"_s.arg(passed);
    return text;
}

QString crossingText(const std::vector<run::Crossing> &crossings)
{
    QStringList parts;
    for (const run::Crossing &each : crossings) {
        parts += u"on %1 %2 → %3"_s.arg(each.from, number(each.fromBefore), number(each.fromNow));
        parts += u"on %1 %2 → %3"_s.arg(each.to, number(each.toBefore), number(each.toNow));
    }
    // Other devices of these hubs are not counted here.
    return parts.isEmpty() ? QString() : u"Of this run: "_s + parts.join(u" · "_s);
}

} // namespace drover::ui
