#include "app/simulator/signin.h"

#include <algorithm>
#include <array>

namespace drover::simulator {

namespace {

constexpr std::string_view graph = "https://graph.microsoft.com";
constexpr std::array<std::string_view, 6> resources{"https://management.azure.com",
    "https://management.core.windows.net", "https://iothubs.azure.net", "https://azure-devices-provisioning.net",
    "https://metrics.monitor.azure.com", graph};

/// "https://iothubs.azure.net/.default" -> audience and ".default". The slash that ends an audience stays with it.
bool takeApart(std::string_view scope, std::string &audience, std::string &permission)
{
    for (const std::string_view resource : resources) {
        if (scope.size() <= resource.size() || !sameText(scope.substr(0, resource.size()), resource))
            continue;
        const std::string_view rest = scope.substr(resource.size());
        if (!rest.starts_with('/'))
            continue;
        const bool slashed = rest.starts_with("//");
        audience = std::string(resource) + (slashed ? "/" : "");
        permission = rest.substr(slashed ? 2 : 1);
        return true;
    }
    if (scope.contains("://"))
        return false;
    audience = graph;
    permission = scope;
    return true;
}

Scopes wrong(int code, std::string sentence)
{
    Scopes result;
    result.errorCode = code;
    result.error = std::move(sentence);
    return result;
}

} // namespace

DeviceSignIn *SignIns::byUserCode(std::string_view userCode)
{
    const auto found = std::ranges::find_if(
        devices.all(), [&](const auto &entry) { return sameText(entry.second.userCode, userCode); });
    return found == devices.all().end() ? nullptr : &found->second;
}

const char *stateText(DeviceSignIn::State state)
{
    switch (state) {
    case DeviceSignIn::State::Pending:
        return "pending";
    case DeviceSignIn::State::Approved:
        return "approved";
    case DeviceSignIn::State::Declined:
        return "declined";
    case DeviceSignIn::State::Expired:
        return "expired";
    case DeviceSignIn::State::Redeemed:
        return "redeemed";
    }
    return "pending";
}

Scopes Scopes::parse(std::string_view text)
{
    Scopes result;
    for (const std::string &scope : split(text, ' ')) {
        if (scope.empty() || scope == "profile" || scope == "email")
            continue;
        if (scope == "openid" || scope == "offline_access") {
            (scope == "openid" ? result.openId : result.offline) = true;
            continue;
        }
        std::string audience;
        std::string permission;
        if (!takeApart(scope, audience, permission))
            return wrong(500011,
                "The resource principal named " + scope.substr(0, scope.rfind('/')) + " was not found in the tenant.");
        if (audience != graph && permission != ".default" && permission != "user_impersonation")
            return wrong(70011,
                "The provided value for the input parameter 'scope' is not valid. The scope " + scope
                    + " is not valid.");
        if (!result.audience.empty() && result.audience != audience)
            return wrong(28000,
                "Provided value for the input parameter scope is not valid because it contains more than one "
                "resource.");
        result.audience = audience;
        result.permission = permission;
    }
    if (result.audience.empty())
        result.audience = graph;
    return result;
}

} // namespace drover::simulator
