#pragma once

#include "models/plan/facts.h"

namespace drover::plan {

/// How long the plan takes when devices cooperate, and what holds it.
Eta etaOf(const Facts &facts, int waves);
/// The same before a plan is made, from counts alone: while devices are dragged.
Eta quickEta(const fleet::Fleet &fleet, qint64 devices, const std::vector<HubHostName> &sources, const fleet::Stamp &target);
/// Calls that this side makes: snapshot, keys, writes, triggers, observing.
int callsOf(const Facts &facts, int waves);
/// "under 1 min", "about 4 min", "about 2 h 10 min".
QString about(Duration span);
/// From the shortest to the longest: "under 1 min", "1–5 min", "about 50 min to 1 h 10 min".
QString about(const Eta &eta);

} // namespace drover::plan
