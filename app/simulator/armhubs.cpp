#include "app/simulator/armhubs.h"

#include "app/simulator/armkeys.h"

namespace drover::simulator {

namespace {

constexpr const char *hubsPath = "/providers/Microsoft.Devices/IotHubs";

Json stampTags(const Hub &hub)
{
    if (hub.capacity == 0)
        return Json::object();
    return {{"stamp", hub.stamp}, {"stamp-ring", hub.ring}, {"stamp-capacity", std::to_string(hub.capacity)},
        {"stamp-generation", hub.generation}, {"stamp-application", hub.application}};
}

int messagesPerUnit(const std::string &sku)
{
    return sku.ends_with('3') ? 300'000'000 : sku.ends_with('2') ? 6'000'000 : sku.starts_with('F') ? 8'000 : 400'000;
}

/// Members that a PUT may carry but not change.
constexpr const char *readOnly[]
    = {"hostName", "state", "provisioningState", "locations", "privateEndpointConnections", "authorizationPolicies"};

} // namespace

std::string tierOf(const std::string &sku)
{
    return sku.starts_with('F') ? "Free" : sku.starts_with('B') ? "Basic" : "Standard";
}

int mostUnits(const std::string &sku)
{
    return sku == "F1" ? 1 : sku.ends_with('3') ? 10 : 200;
}

std::optional<std::string> wrongSku(const Json *sku, const std::string &current)
{
    static constexpr std::string_view names[] = {"F1", "B1", "B2", "B3", "S1", "S2", "S3"};
    const std::string name = sku ? textOf(*sku, "name") : "";
    const Json *capacity = sku ? member(*sku, "capacity") : nullptr;
    if (std::ranges::find(names, name) == std::end(names))
        return "The SKU name '" + name + "' is not valid.";
    const int most = mostUnits(name);
    if (!capacity || !capacity->is_number_integer() || capacity->get<std::int64_t>() < 1
        || capacity->get<std::int64_t>() > most)
        return "The capacity of the SKU " + name + " must be from 1 to " + std::to_string(most) + ".";
    if (current.empty())
        return std::nullopt;
    if ((current[0] == 'S' && name[0] != 'S') || (current[0] == 'F') != (name[0] == 'F'))
        return "An IoT hub cannot be changed from the " + tierOf(current) + " to the " + tierOf(name) + " tier.";
    return std::nullopt;
}

ArmHubs::ArmHubs(ArmDesk &desk)
    : m_desk(desk)
{
    for (const auto &hub : desk.world().hubs)
        m_records[hub->host] = {.tags = stampTags(*hub), .etag = desk.world().next()};
    const auto list = [this](Call &) {
        const std::vector<Json> all = resources();
        return Response::json(Json::object({{"value", Json(all)}}));
    };
    desk.add("GET", std::string(subscriptionPath) + hubsPath, list);
    desk.add("GET", std::string(groupPath) + hubsPath, list);
    add("GET", "", [this](const Call &, Hub &hub) { return Response::json(resource(hub)); });
    desk.add("PUT", std::string(groupPath) + hubsPath + "/{name}", [this](Call &call) {
        Hub *hub = find(call.args[2]);
        return hub ? put(call, *hub) : create(call);
    });
    // By the OpenAPI file it is the provider that says 404 here, not Resource Manager.
    desk.add("DELETE", std::string(groupPath) + hubsPath + "/{name}", [this](Call &call) {
        Hub *hub = find(call.args[2]);
        return hub ? remove(call, *hub) : deviceError(404, "404001", "The IoT hub '" + call.args[2] + "' was not found.");
    });
    add("PATCH", "", [this](const Call &call, Hub &hub) { return patch(call, hub); });
    // Also of a hub that is gone by now.
    desk.add("GET", std::string(groupPath) + hubsPath + "/{name}/operationresults/{operation}",
        [this](Call &call) { return m_desk.poll(call); });
    add("GET", "/skus", [](const Call &, Hub &hub) { return Response::json(skus(hub)); });
    desk.add("GET", std::string(subscriptionPath) + "/providers/Microsoft.Devices/usages",
        [this](Call &) { return Response::json(usages()); });
    add("GET", "/quotaMetrics", [](const Call &, Hub &hub) { return Response::json(quotaMetrics(hub)); });
    add("GET", "/IotHubStats", [](const Call &, Hub &hub) {
        return Response::json({{"totalDeviceCount", hub.registry.size()},
            {"enabledDeviceCount", hub.registry.size() - hub.disabled}, {"disabledDeviceCount", hub.disabled}});
    });
    add("POST", "/listkeys", [](const Call &, Hub &hub) { return policyList(hub.policies); });
    add("POST", "/IotHubKeys/{keyName}/listkeys",
        [](const Call &call, Hub &hub) { return onePolicy(hub.policies, call.args[3]); });
    desk.add("POST", std::string(subscriptionPath) + "/providers/Microsoft.Devices/checkNameAvailability",
        [this](Call &call) { return nameAvailability(call); });
}

Hub *ArmHubs::find(const std::string &name) const
{
    const auto &hubs = m_desk.world().hubs;
    const auto found = std::ranges::find_if(hubs, [&](const auto &hub) { return visible(*hub) && sameText(hub->name, name); });
    return found == hubs.end() ? nullptr : found->get();
}

std::string ArmHubs::idOf(const Hub &hub) const { return m_desk.groupId() + hubsPath + "/" + hub.name; }

bool ArmHubs::visible(const Hub &hub) const
{
    return hub.own && !hub.gone;
}

void ArmHubs::add(const char *method, const std::string &tail, HubAnswer answer)
{
    m_desk.add(
        method, std::string(groupPath) + hubsPath + "/{name}" + tail, [this, answer = std::move(answer)](Call &call) {
            Hub *hub = find(call.args[2]);
            return hub ? answer(call, *hub) : resourceNotFound(hubType, call.args[2], call.args[1]);
        });
}

ArmHubs::Record &ArmHubs::record(const Hub &hub)
{
    return m_records.at(hub.host);
}

std::vector<Json> ArmHubs::resources() const
{
    std::vector<Json> all;
    for (const auto &hub : m_desk.world().hubs) {
        if (visible(*hub))
            all.push_back(resource(*hub));
    }
    return all;
}

Json ArmHubs::resource(const Hub &hub) const
{
    const Record &record = m_records.at(hub.host);
    return {{"id", idOf(hub)}, {"name", hub.name}, {"type", hubType},
        {"location", hub.region}, {"tags", record.tags}, {"etag", armEtag(record.etag)},
        {"sku", {{"name", hub.sku}, {"tier", tierOf(hub.sku)}, {"capacity", hub.units}}},
        {"properties", properties(hub, record)}};
}

Json ArmHubs::properties(const Hub &hub, const Record &record) const
{
    const Json none = Json::array();
    Json result = {{"publicNetworkAccess", "Enabled"}, {"disableLocalAuth", false}, {"minTlsVersion", "1.2"},
        {"ipFilterRules", none},
        {"eventHubEndpoints",
            {{"events",
                {{"retentionTimeInDays", 1}, {"partitionCount", 4}, {"partitionIds", Json::array({"0", "1", "2", "3"})},
                    {"path", lower(hub.name)},
                    {"endpoint", "sb://ihsuprod-" + lower(hub.name) + ".servicebus.windows.net/"}}}}},
        {"routing",
            {{"endpoints",
                 {{"serviceBusQueues", none}, {"serviceBusTopics", none}, {"eventHubs", none},
                     {"storageContainers", none}}},
                {"routes", none},
                {"fallbackRoute",
                    {{"name", "$fallback"}, {"source", "DeviceMessages"}, {"condition", "true"},
                        {"endpointNames", Json::array({"events"})}, {"isEnabled", true}}}}},
        {"enableFileUploadNotifications", false},
        {"cloudToDevice",
            {{"maxDeliveryCount", 10}, {"defaultTtlAsIso8601", "PT1H"},
                {"feedback", {{"lockDurationAsIso8601", "PT1M"}, {"ttlAsIso8601", "PT1H"}, {"maxDeliveryCount", 10}}}}},
        {"features", "None"}};
    result.update(record.properties);
    result["hostName"] = hub.host;
    result["state"] = record.underWay.empty() ? "Active" : record.underWay;
    result["provisioningState"] = record.underWay.empty() ? "Succeeded" : record.underWay;
    result["locations"] = Json::array({Json::object({{"location", hub.region}, {"role", "primary"}})});
    return result;
}

Json ArmHubs::quotaMetrics(const Hub &hub)
{
    const std::int64_t messages = static_cast<std::int64_t>(messagesPerUnit(hub.sku)) * hub.units;
    return Json::object({{"value",
        Json::array({Json::object({{"name", "TotalMessages"}, {"currentValue", 0}, {"maxValue", messages}}),
            Json::object({{"name", "TotalDeviceCount"}, {"currentValue", hub.registry.size()},
                {"maxValue", hub.registryMaximum}})})}});
}

std::optional<Response> ArmHubs::refuseResource(const Call &call) const
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
    if (const Json *tags = member(call.body, "tags"); tags && !areTags(*tags))
        return deviceError(400, "400006", "Tags must be an object of texts.");
    return std::nullopt;
}

