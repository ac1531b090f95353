#pragma once

#include "app/simulator/access.h"
#include "app/simulator/quota.h"
#include "app/simulator/twin.h"

#include <limits>
#include <map>

namespace drover::simulator {

constexpr std::uint32_t noDevice = std::numeric_limits<std::uint32_t>::max();

/// What few identities have.
struct IdentityNote {
    std::string statusReason;
    /// As the client wrote it; null if the device authenticates by symmetric keys.
    Json authentication;
    /// The scope of the IoT Edge device that it is a child of.
    std::string parentScope {};
};

/// A device's entry in a hub's registry.
struct Identity {
    std::uint32_t device = noDevice;
    bool enabled = true;
    bool connected = false;
    bool edge = false;
    /// Messages that wait for the device.
    std::uint8_t queued = 0;
    std::uint64_t generation = 0;
    std::uint64_t etag = 0;
    Millis connectionChanged = 0;
    Millis lastActivity = 0;
    Millis statusChanged = 0;
    KeySource keys;
    TwinRef twin;
    /// Null if there is nothing more to say.
    std::shared_ptr<const IdentityNote> note;

    /// Whether the hub lets in whoever holds that certificate.
    bool isCertified(const std::string &sha1) const;
    /// Null if the device authenticates by symmetric keys.
    const Json *authentication() const { return note && !note->authentication.is_null() ? &note->authentication : nullptr; }
    std::string etagText() const { return base64(std::to_string(etag)); }
    std::string generationText() const { return std::to_string(637'000'000'000'000'000 + static_cast<std::int64_t>(generation)); }
    /// What children of an IoT Edge device name; only its own hub knows it.
    std::string edgeScope(const std::string &id) const { return "ms-azure-iot-edge://" + id + "-" + generationText(); }
    const std::string &parentScope() const;
};

/// What a hub of some size may do; limits per hub, not per unit.
struct HubQuotas {
    Quota registry;
    Quota queries;
    Quota twinReads;
    Quota twinUpdates;
    Quota methods;
    Quota jobs;
    int jobDevicesPerSecond;
    int concurrentJobs;

    static HubQuotas of(const std::string &hub, std::string_view sku, int units);
};

/// One stamp's hub: what the scenario says of it and what it holds.
struct Hub {
    using Registry = std::map<std::string, Identity, std::less<>>;
    /// An automatic device management configuration, as the client wrote it.
    struct Configuration {
        Json record;
        std::uint64_t etag = 0;
        Millis created = 0;
        Millis updated = 0;
    };

    std::string host;
    std::string name;
    std::string stamp;
    std::string ring;
    std::string region;
    std::string generation;
    std::string application;
    int capacity = 0;
    /// Whether it is of this subscription.
    bool own = true;
    /// Deleted; its place stays, since registrations and links name hubs by it.
    bool gone = false;
    std::string sku;
    int units = 1;
    bool linked = true;
    bool allocating = true;
    int weight = 1;
    /// The policy and the key by which DPS enters; a hub whose policy has other keys by now lets it in no more.
    std::string linkPolicy = "iothubowner";
    std::string linkKey {};
    /// Whether shared access policies open this hub; bearer tokens always do.
    bool localAuth = true;
    /// How many times DPS assigned a device to this hub.
    std::uint64_t assignments = 0;
    std::size_t registryMaximum = 1'000'000;
    bool outage = false;
    /// Down because it moves to another region; its host name stays.
    bool failover = false;
    std::vector<Policy> policies;
    HubQuotas quotas;
    Registry registry;
    /// The modules of a device, by its id.
    std::map<std::string, Registry, std::less<>> modules {};
    std::map<std::string, Configuration, std::less<>> configurations {};
    std::size_t connected = 0;
    std::size_t disabled = 0;

    Identity *find(std::string_view deviceId);
    Identity *findModule(std::string_view deviceId, std::string_view moduleId);
    const Policy *policy(std::string_view name) const;
    /// Direct methods, twins, jobs and cloud-to-device messages are of the standard tier, which Free has too.
    bool isBasic() const { return sku.starts_with('B'); }
    /// Whether the key that DPS holds still opens this hub for it.
    bool linkHolds() const;
    void setConnected(Identity &identity, bool connected, Millis now);
    void setEnabled(Identity &identity, bool enabled, Millis now);
    /// Takes the identity out, its counts too.
    void erase(std::string_view deviceId);
};

} // namespace drover::simulator
