#pragma once

#include "app/simulator/service.h"

namespace drover::simulator {

/// DPS's error body; the HTTP status is the code's first three digits.
Response dpsError(World &world, int code, const std::string &message);
Response dpsThrottled(World &world, Millis wait);
bool knownDpsVersion(const std::string &version);

} // namespace drover::simulator
