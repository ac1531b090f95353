#pragma once

#include "app/simulator/world.h"

namespace drover::simulator {

/// The hubs that an enrollment may use: those it lists, or all that are linked. Indices into World::hubs.
std::vector<int> candidateHubs(const World &world, const Enrollment &enrollment);

/// The allocation policy in force, in lower case: the enrollment's own, or that of the whole service.
std::string allocationPolicy(const World &world, const Enrollment &enrollment);

/// The hub that DPS finds by itself ("custom" asks a webhook instead); nothing if no hub fits.
///  - static: the one hub that is listed.
///  - hashed: rendezvous hashing by registration id. Each hub gets its weight's share; a hub that is added takes its
///    share from all others and moves no device between them.
///  - geoLatency: nobody measures latency here, so each registration id has a fixed, invented distance to each
///    region, and the hubs of the nearest region share its devices by weight.
std::optional<int> allocate(const World &world, const Enrollment &enrollment, const std::string &registrationId);

} // namespace drover::simulator
