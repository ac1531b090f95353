#pragma once

#include "app/simulator/armmetrics.h"

namespace drover::simulator {

/// A number that Monitor keeps.
struct Metric {
    const char *type;
    const char *name;
    const char *title;
    /// Added up over time; a snapshot otherwise.
    bool summed;
    const char *dimension;
    double (*of)(const ArmMetrics::HubSample &sample);
};

std::vector<Metric> metricsOf(const std::string &type);

/// A request for metrics, read; or what is wrong with it.
struct SeriesRequest {
    std::vector<const Metric *> metrics;
    std::vector<std::string> aggregations;
    Millis from = 0;
    Millis to = 0;
    Millis interval = 0;
    std::string intervalText;
    /// The one hub that is asked about; all if empty.
    std::string hub;
    bool split = false;
    std::string error;

    static SeriesRequest parse(const Request &request, const std::string &type, Millis now);
    bool wants(const std::string &host) const { return hub.empty() || sameText(hub, host); }
    /// The points of one series, of some hubs together.
    Json points(
        const Metric &metric, const std::deque<ArmMetrics::Sample> &samples, const std::vector<int> &hubs) const;
    std::string timespan() const;
    std::int64_t cost() const { return (to - from) / 60'000 - 1; }

private:
    bool readTimes(const Request &request, Millis now);
    bool readMetrics(const Request &request, const std::string &type);
    bool readFilter(const Request &request);
};

} // namespace drover::simulator
