#include "app/simulator/arm.h"

#include "app/simulator/armauthorities.h"
#include "app/simulator/armdps.h"
#include "app/simulator/armgraph.h"
#include "app/simulator/armhubs.h"
#include "app/simulator/armmetrics.h"
#include "app/simulator/armtraffic.h"
#include "app/simulator/armversions.h"

namespace drover::simulator {

struct Arm::Parts {
    Parts(World &world, Router &router)
        : desk(world, router)
        , hubs(desk)
        , dps(desk)
        , authorities(desk)
        , traffic(desk)
        , graph(desk, [this] { return resources(); })
        , metrics(desk)
    {
    }

    /// Everything that the graph knows.
    std::vector<Json> resources() const
    {
        std::vector<Json> all = hubs.resources();
        for (std::vector<Json> more : {dps.resources(), traffic.resources()})
            std::ranges::move(more, std::back_inserter(all));
        return all;
    }

    ArmDesk desk;
    ArmHubs hubs;
    ArmDps dps;
    ArmAuthorities authorities;
    ArmTraffic traffic;
    ArmGraph graph;
    ArmMetrics metrics;
};

Arm::Arm(World &world)
    : Service(world)
{
    m_parts = std::make_unique<Parts>(world, m_router);
    addTenantRoutes();
}

Arm::~Arm() = default;

void Arm::addTenantRoutes()
{
    ArmDesk &desk = m_parts->desk;
    const auto subscription = [this](const ArmDesk &at) {
        const Tenant &tenant = m_world.tenant;
        return Json{{"id", at.subscriptionId()}, {"subscriptionId", tenant.subscriptionId},
            {"displayName", m_world.fleetName}, {"tenantId", tenant.tenantId}, {"state", "Enabled"},
            {"subscriptionPolicies",
                {{"locationPlacementId", "Public_2014-09-01"}, {"quotaId", "PayAsYouGo_2014-09-01"},
                    {"spendingLimit", "Off"}}},
            {"authorizationSource", "RoleBased"}};
    };
    const auto group = [this](const ArmDesk &at) {
        return Json{{"id", at.groupId()}, {"name", m_world.tenant.resourceGroup},
            {"type", "Microsoft.Resources/resourceGroups"}, {"location", "westeurope"}, {"tags", Json::object()},
            {"properties", {{"provisioningState", "Succeeded"}}}};
    };
    const auto list
        = [](Json item) { return Response::json(Json::object({{"value", Json::array({std::move(item)})}})); };
    desk.add("GET", "/subscriptions", [=, &desk](Call &) { return list(subscription(desk)); });
    desk.add("GET", subscriptionPath, [=, &desk](Call &) { return Response::json(subscription(desk)); });
    desk.add("GET", "/tenants", [=, this](Call &) {
        const std::string &id = m_world.tenant.tenantId;
        return list({{"id", "/tenants/" + id}, {"tenantId", id}, {"displayName", m_world.fleetName},
            {"tenantCategory", "Home"}});
    });
    desk.add(
        "GET", std::string(subscriptionPath) + "/resourceGroups", [=, &desk](Call &) { return list(group(desk)); });
    desk.add("GET", groupPath, [=, &desk](Call &) { return Response::json(group(desk)); });
}

std::optional<Response> Arm::wrongScope(const Call &call, const Route &route) const
{
    const bool scoped = route.path.starts_with(subscriptionPath);
    if (scoped && !sameText(call.args[0], m_world.tenant.subscriptionId))
        return armError(404, "SubscriptionNotFound", "The subscription '" + call.args[0] + "' could not be found.");
    const ArmType *type = armTypeOf(call.request.segments);
    const std::string version = call.request.parameter("api-version");
    if (version.empty())
        return armError(400, "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.");
    if (type && !type->serves(version)) {
        std::string known;
        for (const std::string_view one : type->versions)
            known += (known.empty() ? "" : ", ") + std::string(one);
        return type->type.empty()
            ? armError(400, "InvalidApiVersionParameter",
                  "The api-version '" + version + "' is invalid. The supported versions are '" + known + "'.")
            : armError(400, "NoRegisteredProviderFound",
                  "No registered resource provider found for API version '" + version + "' for type '"
                      + std::string(type->type) + "'. The supported api-versions are '" + known + "'.");
    }
    if (scoped && route.path.starts_with(groupPath) && !sameText(call.args[1], m_world.tenant.resourceGroup))
        return armError(404, "ResourceGroupNotFound", "Resource group '" + call.args[1] + "' could not be found.");
    return std::nullopt;
}

std::optional<Response> Arm::throttled(const Request &request, const std::string &scope, const std::string &principal)
{
    using Kind = ArmQuotas::Kind;
    const bool graph = request.segments.size() == 3 && sameText(request.segments[1], "Microsoft.ResourceGraph");
    const Kind kind = request.method == "GET" || request.method == "HEAD" || graph ? Kind::Reads
        : request.method == "DELETE"                                               ? Kind::Deletes
                                                                                   : Kind::Writes;
    const ArmQuotas::Grant grant = m_world.armQuotas.take(principal, scope, kind, m_world.now(), m_world.enforceQuotas);
    const std::string left = std::string("x-ms-ratelimit-remaining-") + (scope.empty() ? "tenant-" : "subscription-");
    m_parts->desk.quotaHeaders = {{left + ArmQuotas::name(kind), std::to_string(grant.remaining)},
        {left + "global-" + ArmQuotas::name(kind), std::to_string(grant.remainingForAll)}};
    if (grant.wait == 0)
        return std::nullopt;
    const std::string seconds = std::to_string((grant.wait + 999) / 1000);
    Response refusal = armError(429, scope.empty() ? "TenantRequestsThrottled" : "SubscriptionRequestsThrottled",
        std::string("Number of '") + ArmQuotas::name(kind) + "' requests for "
            + (scope.empty() ? "the tenant" : "subscription '" + scope + "'") + " actor '" + principal
            + "' exceeded. Please try again after '" + seconds + "' seconds.");
    refusal.with("Retry-After", seconds);
    for (const auto &[name, value] : m_parts->desk.quotaHeaders)
        refusal.with(name, value);
    return refusal;
}

std::optional<Response> Arm::refuse(Call &call, const Route &route)
{
    const std::optional<Json> who = m_world.tokens->claims(call.request.header("authorization"),
        {"https://management.azure.com", "https://management.core.windows.net"}, tokenTime());
    if (!who) {
        const bool none = call.request.header("authorization").empty();
        return armError(401, none ? "AuthenticationFailed" : "InvalidAuthenticationToken",
            none ? "Authentication failed. The 'Authorization' header is missing."
                 : "The access token is invalid, expired or for another audience.")
            .with("WWW-Authenticate",
                "Bearer authorization_uri=\"https://login.microsoftonline.com/" + m_world.tenant.tenantId
                    + "\", error=\"invalid_token\", error_description=\"The access token is missing, expired or for "
                      "another audience.\"");
    }
    const bool scoped = route.path.starts_with(subscriptionPath);
    m_parts->desk.principal = textOf(*who, "oid");
    if (auto refusal = throttled(call.request, scoped ? call.args[0] : std::string(), m_parts->desk.principal))
        return refusal;
    return wrongScope(call, route);
}

Response Arm::reject(int status, const std::string &message)
{
    const char *code = status == 400 ? "InvalidRequestContent"
        : status == 415              ? "UnsupportedMediaType"
        : status == 404              ? "ResourceNotFound"
        : status == 405              ? "MethodNotAllowed"
        : status == 429              ? "TooManyRequests"
        : status == 503              ? "ServiceUnavailable"
                                     : "InternalServerError";
    return armError(status, code, message);
}

Response Arm::unrouted(const Request &request, bool pathKnown)
{
    Call call{request, {}, {}, nullptr};
    if (auto refusal = refuse(call, Route{request.method, "/", 0, Meter::None, {}, {}}))
        return std::move(*refusal);
    if (pathKnown)
        return armError(
            405, "MethodNotAllowed", "The requested resource does not support http method '" + request.method + "'.");
    const std::size_t at = armProviderAt(request.segments);
    if (at + 1 >= request.segments.size())
        return armError(404, "NotFound", "The request path '" + request.path + "' is not known.");
    const std::string &provider = request.segments[at + 1];
    if (!armProviderKnown(provider))
        return armError(404, "InvalidResourceNamespace", "The resource namespace '" + provider + "' is invalid.");
    if (!armTypeOf(request.segments)) {
        return armError(404, "InvalidResourceType",
            "The resource type could not be found in the namespace '" + provider + "' for api version '"
                + request.parameter("api-version") + "'.");
    }
    return armError(404, "NotFound", "The request path '" + request.path + "' is not known.");
}

} // namespace drover::simulator
