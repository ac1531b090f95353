#include "app/simulator/entra.h"

#include <algorithm>

namespace drover::simulator {

namespace {

std::map<std::string, std::string> formFields(std::string body)
{
    std::ranges::replace(body, '+', ' ');
    std::map<std::string, std::string> fields;
    for (const std::string &pair : split(body, '&')) {
        const std::size_t equals = pair.find('=');
        if (equals != std::string::npos)
            fields[percentDecode(pair.substr(0, equals))] = percentDecode(pair.substr(equals + 1));
    }
    return fields;
}

constexpr std::int64_t lifetime = 3599;

} // namespace

Entra::Entra(World &world)
    : Service(world)
{
    m_router.add({"GET", "/{tenant}/v2.0/.well-known/openid-configuration", 0, Meter::None,
        [this](Call &call) { return configuration(call); }, {}});
    m_router.add({"POST", "/{tenant}/oauth2/v2.0/token", 0, Meter::None,
        [this](Call &call) { return token(call); }, {}});
}

Response Entra::configuration(const Call &call) const
{
    const std::string base = "https://" + call.request.host + "/" + call.id();
    return Response::json({{"issuer", base + "/v2.0"}, {"token_endpoint", base + "/oauth2/v2.0/token"},
        {"authorization_endpoint", base + "/oauth2/v2.0/authorize"},
        {"device_authorization_endpoint", base + "/oauth2/v2.0/devicecode"},
        {"jwks_uri", base + "/discovery/v2.0/keys"}, {"response_types_supported", Json::array({"code", "id_token"})},
        {"subject_types_supported", Json::array({"pairwise"})},
        {"id_token_signing_alg_values_supported", Json::array({"HS256"})}});
}

Response Entra::token(const Call &call) const
{
    std::map<std::string, std::string> form = formFields(call.request.body);
    const Tenant &tenant = m_world.tenant;
    if (!sameText(call.id(), tenant.tenantId))
        return error("invalid_request", 90002, "Tenant '" + call.id() + "' not found.");
    if (form["grant_type"] != "client_credentials")
        return error("unsupported_grant_type", 70003, "The grant type is not supported here.");
    if (!sameText(form["client_id"], tenant.clientId))
        return error("unauthorized_client", 700016, "Application '" + form["client_id"] + "' was not found.");
    if (form["client_secret"] != tenant.clientSecret)
        return error("invalid_client", 7000215, "Invalid client secret provided.", 401);
    std::string scope = form["scope"];
    constexpr std::string_view suffix = "/.default";
    if (!scope.ends_with(suffix))
        return error("invalid_scope", 1002012, "The scope must end in /.default.");
    scope.resize(scope.size() - suffix.size());
    return Response::json({{"token_type", "Bearer"}, {"expires_in", lifetime}, {"ext_expires_in", lifetime},
        {"access_token", m_world.tokens->issue(scope, Clock::wallSeconds(), lifetime)}});
}

Response Entra::error(const std::string &name, int code, const std::string &message, int status) const
{
    return Response::json({{"error", name}, {"error_description", "AADSTS" + std::to_string(code) + ": " + message},
        {"error_codes", Json::array({code})}, {"timestamp", isoTime(m_world.now())},
        {"trace_id", m_world.random.uuid()}, {"correlation_id", m_world.random.uuid()}}, status);
}

Response Entra::reject(int status, const std::string &message)
{
    return error("invalid_request", 900144, message, status);
}

} // namespace drover::simulator
