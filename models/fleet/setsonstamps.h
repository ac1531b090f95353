#pragma once

#include "models/fleet/deviceset.h"

#include <map>

namespace drover::fleet {

/// A device set that a stamp holds.
struct SetOnStamp {
    QString title;
    /// Absent when nothing can be moved by it, such as devices that DPS was not yet heard of.
    std::optional<DeviceSet> set;
    SetFacts facts;
};

/// The groups with devices on each stamp, biggest first, then its individual enrollments. One pass over the index.
std::map<StampName, std::vector<SetOnStamp>> setsOnStamps(const Fleet &fleet);

/// The title under which such a set hangs on a stamp; nothing for other sets.
std::optional<QString> titleOnStamp(const DeviceSet &set);

/// Enrollment groups without a device on any hub.
std::vector<QString> emptyGroups(const Fleet &fleet);

} // namespace drover::fleet
