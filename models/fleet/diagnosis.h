#pragma once

#include "models/fleet/fleet.h"

namespace drover::fleet {

/// What DPS remembers of the last registration.
struct RegistrationFact {
    QString registrationId;
    QString deviceId;
    /// Lower case; empty when never assigned.
    QString hub;
    /// unassigned, assigning, assigned, failed, disabled
    QString status;
    QString substatus;
    int errorCode = 0;
    QString errorMessage;
    QString lastUpdated;
};

/// What one hub says of the device.
struct HubFact {
    QString hub;
    /// Title of the stamp; the host name when no stamp has this hub.
    QString stamp;
    bool found = false;
    bool connected = false;
    bool enabled = true;
    /// The device has been active there at least once.
    bool everActive = false;
    QString lastActivity = {};
    /// Compact JSON; absent when the twin was not told.
    std::optional<QByteArray> tags = {}, desired = {}, reported = {};
    /// Why this hub could not be asked, empty when it was.
    QString trouble = {};
};

/// All that was seen of one device, from every side.
struct DeviceEvidence {
    /// What the person typed.
    QString asked;
    std::optional<Enrollment> enrollment;
    std::optional<RegistrationFact> registration;
    std::vector<HubFact> hubs;
    /// Why DPS could not be asked, empty when it was.
    QString dpsTrouble;
    /// Devices whose id differs from the asked one in letter case alone.
    QStringList otherCase;
};

enum class Tone { Neutral, Good, Progress, Warn, Bad };

/// One plain sentence on where the device is and whether that is right.
struct Diagnosis {
    /// Stable name, such as "two-hubs".
    QString id;
    Tone tone = Tone::Neutral;
    QString sentence;
    /// What to do; empty when nothing is to be done.
    QString suggestion;
};

/// Pure: the most serious finding wins.
Diagnosis diagnose(const DeviceEvidence &seen);
QString toneName(Tone tone);

} // namespace drover::fleet
