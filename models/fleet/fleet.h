#pragma once

#include "models/fleet/deviceindex.h"
#include "models/fleet/enrollment.h"
#include "models/fleet/stamp.h"

#include <map>
#include <memory>

namespace drover::fleet {

struct Rules;

/// One Device Provisioning Service and what it links.
struct Dps {
    QString name;
    /// Service host name, lower case.
    QString host;
    QString idScope;
    QString state = QStringLiteral("Active");
    /// Linked hubs, lower case; absent when nobody could be asked (no ARM access).
    std::optional<std::vector<HubHostName>> linked;
    Allocation defaultAllocation = Allocation::Hashed;
    DpsLimits limits;
};

/// A page that could not be had: shown, never hidden.
struct Gap {
    QString what;
    QString why;
    /// Hides what hangs on devices, but no device and no count.
    bool aside = false;
};

/// All that one look at Azure told. A value: copied to whoever plans, never shared for writing.
struct Fleet {
    QString name;
    bool simulated = false;
    Dps dps;
    std::vector<Stamp> stamps;
    /// Groups by folded id, and individuals by folded registration id.
    std::map<QString, Enrollment> groups;
    std::map<QString, Enrollment> individuals;
    std::shared_ptr<const DeviceIndex> devices = std::make_shared<DeviceIndex>();
    /// What the owners of the stamps forbid or ask; null when they said nothing.
    std::shared_ptr<const Rules> rules = nullptr;
    std::vector<Gap> gaps;
    Instant taken = {};
    /// Server clock minus ours, as the Date header told; absent when unknown.
    std::optional<Duration> clockSkew;

    const Stamp *stamp(const StampName &name) const;
    const Stamp *stampOfHub(const HubHostName &hub) const;
    const Stamp *stampOfHub(QStringView hub) const;
};

} // namespace drover::fleet
