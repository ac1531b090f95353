#include "app/simulator/armdps.h"

#include "app/simulator/armkeys.h"

namespace drover::simulator {

namespace {

constexpr const char *dpsPath = "/providers/Microsoft.Devices/provisioningServices";
constexpr const char *dpsType = "Microsoft.Devices/provisioningServices";
constexpr std::size_t mostLinks = 50;

/// Members that a PUT may carry but not change, and those kept elsewhere.
constexpr const char *keptElsewhere[]
    = {"state", "provisioningState", "serviceOperationsHostName", "deviceProvisioningHostName",
        "portalOperationsHostName", "idScope", "iotHubs", "allocationPolicy", "authorizationPolicies"};

/// The parts of "HostName=…;SharedAccessKeyName=…;SharedAccessKey=…", names in lower case.
std::map<std::string, std::string> connectionParts(const std::string &text)
{
    std::map<std::string, std::string> parts;
    for (const std::string &part : split(text, ';')) {
        const std::size_t equals = part.find('=');
        if (equals != std::string::npos)
            parts[lower(trimmed(part.substr(0, equals)))] = part.substr(equals + 1);
    }
    return parts;
}

bool masked(const std::string &key)
{
    return !key.empty() && key.find_first_not_of('*') == std::string::npos;
}

std::string canonicalPolicy(const std::string &text)
{
    for (const char *known : {"Hashed", "GeoLatency", "Static"}) {
        if (sameText(known, text))
            return known;
    }
    return {};
}

} // namespace

ArmDps::ArmDps(ArmDesk &desk)
    : m_desk(desk)
    , m_location("West Europe")
    , m_etag(desk.world().next())
{
    for (const auto &hub : desk.world().hubs | std::views::reverse) {
        if (!hub->linked)
            continue;
        m_location = hub->region;
        if (const Policy *policy = hub->policy(hub->linkPolicy))
            hub->linkKey = policy->keys.primary;
    }
    const auto list = [this](Call &call) {
        return Response::json(
            Json::object({{"value", Json::array({resource(call.request.parameter("api-version"))})}}));
    };
    desk.add("GET", std::string(subscriptionPath) + dpsPath, list);
    desk.add("GET", std::string(groupPath) + dpsPath, list);
    add("GET", "",
        [this](const Call &call) { return Response::json(resource(call.request.parameter("api-version"))); });
    add("PUT", "", [this](const Call &call) { return put(call); });
    add("PATCH", "", [this](const Call &call) { return patch(call); });
    desk.add("POST", std::string(subscriptionPath) + "/providers/Microsoft.Devices/checkProvisioningServiceNameAvailability",
        [this](Call &call) {
            const std::string name = textOf(call.body, "name");
            if (!sameText(name, m_desk.world().dps.name))
                return Response::json(Json::object({{"nameAvailable", !name.empty()}}));
            return Response::json({{"nameAvailable", false}, {"reason", "AlreadyExists"},
                {"message", "The name '" + name + "' is not available"}});
        });
    add("GET", "/operationresults/{operation}", [this](const Call &call) { return m_desk.poll(call); });
    add("POST", "/listkeys", [this](const Call &) { return policyList(m_desk.world().dps.policies); });
    add("POST", "/keys/{keyName}/listkeys",
        [this](const Call &call) { return onePolicy(m_desk.world().dps.policies, call.args[3]); });
}

void ArmDps::add(const char *method, const std::string &tail, DpsAnswer answer)
{
    m_desk.add(
        method, std::string(groupPath) + dpsPath + "/{name}" + tail, [this, answer = std::move(answer)](Call &call) {
            return sameText(call.args[2], m_desk.world().dps.name)
                ? answer(call)
                : resourceNotFound(dpsType, call.args[2], call.args[1]);
        });
}

Json ArmDps::resource(const std::string &version) const
{
    const World &world = m_desk.world();
    Json links = Json::array();
    for (const auto &hub : world.hubs) {
        if (!hub->linked)
            continue;
        links.push_back(
            {{"name", hub->host}, {"applyAllocationPolicy", hub->allocating}, {"allocationWeight", hub->weight},
                {"connectionString",
                    "HostName=" + hub->host + ";SharedAccessKeyName=" + hub->linkPolicy + ";SharedAccessKey=****"},
                {"location", hub->region}});
    }
    Json properties
        = {{"publicNetworkAccess", "Enabled"}, {"enableDataResidency", false}, {"ipFilterRules", Json::array()}};
    properties.update(m_properties);
    properties["state"] = m_changing ? "Transitioning" : "Active";
    properties["provisioningState"] = m_changing ? "Transitioning" : "Succeeded";
    properties["iotHubs"] = std::move(links);
    properties["allocationPolicy"] = world.dps.allocationPolicy;
    properties["serviceOperationsHostName"] = world.dps.serviceHost;
    properties["deviceProvisioningHostName"] = "global.azure-devices-provisioning.net";
    if (version >= "2022-12-12")
        properties["portalOperationsHostName"] = world.dps.serviceHost;
    properties["idScope"] = world.dps.idScope;
    return {{"id", m_desk.groupId() + dpsPath + "/" + world.dps.name}, {"name", world.dps.name}, {"type", dpsType},
        {"location", m_location}, {"tags", m_tags}, {"etag", armEtag(m_etag)},
        {"sku", {{"name", "S1"}, {"tier", "Standard"}, {"capacity", 1}}}, {"properties", std::move(properties)}};
}

std::optional<Response> ArmDps::refusePut(const Call &call) const
{
    if (!call.body.is_object())
        return armError(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.");
    if (const auto unknown = unknownMember(call.body)) {
        return armError(400, "InvalidRequestContent",
            "The request content was invalid and could not be deserialized: 'Could not find member '" + *unknown
                + "' on object of type 'ResourceDefinition'. Path '" + *unknown + "'.'.");
    }
    if (textOf(call.body, "location").empty())
        return armError(400, "LocationRequired", "The location property is required for this definition.");
    if (!samePlace(textOf(call.body, "location"), m_location)) {
        return armError(409, "InvalidResourceLocation",
            "The resource '" + m_desk.world().dps.name + "' already exists in location '" + m_location
                + "'. A resource with the same name cannot be created in location '" + textOf(call.body, "location")
                + "'.");
    }
    // The document knows no If-Match here, but who sends one means it.
    if (const std::string match = call.request.header("if-match");
        !match.empty() && match != "*" && bareEtag(match) != armEtag(m_etag))
        return deviceError(412, "412002", "The precondition failed: the resource was changed since it was read.");
    if (m_changing)
        return deviceError(409, "409004", "Another operation on the provisioning service is in progress.");
    return std::nullopt;
}

std::optional<std::string> ArmDps::read(const Json &body, Change &change) const
{
    const World &world = m_desk.world();
    const Json *properties = member(body, "properties");
    const Json *sku = member(body, "sku");
    if (!properties || !properties->is_object())
        return "The properties are missing.";
    if (!sku || textOf(*sku, "name") != "S1")
        return "The SKU must be S1.";
    const Json *tags = member(body, "tags");
    if (tags && !areTags(*tags))
        return "Tags must be an object of texts.";
    change.tags = tags ? *tags : Json::object();
    const Json *policy = member(*properties, "allocationPolicy");
    change.allocationPolicy = policy ? canonicalPolicy(textOf(*properties, "allocationPolicy")) : "Hashed";
    if (change.allocationPolicy.empty())
        return "The allocation policy must be Hashed, GeoLatency or Static.";
    change.properties = *properties;
    for (const char *name : keptElsewhere)
        change.properties.erase(name);
    const Json *hubs = member(*properties, "iotHubs");
    if (hubs && !hubs->is_array())
        return "The property 'iotHubs' is no array.";
    if (hubs && hubs->size() > mostLinks)
        return "At most " + std::to_string(mostLinks) + " IoT hubs may be linked.";
    for (const Json &entry : hubs ? *hubs : Json::array()) {
        Link link{};
        if (auto wrong = readLink(entry, link))
            return wrong;
        if (std::ranges::find(change.links, link.hub, &Link::hub) != change.links.end())
            return "The IoT hub " + world.hubs[static_cast<std::size_t>(link.hub)]->host + " is linked twice.";
        change.links.push_back(std::move(link));
    }
    return std::nullopt;
}

std::optional<std::string> ArmDps::readLink(const Json &entry, Link &link) const
{
    const std::map<std::string, std::string> parts = connectionParts(textOf(entry, "connectionString"));
    const auto part = [&](const char *name) {
        const auto found = parts.find(name);
        return found == parts.end() ? std::string() : found->second;
    };
    if (part("hostname").empty() || part("sharedaccesskeyname").empty() || part("sharedaccesskey").empty())
        return "The connection string of a linked IoT hub must have HostName, SharedAccessKeyName and SharedAccessKey.";
    if (textOf(entry, "location").empty())
        return "The location of the linked IoT hub " + part("hostname") + " is missing.";
    if (auto wrong = enter(part("hostname"), part("sharedaccesskeyname"), part("sharedaccesskey"), link))
        return wrong;
    const Json *apply = member(entry, "applyAllocationPolicy");
    const Json *weight = member(entry, "allocationWeight");
    if (apply && !apply->is_boolean())
        return "applyAllocationPolicy must be true or false.";
    if (weight
        && (!weight->is_number_integer() || weight->get<std::int64_t>() < 1 || weight->get<std::int64_t>() > 1000))
        return "allocationWeight must be from 1 to 1000.";
    link.allocating = !apply || apply->get<bool>();
    link.weight = weight ? weight->get<int>() : 1;
    return std::nullopt;
}

std::optional<std::string> ArmDps::enter(
    const std::string &host, const std::string &policyName, const std::string &key, Link &link) const
{
    const World &world = m_desk.world();
    const auto is = [&](const auto &hub) { return sameText(hub->host, host) && (!hub->gone || (hub->linked && masked(key))); };
    const auto found = std::ranges::find_if(world.hubs, is);
    if (found == world.hubs.end())
        return "The IoT hub " + host + " could not be reached.";
    const Hub &hub = **found;
    link.hub = static_cast<int>(found - world.hubs.begin());
    link.policy = policyName;
    if (masked(key)) {
        // What GET told comes back: the link stays as it is, its key too.
        if (!hub.linked || !sameText(hub.linkPolicy, policyName))
            return "The IoT hub " + host + " is not linked with the policy " + policyName
                + ", so its key must be given.";
        link.key = hub.linkKey;
        return std::nullopt;
    }
    const Policy *policy = hub.policy(policyName);
    if (!policy || (key != policy->keys.primary && key != policy->keys.secondary))
        return "The IoT hub " + host + " refuses the key of the policy " + policyName + ".";
    constexpr unsigned needed = RegistryWrite | ServiceConnect;
    if ((policy->rights & needed) != needed)
        return "The policy " + policyName + " of the IoT hub " + host
            + " needs the rights RegistryWrite and ServiceConnect.";
    link.key = key;
    return std::nullopt;
}

Response ArmDps::put(const Call &call)
{
    if (auto refusal = refusePut(call))
        return std::move(*refusal);
    Change change;
    if (const auto wrong = read(call.body, change))
        return deviceError(400, "400001", *wrong);
    World &world = m_desk.world();
    const Json *rules = member(call.body["properties"], "authorizationPolicies");
    ReadPolicies policies = rules ? readPolicies(*rules, world) : ReadPolicies{world.dps.policies, {}};
    if (!policies.error.empty() || policies.policies.empty())
        return deviceError(
            400, "400001", policies.error.empty() ? "At least one authorization policy is needed." : policies.error);
    change.policies = std::move(policies.policies);
    m_changing = true;
    m_etag = world.next();
    return m_desk.begin(call, m_desk.groupId() + dpsPath + "/" + world.dps.name,
        Response::json(resource(call.request.parameter("api-version")), 201),
        [this, change = std::move(change)] { apply(change); });
}

void ArmDps::apply(const Change &change)
{
    World &world = m_desk.world();
    for (const auto &hub : world.hubs)
        hub->linked = false;
    for (const Link &link : change.links) {
        Hub &hub = *world.hubs[static_cast<std::size_t>(link.hub)];
        hub.linked = true;
        hub.linkPolicy = link.policy;
        hub.linkKey = link.key;
        hub.allocating = link.allocating;
        hub.weight = link.weight;
    }
    world.dps.allocationPolicy = change.allocationPolicy;
    world.dps.policies = change.policies;
    m_tags = change.tags;
    m_properties = change.properties;
    m_etag = world.next();
    m_changing = false;
}

Response ArmDps::patch(const Call &call)
{
    const Json *tags = member(call.body, "tags");
    if (!call.body.is_object() || (tags && !areTags(*tags)))
        return deviceError(400, "400001", "Tags must be an object of texts.");
    if (tags) {
        m_tags = *tags;
        m_etag = m_desk.world().next();
    }
    return Response::json(resource(call.request.parameter("api-version")));
}

} // namespace drover::simulator
