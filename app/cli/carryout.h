#pragma once

#include "app/cli/session.h"
#include "models/plan/plan.h"

namespace drover::cli {

/// Shows a plan, and keeps it where -o says; 3 when a check blocks it.
int presentPlan(Session &session, const plan::Plan &plan);

/// --yes, or a plain yes to the question, or the stamp's name when production is touched: habit must not answer for the
/// person. Usage when nobody is there.
Result<void> confirmed(Session &session, const plan::Plan &plan, const QString &question);

/// --reason, --ticket and where notices go, for the commands that start a run.
std::vector<Option> startOptions();

/// --probe-command and --probe-url, for whoever carries a run out.
std::vector<Option> probeOptions();
Result<migration::Probe> probeOf(const Session &session);

/// Checks the plan on a fresh look, starts it and shows it to its end; the exit code.
QCoro::Task<int> carryOut(Session *session, engine::Engine *engine, plan::Plan plan);

} // namespace drover::cli
