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
/// A device that did not arrive.
ui::Inspection sampleInspection();

StampName stampName(QStringView text);
fleet::DeviceSet groupSet(const QString &name);

} // namespace drover::test
