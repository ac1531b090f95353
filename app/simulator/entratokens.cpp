#include "app/simulator/entra.h"

namespace drover::simulator {

namespace {

constexpr std::int64_t tokenLifetime = 3599;
constexpr std::int64_t deviceCodeLifetime = 900;
constexpr std::int64_t renewalLifetime = 90LL * 24 * 3600;
constexpr Millis pollInterval = 5000;

const char *scopeError(const Scopes &scopes)
{
    return scopes.errorCode == 500011 ? "invalid_resource" : "invalid_scope";
}

} // namespace

Response Entra::token(const Call &call)
{
    const FormFields form = formFields(call.request.body);
    for (const char *needed : {"grant_type", "client_id"}) {
        if (field(form, needed).empty())
            return error(call, "invalid_request", 900144,
                "The request body must contain the following parameter: '" + std::string(needed) + "'.");
    }
    const std::string id = field(form, "client_id");
    const Application *known = application(id);
    if (!known) {
        return error(call, "unauthorized_client", 700016,
            "Application with identifier '" + id + "' was not found in the directory '" + m_world.fleetName + "'.");
    }
    if (auto wrong = wrongSecret(call, form, *known))
        return std::move(*wrong);
    const std::string grant = field(form, "grant_type");
    if (grant == "client_credentials")
        return byClientCredentials(call, form);
    if (grant == "urn:ietf:params:oauth:grant-type:device_code" || grant == "device_code")
        return byDeviceCode(call, form, *known);
    if (grant == "authorization_code")
        return byAuthorizationCode(call, form, *known);
    if (grant == "refresh_token")
        return byRefreshToken(call, form, *known);
    return error(call, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '" + grant + "'.");
}

std::optional<Response> Entra::wrongSecret(
    const Call &call, const FormFields &form, const Application &application) const
{
    const auto secret = form.find("client_secret");
    if (secret != form.end() && (application.secret.empty() || secret->second != application.secret)) {
        return error(call, "invalid_client", 7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request"
            " is the client secret value, not the client secret ID, for a secret added to app '"
                + application.id + "'.",
            401);
    }
    if (form.contains("client_assertion")) {
        return error(call, "invalid_client", 700027,
            "The certificate with identifier used to sign the client assertion is not"
            " registered on application.",
            401);
    }
    return std::nullopt;
}

Response Entra::byClientCredentials(const Call &call, const FormFields &form)
{
    if (!form.contains("client_secret")) {
        return error(call, "invalid_client", 7000216,
            "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
            401);
    }
    if (!sameText(call.id(), m_world.tenant.tenantId)) {
        return error(call, "invalid_request", 50059,
            "No tenant-identifying information found in either the request or implied by any provided credentials.");
    }
    const Scopes scopes = Scopes::parse(field(form, "scope"));
    if (scopes.errorCode == 0 && scopes.permission != ".default") {
        return error(call, "invalid_scope", 1002012,
            "The provided value for scope " + field(form, "scope")
                + " is not valid. Client credential flows must have a scope value with /.default suffixed to the "
                  "resource identifier (application ID URI).");
    }
    if (scopes.errorCode != 0)
        return error(call, scopeError(scopes), scopes.errorCode, scopes.error);
    return Response::json(
        {{"token_type", "Bearer"}, {"expires_in", tokenLifetime}, {"ext_expires_in", tokenLifetime},
            {"access_token", m_world.tokens->issue(scopes.audience, Clock::wallSeconds(), tokenLifetime)}})
        .with("Cache-Control", "no-store");
}

Response Entra::startDeviceCode(const Call &call)
{
    const FormFields form = formFields(call.request.body);
    const Application *known = application(field(form, "client_id"));
    if (!known)
        return error(call, "unauthorized_client", 700016,
            "Application with identifier '" + field(form, "client_id") + "' was not found in the directory.");
    if (field(form, "scope").empty())
        return error(
            call, "invalid_request", 900144, "The request body must contain the following parameter: 'scope'.");
    const Scopes scopes = Scopes::parse(field(form, "scope"));
    if (scopes.errorCode != 0)
        return error(call, scopeError(scopes), scopes.errorCode, scopes.error);
    static constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    std::string userCode;
    for (int i = 0; i < 9; ++i)
        userCode += letters[static_cast<std::size_t>(
            m_world.random.between(0, static_cast<std::int64_t>(letters.size()) - 1))];
    const std::string deviceCode = code("D");
    m_signIns.devices.add(deviceCode,
        {.userCode = userCode,
            .application = known->id,
            .scope = field(form, "scope"),
            .expires = tokenTime() + deviceCodeLifetime,
            .interval = pollInterval});
    if (m_signIns.automatic) {
        m_world.timeline.at(m_world.now() + m_world.random.between(2000, 5000), [this, deviceCode] {
            DeviceSignIn *waiting = m_signIns.devices.find(deviceCode);
            if (waiting && waiting->state == DeviceSignIn::State::Pending)
                waiting->state = DeviceSignIn::State::Approved;
        });
    }
    const std::string page = "https://microsoft.com/devicelogin";
    return Response::json({{"user_code", userCode}, {"device_code", deviceCode}, {"verification_uri", page},
                              {"expires_in", deviceCodeLifetime}, {"interval", pollInterval / 1000},
                              {"message",
                                  "To sign in, use a web browser to open the page " + page + " and enter the code "
                                      + userCode + " to authenticate."}})
        .with("Cache-Control", "no-store");
}

Response Entra::byDeviceCode(const Call &call, const FormFields &form, const Application &application)
{
    using State = DeviceSignIn::State;
    DeviceSignIn *signIn = m_signIns.devices.find(field(form, "device_code"));
    if (!signIn || signIn->application != application.id)
        return error(call, "bad_verification_code", 70018, "The device code is not valid.");
    if (signIn->state == State::Redeemed)
        return error(call, "invalid_grant", 54005,
            "OAuth2 authorization code was already redeemed, please retry with a new valid code or use an existing "
            "refresh token.");
    if (signIn->state == State::Declined)
        return error(call, "authorization_declined", 65004, "User declined to consent to access the app.");
    if (signIn->state == State::Expired || signIn->expires <= tokenTime())
        return error(call, "expired_token", 70019, "The verification code expired.");
    if (signIn->state == State::Pending) {
        // Too soon by both clocks, and by more than timers are early.
        const bool soon = signIn->polled > 0 && m_world.now() - signIn->polled < signIn->interval - 1000
            && (Clock::wallSeconds() - signIn->polledReally) * 1000 < signIn->interval - 1000;
        signIn->polled = m_world.now();
        signIn->polledReally = Clock::wallSeconds();
        if (soon) {
            signIn->interval += pollInterval;
            return error(call, "slow_down", 70016,
                "The client polls too often. Wait for the interval, lengthened by five seconds.");
        }
        return error(call, "authorization_pending", 70016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");
    }
    signIn->state = State::Redeemed;
    return personsTokens(call, application, signIn->scope, {});
}

Response Entra::byAuthorizationCode(const Call &call, const FormFields &form, const Application &application)
{
    CodeSignIn *signIn = m_signIns.codes.find(field(form, "code"));
    if (!signIn || signIn->application != application.id)
        return error(call, "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.");
    if (signIn->redeemed)
        return error(call, "invalid_grant", 54005,
            "OAuth2 authorization code was already redeemed, please retry with a new valid code or use an existing "
            "refresh token.");
    if (signIn->expires <= tokenTime())
        return error(call, "invalid_grant", 70008,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive "
            "authorization request for this user and resource.");
    if (field(form, "redirect_uri") != signIn->redirectUri) {
        return error(call, "invalid_client", 500112,
            "The reply address '" + field(form, "redirect_uri") + "' does not match the reply address '"
                + signIn->redirectUri + "' provided when requesting Authorization code.");
    }
    if (!signIn->challenge.empty()) {
        const std::string verifier = field(form, "code_verifier");
        if ((signIn->hashed ? base64Url(sha256(verifier)) : verifier) != signIn->challenge)
            return error(call, "invalid_grant", 501481,
                "The Code_Verifier does not match the code_challenge supplied in the authorization request.");
    }
    signIn->redeemed = true;
    const std::string scope = field(form, "scope");
    return personsTokens(call, application, scope.empty() ? signIn->scope : scope, signIn->nonce);
}

Response Entra::byRefreshToken(const Call &call, const FormFields &form, const Application &application)
{
    const RefreshSignIn *signIn = m_signIns.renewals.find(field(form, "refresh_token"));
    if (!signIn || signIn->application != application.id)
        return error(call, "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.");
    if (signIn->expires <= tokenTime())
        return error(call, "invalid_grant", 700082, "The refresh token has expired due to inactivity.");
    return personsTokens(call, application, field(form, "scope"), {});
}

Response Entra::personsTokens(
    const Call &call, const Application &application, const std::string &scope, const std::string &nonce)
{
    const Scopes scopes = Scopes::parse(scope);
    if (scopes.errorCode != 0)
        return error(call, scopeError(scopes), scopes.errorCode, scopes.error);
    const Tenant &tenant = m_world.tenant;
    const std::int64_t now = Clock::wallSeconds();
    const std::string base = scopes.audience + (scopes.audience.ends_with('/') ? "" : "/");
    const Json claims = {{"aud", scopes.audience}, {"iss", "https://sts.windows.net/" + tenant.tenantId + "/"},
        {"iat", now - 60}, {"nbf", now - 60}, {"exp", now + tokenLifetime}, {"appid", application.id},
        {"appidacr", application.secret.empty() ? "0" : "1"}, {"idtyp", "user"}, {"name", "Operator"},
        {"oid", tenant.userId}, {"scp", "user_impersonation"}, {"sub", tenant.userId}, {"tid", tenant.tenantId},
        {"unique_name", tenant.userName}, {"upn", tenant.userName}, {"ver", "1.0"}};
    Json answer = {{"token_type", "Bearer"}, {"scope", base + "user_impersonation " + base + ".default"},
        {"expires_in", tokenLifetime}, {"ext_expires_in", tokenLifetime},
        {"access_token", m_world.tokens->sign(claims)}};
    if (scopes.offline) {
        const std::string renewal = code("R");
        m_signIns.renewals.add(renewal, {application.id, tokenTime() + renewalLifetime});
        answer["refresh_token"] = renewal;
    }
    if (scopes.openId)
        answer["id_token"] = m_world.tokens->sign(idToken(application, nonce, now));
    answer["client_info"] = clientInfo();
    return Response::json(answer).with("Cache-Control", "no-store");
}

Json Entra::idToken(const Application &application, const std::string &nonce, std::int64_t now) const
{
    const Tenant &tenant = m_world.tenant;
    Json claims = {{"aud", application.id}, {"iss", "https://login.microsoftonline.com/" + tenant.tenantId + "/v2.0"},
        {"iat", now - 60}, {"nbf", now - 60}, {"exp", now + tokenLifetime}, {"name", "Operator"},
        {"oid", tenant.userId}, {"preferred_username", tenant.userName}, {"sub", tenant.userId},
        {"tid", tenant.tenantId}, {"ver", "2.0"}};
    if (!nonce.empty())
        claims["nonce"] = nonce;
    return claims;
}

std::string Entra::clientInfo() const
{
    return base64Url(Json{{"uid", m_world.tenant.userId}, {"utid", m_world.tenant.tenantId}}.dump());
}

} // namespace drover::simulator
