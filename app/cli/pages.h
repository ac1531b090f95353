#pragma once

#include "app/cli/terminal.h"
#include "app/migration/report.h"
#include "models/fleet/fleet.h"
#include "models/plan/plan.h"

namespace drover::cli {

/// `noneSeen`: no hub could be asked, so none is called down for it.
void showStamps(Terminal &out, const std::vector<fleet::Stamp> &stamps, bool noneSeen = false);
/// What could not be seen, on standard error: a gap is shown, never hidden.
void showGaps(Terminal &out, const fleet::Fleet &fleet);
/// A plan as a person reviews it.
void showPlan(Terminal &out, const plan::Plan &plan);
/// Warnings and blocks with evidence and remedy, then the count of those that pass.
void showChecks(Terminal &out, const std::vector<plan::Check> &checks);
/// One line a state, gates, causes of failure.
void showStatus(Terminal &out, const run::RunStatus &status);

Json checkObject(const plan::Check &check);
Json statusObject(const run::RunStatus &status);
plan::Verdict verdictOf(const std::vector<plan::Check> &checks);

} // namespace drover::cli
