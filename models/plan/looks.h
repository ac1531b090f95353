#pragma once

#include "models/core/clock.h"

namespace drover::plan {

/// Registrations of individual enrollments that a run reads one by one; beyond, an identity that is connected at its
/// target and gone from its source tells the same.
inline constexpr int registrationsRead = 30;

/// From more individual enrollments on, pages of the whole listing cost less than single reads.
inline constexpr int singleSnapshots = 50;

/// The pause after a look while devices are being told: what costs more is done more seldom, and never so often that
/// DPS calls exceed their share.
Duration pauseAfterLook(int calls, int dpsCalls, double dpsCallsPerMinute);
/// Calls of a look at so many devices, `arrivals` of which have come since the last.
int callsOfLook(qint64 groupMembers, qint64 arrivals);

} // namespace drover::plan
