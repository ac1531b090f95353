#include "app/simulator/hub.h"

#include <algorithm>

namespace drover::simulator {

HubQuotas HubQuotas::of(const std::string &hub, std::string_view sku, int units)
{
    const bool large = sku.ends_with('3');
    const bool middle = sku.ends_with('2');
    const auto perMinute = [&](const char *name, int small, int big) {
        return Quota(hub, name, (large ? big : small) * units, 60'000);
    };
    const auto perSecond = [&](const char *name, int limit) { return Quota(hub, name, limit, 1'000); };
    const auto bySize = [&](int small, int unit, int big) {
        return large ? big * units : middle ? std::max(small, unit * units) : small;
    };
    return {perMinute("registry", 100, 5000), perMinute("queries", 20, 1000),
        perSecond("twinReads", bySize(100, 10, 500)), perSecond("twinUpdates", bySize(50, 5, 250)),
        perSecond("methods", (large ? 6000 : middle ? 120 : 40) * units), perMinute("jobs", 100, 5000),
        bySize(10, 1, 50), large ? 10 : middle ? 5 : 1};
}

Identity *Hub::find(std::string_view deviceId)
{
    const auto found = registry.find(deviceId);
    return found == registry.end() ? nullptr : &found->second;
}

Identity *Hub::findModule(std::string_view deviceId, std::string_view moduleId)
{
    const auto device = modules.find(deviceId);
    if (device == modules.end())
        return nullptr;
    const auto found = device->second.find(moduleId);
    return found == device->second.end() ? nullptr : &found->second;
}

const Policy *Hub::policy(std::string_view wanted) const
{
    const auto found = std::ranges::find_if(policies, [&](const Policy &one) { return sameText(one.name, wanted); });
    return found == policies.end() ? nullptr : &*found;
}

bool Identity::isCertified(const std::string &sha1) const
{
    const Json *held = authentication();
    if (!held || !held->contains("x509Thumbprint"))
        return false;
    const Json &thumbprints = held->at("x509Thumbprint");
    return sameText(textOf(thumbprints, "primaryThumbprint"), sha1) || sameText(textOf(thumbprints, "secondaryThumbprint"), sha1);
}

bool Hub::linkHolds() const
{
    const Policy *link = policy(linkPolicy);
    const unsigned needed = RegistryWrite | ServiceConnect;
    return localAuth && link && (link->rights & needed) == needed
        && (linkKey.empty() || linkKey == link->keys.primary || linkKey == link->keys.secondary);
}

void Hub::setConnected(Identity &identity, bool online, Millis now)
{
    if (identity.connected == online)
        return;
    identity.connected = online;
    identity.connectionChanged = now;
    identity.lastActivity = now;
    if (online) {
        // It fetches what waited for it.
        identity.queued = 0;
        ++connected;
    } else {
        --connected;
    }
}

void Hub::setEnabled(Identity &identity, bool enable, Millis now)
{
    if (identity.enabled == enable)
        return;
    identity.enabled = enable;
    identity.statusChanged = now;
    if (enable)
        --disabled;
    else
        ++disabled;
}

void Hub::erase(std::string_view deviceId)
{
    const auto found = registry.find(deviceId);
    if (found == registry.end())
        return;
    connected -= found->second.connected ? 1 : 0;
    disabled -= found->second.enabled ? 0 : 1;
    registry.erase(found);
    if (const auto held = modules.find(deviceId); held != modules.end())
        modules.erase(held);
}

} // namespace drover::simulator
