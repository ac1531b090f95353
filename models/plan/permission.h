#pragma once

#include "models/fleet/rules.h"
#include "models/plan/plan.h"

#include <span>

namespace drover::plan {

/// Whether the stamps that a plan changes may be changed now: no freeze, an open window where a stamp has any, and no rule that
/// nothing may come to a target. Blocked with the sentence where not. A way back is never shut.
Result<void> mayChangeNow(const Plan &plan, const fleet::Rules &rules, std::span<const fleet::Stamp> stamps, Instant now);

/// "2026-12-20 18:00 (Europe/Berlin)", with the day of the week.
QString siteTime(Instant at, const QTimeZone &zone);

/// What keeps one stamp shut now, if anything does: the sentence, and what to wait for.
struct Shut {
    QString evidence;
    QString remedy;
};
std::optional<Shut> shutNow(const fleet::Rules &rules, const fleet::Stamp &stamp, Instant now);

/// Until when its windows let a stamp be changed; absent where none is open, or it has none.
std::optional<QString> openUntil(const fleet::Rules &rules, const fleet::Stamp &stamp, Instant now);

} // namespace drover::plan
