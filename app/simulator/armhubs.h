#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

constexpr const char *hubType = "Microsoft.Devices/IotHubs";

/// Hubs as Resource Manager knows them: created and deleted, read, resized, tagged, keys told and changed.
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
        /// The state that a change under way gives the hub, or empty.
        std::string underWay {};
    };
    using HubAnswer = std::function<Response(const Call &, Hub &)>;

    void add(const char *method, const std::string &tail, HubAnswer answer);
    Hub *find(const std::string &name) const;
    std::string idOf(const Hub &hub) const;
    Record &record(const Hub &hub);
    Json resource(const Hub &hub) const;
    Json properties(const Hub &hub, const Record &record) const;
    static Json quotaMetrics(const Hub &hub);
    Response put(const Call &call, Hub &hub);
    Response patch(const Call &call, Hub &hub);
    void apply(Hub &hub, const Json &body, std::vector<Policy> policies);
    std::optional<Response> refuseResource(const Call &call) const;
    std::optional<Response> refuseChange(const Call &call, const Hub &hub, const Record &record) const;
    std::optional<Response> refusePut(const Call &call, const Hub &hub, const Record &record) const;

    Response create(const Call &call);
    std::optional<Response> refuseCreation(const Call &call) const;
    Response remove(const Call &call, Hub &hub);
    void erase(Hub &hub);
    Response nameAvailability(const Call &call) const;
    Json usages() const;
    static Json skus(const Hub &hub);
    /// The hubs of this subscription that are free, or those that are not.
    int count(bool free) const;
    bool visible(const Hub &hub) const;

    ArmDesk &m_desk;
    std::map<std::string, Record> m_records;
};

/// What is wrong with a hub's size, or with changing the current one to it, if there is one; or nothing.
std::optional<std::string> wrongSku(const Json *sku, const std::string &current);
std::string tierOf(const std::string &sku);
int mostUnits(const std::string &sku);

} // namespace drover::simulator
