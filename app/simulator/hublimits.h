#pragma once

#include "app/simulator/hub.h"

namespace drover::simulator {

/// What is no change of a twin in what a client sent, or nothing.
std::optional<std::string> wrongTwinChange(const Json &change);
/// What a hub would not store of a twin, or nothing.
std::optional<std::string> wrongTwin(const Twin &twin);
/// What is wrong with the members of a device or module that a client sent, or nothing.
std::optional<std::string> wrongIdentity(const Json &record);
/// Whether a direct method's payload is small enough.
bool fitsMethod(const Json &payload);

} // namespace drover::simulator
