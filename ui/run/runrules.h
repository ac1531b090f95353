#pragma once

#include "models/run/runstatus.h"

namespace drover::ui {

/// Devices of a run that a person means: named by their ids, or all that are in one lane.
struct RunChoice {
    QStringList ids;
    run::DeviceState state = run::DeviceState::Planned;
    QString cause;
    bool operator==(const RunChoice &) const = default;
};

/// What decides beside a run's own status what may be done with it.
struct RunSurroundings {
    /// Id of the run that this window carries out; empty when it rests.
    QString underWay;
    /// Id of the run that takes this one back.
    QString takenBackBy;
};

/// For each thing that may be asked of a run: why it cannot be, empty where it can.
struct RunRules {
    QString resume, stop, stopAndReturn, retry, skip, pace, undo;
};
RunRules rulesOf(const run::RunStatus &status, const RunSurroundings &around);

/// Stopped, finished or failed: nothing more happens.
bool isOver(run::Phase phase);
/// The wave whose gate has not passed and waits for a person, if there is one.
std::optional<size_t> gateThatAsks(const run::RunStatus &status);
/// Shares of what DPS allows; normal is the plan's own.
inline constexpr double careful = 0.25;
inline constexpr double urgent = 1;
/// "careful", "normal", "urgent", or the share as a percentage.
QString paceName(double share, double planned);

} // namespace drover::ui
