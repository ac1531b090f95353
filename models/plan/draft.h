#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

/// Devices that cannot be moved for one reason; `check` is the check that they block.
struct Obstacle {
    QString check;
    QString reason;
    qint64 devices = 0;
    /// Device id of the first one; empty when it is not about a device.
    QString example;
    QString remedy;
};

/// The moves resolved to devices: what a plan holds before waves, checks and numbers.
struct Draft {
    std::vector<const fleet::Stamp *> targets;
    std::vector<Step> steps;
    std::vector<PlannedDevice> devices;
    /// The move of each device.
    std::vector<int> moveOf;
    std::vector<Skipped> skipped;
    std::vector<Obstacle> obstacles;
    /// Devices left out because they are at their target already.
    qint64 atTarget = 0;
    std::vector<QString> notes;
};

/// Resolves sets and stamps, chooses the strategies and orders the devices (online ones first).
Result<Draft> makeDraft(const fleet::Fleet &fleet, const std::vector<Move> &moves, const Options &options);

/// The DPS record that a step changes (a split-out: the group it leaves), nullptr when there is none.
const fleet::Enrollment *recordOf(const fleet::Fleet &fleet, const Step &step);

} // namespace drover::plan
