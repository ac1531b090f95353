#include "app/simulator/armhubs.h"
#include "app/simulator/armkeys.h"
#include "app/simulator/names.h"

namespace drover::simulator {

namespace {

/// "Understand IoT Hub quotas": 50 hubs in a subscription, one of them free.
constexpr int mostHubs = 50;
constexpr int mostFreeHubs = 1;

std::vector<Policy> freshPolicies(World &world)
{
    const auto policy = [&](const char *name, unsigned rights) { return Policy {name, world.freshKeys(), rights}; };
    return {policy("iothubowner", RegistryRead | RegistryWrite | ServiceConnect | DeviceConnect),
        policy("service", ServiceConnect), policy("device", DeviceConnect), policy("registryRead", RegistryRead),
        policy("registryReadWrite", RegistryRead | RegistryWrite)};
}

Json usage(const char *name, int present, int most)
{
    return {{"name", {{"value", name}, {"localizedValue", name}}}, {"currentValue", present}, {"limit", most}, {"unit", "Count"}};
}

} // namespace

int ArmHubs::count(bool free) const
{
    return static_cast<int>(std::ranges::count_if(m_desk.world().hubs,
        [&](const auto &hub) { return visible(*hub) && hub->sku.starts_with('F') == free; }));
}

Json ArmHubs::usages() const
{
    return Json::object({{"value",
        Json::array({usage("FreeHubCount", count(true), mostFreeHubs), usage("PaidHubCount", count(false), mostHubs)})}});
}

Json ArmHubs::skus(const Hub &hub)
{
    Json value = Json::array();
    for (const char *name : {"F1", "B1", "B2", "B3", "S1", "S2", "S3"}) {
        const Json sku = {{"name", name}, {"capacity", 1}};
        if (wrongSku(&sku, hub.sku))
            continue;
        value.push_back({{"resourceType", hubType}, {"sku", {{"name", name}, {"tier", tierOf(name)}}},
            {"capacity", {{"minimum", 1}, {"maximum", mostUnits(name)}, {"default", 1}, {"scaleType", "Manual"}}}});
    }
    return Json::object({{"value", std::move(value)}});
}

Response ArmHubs::nameAvailability(const Call &call) const
{
    const std::string name = textOf(call.body, "name");
    Json answer = Json::object({{"nameAvailable", false}});
    if (!goodHubName(name))
        answer.update({{"reason", "Invalid"}, {"message", "IotHub name '" + name + "' is not valid"}});
    else if (m_desk.world().hub(lower(name) + ".azure-devices.net"))
        answer.update({{"reason", "AlreadyExists"}, {"message", "IotHub name '" + name + "' is not available"}});
    else
        answer["nameAvailable"] = true;
    return Response::json(answer);
}

std::optional<Response> ArmHubs::refuseCreation(const Call &call) const
{
    const std::string &name = call.args[2];
    if (auto refusal = refuseResource(call))
        return refusal;
    if (!goodHubName(name))
        return deviceError(400, "400006", "The name '" + name + "' is not 3 to 50 letters, digits and hyphens.");
    if (const auto wrong = wrongSku(member(call.body, "sku"), {}))
        return deviceError(400, "400002", *wrong);
    if (m_desk.world().hub(lower(name) + ".azure-devices.net"))
        return deviceError(409, "409304", "IotHub name '" + name + "' is not available");
    const bool free = textOf(call.body["sku"], "name") == "F1";
    const int most = free ? mostFreeHubs : mostHubs;
    if (const int present = free ? count(true) : count(true) + count(false); present >= most) {
        return deviceError(400, "400019",
            std::string("Max number of Iot Hubs exceeded for ") + (free ? "sku = Free, " : "") + "Max Allowed = "
                + std::to_string(most) + ", Current = " + std::to_string(present + 1) + " in the subscription Id: "
                + m_desk.world().tenant.subscriptionId + ".");
    }
    return std::nullopt;
}

Response ArmHubs::create(const Call &call)
{
    if (auto refusal = refuseCreation(call))
        return std::move(*refusal);
    World &world = m_desk.world();
    const Json *properties = member(call.body, "properties");
    const Json *rules = properties ? member(*properties, "authorizationPolicies") : nullptr;
    ReadPolicies read = rules ? readPolicies(*rules, world) : ReadPolicies {freshPolicies(world), {}};
    if (!read.error.empty())
        return deviceError(400, "400006", read.error);
    const std::string &name = call.args[2];
    const std::string host = lower(name) + ".azure-devices.net";
    const std::string sku = textOf(call.body["sku"], "name");
    const int units = call.body["sku"]["capacity"].get<int>();
    // Its data plane is there once the operation has ended.
    world.hubs.push_back(std::unique_ptr<Hub>(new Hub {.host = host, .name = name, .stamp = name, .ring = {},
        .region = textOf(call.body, "location"), .generation = {}, .application = {}, .sku = sku, .units = units,
        .linked = false, .outage = true, .policies = read.policies, .quotas = HubQuotas::of(host, sku, units), .registry = {}}));
    Hub &hub = *world.hubs.back();
    m_records[host] = {.tags = {}, .etag = world.next(), .underWay = "Activating"};
    const Json *tags = member(call.body, "tags");
    m_records[host].tags = tags ? *tags : Json::object();
    return m_desk.begin(call, idOf(hub), Response::json(resource(hub), 201),
        [this, &hub, body = call.body, policies = std::move(read.policies)] {
            hub.outage = false;
            apply(hub, body, policies);
        });
}

Response ArmHubs::remove(const Call &call, Hub &hub)
{
    Record &known = record(hub);
    if (auto refusal = refuseChange(call, hub, known))
        return std::move(*refusal);
    known.underWay = "Deleting";
    known.etag = m_desk.world().next();
    Response response = m_desk.begin(call, idOf(hub), Response::json(resource(hub), 202), [this, &hub] { erase(hub); });
    const auto url = std::ranges::find(response.headers, "Azure-AsyncOperation", &std::pair<std::string, std::string>::first);
    return response.with("Location", url->second);
}

void ArmHubs::erase(Hub &hub)
{
    m_records.erase(hub.host);
    if (m_desk.world().hubDeleted)
        m_desk.world().hubDeleted(hub);
}

} // namespace drover::simulator
