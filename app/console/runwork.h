#pragma once

#include "app/console/backend.h"
#include "app/migration/report.h"
#include "ui/run/runrules.h"

#include <map>

/// What the window asks of runs: coroutines of the worker thread.
namespace drover::console {

/// As many runs of the journal are listed; older ones are for droverctl.
inline constexpr qsizetype mostListed = 50;

/// A run as this window saw it last.
struct KnownRun {
    run::Phase phase = run::Phase::Planned;
    /// Its news come from this window's own runner.
    bool own = false;
};

/// Oldest first, so that the newest ends on top of the list.
QCoro::Task<Result<std::vector<run::RunStatus>>> statusOfAll(Backend &backend);
/// Of those alone that another program may have carried on, or that are new.
QCoro::Task<Result<std::vector<run::RunStatus>>> statusOfChanged(Backend &backend, std::map<QString, KnownRun> known);

QCoro::Task<Result<QString>> begin(Backend &backend, std::shared_ptr<const plan::Plan> plan, migration::StartInfo info);
QCoro::Task<Result<QString>> takeUp(Backend &backend, QString run);
/// Pause or stop; completes when nothing is under way any more, if this window carries the run out.
QCoro::Task<Result<void>> control(Backend &backend, QString run, migration::Control wish);
QCoro::Task<Result<void>> setPace(Backend &backend, QString run, double share);
/// Usage when an id names no device of the run: nobody is left out then.
QCoro::Task<Result<void>> leaveOut(Backend &backend, QString run, ui::RunChoice choice);
/// The run's id when it was taken up for that; empty when whoever carries it out was told.
QCoro::Task<Result<QString>> retry(Backend &backend, QString run, QString cause);
QCoro::Task<Result<plan::Plan>> planBack(Backend &backend, QString run, bool withoutChanged);
/// What the run did, from its records.
QCoro::Task<Result<migration::Report>> reportOf(Backend &backend, QString run);
/// Stops the run, waits until it has stopped, then plans the way back.
QCoro::Task<Result<plan::Plan>> stopAndPlanBack(Backend &backend, QString run);

} // namespace drover::console
