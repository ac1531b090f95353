#pragma once

#include "models/fleet/fleet.h"

#include <Qt>

#include <atomic>

namespace drover::tables {

/// Which devices a table shows and in which order, asked of one look at the fleet.
struct DeviceQuestion {
    using Rows = std::vector<fleet::DeviceIndex::Row>;

    std::shared_ptr<const fleet::Fleet> fleet;
    /// Part of an id, a hub, a group or the tags; empty for all.
    QString text;
    /// Instead of a text: exactly these rows, as a query found them.
    std::shared_ptr<const Rows> found;
    /// Negative: in the order of the index.
    int column = -1;
    Qt::SortOrder order = Qt::AscendingOrder;

    /// True when the other question differs in its order at most.
    bool hasSameRowsAs(const DeviceQuestion &other) const;
};

/// The rows in their order: up to a second for a million, so never in the window's thread. Whatever it has when
/// stopped.
DeviceQuestion::Rows rowsFor(const DeviceQuestion &question, const std::atomic_bool &stopped);

} // namespace drover::tables
