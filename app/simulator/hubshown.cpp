#include "app/simulator/hubservice.h"

namespace drover::simulator {

namespace {

/// A time that was never set reads so in a twin; an identity writes it without the zone.
std::string timeText(Millis time) { return time == 0 ? "0001-01-01T00:00:00Z" : isoTime(time); }
std::string identityTimeText(Millis time) { return time == 0 ? "0001-01-01T00:00:00" : isoTime(time); }

std::string authenticationType(const Identity &identity)
{
    const std::string own = identity.authentication() ? textOf(*identity.authentication(), "type") : std::string();
    return own.empty() ? "sas" : own;
}

std::optional<Json> memberAt(const Json &object, const QueryPath &path, std::size_t from)
{
    const Json *at = &object;
    for (std::size_t i = from; i < path.size(); ++i) {
        if (!at->is_object())
            return std::nullopt;
        const auto found = at->find(path[i]);
        if (found == at->end())
            return std::nullopt;
        at = &*found;
    }
    return *at;
}

std::optional<Json> twinProperty(const Twin &twin, const QueryPath &path)
{
    if (path.size() < 2)
        return std::nullopt;
    const bool desired = sameText(path[1], "desired");
    if (!desired && !sameText(path[1], "reported"))
        return std::nullopt;
    if (path.size() == 3 && path[2] == "$version")
        return desired ? twin.desiredVersion : twin.reportedVersion;
    return memberAt(desired ? twin.desired : twin.reported, path, 2);
}

/// "\"a\":1," of {"a": 1}
std::string membersText(const Json &object)
{
    const std::string text = object.dump();
    return object.empty() ? std::string() : text.substr(1, text.size() - 2) + ",";
}

/// Empty for a device that is no IoT Edge device and nobody's child.
Json scopesOf(const std::string &id, const Identity &identity)
{
    Json scopes = Json::object();
    if (identity.edge)
        scopes["deviceScope"] = identity.edgeScope(id);
    if (const std::string &parent = identity.parentScope(); !parent.empty()) {
        scopes.emplace("deviceScope", parent);
        scopes["parentScopes"] = Json::array({parent});
    }
    return scopes;
}

} // namespace

Json shownIdentity(const std::string &id, const Identity &identity)
{
    Json authentication = identity.authentication() ? *identity.authentication() : Json::object({{"type", "sas"}});
    if (!identity.authentication()) {
        const KeyPair keys = identity.keys.pairFor(id);
        authentication["symmetricKey"] = {{"primaryKey", keys.primary}, {"secondaryKey", keys.secondary}};
        authentication["x509Thumbprint"] = {{"primaryThumbprint", nullptr}, {"secondaryThumbprint", nullptr}};
    }
    Json shown = {{"deviceId", id}, {"generationId", identity.generationText()},
        {"etag", identity.etagText()}, {"connectionState", identity.connected ? "Connected" : "Disconnected"},
        {"status", identity.enabled ? "enabled" : "disabled"},
        {"statusReason", identity.note && !identity.note->statusReason.empty() ? Json(identity.note->statusReason) : Json()},
        {"connectionStateUpdatedTime", identityTimeText(identity.connectionChanged)},
        {"statusUpdatedTime", identityTimeText(identity.statusChanged)},
        {"lastActivityTime", identityTimeText(identity.lastActivity)},
        {"cloudToDeviceMessageCount", identity.queued}, {"authentication", std::move(authentication)},
        {"capabilities", {{"iotEdge", identity.edge}}}};
    shown.update(scopesOf(id, identity));
    return shown;
}

std::string shownTwin(const std::string &id, const Identity &identity)
{
    return "{\"deviceId\":" + jsonText(id) + ",\"etag\":\"" + identity.twin->etag() + "\",\"deviceEtag\":\""
        + identity.etagText() + "\",\"status\":\"" + (identity.enabled ? "enabled" : "disabled")
        + "\",\"statusUpdateTime\":\"" + timeText(identity.statusChanged) + "\",\"connectionState\":\""
        + (identity.connected ? "Connected" : "Disconnected") + "\",\"lastActivityTime\":\"" + timeText(identity.lastActivity)
        + "\",\"cloudToDeviceMessageCount\":" + std::to_string(identity.queued) + ",\"authenticationType\":" + jsonText(authenticationType(identity))
        + ",\"x509Thumbprint\":{\"primaryThumbprint\":null,\"secondaryThumbprint\":null},"
          "\"modelId\":\"\",\"capabilities\":{\"iotEdge\":"
        + (identity.edge ? "true" : "false") + "}," + membersText(scopesOf(id, identity)) + identity.twin->text() + "}";
}

Json shownModule(const std::string &deviceId, const std::string &moduleId, const Identity &identity)
{
    Json result = shownIdentity(deviceId, identity);
    result.erase("status");
    result.erase("statusReason");
    result.erase("statusUpdatedTime");
    result.erase("capabilities");
    result.erase("deviceScope");
    result.erase("parentScopes");
    result["moduleId"] = moduleId;
    result["managedBy"] = "";
    return result;
}

std::string shownModuleTwin(const std::string &deviceId, const std::string &moduleId, const Identity &identity)
{
    return "{\"deviceId\":" + jsonText(deviceId) + ",\"moduleId\":" + jsonText(moduleId)
        + shownTwin(deviceId, identity).substr(1 + std::string("\"deviceId\":").size() + jsonText(deviceId).size());
}

QueryLookup lookupIn(const std::string &id, const Identity &identity)
{
    return [&id, &identity](const QueryPath &path) -> std::optional<Json> {
        const std::string first = lower(path.front());
        if (first == "tags")
            return memberAt(identity.twin->tags, path, 1);
        if (first == "properties")
            return twinProperty(*identity.twin, path);
        if (first == "devicescope" || first == "parentscopes")
            return memberAt(scopesOf(id, identity), {first == "devicescope" ? "deviceScope" : "parentScopes"}, 0);
        if (first == "capabilities" && path.size() == 1)
            return Json::object({{"iotEdge", identity.edge}});
        if (first == "capabilities" && path.size() == 2 && sameText(path[1], "iotEdge"))
            return identity.edge;
        if (path.size() != 1)
            return std::nullopt;
        if (first == "deviceid")
            return id;
        if (first == "status")
            return identity.enabled ? "enabled" : "disabled";
        if (first == "connectionstate")
            return identity.connected ? "Connected" : "Disconnected";
        if (first == "lastactivitytime")
            return timeText(identity.lastActivity);
        if (first == "connectionstateupdatedtime")
            return timeText(identity.connectionChanged);
        if (first == "statusupdatetime")
            return timeText(identity.statusChanged);
        if (first == "etag")
            return identity.twin->etag();
        if (first == "deviceetag")
            return identity.etagText();
        if (first == "version")
            return identity.twin->version;
        if (first == "authenticationtype")
            return authenticationType(identity);
        if (first == "cloudtodevicemessagecount")
            return identity.queued;
        return std::nullopt;
    };
}

} // namespace drover::simulator
