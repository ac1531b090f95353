#pragma once

#include "app/simulator/clock.h"
#include "app/simulator/device.h"
#include "app/simulator/dps.h"
#include "app/simulator/faults.h"
#include "app/simulator/hub.h"
#include "app/simulator/random.h"
#include "app/simulator/requestlog.h"

#include <deque>

namespace drover::simulator {

/// What Azure does where its documents do not say; a scenario may choose either way.
struct Behavior {
    /// PUT of a symmetric-key enrollment without keys: "keep", "regenerate" or "reject".
    std::string putWithoutKeys = "keep";
    bool bulkCountsItems = true;
    /// Whether a device split out of its group is migrated, or assigned as new with the old identity left behind.
    bool splitOutMigrates = true;
    bool dpsUsesRegistryQuota = false;
    bool disableCutsConnection = true;
    /// A migration whose source hub is down: "reset" (old identity left behind) or "fail".
    std::string sourceOutage = "reset";

    Json shown() const;
    /// Takes over the members that are there; the name of the first that is unknown or wrong otherwise.
    std::optional<std::string> apply(const Json &members);
};

/// The management plane's names.
struct Tenant {
    std::string tenantId;
    std::string clientId;
    std::string clientSecret;
    std::string subscriptionId;
    std::string resourceGroup;
};

/// All that the local Azure is made of. One thread; the services below work on it.
struct World {
    World(double speed, std::uint64_t seed)
        : clock(speed)
        , random(seed)
    {
    }

    std::string scenario;
    std::string fleetName;
    bool enforceQuotas = true;
    Clock clock;
    Random random;
    Timeline timeline;
    Behavior behavior;
    Habits habits;
    Tenant tenant;
    std::unique_ptr<TokenIssuer> tokens;
    std::vector<std::unique_ptr<Hub>> hubs;
    Dps dps;
    std::vector<Population> populations;
    std::vector<Device> devices;
    std::unordered_map<std::string, std::uint32_t> deviceByRegistration;
    Quota armQuota = Quota::bucket("arm", "requests", 250, 25);
    Faults faults;
    RequestLog log;
    /// Every new etag and generation is the next number.
    std::uint64_t counter = 0;

    Millis now() const { return clock.now(); }
    std::uint64_t next() { return ++counter; }
    int hubIndex(std::string_view hostOrName) const;
    Hub *hub(std::string_view hostOrName) const;
    std::uint32_t deviceOf(std::string_view registrationId) const;
    /// The id under which a hub knows the device.
    std::string deviceIdOf(const Device &device);
    KeyPair freshKeys();
};

} // namespace drover::simulator
