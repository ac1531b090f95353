#pragma once

#include "app/migration/audit.h"
#include "app/migration/owner.h"
#include "app/migration/journalstore.h"
#include "models/run/event.h"
#include "models/run/runstatus.h"

#include <optional>

namespace drover::migration {

/// What the audit says of an event; nothing when nobody decided it.
std::optional<Deed> deedOf(const run::Happening &what, const QString &run, const Owner &who);
/// That the plan was approved, and with which reason and ticket.
Deed approvalOf(const RunEntry &run, const Owner &who);
/// The verdict of a wave's gate; nothing while it is open.
std::optional<Deed> deedOf(const run::WaveStatus &wave, int number, const QString &run, const Owner &who);

} // namespace drover::migration
