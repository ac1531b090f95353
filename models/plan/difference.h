#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

/// One thing in which two plans are not alike, in words; empty where one of them does not have it.
struct Difference {
    QString what;
    QString before;
    QString after;
    bool operator==(const Difference &) const = default;
};

/// What a reviewer must look at again: fleet, moves, options, devices, enrollment writes, checks, waves, time. Numbers of
/// devices with the first ones named, not each of a hundred thousand.
std::vector<Difference> differences(const Plan &before, const Plan &after);

} // namespace drover::plan
