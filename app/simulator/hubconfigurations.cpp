#include "app/simulator/hubservice.h"
#include "app/simulator/names.h"

#include <algorithm>

namespace drover::simulator {

namespace {

constexpr std::size_t mostConfigurations = 100;

std::string etagOf(const Hub::Configuration &configuration) { return base64(std::to_string(configuration.etag)); }

Json shown(const Hub::Configuration &configuration)
{
    Json result = configuration.record;
    result["schemaVersion"] = "1.0";
    result["createdTimeUtc"] = isoTime(configuration.created);
    result["lastUpdatedTimeUtc"] = isoTime(configuration.updated);
    for (const char *metrics : {"systemMetrics", "metrics"}) {
        if (!result.contains(metrics))
            result[metrics] = {{"results", Json::object()}, {"queries", Json::object()}};
    }
    result["etag"] = etagOf(configuration);
    return result;
}

/// Lower-case letters, digits and - + % _ # * ? ! ( ) , = @ ; '
bool goodId(const std::string &id)
{
    return goodDeviceId(id) && std::ranges::none_of(id, [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace

void HubService::addConfigurationRoutes()
{
    add("GET", "/configurations", RegistryRead, Meter::Registry, &HubService::listConfigurations);
    add("GET", "/configurations/{id}", RegistryRead, Meter::Registry, &HubService::getConfiguration);
    add("PUT", "/configurations/{id}", RegistryWrite, Meter::Registry, &HubService::putConfiguration);
    add("DELETE", "/configurations/{id}", RegistryWrite, Meter::Registry, &HubService::removeConfiguration);
}

Response HubService::listConfigurations(Call &call)
{
    std::size_t most = mostConfigurations;
    if (const std::string top = call.request.parameter("top"); !top.empty())
        most = std::clamp<std::size_t>(std::strtoul(top.c_str(), nullptr, 10), 1, mostConfigurations);
    Json result = Json::array();
    for (const auto &[id, configuration] : call.hub->configurations) {
        if (result.size() < most)
            result.push_back(shown(configuration));
    }
    return Response::json(result);
}

Response HubService::getConfiguration(Call &call)
{
    const auto found = call.hub->configurations.find(call.id());
    if (found == call.hub->configurations.end())
        return error("ConfigurationNotFound", 404011, call.id());
    return Response::json(shown(found->second)).with("ETag", "\"" + etagOf(found->second) + "\"");
}

Response HubService::putConfiguration(Call &call)
{
    if (textOf(call.body, "id") != call.id() || !goodId(call.id()))
        return error("ArgumentInvalid", 400004, "id must be valid and the id in the path.");
    if (!call.body.contains("content") || !call.body["content"].is_object())
        return error("ArgumentInvalid", 400004, "content is missing.");
    const auto found = call.hub->configurations.find(call.id());
    const bool present = found != call.hub->configurations.end();
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (present && ifMatch.empty())
        return error("ConfigurationAlreadyExists", 409302, call.id());
    if (!present && !ifMatch.empty() && ifMatch != "*")
        return error("ConfigurationNotFound", 404011, call.id());
    if (present && ifMatch != "*" && ifMatch != etagOf(found->second))
        return error("PreconditionFailed", 412001, "Precondition failed: the configuration was changed meanwhile.");
    if (!present && call.hub->configurations.size() >= mostConfigurations)
        return error("ConfigurationCountLimitExceeded", 403007, "An IoT hub has at most 100 configurations.");
    Hub::Configuration &configuration = call.hub->configurations[call.id()];
    configuration.record = call.body;
    configuration.etag = m_world.next();
    configuration.updated = m_world.now();
    if (!present)
        configuration.created = configuration.updated;
    return getConfiguration(call);
}

Response HubService::removeConfiguration(Call &call)
{
    const auto found = call.hub->configurations.find(call.id());
    if (found == call.hub->configurations.end())
        return error("ConfigurationNotFound", 404011, call.id());
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (!ifMatch.empty() && ifMatch != "*" && ifMatch != etagOf(found->second))
        return error("PreconditionFailed", 412001, "Precondition failed: the configuration was changed meanwhile.");
    call.hub->configurations.erase(found);
    return Response::empty();
}

} // namespace drover::simulator
