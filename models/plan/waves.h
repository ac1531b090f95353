#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

inline constexpr double leastRampFactor = 1.1;
inline constexpr double mostRampFactor = 1000;

/// Sizes of the waves: each share of the devices, at least one device each, the rest last.
std::vector<int> waveSizes(int devices, const std::vector<double> &shares);
/// Sizes of the waves: each `factor` times the one before and never smaller, the last takes what is left.
std::vector<int> rampSizes(int devices, const Ramp &ramp);
/// Numbers the devices in order and gives each step the first wave that needs it.
std::vector<Wave> cutWaves(std::vector<PlannedDevice> &devices, std::vector<Step> &steps, const Options &options);
/// Strict waves: devices of re-pointed groups whose wave is not the last get a split-out of their own and are handed back
/// (removed) with the last wave, in which the group is re-pointed.
void splitEarlyWaves(std::vector<PlannedDevice> &devices, std::vector<Step> &steps, int waves);

} // namespace drover::plan
