#include "app/simulator/entra.h"

namespace drover::simulator {

namespace {

constexpr std::int64_t codeLifetime = 600;

Response html(const std::string &text, int status = 200)
{
    return Response{status, {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}}, text};
}

} // namespace

Response Entra::authorize(const Call &call)
{
    const Request &request = call.request;
    const Application *known = application(request.parameter("client_id"));
    // Who is not known, or wants the answer elsewhere than registered, is told so on the page and never sent back.
    if (!known)
        return page(call,
            "AADSTS700016: Application with identifier '" + request.parameter("client_id")
                + "' was not found in the directory.",
            400);
    if (!isNativeRedirect(request.parameter("redirect_uri"))) {
        return page(call,
            "AADSTS50011: The redirect URI '" + request.parameter("redirect_uri")
                + "' specified in the request does not match the redirect URIs configured for the application '"
                + known->id + "'.",
            400);
    }
    if (request.parameter("response_type") != "code")
        return sendBackError(
            call, "unsupported_response_type", 700054, "Only response_type 'code' is enabled for the application.");
    const std::string method = request.parameter("code_challenge_method");
    if (!request.parameter("code_challenge").empty() && method != "S256" && !method.empty() && method != "plain")
        return sendBackError(call, "invalid_request", 501491, "Invalid size or method of Code_Challenge parameter.");
    const Scopes scopes = Scopes::parse(request.parameter("scope"));
    if (scopes.errorCode != 0 && scopes.errorCode != 28000)
        return sendBackError(
            call, scopes.errorCode == 500011 ? "invalid_resource" : "invalid_scope", scopes.errorCode, scopes.error);
    const std::string decision = m_signIns.automatic ? "accept" : request.parameter("sim_decision");
    if (decision.empty() && request.parameter("prompt") == "none")
        return sendBackError(
            call, "login_required", 50058, "A silent sign-in request was sent but no user is signed in.");
    if (decision.empty())
        return askThePerson(call);
    if (decision != "accept")
        return sendBackError(call, "access_denied", 65004, "User declined to consent to access the app.");
    const std::string grant = code("C");
    m_signIns.codes.add(grant,
        {.application = known->id,
            .scope = request.parameter("scope"),
            .redirectUri = request.parameter("redirect_uri"),
            .challenge = request.parameter("code_challenge"),
            .nonce = request.parameter("nonce"),
            .expires = tokenTime() + codeLifetime,
            .hashed = method == "S256"});
    FormFields answer{{"code", grant}, {"session_state", m_world.random.uuid()}};
    if (request.parameter("client_info") == "1")
        answer["client_info"] = clientInfo();
    return sendBack(call, answer);
}

Response Entra::page(const Call &, const std::string &sentence, int status) const
{
    return html(plainPage("Sign in to your account", "<h1>Sign in</h1><p>" + htmlText(sentence) + "</p>"), status);
}

Response Entra::askThePerson(const Call &call) const
{
    FormFields fields(call.request.query.begin(), call.request.query.end());
    const auto link = [&](const char *decision, const char *title) {
        fields["sim_decision"] = decision;
        return "<a id=\"" + std::string(decision) + "\" href=\"" + htmlText(call.request.path + "?" + formText(fields))
            + "\">" + title + "</a> ";
    };
    return html(plainPage("Sign in to your account",
        "<h1>Sign in</h1><p>" + htmlText(application(call.request.parameter("client_id"))->name) + " wants to act as "
            + htmlText(m_world.tenant.userName) + ".</p><p>" + link("accept", "Accept") + link("cancel", "Cancel")
            + "</p>"));
}

Response Entra::sendBack(const Call &call, const FormFields &parameters) const
{
    FormFields answer = parameters;
    if (const std::string state = call.request.parameter("state"); !state.empty())
        answer["state"] = state;
    const std::string target = call.request.parameter("redirect_uri");
    const std::string mode = call.request.parameter("response_mode");
    if (mode == "form_post")
        return html(postingPage(target, answer));
    const char *mark = mode == "fragment" ? "#" : target.contains('?') ? "&" : "?";
    return html(plainPage("Object moved", ""), 302).with("Location", target + mark + formText(answer));
}

Response Entra::sendBackError(const Call &call, const std::string &name, int code, const std::string &message) const
{
    return sendBack(call,
        {{"error", name}, {"error_description", "AADSTS" + std::to_string(code) + ": " + message},
            {"error_uri", "https://login.microsoftonline.com/error?code=" + std::to_string(code)}});
}

} // namespace drover::simulator
