#pragma once

#include "app/migration/journalstore.h"

namespace drover::migration {

/// What a run did: plan, operator, waves with their gates, causes of failure, and each device with state and reason.
struct Report {
    RunEntry entry;
    run::RunStatus status;
    struct Device {
        QString registrationId;
        QString deviceId;
        QString source;
        QString target;
        int wave = 0;
        run::DeviceState state = run::DeviceState::Planned;
        QString reason;
    };
    std::vector<Device> devices;
};

/// Replays a stored run (Journal::load); Malformed when its records cannot be read.
Result<Report> makeReport(const StoredRun &run);
QByteArray toJson(const Report &report);
/// RFC 4180, one device a line; a cell that a spreadsheet would take for a formula is quoted away.
QByteArray toCsv(const Report &report);

/// droverctl's exit code: 0 all verified, 4 finished with failed devices, 5 paused or stopped, 1 failed.
int exitCode(const run::RunStatus &status);

} // namespace drover::migration
