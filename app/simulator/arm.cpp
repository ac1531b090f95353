#include "app/simulator/arm.h"

#include <algorithm>

namespace drover::simulator {

namespace {

constexpr const char *subscriptionPath = "/subscriptions/{subscription}";
constexpr const char *groupPath = "/subscriptions/{subscription}/resourceGroups/{group}";
constexpr const char *hubsPath = "/providers/Microsoft.Devices/IotHubs";
constexpr const char *dpsPath = "/providers/Microsoft.Devices/provisioningServices";

bool datedVersion(const std::string &version)
{
    return version.size() >= 10 && version[4] == '-' && version[7] == '-' && version.starts_with("20");
}

} // namespace

Arm::Arm(World &world)
    : Service(world)
{
    add("GET", "/subscriptions", [this](Call &) {
        const Tenant &tenant = m_world.tenant;
        return Response::json({{"value", Json::array({{{"id", "/subscriptions/" + tenant.subscriptionId},
            {"subscriptionId", tenant.subscriptionId}, {"displayName", m_world.fleetName},
            {"tenantId", tenant.tenantId}, {"state", "Enabled"}}})}, {"count", {{"type", "Total"}, {"value", 1}}}});
    });
    add("GET", "/tenants", [this](Call &) {
        return Response::json(Json::object({{"value", Json::array({Json::object({{"id", "/tenants/" + m_world.tenant.tenantId},
            {"tenantId", m_world.tenant.tenantId}})})}}));
    });
    addHubRoutes();
    addDpsRoutes();
}

void Arm::add(const char *method, std::string path, std::function<Response(Call &)> answer)
{
    m_router.add({method, std::move(path), 0, Meter::None, std::move(answer), {}});
}

void Arm::addHubRoutes()
{
    const auto list = [this](Call &) {
        Json value = Json::array();
        for (const auto &hub : m_world.hubs)
            value.push_back(hubResource(*hub));
        return Response::json(Json::object({{"value", std::move(value)}}));
    };
    add("GET", std::string(subscriptionPath) + hubsPath, list);
    add("GET", std::string(groupPath) + hubsPath, list);
    const std::string one = std::string(groupPath) + hubsPath + "/{name}";
    add("GET", one, ofHub([this](const Call &, const Hub &hub) { return Response::json(hubResource(hub)); }));
    add("GET", one + "/quotaMetrics", ofHub([](const Call &, const Hub &hub) {
        const int messages = hub.sku.ends_with('3') ? 300'000'000 : hub.sku.ends_with('2') ? 6'000'000 : 400'000;
        return Response::json(Json::object({{"value", Json::array({
            Json::object({{"name", "TotalMessages"}, {"currentValue", 0},
                {"maxValue", static_cast<std::int64_t>(messages) * hub.units}}),
            Json::object({{"name", "TotalDeviceCount"}, {"currentValue", hub.registry.size()},
                {"maxValue", hub.registryMaximum}})})}}));
    }));
    add("GET", one + "/IotHubStats", ofHub([](const Call &, const Hub &hub) {
        return Response::json({{"totalDeviceCount", hub.registry.size()},
            {"enabledDeviceCount", hub.registry.size() - hub.disabled}, {"disabledDeviceCount", hub.disabled}});
    }));
    add("POST", one + "/listkeys", ofHub([this](const Call &, const Hub &hub) { return keys(hub.policies); }));
    add("POST", one + "/IotHubKeys/{keyName}/listkeys",
        ofHub([this](const Call &call, const Hub &hub) { return oneKey(hub.policies, call.args[3]); }));
}

void Arm::addDpsRoutes()
{
    const auto list = [this](Call &) { return Response::json(Json::object({{"value", Json::array({dpsResource()})}})); };
    add("GET", std::string(subscriptionPath) + dpsPath, list);
    add("GET", std::string(groupPath) + dpsPath, list);
    const std::string one = std::string(groupPath) + dpsPath + "/{name}";
    add("GET", one, ofDps([this](const Call &) { return Response::json(dpsResource()); }));
    add("POST", one + "/listkeys", ofDps([this](const Call &) { return keys(m_world.dps.policies); }));
    add("POST", one + "/keys/{keyName}/listkeys",
        ofDps([this](const Call &call) { return oneKey(m_world.dps.policies, call.args[3]); }));
}

std::function<Response(Call &)> Arm::ofHub(std::function<Response(const Call &, const Hub &)> answer)
{
    return [this, answer = std::move(answer)](Call &call) {
        for (const auto &hub : m_world.hubs) {
            if (sameText(hub->name, call.args[2]))
                return answer(call, *hub);
        }
        return notFound(call.args[2]);
    };
}

std::function<Response(Call &)> Arm::ofDps(std::function<Response(const Call &)> answer)
{
    return [this, answer = std::move(answer)](Call &call) {
        return sameText(call.args[2], m_world.dps.name) ? answer(call) : notFound(call.args[2]);
    };
}

std::optional<Response> Arm::wrongScope(const Call &call) const
{
    if (!call.args.empty() && !sameText(call.args[0], m_world.tenant.subscriptionId))
        return error(404, "SubscriptionNotFound", "The subscription '" + call.args[0] + "' could not be found.");
    if (call.args.size() > 1 && !sameText(call.args[1], m_world.tenant.resourceGroup))
        return error(404, "ResourceGroupNotFound", "Resource group '" + call.args[1] + "' could not be found.");
    return std::nullopt;
}

std::optional<Response> Arm::refuse(Call &call, const Route &)
{
    if (!m_world.tokens->accepts(call.request.header("authorization"),
            {"https://management.azure.com", "https://management.core.windows.net"}, tokenTime())) {
        return error(401, "InvalidAuthenticationToken", "The access token is missing, expired or for another audience.")
            .with("WWW-Authenticate", "Bearer authorization_uri=\"https://login.microsoftonline.com/"
                    + m_world.tenant.tenantId + "\", error=\"invalid_token\"");
    }
    if (!datedVersion(call.request.parameter("api-version")))
        return error(400, "InvalidApiVersionParameter", "The api-version query parameter is missing or not valid.");
    if (const Millis wait = m_world.armQuota.take(m_world.now(), 1, m_world.enforceQuotas); wait > 0) {
        return error(429, "TooManyRequests", "Too many requests.")
            .with("Retry-After", std::to_string((wait + 999) / 1000));
    }
    return wrongScope(call);
}

Response Arm::reject(int status, const std::string &message)
{
    return error(status, status == 404 ? "ResourceNotFound" : "InvalidRequest", message);
}

Response Arm::error(int status, const std::string &code, const std::string &message) const
{
    return Response::json(Json::object({{"error", {{"code", code}, {"message", message}}}}), status);
}

Response Arm::notFound(const std::string &name) const
{
    return error(404, "ResourceNotFound", "The resource '" + name + "' was not found.");
}

Json Arm::shown(const Policy &policy) const
{
    return {{"keyName", policy.name}, {"primaryKey", policy.keys.primary}, {"secondaryKey", policy.keys.secondary},
        {"rights", rightsText(policy.rights)}};
}

Response Arm::keys(const std::vector<Policy> &policies) const
{
    Json value = Json::array();
    for (const Policy &policy : policies)
        value.push_back(shown(policy));
    return Response::json(Json::object({{"value", std::move(value)}}));
}

Response Arm::oneKey(const std::vector<Policy> &policies, const std::string &name) const
{
    const auto found = std::ranges::find_if(policies, [&](const Policy &one) { return sameText(one.name, name); });
    return found == policies.end() ? notFound(name) : Response::json(shown(*found));
}

std::string Arm::group() const
{
    return "/subscriptions/" + m_world.tenant.subscriptionId + "/resourceGroups/" + m_world.tenant.resourceGroup;
}

Json Arm::hubResource(const Hub &hub) const
{
    return {{"id", group() + hubsPath + "/" + hub.name}, {"name", hub.name}, {"type", "Microsoft.Devices/IotHubs"},
        {"location", hub.region},
        {"tags", {{"stamp", hub.stamp}, {"stamp-ring", hub.ring}, {"stamp-capacity", std::to_string(hub.capacity)},
            {"stamp-generation", hub.generation}, {"stamp-application", hub.application}}},
        {"etag", "AAAAAAAAAAE="},
        {"sku", {{"name", hub.sku}, {"tier", "Standard"}, {"capacity", hub.units}}},
        {"properties", {{"hostName", hub.host}, {"state", "Active"}, {"provisioningState", "Succeeded"},
            {"locations", Json::array({Json::object({{"location", hub.region}, {"role", "primary"}})})},
            {"disableLocalAuth", false}}}};
}

Json Arm::dpsResource() const
{
    Json links = Json::array();
    std::string location = "West Europe";
    for (const auto &hub : m_world.hubs) {
        if (!hub->linked)
            continue;
        links.push_back({{"name", hub->host}, {"applyAllocationPolicy", hub->allocating},
            {"allocationWeight", hub->weight},
            {"connectionString", "HostName=" + hub->host + ";SharedAccessKeyName=iothubowner;SharedAccessKey=****"},
            {"location", hub->region}});
        location = links.size() == 1 ? hub->region : location;
    }
    return {{"id", group() + dpsPath + "/" + m_world.dps.name}, {"name", m_world.dps.name},
        {"type", "Microsoft.Devices/provisioningServices"}, {"location", location}, {"tags", Json::object()},
        {"etag", "AAAAAAAAAAE="}, {"sku", {{"name", "S1"}, {"tier", "Standard"}, {"capacity", 1}}},
        {"properties", {{"state", "Active"}, {"provisioningState", "Succeeded"}, {"iotHubs", std::move(links)},
            {"allocationPolicy", m_world.dps.allocationPolicy},
            {"serviceOperationsHostName", m_world.dps.serviceHost},
            {"deviceProvisioningHostName", "global.azure-devices-provisioning.net"},
            {"idScope", m_world.dps.idScope}}}};
}

} // namespace drover::simulator
