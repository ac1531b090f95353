#pragma once

#include "models/run/runstatus.h"

class QWidget;

namespace drover::ui {

/// Time, dot, sentence.
QWidget *eventLine(const run::RunEvent &event);
/// "5 × hub answered 429001", and what to do about it.
QWidget *failureLine(const run::FailureCause &cause);
/// "Wave 4 of 4 · gates 1–3 passed".
QString waveSentence(const run::RunStatus &status);
/// "canary-eu 20,480 → 13,104 · eu-2 88,100 → 95,476".
QString crossingText(const std::vector<run::Crossing> &crossings);

} // namespace drover::ui