std::optional<Response> ArmHubs::refuseChange(const Call &call, const Hub &hub, const Record &record) const
{
    if (const std::string match = call.request.header("if-match");
        !match.empty() && match != "*" && bareEtag(match) != armEtag(record.etag))
        return deviceError(412, "412002", "The precondition failed: the resource was changed since it was read.");
    if (!record.underWay.empty())
        return deviceError(409, "409004", "Another operation on the IoT hub '" + hub.name + "' is in progress.");
    return std::nullopt;
}

std::optional<Response> ArmHubs::refusePut(const Call &call, const Hub &hub, const Record &record) const
{
    if (auto refusal = refuseResource(call))
        return refusal;
    if (!samePlace(textOf(call.body, "location"), hub.region)) {
        return armError(409, "InvalidResourceLocation",
            "The resource '" + hub.name + "' already exists in location '" + hub.region + "' in resource group '"
                + call.args[1] + "'. A resource with the same name cannot be created in location '"
                + textOf(call.body, "location") + "'. Please select a new resource name.");
    }
    if (auto refusal = refuseChange(call, hub, record))
        return refusal;
    if (const auto wrong = wrongSku(member(call.body, "sku"), hub.sku))
        return deviceError(400, "400002", *wrong);
    return std::nullopt;
}

Response ArmHubs::put(const Call &call, Hub &hub)
{
    Record &known = record(hub);
    if (auto refusal = refusePut(call, hub, known))
        return std::move(*refusal);
    const Json *properties = member(call.body, "properties");
    const Json *rules = properties ? member(*properties, "authorizationPolicies") : nullptr;
    ReadPolicies read = rules ? readPolicies(*rules, m_desk.world()) : ReadPolicies{hub.policies, {}};
    if (!read.error.empty())
        return deviceError(400, "400006", read.error);
    known.underWay = "Transitioning";
    known.etag = m_desk.world().next();
    Json answer = resource(hub);
    answer["sku"].update(call.body["sku"]);
    answer["sku"]["tier"] = tierOf(answer["sku"]["name"].get<std::string>());
    const Json *tags = member(call.body, "tags");
    answer["tags"] = tags ? *tags : Json::object();
    return m_desk.begin(call, idOf(hub), Response::json(answer, 201),
        [this, &hub, body = call.body, policies = std::move(read.policies)] { apply(hub, body, policies); });
}

