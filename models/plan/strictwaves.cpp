#include "models/plan/waves.h"

// A device that registers by itself goes where its enrollment points. Where nobody may move before its wave, the devices
// of the first waves leave their group for enrollments of their own; the group follows with the last wave and takes
// them back.
namespace drover::plan {

void splitEarlyWaves(std::vector<PlannedDevice> &devices, std::vector<Step> &steps, int waves)
{
    const int last = waves - 1;
    std::vector<Step> handBacks;
    for (PlannedDevice &device : devices) {
        const Step group = steps[static_cast<size_t>(device.step)];
        if (group.strategy != Strategy::RepointGroup || device.wave == last)
            continue;
        device.step = static_cast<int>(steps.size());
        // Groups force equal ids, and the hub keeps the spelling that the device's key is derived from.
        Step splitOut = group;
        splitOut.strategy = Strategy::SplitOut;
        splitOut.enrollment = device.deviceId;
        splitOut.group = group.enrollment;
        splitOut.etag.clear();
        splitOut.wave = device.wave;
        steps.push_back(splitOut);
        splitOut.strategy = Strategy::Remove;
        splitOut.wave = last;
        handBacks.push_back(std::move(splitOut));
    }
    for (Step &step : steps) {
        if (step.strategy == Strategy::RepointGroup)
            step.wave = std::max(last, 0);
    }
    steps.insert(steps.end(), handBacks.begin(), handBacks.end());
}

} // namespace drover::plan
