#include "app/simulator/entra.h"

#include <algorithm>

namespace drover::simulator {

namespace {

/// Authorities that stand for "whatever tenant the person belongs to".
bool anyTenant(const std::string &name)
{
    return sameText(name, "common") || sameText(name, "organizations");
}

} // namespace

Entra::Entra(World &world)
    : Service(world)
    , m_applications{{world.tenant.clientId, "Drover", world.tenant.clientSecret},
          {"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI", {}}}
{
    const auto add = [this](const char *method, const char *path, std::function<Response(Call &)> answer) {
        m_router.add({method, path, 0, Meter::None, std::move(answer), {}});
    };
    const auto described = [this](Call &call) { return configuration(call); };
    add("GET", "/{tenant}/v2.0/.well-known/openid-configuration", described);
    add("GET", "/{tenant}/.well-known/openid-configuration", described);
    add("GET", "/{tenant}/discovery/instance", [this](Call &call) { return instances(call); });
    add("GET", "/{tenant}/discovery/v2.0/keys",
        [this](Call &) { return Response::json(m_world.tokens->publicKeys()); });
    add("GET", "/{tenant}/discovery/keys", [this](Call &) { return Response::json(m_world.tokens->publicKeys()); });
    add("GET", "/{tenant}/oauth2/v2.0/authorize", [this](Call &call) { return authorize(call); });
    add("POST", "/{tenant}/oauth2/v2.0/devicecode", [this](Call &call) { return startDeviceCode(call); });
    add("POST", "/{tenant}/oauth2/v2.0/token", [this](Call &call) { return token(call); });
}

std::optional<Response> Entra::refuse(Call &call, const Route &)
{
    return wrongTenant(call);
}

Response Entra::configuration(const Call &call) const
{
    const std::string base = "https://" + call.request.host + "/" + call.id();
    const std::string issuer = anyTenant(call.id()) ? "{tenantid}" : m_world.tenant.tenantId;
    return Response::json({{"token_endpoint", base + "/oauth2/v2.0/token"},
        {"token_endpoint_auth_methods_supported", Json::array({"client_secret_post"})},
        {"jwks_uri", base + "/discovery/v2.0/keys"},
        {"response_modes_supported", Json::array({"query", "fragment", "form_post"})},
        {"subject_types_supported", Json::array({"pairwise"})},
        {"id_token_signing_alg_values_supported", Json::array({"RS256"})},
        {"response_types_supported", Json::array({"code"})},
        {"scopes_supported", Json::array({"openid", "profile", "email", "offline_access"})},
        {"issuer", "https://" + call.request.host + "/" + issuer + "/v2.0"}, {"request_uri_parameter_supported", false},
        {"authorization_endpoint", base + "/oauth2/v2.0/authorize"},
        {"device_authorization_endpoint", base + "/oauth2/v2.0/devicecode"},
        {"claims_supported",
            Json::array(
                {"sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "oid", "tid", "ver"})},
        {"tenant_region_scope", "EU"}, {"cloud_instance_name", "microsoftonline.com"}});
}

Response Entra::instances(const Call &call) const
{
    const std::string asked = call.request.parameter("authorization_endpoint");
    const std::size_t host = asked.find("://");
    const std::vector<std::string> parts = split(host == std::string::npos ? "" : asked.substr(host + 3), '/');
    if (parts.size() < 2 || parts[1].empty()) {
        return error(call, "invalid_request", 50049,
            "Unknown or invalid instance: the parameter authorization_endpoint is no authority.");
    }
    if (!sameText(parts[0], call.request.host))
        return error(call, "invalid_instance", 50049, "Unknown or invalid instance.");
    const Json names = Json::array({call.request.host});
    return Response::json(
        {{"tenant_discovery_endpoint",
             "https://" + call.request.host + "/" + parts[1] + "/v2.0/.well-known/openid-configuration"},
            {"api-version", "1.1"},
            {"metadata",
                Json::array({{{"preferred_network", call.request.host}, {"preferred_cache", call.request.host},
                    {"aliases", names}}})}});
}

const Application *Entra::application(const std::string &id) const
{
    const auto found
        = std::ranges::find_if(m_applications, [&](const Application &one) { return sameText(one.id, id); });
    return found == m_applications.end() ? nullptr : &*found;
}

std::optional<Response> Entra::wrongTenant(const Call &call) const
{
    if (sameText(call.id(), m_world.tenant.tenantId) || anyTenant(call.id()))
        return std::nullopt;
    return error(call, "invalid_request", 90002,
        "Tenant '" + call.id()
            + "' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.");
}

Response Entra::error(const Call &call, const std::string &name, int code, const std::string &message, int status) const
{
    const std::string trace = m_world.random.uuid();
    const std::string asked = call.request.header("client-request-id");
    const std::string correlation = asked.empty() ? m_world.random.uuid() : asked;
    std::string time = isoTime(m_world.now()).substr(0, 19) + "Z";
    time[10] = ' ';
    return Response::json({{"error", name},
                              {"error_description",
                                  "AADSTS" + std::to_string(code) + ": " + message + " Trace ID: " + trace
                                      + " Correlation ID: " + correlation + " Timestamp: " + time},
                              {"error_codes", Json::array({code})}, {"timestamp", time}, {"trace_id", trace},
                              {"correlation_id", correlation},
                              {"error_uri", "https://login.microsoftonline.com/error?code=" + std::to_string(code)}},
        status)
        .with("Cache-Control", "no-store");
}

Response Entra::reject(int status, const std::string &message)
{
    const Request nobody;
    return error(Call{nobody, {}, {}, nullptr}, status >= 500 ? "temporarily_unavailable" : "invalid_request",
        status >= 500 ? 90033 : 900561, message, status);
}

std::string Entra::code(const char *prefix)
{
    return prefix + base64Url(m_world.freshKeys().primary);
}

Response Entra::shownSignIns() const
{
    Json codes = Json::array();
    for (const auto &[code, signIn] : m_signIns.devices.all()) {
        codes.push_back({{"userCode", signIn.userCode}, {"application", signIn.application}, {"scope", signIn.scope},
            {"state", stateText(signIn.state)}});
    }
    return Response::json({{"approval", m_signIns.automatic ? "auto" : "manual"}, {"deviceCodes", std::move(codes)}});
}

Response Entra::setApproval(const Call &call)
{
    const std::string wanted = textOf(call.body, "approval");
    if (wanted != "auto" && wanted != "manual")
        return Response::json(
            Json::object({{"error", "the body is {\"approval\": \"auto\"} or {\"approval\": \"manual\"}"}}), 400);
    m_signIns.automatic = wanted == "auto";
    return shownSignIns();
}

Response Entra::answerDeviceCode(const Call &call)
{
    DeviceSignIn *signIn = m_signIns.byUserCode(call.id());
    if (!signIn)
        return Response::json(Json::object({{"error", "there is no code " + call.id()}}), 404);
    const std::string answer = textOf(call.body, "answer");
    if (answer == "approve")
        signIn->state = DeviceSignIn::State::Approved;
    else if (answer == "decline")
        signIn->state = DeviceSignIn::State::Declined;
    else if (answer == "expire")
        signIn->state = DeviceSignIn::State::Expired;
    else
        return Response::json(
            Json::object({{"error", "the body is {\"answer\": \"approve\"}, or \"decline\", or \"expire\""}}), 400);
    return shownSignIns();
}

Response Entra::revoke()
{
    m_signIns.renewals.clear();
    return Response::empty();
}

} // namespace drover::simulator
