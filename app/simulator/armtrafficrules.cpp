#include "app/simulator/armtrafficrules.h"

#include <algorithm>

namespace drover::simulator {

namespace {

const Json *at(const Json &object, const char *name)
{
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> outside(const Json &object, const char *name, std::int64_t least, std::int64_t most)
{
    const Json *value = at(object, name);
    if (!value
        || (value->is_number_integer() && value->get<std::int64_t>() >= least && value->get<std::int64_t>() <= most))
        return std::nullopt;
    return std::string("The property '") + name + "' must be an integer from " + std::to_string(least) + " to "
        + std::to_string(most) + ".";
}

std::optional<std::string> noneOf(const Json &object, const char *name, std::initializer_list<std::string_view> allowed)
{
    const Json *value = at(object, name);
    if (!value || (value->is_string() && std::ranges::any_of(allowed, [&](std::string_view one) {
            return sameText(one, value->get<std::string>());
        })))
        return std::nullopt;
    return std::string("The property '") + name + "' has an invalid value.";
}

template <typename... Checks>
std::optional<std::string> first(Checks... checks)
{
    std::optional<std::string> found;
    ((found = found ? found : checks), ...);
    return found;
}

} // namespace

std::string trafficEndpointType(std::string_view text)
{
    for (const char *known : {"AzureEndpoints", "ExternalEndpoints", "NestedEndpoints"}) {
        if (sameText(known, text))
            return known;
    }
    return {};
}

std::optional<std::string> wrongTrafficEndpoint(const Json &properties, bool external)
{
    const Json *target = at(properties, external ? "target" : "targetResourceId");
    if (!target || !target->is_string() || target->get_ref<const std::string &>().empty())
        return std::string("The property '") + (external ? "target" : "targetResourceId") + "' is missing.";
    return first(noneOf(properties, "endpointStatus", {"Enabled", "Disabled"}),
        noneOf(properties, "alwaysServe", {"Enabled", "Disabled"}), outside(properties, "weight", 1, 1000),
        outside(properties, "priority", 1, 1000));
}

std::optional<std::string> wrongTrafficProfile(const Json &properties)
{
    const Json *dns = at(properties, "dnsConfig");
    const Json *monitor = at(properties, "monitorConfig");
    if (!at(properties, "trafficRoutingMethod"))
        return "The property 'trafficRoutingMethod' is missing.";
    if (!dns || !dns->is_object() || textOf(*dns, "relativeName").empty())
        return "The property 'dnsConfig.relativeName' is missing.";
    if (!monitor || !monitor->is_object())
        return "The property 'monitorConfig' is missing.";
    return first(noneOf(properties, "profileStatus", {"Enabled", "Disabled"}),
        noneOf(properties, "trafficRoutingMethod",
            {"Performance", "Priority", "Weighted", "Geographic", "MultiValue", "Subnet"}),
        outside(*dns, "ttl", 0, 2'147'483'647), noneOf(*monitor, "protocol", {"HTTP", "HTTPS", "TCP"}),
        outside(*monitor, "port", 1, 65535), outside(*monitor, "toleratedNumberOfFailures", 0, 9),
        outside(*monitor, "intervalInSeconds", 10, 30), outside(*monitor, "timeoutInSeconds", 5, 10));
}

} // namespace drover::simulator
