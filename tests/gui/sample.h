#pragma once

#include "models/run/runstatus.h"
#include "ui/inspect/inspection.h"

#include <memory>

namespace drover::test {

/// A fleet of eight stamps in three rings; `scale` divides the number of devices.
std::shared_ptr<const fleet::Fleet> sampleFleet(int scale = 1);
/// Two moves, checks of every verdict, four waves, a production stamp.
plan::Plan samplePlan();
/// A run in its last wave, with gates, failures and a population.
run::RunStatus sampleStatus();
/// The same run, paused at its third gate, which is inconclusive.
run::RunStatus pausedAtGate();
/// The same run at its end, with failures of two causes.
run::RunStatus finishedWithFailures();
/// The way back of that run; somebody changed two enrollments since.
plan::Plan sampleUndo();
/// A device that did not arrive.
ui::Inspection sampleInspection();

StampName stampName(QStringView text);
fleet::DeviceSet groupSet(const QString &name);

} // namespace drover::test
