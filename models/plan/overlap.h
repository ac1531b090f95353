#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

/// An enrollment that both plans would write, in words: group "meters", or the enrollment of meter-7. A plan that splits devices
/// out of a group overlaps with one that re-points that group. Empty where neither gets in the other's way.
QString overlap(const Plan &one, const Plan &other);

} // namespace drover::plan
