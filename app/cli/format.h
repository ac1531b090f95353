#pragma once

#include "models/core/clock.h"
#include "models/core/json.h"
#include "models/core/words.h"
#include "models/fleet/stamp.h"
#include "models/plan/plan.h"

namespace drover::cli {

/// "2026-03-01 14:05:09", local time.
QString shown(Instant at);
/// ISO 8601 in UTC, for programs.
std::string iso(Instant at);
/// "40 s", "4 min", "2 h 10 min".
using drover::shown;
/// A number, or a dash when it was not told.
QString shown(std::optional<qint64> number);

/// Stamp rows as a table or as JSON lines are made of these.
QStringList stampCells(const fleet::Stamp &stamp, bool noneSeen);
Json stampObject(const fleet::Stamp &stamp, bool noneSeen);

QString verdictName(plan::Verdict verdict);

} // namespace drover::cli
