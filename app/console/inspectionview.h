#pragma once

#include "app/engine/inspector.h"
#include "ui/inspect/inspection.h"

namespace drover::console {

/// What was seen of a device, in the shape that the inspect page shows.
ui::Inspection viewOf(const engine::Inspection &seen);
std::vector<ui::InspectionMatch> matchesOf(const engine::Inspection &seen);

} // namespace drover::console
