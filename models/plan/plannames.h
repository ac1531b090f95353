#pragma once

#include "models/plan/plan.h"

#include <algorithm>
#include <array>

namespace drover::plan {

/// Words of the document; their order is that of the enumerations.
inline constexpr std::array strategyNames{"re-point group", "re-point individual", "split out", "remove"};
inline constexpr std::array policyNames{"migrate", "reset", "never"};
inline constexpr std::array triggerNames{"method", "job", "twin", "twin-job", "disable", "register", "wait"};
inline constexpr std::array verdictNames{"pass", "warn", "block"};
inline constexpr std::array setKindNames{"group", "where", "file", "stamp", "ids"};

/// Hosts of the steps and devices, sorted: rows hold a number, -1 for none.
std::vector<HubHostName> hubsOf(const Plan &plan);

} // namespace drover::plan