void ArmHubs::apply(Hub &hub, const Json &body, std::vector<Policy> policies)
{
    Record &known = record(hub);
    known.underWay.clear();
    known.etag = m_desk.world().next();
    const Json *tags = member(body, "tags");
    known.tags = tags ? *tags : Json::object();
    known.properties = body.value("properties", Json::object());
    if (!known.properties.is_object())
        known.properties = Json::object();
    for (const char *name : readOnly)
        known.properties.erase(name);
    const std::string sku = body["sku"]["name"].get<std::string>();
    const int units = body["sku"]["capacity"].get<int>();
    hub.policies = std::move(policies);
    hub.localAuth = known.properties.value("disableLocalAuth", Json()) != Json(true);
    if (sku != hub.sku || units != hub.units) {
        hub.sku = sku;
        hub.units = units;
        hub.quotas = HubQuotas::of(hub.host, sku, units);
    }
}

Response ArmHubs::patch(const Call &call, Hub &hub)
{
    const Json *tags = member(call.body, "tags");
    if (!call.body.is_object() || (tags && !areTags(*tags)))
        return deviceError(400, "400006", "Tags must be an object of texts.");
    Record &known = record(hub);
    if (tags) {
        known.tags = *tags;
        known.etag = m_desk.world().next();
    }
    return Response::json(resource(hub));
}

} // namespace drover::simulator
