#pragma once

#include "app/inventory/services.h"
#include "models/fleet/fleet.h"

#include <functional>

namespace drover::inventory {

struct Progress {
    qint64 devices = 0;
    std::optional<qint64> expected;
    QString doing;
};

/// One look at Azure. `partial` gets a Fleet whenever something worth showing came (stamps first, then groups, then
/// devices, at most ten times a second); the answer is the whole. Pages that fail for good become gaps; only "nothing
/// at all" is an error.
QCoro::Task<Result<fleet::Fleet>> look(Services &services,
    std::function<void(std::shared_ptr<const fleet::Fleet>, Progress)> partial, std::stop_token stop);

/// Stamps and counts alone (ARM, statistics): cheap enough to repeat while a run goes on.
QCoro::Task<Result<std::vector<fleet::Stamp>>> lookAtStamps(
    Services &services, std::vector<fleet::Stamp> known, std::stop_token stop);

} // namespace drover::inventory
