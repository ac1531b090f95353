#pragma once

#include "app/simulator/clientcertificate.h"
#include "app/simulator/devicelife.h"
#include "app/simulator/query.h"
#include "app/simulator/service.h"

namespace drover::simulator {

/// One scheduled job of a hub.
struct Job {
    std::string id;
    std::string type;
    Json request;
    std::string status = "queued";
    Millis created = 0;
    Millis started = 0;
    Millis ended = 0;
    Hub *hub = nullptr;
    std::vector<std::string> devices;
    std::size_t nextDevice = 0;
    std::size_t succeeded = 0;
    std::size_t failed = 0;
    Json outcomes = Json::array();

    bool active() const { return status == "queued" || status == "running"; }
    bool over() const { return status != "scheduled" && !active(); }
    Json shown() const;
};

/// The service side of an IoT hub, and the little of the device side that goes by HTTP.
class HubService : public Service {
public:
    HubService(World &world, DeviceLife &life);

    std::string name() const override { return "hub"; }
    std::optional<Response> refuse(Call &call, const Route &route) override;
    Response reject(int status, const std::string &message) override;
    bool wantsJson(const Route &route) const override { return route.path != eventsPath && route.path != messagesPath; }

private:
    static constexpr const char *eventsPath = "/devices/{id}/messages/events";
    static constexpr const char *messagesPath = "/devices/{id}/messages/deviceBound";

    void addRegistryRoutes();
    void addTwinRoutes();
    void addJobRoutes();
    void addModuleRoutes();
    void addMessageRoutes();
    void addConfigurationRoutes();
    void add(const char *method, const char *path, unsigned right, Meter meter, Response (HubService::*answer)(Call &),
        std::function<int(const Call &)> cost = {});
    bool deviceMay(const Call &call) const;
    std::optional<Response> throttled(Call &call, const Route &route);

    Response listDevices(Call &call);
    Response getDevice(Call &call);
    Response putDevice(Call &call);
    Response removeDevice(Call &call);
    Response bulk(Call &call);
    Response deviceStatistics(Call &call);
    Response serviceStatistics(Call &call);

    Response listModules(Call &call);
    Response getModule(Call &call);
    Response putModule(Call &call);
    Response removeModule(Call &call);
    Response getModuleTwin(Call &call);
    Response patchModuleTwin(Call &call);
    Response putModuleTwin(Call &call);
    Response changeModuleTwin(Call &call, bool replace);
    Response moduleMethod(Call &call);

    Response sendMessage(Call &call);
    Response purgeMessages(Call &call);

    Response listConfigurations(Call &call);
    Response getConfiguration(Call &call);
    Response putConfiguration(Call &call);
    Response removeConfiguration(Call &call);
    Response event(Call &call);

    Response getTwin(Call &call);
    Response patchTwin(Call &call);
    Response putTwin(Call &call);
    Response changeTwin(Call &call, bool replace);
    Response method(Call &call);

    Response query(Call &call);
    Response queryRows(const Query &query, const Paging &paging, const Hub::Registry &all);
    Response queryModules(const Query &query, const Paging &paging, const Hub &hub);
    Response queryAggregates(const Query &query, const Paging &paging, Hub &hub);
    static Response pageOf(const Json &rows, const Paging &paging, const char *itemType);
    Response queryJobDevices(const Query &query, const Paging &paging, const Hub &hub);

    Response putJob(Call &call);
    Response getJob(Call &call);
    Response cancelJob(Call &call);
    Response listJobs(Call &call);
    void startJob(Job &job, const std::string &key);
    void runJob(const std::string &key);
    void runJobOn(Job &job, const std::string &deviceId);

    void storeDevice(Hub &hub, const std::string &id, const Json &record);
    void eraseDevice(Hub &hub, const std::string &id);
    void applyTwinChange(Hub &hub, const std::string &id, const Json &change, bool replace);
    /// The error of a bulk item: symbolic code and message, or nothing.
    using BulkError = std::optional<std::pair<std::string, std::string>>;
    BulkError bulkItem(Hub &hub, const Json &item);
    BulkError bulkCreate(Hub &hub, const std::string &id, const Json &item);
    BulkError bulkTwin(Hub &hub, const std::string &id, const Json &item, const std::string &mode);

    Response error(const std::string &symbol, int code, const std::string &message) const;
    Response nested(int code, const std::string &message) const;
    Response notFound(const std::string &id) const;

    DeviceLife &m_life;
    std::map<std::string, Job> m_jobs;
};

/// An identity as `GET /devices/{id}` tells it.
Json shownIdentity(const std::string &id, const Identity &identity);
/// A module's identity as `GET /devices/{id}/modules/{moduleId}` tells it.
Json shownModule(const std::string &deviceId, const std::string &moduleId, const Identity &identity);
/// A module twin as JSON text.
std::string shownModuleTwin(const std::string &deviceId, const std::string &moduleId, const Identity &identity);
/// A device twin as JSON text, as `GET /twins/{id}` and `SELECT *` tell it.
std::string shownTwin(const std::string &id, const Identity &identity);
QueryLookup lookupIn(const std::string &id, const Identity &identity);
/// The keys of a record that a client sent, the present ones, or new ones.
KeySource keysFrom(World &world, const Json &record, const KeySource &present, const std::string &id);

} // namespace drover::simulator
