#pragma once

#include "models/plan/estimate.h"
#include "models/plan/facts.h"

namespace drover::plan {

/// The plan in numbers.
Work workOf(const Facts &facts, const std::vector<Wave> &waves);
/// The same for devices that hover over a stamp: as if one group of them were re-pointed.
Work workOf(
    const fleet::Fleet &fleet, qint64 devices, const std::vector<HubHostName> &sources, const fleet::Stamp &target);

/// How long it takes: as expected, and the range around that; offline devices may keep it waiting until their deadline.
Eta etaOf(const Work &work, qint64 offline);
/// Devices of the plan that are offline now.
qint64 offlineOf(const Facts &facts);
/// A sentence on how old what is shown may be; empty when nothing is moved.
QString lagOf(const Work &work);
/// "under 1 min", "about 4 min", "about 2 h 10 min".
QString about(Duration span);
/// From the shortest to the longest: "under 1 min", "1–5 min", "about 50 min to 1 h 10 min".
QString about(const Eta &eta);

} // namespace drover::plan
