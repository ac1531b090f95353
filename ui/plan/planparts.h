#pragma once

#include "ui/common/widgets.h"

class QBoxLayout;

namespace drover::ui {

/// "MOVES", with a note in quiet behind it.
QWidget *sectionTitle(const QString &title, const QString &note = {});
/// Set, from → to, how, number of devices; `remove` may be null.
QWidget *moveLine(const plan::MoveSummary &summary, QPushButton *remove);
/// A move that takes nobody, with the reason; `replace` may be null.
QWidget *emptyMoveLine(const plan::MoveSummary &summary, const QString &why, QPushButton *replace, QPushButton *remove);
/// Mark, title, evidence and remedy of one check.
QWidget *checkLine(const plan::Check &check);
/// "29 pass · 2 warn · 0 block".
QString checkCounts(const std::vector<plan::Check> &checks);
/// Boxes of the waves, widths by their share as far as text lets them.
QWidget *waveStrip(const std::vector<plan::Wave> &waves);
/// "Gate: at least 98 % verified within 15 min, else pause and ask."
QString gateSentence(const plan::Gate &gate);
Tone toneOf(plan::Verdict verdict);

} // namespace drover::ui
