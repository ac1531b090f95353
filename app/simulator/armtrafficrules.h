#pragma once

#include "app/simulator/text.h"

namespace drover::simulator {

/// The canonical "ExternalEndpoints" for any spelling; empty if there is no such type.
std::string trafficEndpointType(std::string_view text);
/// What is wrong with an endpoint's or a profile's properties, or nothing.
std::optional<std::string> wrongTrafficEndpoint(const Json &properties, bool external);
std::optional<std::string> wrongTrafficProfile(const Json &properties);

} // namespace drover::simulator
