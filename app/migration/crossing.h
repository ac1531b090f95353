#pragma once

#include "app/migration/effects.h"
#include "app/migration/journal.h"

// What must not get in the way of a run: other runs, and people who write the same enrollments.
namespace drover::migration {

/// Blocked where another run that has not ended writes an enrollment that this plan writes, too.
QCoro::Task<Result<void>> crossesNone(Journal &journal, const plan::Plan &plan, QString itself = {});

/// The first group that the run wrote for an earlier wave and that is not as it wrote it, in a sentence; empty for none.
QCoro::Task<QString> groupTurnedAway(Effects &effects, const run::RunMachine &machine, int wave);

} // namespace drover::migration
