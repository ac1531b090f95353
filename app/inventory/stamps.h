#pragma once

#include "app/inventory/services.h"
#include "models/fleet/fleet.h"

namespace drover::inventory {

struct StampsSeen {
    std::vector<fleet::Stamp> stamps;
    std::vector<fleet::Gap> gaps;
};

/// Who the stamps are: Resource Manager's tags, the fleet file, or one stamp for each hub. `known` stands in when
/// nobody answers.
QCoro::Task<StampsSeen> whoTheStampsAre(Services &services, std::vector<fleet::Stamp> known, std::stop_token stop);
/// The same stamps with their hubs' counts, all hubs asked at once.
QCoro::Task<std::vector<fleet::Stamp>> withHealth(
    Services &services, std::vector<fleet::Stamp> stamps, std::stop_token stop);

} // namespace drover::inventory
