#include "models/plan/waves.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace drover::plan {

std::vector<int> waveSizes(int devices, const std::vector<double> &shares)
{
    std::vector<int> sizes;
    int left = devices;
    for (const double share : shares) {
        const double wanted = std::clamp(std::isfinite(share) ? share : 0.0, 0.0, 1.0) * devices;
        const int size = std::min(left, std::max(1, static_cast<int>(std::lround(wanted))));
        if (size > 0)
            sizes.push_back(size);
        left -= size;
    }
    if (left > 0)
        sizes.push_back(left);
    return sizes;
}

std::vector<int> rampSizes(int devices, const Ramp &ramp)
{
    std::vector<int> sizes;
    double wanted = std::max(1, ramp.first);
    for (int left = devices; left > 0; left -= sizes.back()) {
        sizes.push_back(static_cast<int>(std::min<double>(left, std::round(wanted))));
        wanted = std::max(wanted * std::max(ramp.factor, leastRampFactor), std::round(wanted));
    }
    return sizes;
}

std::vector<Wave> cutWaves(std::vector<PlannedDevice> &devices, std::vector<Step> &steps, const Options &options)
{
    for (Step &step : steps)
        step.wave = std::numeric_limits<int>::max();
    std::vector<Wave> waves;
    size_t at = 0;
    const auto count = static_cast<int>(devices.size());
    for (const int size : options.ramp ? rampSizes(count, *options.ramp) : waveSizes(count, options.waves)) {
        const auto wave = static_cast<int>(waves.size());
        waves.push_back({.devices = size, .gate = options.gate});
        for (const size_t end = at + static_cast<size_t>(size); at < end; ++at) {
            devices[at].wave = wave;
            Step &step = steps[static_cast<size_t>(devices[at].step)];
            step.wave = std::min(step.wave, wave);
        }
    }
    return waves;
}

} // namespace drover::plan
