#pragma once

#include "models/core/error.h"
#include "models/fleet/deviceindex.h"

namespace drover::inventory {

using Facts = std::vector<fleet::DeviceFact>;

/// One page of `SELECT deviceId, status, connectionState, lastActivityTime, tags FROM devices`. For the pool: no state,
/// no event loop.
Result<Facts> factsOfHubPage(const QByteArray &json, const QByteArray &hub);
/// One page of `SELECT deviceId, deviceScope, parentScopes, capabilities FROM devices WHERE …` or of
/// `SELECT deviceId, moduleId FROM devices.modules`: what hangs on devices.
Result<Facts> factsOfTiesPage(const QByteArray &json, const QByteArray &hub);
/// One page of a group's registration states.
Result<Facts> factsOfRegistrationPage(const QByteArray &json, const QByteArray &group);

/// Milliseconds since 1970 of "2021-07-07T20:45:26.1234567Z"; absent for what is none and for the service's "never"
/// (year 1).
std::optional<qint64> parseTime(std::string_view text);

} // namespace drover::inventory
