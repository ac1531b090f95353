#pragma once

#include "app/migration/journalstore.h"

namespace drover::migration {

/// What is asked of a run that nobody carries out becomes part of its record, under a lease so that nobody takes it up
/// meanwhile; of one that is owned by then, its owner is asked.
Result<void> markAtRest(JournalStore &store, const StoredRun &stored, const Request &request);

} // namespace drover::migration
