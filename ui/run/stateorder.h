#pragma once

#include "models/run/runstatus.h"

#include <array>

namespace drover::ui {

/// States from the bottom of the chart to its top: what is done first, what was not begun last.
inline constexpr std::array stackOrder {
    run::DeviceState::Verified, run::DeviceState::Connected, run::DeviceState::Assigned, run::DeviceState::Registering,
    run::DeviceState::Triggered, run::DeviceState::Enrolled, run::DeviceState::Throttled, run::DeviceState::Waiting,
    run::DeviceState::Failed, run::DeviceState::Undone, run::DeviceState::Skipped, run::DeviceState::Planned};
static_assert(stackOrder.size() == run::stateCount);

inline int countOf(const run::Counts &counts, run::DeviceState state)
{
    return counts[static_cast<size_t>(state)];
}

} // namespace drover::ui
