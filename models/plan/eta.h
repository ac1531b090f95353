#pragma once

#include "models/plan/facts.h"

namespace drover::plan {

/// How long the plan takes when devices cooperate, and what holds it.
Eta etaOf(const Facts &facts, int waves);
/// Calls that this side makes: snapshot, keys, writes, triggers, observing.
int callsOf(const Facts &facts, int waves);
/// "under 1 min", "about 4 min", "about 2 h 10 min".
QString about(Duration span);

} // namespace drover::plan
