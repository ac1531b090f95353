#pragma once

#include "models/plan/checks.h"

namespace drover::plan {

/// What hangs on the planned devices at their sources. A parent is named where it goes to the same hub; a child whose
/// parent stays cannot have it there.
std::vector<Attached> attachedOf(const Facts &facts);
/// The same for the way back: what hung on a device before it left.
std::vector<Attached> attachedOnTheWayBack(const Plan &past, std::span<const PlannedDevice> devices);

/// IoT Edge devices, modules and children: nothing of that follows by itself.
Finding edgeDevices(const Facts &facts);

} // namespace drover::plan
