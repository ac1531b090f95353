#include "app/simulator/hubservice.h"

#include <algorithm>

namespace drover::simulator {

namespace {

constexpr std::string_view versions[] = {"2018-06-30", "2019-03-30", "2019-10-01", "2020-03-01", "2020-03-13",
    "2020-05-31-preview", "2020-09-30", "2021-04-12", "2024-03-31"};

Quota *meterOf(HubQuotas &quotas, Meter meter)
{
    switch (meter) {
    case Meter::Registry: return &quotas.registry;
    case Meter::Queries: return &quotas.queries;
    case Meter::TwinReads: return &quotas.twinReads;
    case Meter::TwinUpdates: return &quotas.twinUpdates;
    case Meter::Methods: return &quotas.methods;
    case Meter::Jobs: return &quotas.jobs;
    default: return nullptr;
    }
}

bool isStandardOnly(const Route &route)
{
    const bool metered = route.meter == Meter::TwinReads || route.meter == Meter::TwinUpdates
        || route.meter == Meter::Methods || route.meter == Meter::Jobs;
    return metered || route.path.ends_with("/messages/deviceBound") || route.path.ends_with("/commands");
}

int bulkCost(const Call &call) { return call.body.is_array() ? std::max(1, static_cast<int>(call.body.size())) : 1; }

} // namespace

HubService::HubService(World &world, DeviceLife &life)
    : Service(world)
    , m_life(life)
{
    addRegistryRoutes();
    addTwinRoutes();
    addJobRoutes();
    addModuleRoutes();
    addMessageRoutes();
    addConfigurationRoutes();
}

void HubService::add(const char *method, const char *path, unsigned right, Meter meter,
    Response (HubService::*answer)(Call &), std::function<int(const Call &)> cost)
{
    m_router.add({method, path, right, meter, [this, answer](Call &call) { return (this->*answer)(call); },
        std::move(cost)});
}

void HubService::addRegistryRoutes()
{
    add("POST", "/devices/query", ServiceConnect, Meter::Queries, &HubService::query);
    add("GET", "/devices", RegistryRead, Meter::Registry, &HubService::listDevices);
    add("POST", "/devices", RegistryWrite, Meter::Registry, &HubService::bulk, bulkCost);
    add("GET", "/devices/{id}", RegistryRead, Meter::Registry, &HubService::getDevice);
    add("PUT", "/devices/{id}", RegistryWrite, Meter::Registry, &HubService::putDevice);
    add("DELETE", "/devices/{id}", RegistryWrite, Meter::Registry, &HubService::removeDevice);
    add("GET", "/statistics/devices", RegistryRead, Meter::None, &HubService::deviceStatistics);
    add("GET", "/statistics/service", ServiceConnect, Meter::None, &HubService::serviceStatistics);
    add("POST", eventsPath, DeviceConnect, Meter::None, &HubService::event);
}

void HubService::addTwinRoutes()
{
    add("GET", "/twins/{id}", ServiceConnect, Meter::TwinReads, &HubService::getTwin);
    add("PATCH", "/twins/{id}", ServiceConnect, Meter::TwinUpdates, &HubService::patchTwin);
    add("PUT", "/twins/{id}", ServiceConnect, Meter::TwinUpdates, &HubService::putTwin);
    add("POST", "/twins/{id}/methods", ServiceConnect, Meter::Methods, &HubService::method);
}

void HubService::addJobRoutes()
{
    add("GET", "/jobs/v2/query", ServiceConnect, Meter::Jobs, &HubService::listJobs);
    add("PUT", "/jobs/v2/{id}", ServiceConnect, Meter::Jobs, &HubService::putJob);
    add("GET", "/jobs/v2/{id}", ServiceConnect, Meter::Jobs, &HubService::getJob);
    add("POST", "/jobs/v2/{id}/cancel", ServiceConnect, Meter::Jobs, &HubService::cancelJob);
}

bool HubService::deviceMay(const Call &call) const
{
    const auto token = SasToken::parse(call.request.header("authorization"));
    const Identity *identity = call.hub->find(call.id());
    if (!token && identity && identity->enabled && identity->authentication() && !call.request.certificates.empty()) {
        const auto leaf = certificateInfo(call.request.certificates.front());
        const Json prints = identity->authentication()->value("x509Thumbprint", Json());
        return leaf && (sameText(textOf(prints, "primaryThumbprint"), leaf->sha1)
            || sameText(textOf(prints, "secondaryThumbprint"), leaf->sha1));
    }
    return token && identity && identity->enabled && token->policy.empty() && !token->expired(tokenTime())
        && token->isFor(call.hub->host + "/devices/" + call.id()) && token->signedWith(identity->keys.pairFor(call.id()));
}

std::optional<Response> HubService::refuse(Call &call, const Route &route)
{
    const std::string authorization = call.request.header("authorization");
    bool admitted = route.path != eventsPath
        && m_world.tokens->accepts(authorization, {"https://iothubs.azure.net"}, tokenTime());
    if (route.path == eventsPath) {
        admitted = deviceMay(call);
    } else if (const auto token = SasToken::parse(authorization)) {
        const Policy *policy = call.hub->policy(token->policy);
        admitted = policy && call.hub->localAuth && (policy->rights & route.right) && token->isFor(call.hub->host)
            && !token->expired(tokenTime()) && token->signedWith(policy->keys);
    }
    if (!admitted)
        return error("IotHubUnauthorizedAccess", 401002, "Unauthorized");
    if (std::ranges::find(versions, call.request.parameter("api-version")) == std::end(versions))
        return error("InvalidProtocolVersion", 400001, "The api-version is missing or not supported; use 2021-04-12.");
    if (call.hub->failover)
        return error("IotHubNotFound", 404012, "The IoT hub is moving to another region.");
    if (call.hub->outage)
        return error("ServiceUnavailable", 503001, "Service is unavailable.");
    if (call.hub->isBasic() && isStandardOnly(route))
        return error("OperationNotAvailableInCurrentTier", 403010, "The operation is not part of the tier " + call.hub->sku + ".");
    return throttled(call, route);
}

std::optional<Response> HubService::throttled(Call &call, const Route &route)
{
    Quota *quota = meterOf(call.hub->quotas, route.meter);
    const int cost = route.cost ? route.cost(call) : 1;
    const Millis wait = quota ? quota->take(m_world.now(), cost, m_world.enforceQuotas) : 0;
    if (wait == 0)
        return std::nullopt;
    Response response = route.meter == Meter::Registry
        ? error("ThrottlingException", 429001, "THROTTLING_BACKLOG_TIMEOUT")
        : nested(429001, "Throttled: too many requests.");
    return response.with("Retry-After", std::to_string((wait + 999) / 1000));
}

Response HubService::reject(int status, const std::string &message)
{
    return error(status == 404 ? "NotFound" : "ArgumentInvalid", status * 1000, message);
}

Response HubService::error(const std::string &symbol, int code, const std::string &message) const
{
    const Json body = {{"Message", "ErrorCode:" + symbol + ";" + message},
        {"ExceptionMessage", "Tracking ID:" + m_world.random.uuid() + "-TimeStamp:" + isoTime(m_world.now())}};
    return Response::json(body, code / 1000).with("iothub-errorcode", symbol);
}

Response HubService::nested(int code, const std::string &message) const
{
    const Json inner = {{"errorCode", code}, {"trackingId", m_world.random.uuid()}, {"message", message},
        {"info", Json::object()}, {"timestampUtc", isoTime(m_world.now())}};
    const char *symbol = code == 404001 ? "DeviceNotFound"
        : code == 404103               ? "DeviceNotOnline"
        : code == 504101               ? "GatewayTimeout"
        : code == 429001               ? "ThrottlingException"
        : code == 403004               ? "DeviceMaximumQueueDepthExceeded"
        : code == 404010               ? "ModuleNotFound"
        : code == 412001               ? "PreconditionFailed"
        : code == 413001               ? "MessageTooLarge"
                                       : "ArgumentInvalid";
    return Response::json({{"Message", inner.dump()}, {"ExceptionMessage", ""}}, code / 1000)
        .with("iothub-errorcode", symbol);
}

Response HubService::notFound(const std::string &id) const { return error("DeviceNotFound", 404001, id); }

Response HubService::deviceStatistics(Call &call)
{
    const std::size_t total = call.hub->registry.size();
    return Response::json({{"totalDeviceCount", total}, {"enabledDeviceCount", total - call.hub->disabled},
        {"disabledDeviceCount", call.hub->disabled}});
}

Response HubService::serviceStatistics(Call &call)
{
    return Response::json(Json::object({{"connectedDeviceCount", call.hub->connected}}));
}

Response HubService::event(Call &call)
{
    call.hub->find(call.id())->lastActivity = m_world.now();
    return Response::empty();
}

} // namespace drover::simulator
