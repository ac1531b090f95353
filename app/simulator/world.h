#pragma once

#include "app/simulator/armquotas.h"
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
    /// Whether a 429 of the service side of DPS carries Retry-After.
    bool throttleTellsRetryAfter = true;
    /// Whether a device split out of its group is migrated, or assigned as new with the old identity left behind.
    bool splitOutMigrates = true;
    bool dpsUsesRegistryQuota = false;
    /// What a registration says if the hub refuses: the "hub"'s own code, or "dps" with a code of no meaning.
    std::string refusalTold = "hub";
    bool disableCutsConnection = true;
    /// Whether an identity that was disabled is so on the hub that it migrates to.
    bool disabledTravels = false;
    /// Whether DPS queries judge a WHERE clause, or give everything whatever it says.
    bool dpsQueriesFilter = false;
    int largestDpsPage = 1000;
    /// Whether deleting a registration record makes DPS forget where the device is.
    bool deletedRecordForgets = true;
    /// An iotHubHostName that is none of iotHubs is "ignored", "obeyed" or "rejected".
    std::string legacyHubName = "ignored";
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
    /// The one person who signs in here.
    std::string userId = "44444444-4444-4444-4444-444444444444";
    std::string userName = "operator@drover.example";
};

/// All that the local Azure is made of. One thread; the services below work on it.
struct World {
    World(const ClockStart &start, std::uint64_t seed)
        : clock(start)
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
    ArmQuotas armQuotas;
    Faults faults;
    /// POSTs the body to a URL and calls back with status and body; the status is 0 if nobody answered.
    using WebhookAnswer = std::function<void(int status, const std::string &body)>;
    std::function<void(const std::string &url, const std::string &body, WebhookAnswer answer)> callWebhook;
    /// PEM of authorities that webhooks may have their certificates from, besides those that the system trusts.
    std::string webhookAuthorities;
    /// Called when a hub was deleted: what it holds goes, and its devices notice.
    std::function<void(Hub &)> hubDeleted;
    RequestLog log;
    /// Every new etag and generation is the next number.
    std::uint64_t counter = 0;

    Millis now() const { return clock.now(); }
    std::uint64_t next() { return ++counter; }
    int hubIndex(std::string_view hostOrName) const;
    Hub *hub(std::string_view hostOrName) const;
    /// `noDevice` if there is none of that id.
    std::uint32_t deviceOf(std::string_view registrationId) const;
    std::string registrationIdOf(const Device &device) const;
    /// The id under which a hub knows the device.
    std::string deviceIdOf(const Device &device);
    KeyPair freshKeys();
    /// The same index, once it is counted that one more hub has an identity of the device.
    std::uint32_t housed(std::uint32_t device);
    void unhoused(std::uint32_t device);
};

} // namespace drover::simulator
