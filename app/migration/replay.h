#pragma once

#include "app/migration/journalstore.h"
#include "models/run/runmachine.h"

namespace drover::migration {

/// The machine as it was when the last record became durable; Malformed when plan or records cannot be read.
Result<std::unique_ptr<run::RunMachine>> replayed(const StoredRun &run, std::optional<run::RunOptions> options = {});
/// Goes on with a machine; Malformed when a record cannot be read.
Result<void> feed(run::RunMachine &machine, const std::vector<Record> &records);
/// The pace a plan's share of the DPS registrations allows.
run::RunOptions optionsFor(const plan::Plan &plan);

/// The event that a request comes to in this state of the run; nothing when it names no device of it.
std::optional<run::Happening> happeningOf(const Request &request, const run::RunMachine &machine);

/// What the run did to each enrollment of its plan.
Result<std::vector<plan::Trace>> tracesOf(const StoredRun &run, const Snapshots &kept);

Result<run::RunStatus> storedStatus(const StoredRun &run);
/// The same where the records are replayed already.
run::RunStatus statusOfEntry(const RunEntry &entry, const run::RunMachine &machine);
Result<std::vector<HistoryLine>> historyOf(const StoredRun &run, const QString &id);
QByteArray exportedLines(const StoredRun &run, const Snapshots &snapshots);

} // namespace drover::migration
