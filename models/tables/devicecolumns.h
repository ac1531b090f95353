#pragma once

#include "models/fleet/fleet.h"

#include <span>

namespace drover::tables {

/// What a column shows for one row of the index.
struct DeviceColumnSpec {
    const char *title;
    QString (*shown)(const fleet::Fleet &, fleet::DeviceIndex::Row);
};
std::span<const DeviceColumnSpec> deviceColumns();

/// Sorts rows of the index by a column, stable; a million rows take a second at most, most columns far less.
void sortRows(const fleet::Fleet &fleet, int column, std::vector<fleet::DeviceIndex::Row> &rows);

} // namespace drover::tables
