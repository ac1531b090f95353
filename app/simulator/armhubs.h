#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

/// Hubs as Resource Manager knows them: read, resized, tagged, keys told and changed.
class ArmHubs {
public:
    explicit ArmHubs(ArmDesk &desk);

    std::vector<Json> resources() const;

private:
    /// What the simulated hub itself does not keep.
    struct Record {
        Json tags;
        /// Properties that a client once set.
        Json properties = Json::object();
        std::uint64_t etag = 0;
        bool changing = false;
    };
    using HubAnswer = std::function<Response(const Call &, Hub &)>;

    void add(const char *method, const std::string &tail, HubAnswer answer);
    Record &record(const Hub &hub);
    Json resource(const Hub &hub) const;
    Json properties(const Hub &hub, const Record &record) const;
    static Json quotaMetrics(const Hub &hub);
    Response put(const Call &call, Hub &hub);
    Response patch(const Call &call, Hub &hub);
    void apply(Hub &hub, const Json &body, std::vector<Policy> policies);
    std::optional<Response> refusePut(const Call &call, const Hub &hub, const Record &record) const;
    bool visible(const Hub &hub) const;

    ArmDesk &m_desk;
    std::map<std::string, Record> m_records;
};

/// What is wrong with a hub's new size, or nothing.
std::optional<std::string> wrongSku(const Json *sku, const std::string &current);

} // namespace drover::simulator
