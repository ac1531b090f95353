#pragma once

#include "models/fleet/deviceset.h"
#include "ui/common/targets.h"

#include <map>

namespace drover::ui {

/// A device set as a chip shows it.
struct SetOnStamp {
    QString title;
    /// Absent when nothing can be moved by it, such as devices that DPS was not yet heard of.
    std::optional<fleet::DeviceSet> set;
    SetFacts facts;
};

/// The groups with devices on each stamp, biggest first, then its individual enrollments. One pass over the index.
std::map<StampName, std::vector<SetOnStamp>> setsOnStamps(const fleet::Fleet &fleet);

} // namespace drover::ui
