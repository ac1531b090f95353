#pragma once

#include "app/simulator/options.h"
#include "app/simulator/world.h"

namespace drover::simulator {

/// What a client needs to know to use this Azure.
Json endpointsOf(const World &world, const Options &options, std::uint16_t port, const std::string &caFile);
/// Writes the endpoints file, and the CA beside it if there is one; what went wrong, or nothing.
std::optional<std::string> writeEndpoints(
    const World &world, const Options &options, std::uint16_t port, const std::string &caPem);

} // namespace drover::simulator
