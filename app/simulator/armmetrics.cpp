#include "app/simulator/armmetrics.h"

#include "app/simulator/armseries.h"

#include <algorithm>

namespace drover::simulator {

namespace {

constexpr Millis minute = 60'000;
constexpr std::size_t mostSamples = 2880;
constexpr const char *hubType = "Microsoft.Devices/IotHubs";
constexpr const char *dpsType = "Microsoft.Devices/provisioningServices";

/// The flat error of Monitor.
Response refused(const std::string &message)
{
    return Response::json({{"code", "BadRequest"}, {"message", message}}, 400);
}

} // namespace

ArmMetrics::ArmMetrics(ArmDesk &desk)
    : m_desk(desk)
{
    const std::string metrics = "/providers/Microsoft.Insights/metrics";
    const auto add = [&](const char *type, auto find) {
        const std::string one = std::string(groupPath) + "/providers/" + type + "/{name}/providers/Microsoft.Insights/";
        const auto id
            = [this, type](const std::string &name) { return m_desk.groupId() + "/providers/" + type + "/" + name; };
        desk.add("GET", one + "metrics", [=, this](Call &call) {
            const std::optional<int> found = find(call.args[2]);
            return found ? answer(call, id(call.args[2]), type, *found)
                         : resourceNotFound(type, call.args[2], call.args[1]);
        });
        desk.add("GET", one + "metricDefinitions", [=](Call &call) {
            return find(call.args[2]) ? definitions(id(call.args[2]), type)
                                      : resourceNotFound(type, call.args[2], call.args[1]);
        });
    };
    add(hubType, [this](const std::string &name) -> std::optional<int> {
        const auto &hubs = m_desk.world().hubs;
        const auto found = std::ranges::find_if(
            hubs, [&](const auto &hub) { return hub->own && !hub->gone && sameText(hub->name, name); });
        return found == hubs.end() ? std::nullopt : std::optional(static_cast<int>(found - hubs.begin()));
    });
    add(dpsType, [this](const std::string &name) {
        return sameText(name, m_desk.world().dps.name) ? std::optional(-1) : std::nullopt;
    });
    // A first look at once would see a world that is still being built.
    desk.world().timeline.at(desk.world().now(), [this] { look(); });
}

void ArmMetrics::look()
{
    World &world = m_desk.world();
    m_assigned.resize(world.hubs.size());
    Sample sample{world.now() / minute * minute, {}};
    for (std::size_t i = 0; i < world.hubs.size(); ++i) {
        const Hub &hub = *world.hubs[i];
        sample.hubs.push_back({static_cast<double>(hub.registry.size()), static_cast<double>(hub.connected),
            static_cast<double>(hub.assignments - m_assigned[i])});
        m_assigned[i] = hub.assignments;
    }
    m_samples.push_back(std::move(sample));
    if (m_samples.size() > mostSamples)
        m_samples.pop_front();
    // A clock that runs very fast is not looked at more often than four times a real second.
    const auto step = std::max(minute, static_cast<Millis>(250 * world.clock.speed()) / minute * minute);
    world.timeline.at((world.now() / minute) * minute + step, [this] { look(); });
}

Response ArmMetrics::answer(const Call &call, const std::string &resourceId, const std::string &type, int hub) const
{
    const SeriesRequest asked = SeriesRequest::parse(call.request, type, m_desk.world().now());
    if (!asked.error.empty())
        return refused(asked.error);
    const World &world = m_desk.world();
    Json value = Json::array();
    for (const Metric *metric : asked.metrics) {
        Json series = Json::array();
        std::vector<int> hubs;
        for (int i = 0; i < static_cast<int>(world.hubs.size()); ++i) {
            if (hub < 0 ? asked.wants(world.hubs[static_cast<std::size_t>(i)]->host) : i == hub)
                hubs.push_back(i);
        }
        if (asked.split) {
            for (const int one : hubs) {
                series.push_back(
                    {{"metadatavalues",
                         Json::array({{{"name", {{"value", "iothubname"}, {"localizedValue", "iothubname"}}},
                             {"value", world.hubs[static_cast<std::size_t>(one)]->host}}})},
                        {"data", asked.points(*metric, m_samples, {one})}});
            }
        } else {
            series.push_back({{"metadatavalues", Json::array()}, {"data", asked.points(*metric, m_samples, hubs)}});
        }
        value.push_back({{"id", resourceId + "/providers/Microsoft.Insights/metrics/" + std::string(metric->name)},
            {"type", "Microsoft.Insights/metrics"},
            {"name", {{"value", metric->name}, {"localizedValue", metric->title}}},
            {"displayDescription", metric->title}, {"unit", "Count"}, {"timeseries", std::move(series)},
            {"errorCode", "Success"}});
    }
    const std::string region = hub < 0 ? "westeurope" : lower(world.hubs[static_cast<std::size_t>(hub)]->region);
    return Response::json({{"cost", asked.cost()}, {"timespan", asked.timespan()}, {"interval", asked.intervalText},
        {"value", std::move(value)}, {"namespace", type}, {"resourceregion", region}});
}

Response ArmMetrics::definitions(const std::string &resourceId, const std::string &type)
{
    Json value = Json::array();
    for (const Metric &metric : metricsOf(type)) {
        Json dimensions = Json::array();
        if (metric.dimension)
            dimensions.push_back({{"value", metric.dimension}, {"localizedValue", metric.dimension}});
        Json entry
            = {{"id", resourceId + "/providers/microsoft.insights/metricdefinitions/" + std::string(metric.name)},
                {"resourceId", resourceId}, {"namespace", type},
                {"name", {{"value", metric.name}, {"localizedValue", metric.title}}}, {"isDimensionRequired", false},
                {"unit", "Count"}, {"primaryAggregationType", metric.summed ? "Total" : "Average"},
                {"supportedAggregationTypes",
                    metric.summed ? Json::array({"Total"}) : Json::array({"Average", "Minimum", "Maximum"})},
                {"metricAvailabilities", Json::array({Json::object({{"timeGrain", "PT1M"}, {"retention", "P93D"}})})}};
        if (metric.dimension)
            entry["dimensions"] = std::move(dimensions);
        value.push_back(std::move(entry));
    }
    return Response::json(Json::object({{"value", std::move(value)}}));
}

} // namespace drover::simulator
