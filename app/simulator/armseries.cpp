#include "app/simulator/armseries.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace drover::simulator {

namespace {

constexpr Millis minute = 60'000;
constexpr Millis mostPoints = 44'640;

const std::vector<Metric> &allMetrics()
{
    using Sample = ArmMetrics::HubSample;
    static const std::vector<Metric> all{
        {"Microsoft.Devices/IotHubs", "totalDeviceCount", "Total devices", false, nullptr,
            [](const Sample &one) { return one.devices; }},
        {"Microsoft.Devices/IotHubs", "connectedDeviceCount", "Connected devices", false, nullptr,
            [](const Sample &one) { return one.connected; }},
        {"Microsoft.Devices/IotHubs", "devices.totalDevices", "Total devices (deprecated)", true, nullptr,
            [](const Sample &one) { return one.devices; }},
        {"Microsoft.Devices/IotHubs", "devices.connectedDevices.allProtocol", "Connected devices (deprecated)", true,
            nullptr, [](const Sample &one) { return one.connected; }},
        {"Microsoft.Devices/provisioningServices", "DeviceAssignments", "Devices assigned", true, "IotHubName",
            [](const Sample &one) { return one.assigned; }},
    };
    return all;
}

const std::pair<const char *, Millis> intervals[]
    = {{"PT1M", minute}, {"PT5M", 5 * minute}, {"PT15M", 15 * minute}, {"PT30M", 30 * minute}, {"PT1H", 60 * minute},
        {"PT6H", 360 * minute}, {"PT12H", 720 * minute}, {"P1D", 1440 * minute}};

/// "2026-01-31T08:15:30.250Z", fraction and zone optional.
std::optional<Millis> timeOf(const std::string &text)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minutes = 0;
    double seconds = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%lf", &year, &month, &day, &hour, &minutes, &seconds) < 5)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok())
        return std::nullopt;
    const Millis days = std::chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + hour) * 60 + minutes) * minute + static_cast<Millis>(seconds * 1000);
}

std::string shortTime(Millis time)
{
    return isoTime(time).substr(0, 19) + "Z";
}

} // namespace

std::vector<Metric> metricsOf(const std::string &type)
{
    std::vector<Metric> found;
    std::ranges::copy_if(allMetrics(), std::back_inserter(found), [&](const Metric &one) { return type == one.type; });
    return found;
}

SeriesRequest SeriesRequest::parse(const Request &request, const std::string &type, Millis now)
{
    SeriesRequest result;
    if (result.readTimes(request, now) && result.readMetrics(request, type))
        result.readFilter(request);
    return result;
}

bool SeriesRequest::readTimes(const Request &request, Millis now)
{
    to = now / minute * minute;
    from = to - 60 * minute;
    if (const std::string span = request.parameter("timespan"); !span.empty()) {
        const std::size_t slash = span.find('/');
        const std::optional<Millis> start = timeOf(span.substr(0, slash));
        const std::optional<Millis> end = slash == std::string::npos ? std::nullopt : timeOf(span.substr(slash + 1));
        if (!start || !end || *start >= *end) {
            error = "Detected invalid time interval input: " + span
                + ", supported inputs are like 2017-04-14T02:20:00Z/2017-04-14T04:20:00Z.";
            return false;
        }
        from = *start / minute * minute;
        to = *end;
    }
    intervalText = request.parameter("interval").empty() ? "PT1M" : request.parameter("interval");
    const auto known
        = std::ranges::find_if(intervals, [&](const auto &one) { return sameText(one.first, intervalText); });
    interval = sameText(intervalText, "FULL") ? to - from : known == std::end(intervals) ? 0 : known->second;
    if (interval == 0 || (to - from) / interval > mostPoints)
        error = interval == 0 ? "Detected invalid time grain input: " + intervalText
                              : "The timespan is too long for the time grain " + intervalText + ".";
    return error.empty();
}

bool SeriesRequest::readMetrics(const Request &request, const std::string &type)
{
    std::string valid;
    std::vector<const Metric *> known;
    for (const Metric &metric : allMetrics()) {
        if (type != metric.type)
            continue;
        known.push_back(&metric);
        valid += (valid.empty() ? "" : ",") + std::string(metric.name);
    }
    const std::string names = request.parameter("metricnames");
    for (const std::string &name : simulator::split(names.empty() ? known.front()->name : names, ',')) {
        const auto found
            = std::ranges::find_if(known, [&](const Metric *one) { return sameText(one->name, trimmed(name)); });
        if (found == known.end()) {
            error = "Failed to find metric configuration for provider: Microsoft.Devices, resource Type: "
                + type.substr(type.find('/') + 1) + ", metric: " + name + ", Valid metrics: " + valid;
            return false;
        }
        metrics.push_back(*found);
    }
    for (const std::string &name : simulator::split(lower(request.parameter("aggregation")), ',')) {
        static constexpr std::string_view all[] = {"average", "minimum", "maximum", "total", "count"};
        if (std::ranges::find(all, trimmed(name)) != std::end(all))
            aggregations.push_back(trimmed(name));
        else if (!trimmed(name).empty())
            error = "Detected invalid aggregation input: " + name + ".";
    }
    return error.empty();
}

bool SeriesRequest::readFilter(const Request &request)
{
    const std::string filter = trimmed(request.parameter("$filter"));
    if (filter.empty())
        return true;
    const std::size_t first = filter.find('\'');
    const std::size_t last = filter.rfind('\'');
    const bool good = first != last && last + 1 == filter.size()
        && sameText(trimmed(filter.substr(0, first)), "IotHubName eq")
        && std::ranges::all_of(metrics, [](const Metric *one) { return one->dimension != nullptr; });
    if (!good) {
        error = "The filter '" + filter
            + "' is not supported: ask for IotHubName eq 'HOST' or IotHubName eq '*' of a metric with that dimension.";
        return false;
    }
    hub = filter.substr(first + 1, last - first - 1);
    split = hub == "*";
    hub = split ? std::string() : hub;
    return true;
}

Json SeriesRequest::points(
    const Metric &metric, const std::deque<ArmMetrics::Sample> &samples, const std::vector<int> &hubs) const
{
    Json data = Json::array();
    auto at = std::ranges::lower_bound(samples, from, {}, &ArmMetrics::Sample::time);
    for (Millis start = from; start < to; start += interval) {
        Json point = Json::object({{"timeStamp", shortTime(start)}});
        double total = 0;
        double least = 0;
        double most = 0;
        int count = 0;
        for (; at != samples.end() && at->time < std::min(start + interval, to); ++at, ++count) {
            double value = 0;
            for (const int one : hubs)
                value += static_cast<std::size_t>(one) < at->hubs.size()
                    ? metric.of(at->hubs[static_cast<std::size_t>(one)])
                    : 0;
            total += value;
            least = count == 0 ? value : std::min(least, value);
            most = count == 0 ? value : std::max(most, value);
        }
        // Of what is only added up, the other aggregations say 1, whatever was counted.
        const std::map<std::string, double> told{{"total", total}, {"count", count},
            {"average", metric.summed ? 1 : total / std::max(count, 1)}, {"minimum", metric.summed ? 1 : least},
            {"maximum", metric.summed ? 1 : most}};
        const std::vector<std::string> usual{metric.summed ? "total" : "average"};
        for (const std::string &name : aggregations.empty() ? usual : aggregations) {
            if (count > 0)
                point[name] = told.at(name);
        }
        data.push_back(std::move(point));
    }
    return data;
}

std::string SeriesRequest::timespan() const
{
    return shortTime(from) + "/" + shortTime(to);
}

} // namespace drover::simulator
