#pragma once

#include "models/run/runstatus.h"

class QWidget;

namespace drover::ui {

/// Time, dot, sentence.
QWidget *eventLine(const run::RunEvent &event);
/// "Wave 4 of 4 · gates 1–3 passed".
QString waveSentence(const run::RunStatus &status);
/// "Of this run: on canary-eu 8,000 → 624 · on eu-2 0 → 7,376".
QString crossingText(const std::vector<run::Crossing> &crossings);

} // namespace drover::ui
