#include "app/simulator/armtraffic.h"

#include "app/simulator/armtrafficrules.h"

#include <utility>

namespace drover::simulator {

namespace {

constexpr const char *profilesPath = "/providers/Microsoft.Network/trafficmanagerprofiles";
constexpr const char *profileType = "Microsoft.Network/trafficManagerProfiles";
constexpr Millis probesTake = 30'000;

bool is(const Json &properties, const char *name, const char *value)
{
    return sameText(textOf(properties, name), value);
}

std::string takenMessage(const std::string &dnsName)
{
    return "Domain name '" + dnsName + ".trafficmanager.net' already exists. Please choose a different DNS prefix.";
}

Response badRequest(const std::string &message)
{
    return armError(400, "BadRequest", message);
}

void dropNulls(Json &object)
{
    const Json sent = std::exchange(object, Json::object());
    for (const auto &[name, value] : sent.items()) {
        if (!value.is_null())
            object[name] = value;
    }
}

std::string profileName(const World &world)
{
    return "drover-" + world.scenario + "-traffic";
}

} // namespace

Json firstTrafficEndpoint(const World &world)
{
    const auto own = std::ranges::find(world.hubs, "own", [](const auto &hub) { return hub->application; });
    if (own == world.hubs.end())
        return nullptr;
    return {{"profile", profileName(world)}, {"endpointType", "ExternalEndpoints"}, {"endpoint", (*own)->stamp}};
}

ArmTraffic::ArmTraffic(ArmDesk &desk)
    : m_desk(desk)
{
    const World &world = desk.world();
    const std::string name = profileName(world);
    Profile profile{.name = name,
        .properties = {{"profileStatus", "Enabled"}, {"trafficRoutingMethod", "Priority"},
            {"dnsConfig", {{"relativeName", lower(name)}, {"fqdn", lower(name) + ".trafficmanager.net"}, {"ttl", 30}}},
            {"monitorConfig",
                {{"protocol", "HTTPS"}, {"port", 443}, {"path", "/"}, {"intervalInSeconds", 30},
                    {"timeoutInSeconds", 10}, {"toleratedNumberOfFailures", 3}}},
            {"trafficViewEnrollmentStatus", "Disabled"}},
        .endpoints = {}};
    int priority = 0;
    for (const auto &hub : world.hubs) {
        if (hub->application != "own")
            continue;
        profile.endpoints.push_back({"ExternalEndpoints", hub->stamp,
            {{"target", lower(hub->stamp) + ".app.drover.example"}, {"endpointStatus", "Enabled"}, {"weight", 1},
                {"priority", ++priority}, {"endpointLocation", hub->region}, {"alwaysServe", "Disabled"}}});
    }
    if (!profile.endpoints.empty())
        m_profiles.emplace(lower(name), std::move(profile));
    addProfileRoutes();
    addEndpointRoutes();
}

void ArmTraffic::addProfileRoutes()
{
    const auto list = [this](Call &) { return Response::json(Json::object({{"value", Json(resources())}})); };
    m_desk.add("GET", std::string(subscriptionPath) + profilesPath, list);
    m_desk.add("GET", std::string(groupPath) + profilesPath, list);
    const std::string one = std::string(groupPath) + profilesPath + "/{profile}";
    m_desk.add("GET", one, [this](Call &call) {
        const Profile *profile = find(call.args[2]);
        return profile ? Response::json(shown(*profile)) : profileNotFound(call);
    });
    m_desk.add("PUT", one, [this](Call &call) { return writeProfile(call, true); });
    m_desk.add("PATCH", one, [this](Call &call) { return writeProfile(call, false); });
    m_desk.add("DELETE", one, [this](Call &call) {
        return m_profiles.erase(lower(call.args[2])) ? Response::json(Json::object()) : Response::empty();
    });
    m_desk.add("POST", "/providers/Microsoft.Network/checkTrafficManagerNameAvailability", [this](Call &call) {
        const std::string name = textOf(call.body, "name");
        const bool taken = isTaken(name, {});
        Json answer = {{"name", name}, {"type", profileType}, {"nameAvailable", !taken}};
        if (taken)
            answer.update({{"reason", "AlreadyExists"}, {"message", takenMessage(name)}});
        return Response::json(answer);
    });
}

void ArmTraffic::addEndpointRoutes()
{
    const std::string one = std::string(groupPath) + profilesPath + "/{profile}/{type}/{endpoint}";
    m_desk.add("GET", one, [this](Call &call) {
        Profile *profile = find(call.args[2]);
        if (!profile)
            return profileNotFound(call);
        const Endpoint *endpoint = find(*profile, call.args[3], call.args[4]);
        return endpoint ? Response::json(shown(*profile, *endpoint))
                        : resourceNotFound(std::string(profileType) + "/" + profile->name + "/" + call.args[3],
                              call.args[4], call.args[1]);
    });
    m_desk.add("PUT", one, [this](Call &call) { return writeEndpoint(call, true); });
    m_desk.add("PATCH", one, [this](Call &call) { return writeEndpoint(call, false); });
    m_desk.add("DELETE", one, [this](Call &call) { return removeEndpoint(call); });
}

ArmTraffic::Profile *ArmTraffic::find(const std::string &name)
{
    const auto found = m_profiles.find(lower(name));
    return found == m_profiles.end() ? nullptr : &found->second;
}

ArmTraffic::Endpoint *ArmTraffic::find(Profile &profile, const std::string &type, const std::string &name)
{
    const auto found = std::ranges::find_if(
        profile.endpoints, [&](const Endpoint &one) { return sameText(one.type, type) && sameText(one.name, name); });
    return found == profile.endpoints.end() ? nullptr : &*found;
}

bool ArmTraffic::isTaken(const std::string &dnsName, const std::string &but) const
{
    return std::ranges::any_of(m_profiles, [&](const auto &entry) {
        return !sameText(entry.second.name, but) && is(entry.second.properties["dnsConfig"], "relativeName", dnsName.c_str());
    });
}

Response ArmTraffic::profileNotFound(const Call &call) const
{
    return resourceNotFound(profileType, call.args[2], call.args[1]);
}

std::string ArmTraffic::profileId(const Profile &profile) const
{
    return m_desk.groupId() + "/providers/Microsoft.Network/trafficManagerProfiles/" + profile.name;
}

std::vector<Json> ArmTraffic::resources() const
{
    std::vector<Json> all;
    for (const auto &[key, profile] : m_profiles)
        all.push_back(shown(profile));
    return all;
}

std::string ArmTraffic::monitorStatus(const Profile &profile, const Endpoint &endpoint) const
{
    if (is(endpoint.properties, "endpointStatus", "Disabled"))
        return "Disabled";
    if (is(profile.properties, "profileStatus", "Disabled"))
        return "Inactive";
    if (is(endpoint.properties, "alwaysServe", "Enabled"))
        return "Unmonitored";
    // An application of a stamp stands and falls with its hub.
    if (const Hub *hub = m_desk.world().hub(endpoint.name); hub && hub->outage)
        return "Degraded";
    return m_desk.world().now() - endpoint.enabledSince < probesTake ? "CheckingEndpoint" : "Online";
}

std::string ArmTraffic::monitorStatus(const Profile &profile) const
{
    if (is(profile.properties, "profileStatus", "Disabled"))
        return "Disabled";
    std::map<std::string, int> count;
    for (const Endpoint &endpoint : profile.endpoints)
        ++count[monitorStatus(profile, endpoint)];
    const int well = count["Online"] + count["Unmonitored"];
    if (count["Degraded"] > 0)
        return "Degraded";
    return count["CheckingEndpoint"] > 0 ? "CheckingEndpoints" : well > 0 ? "Online" : "Inactive";
}

Json ArmTraffic::shown(const Profile &profile, const Endpoint &endpoint) const
{
    Json properties = endpoint.properties;
    properties["endpointMonitorStatus"] = monitorStatus(profile, endpoint);
    const std::string type
        = std::string(profileType) + "/" + static_cast<char>(endpoint.type[0] - 'A' + 'a') + endpoint.type.substr(1);
    return {{"id", profileId(profile) + type.substr(type.rfind('/')) + "/" + endpoint.name}, {"name", endpoint.name},
        {"type", type}, {"properties", std::move(properties)}};
}

Json ArmTraffic::shown(const Profile &profile) const
{
    Json properties = profile.properties;
    properties["monitorConfig"]["profileMonitorStatus"] = monitorStatus(profile);
    properties["endpoints"] = Json::array();
    for (const Endpoint &endpoint : profile.endpoints)
        properties["endpoints"].push_back(shown(profile, endpoint));
    return {{"id", profileId(profile)}, {"name", profile.name}, {"type", profileType}, {"location", "global"},
        {"tags", profile.tags}, {"properties", std::move(properties)}};
}

Response ArmTraffic::writeProfile(const Call &call, bool whole)
{
    const Profile *known = find(call.args[2]);
    if (!known && !whole)
        return profileNotFound(call);
    const Json *tags = member(call.body, "tags");
    if (!call.body.is_object() || (tags && !areTags(*tags)))
        return badRequest("The request body is no profile.");
    Profile changed = known ? *known : Profile{.name = call.args[2], .properties = Json::object(), .endpoints = {}};
    if (whole || tags)
        changed.tags = tags ? *tags : Json::object();
    if (auto wrong = take(changed, call.body.value("properties", Json::object()), whole))
        return badRequest(*wrong);
    if (const std::string name = textOf(changed.properties["dnsConfig"], "relativeName"); isTaken(name, changed.name))
        return armError(409, "Conflict", takenMessage(name));
    const int status = known ? 200 : 201;
    return Response::json(
        shown(m_profiles.insert_or_assign(lower(call.args[2]), std::move(changed)).first->second), status);
}

std::optional<std::string> ArmTraffic::take(Profile &profile, const Json &properties, bool whole) const
{
    if (!properties.is_object())
        return "The properties are no object.";
    Json merged = whole ? Json::object() : profile.properties;
    merged.update(properties, true);
    merged.erase("endpoints");
    dropNulls(merged);
    if (whole && !merged.contains("profileStatus"))
        merged["profileStatus"] = "Enabled";
    if (auto wrong = wrongTrafficProfile(merged))
        return wrong;
    merged["dnsConfig"]["fqdn"] = lower(textOf(merged["dnsConfig"], "relativeName")) + ".trafficmanager.net";
    profile.properties = std::move(merged);
    const Json *endpoints = member(properties, "endpoints");
    if (!endpoints && !whole)
        return std::nullopt;
    if (endpoints && !endpoints->is_array())
        return "The property 'endpoints' is no array.";
    Profile before = profile;
    profile.endpoints.clear();
    for (const Json &entry : endpoints ? *endpoints : Json::array()) {
        const std::string fullType = textOf(entry, "type");
        const std::string type = trafficEndpointType(fullType.substr(fullType.rfind('/') + 1));
        if (type.empty() || textOf(entry, "name").empty())
            return "Each endpoint needs a name and a type.";
        if (const Endpoint *old = find(before, type, textOf(entry, "name")))
            profile.endpoints.push_back(*old);
        if (auto wrong = take(profile, type, textOf(entry, "name"), entry.value("properties", Json::object()), true))
            return wrong;
    }
    return std::nullopt;
}

std::optional<std::string> ArmTraffic::take(
    Profile &profile, const std::string &type, const std::string &name, const Json &properties, bool whole) const
{
    if (!properties.is_object())
        return "The properties are no object.";
    Endpoint *known = find(profile, type, name);
    const bool wasEnabled = known && !is(known->properties, "endpointStatus", "Disabled");
    Json merged = whole || !known ? Json::object() : known->properties;
    merged.update(properties);
    merged.erase("endpointMonitorStatus");
    dropNulls(merged);
    for (const auto &[member, usual] : {std::pair("endpointStatus", Json("Enabled")), std::pair("weight", Json(1)),
             std::pair("alwaysServe", Json("Disabled"))}) {
        if (!merged.contains(member))
            merged[member] = usual;
    }
    if (!merged.contains("priority")) {
        std::int64_t last = 0;
        for (const Endpoint &other : profile.endpoints)
            last = std::max(last, &other == known ? 0 : other.properties.value("priority", std::int64_t{0}));
        merged["priority"] = last + 1;
    }
    if (auto wrong = wrongTrafficEndpoint(merged, type == "ExternalEndpoints"))
        return wrong;
    for (const Endpoint &other : profile.endpoints) {
        if (&other != known && other.properties["priority"] == merged["priority"])
            return "The priority " + merged["priority"].dump() + " is taken by the endpoint '" + other.name
                + "': priorities must be unique in a profile.";
    }
    if (!known)
        known = &profile.endpoints.emplace_back(Endpoint{type, name, {}, 0});
    if (!wasEnabled)
        known->enabledSince = m_desk.world().now();
    known->properties = std::move(merged);
    return std::nullopt;
}

Response ArmTraffic::writeEndpoint(const Call &call, bool whole)
{
    Profile *profile = find(call.args[2]);
    if (!profile)
        return profileNotFound(call);
    const std::string type = trafficEndpointType(call.args[3]);
    if (type.empty())
        return badRequest(
            "The endpoint type '" + call.args[3] + "' must be AzureEndpoints, ExternalEndpoints or NestedEndpoints.");
    const bool known = find(*profile, type, call.args[4]) != nullptr;
    if (!known && !whole)
        return resourceNotFound(
            std::string(profileType) + "/" + profile->name + "/" + type, call.args[4], call.args[1]);
    if (!call.body.is_object())
        return badRequest("The request body is no endpoint.");
    Profile changed = *profile;
    if (auto wrong = take(changed, type, call.args[4], call.body.value("properties", Json::object()), whole))
        return badRequest(*wrong);
    *profile = std::move(changed);
    return Response::json(shown(*profile, *find(*profile, type, call.args[4])), known ? 200 : 201);
}

Response ArmTraffic::removeEndpoint(const Call &call)
{
    Profile *profile = find(call.args[2]);
    if (!profile)
        return profileNotFound(call);
    const auto removed = std::erase_if(profile->endpoints,
        [&](const Endpoint &one) { return sameText(one.type, call.args[3]) && sameText(one.name, call.args[4]); });
    return removed > 0 ? Response::json(Json::object()) : Response::empty();
}

} // namespace drover::simulator
