#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

/// Sizes of the waves: each share of the devices, at least one device each, the rest last.
std::vector<int> waveSizes(int devices, const std::vector<double> &shares);
/// Numbers the devices in order and gives each step the first wave that needs it.
std::vector<Wave> cutWaves(std::vector<PlannedDevice> &devices, std::vector<Step> &steps, const Options &options);

} // namespace drover::plan
