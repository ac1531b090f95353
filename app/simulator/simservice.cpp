#include "app/simulator/simservice.h"

#include <algorithm>
#include <cmath>

namespace drover::simulator {

SimService::SimService(World &world, DeviceLife &life)
    : Service(world)
    , m_life(life)
{
    add("GET", "/_sim/truth", [this](Call &) { return truth(); });
    add("GET", "/_sim/devices/{id}", [this](Call &call) { return device(call); });
    add("GET", "/_sim/faults", [this](Call &) { return Response::json(m_world.faults.shown()); });
    add("POST", "/_sim/faults", [this](Call &call) { return addFaults(call); });
    add("DELETE", "/_sim/faults", [this](Call &) {
        m_world.faults.clear();
        return Response::empty();
    });
    add("POST", "/_sim/hubs/{name}/outage", [this](Call &call) { return outage(call); });
    add("POST", "/_sim/hubs/{name}/failover", [this](Call &call) { return failover(call); });
    add("POST", "/_sim/clock", [this](Call &call) { return clock(call); });
    add("GET", "/_sim/behavior", [this](Call &) { return Response::json(m_world.behavior.shown()); });
    add("POST", "/_sim/behavior", [this](Call &call) { return behavior(call); });
    add("GET", "/_sim/log", [this](Call &) {
        // Up to the entry before this very request; each turn takes about two milliseconds.
        constexpr std::size_t aTurn = 250;
        const RequestLog &log = m_world.log;
        return Response::inTurns(
            [&log, next = log.begin(), last = log.end(), text = std::string()]() mutable -> std::optional<Response> {
                next = log.appendLines(text, next, last, aTurn);
                if (next < last)
                    return std::nullopt;
                return Response {200, {{"Content-Type", "application/x-ndjson"}}, std::move(text)};
            });
    });
}

void SimService::add(const char *method, const char *path, std::function<Response(Call &)> answer)
{
    m_router.add({method, path, 0, Meter::None, std::move(answer), {}});
}

Response SimService::reject(int status, const std::string &message)
{
    return Response::json(Json::object({{"error", message}}), status);
}

Response SimService::missing(const std::string &id) const
{
    return Response::json(Json::object({{"error", "there is no " + id}}), 404);
}

Response SimService::truth() const
{
    Json hubs = Json::object();
    for (const auto &hub : m_world.hubs) {
        hubs[hub->host] = {{"stamp", hub->stamp}, {"identities", hub->registry.size()}, {"connected", hub->connected},
            {"disabled", hub->disabled}, {"outage", hub->outage}};
    }
    return Response::json({{"now", isoTime(m_world.now())}, {"devices", m_world.devices.size()},
        {"hubs", std::move(hubs)}, {"placement", placement()}, {"requests", m_world.log.counts()},
        {"quotas", quotas()}, {"groups", groups()}});
}

Json SimService::placement() const
{
    std::size_t counts[3] = {0, 0, 0};
    for (const Device &device : m_world.devices)
        ++counts[std::min<std::uint8_t>(device.homes, 2)];
    return {{"one", counts[1]}, {"two", counts[2]}, {"none", counts[0]}};
}

Json SimService::groups() const
{
    std::vector<std::vector<std::size_t>> counts(
        m_world.populations.size(), std::vector<std::size_t>(m_world.hubs.size()));
    for (const Device &device : m_world.devices) {
        if (device.hub >= 0)
            ++counts[device.population][static_cast<std::size_t>(device.hub)];
    }
    Json result = Json::object();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        Json &group = result[m_world.populations[i].name] = Json::object();
        for (std::size_t hub = 0; hub < m_world.hubs.size(); ++hub) {
            if (counts[i][hub] > 0)
                group[m_world.hubs[hub]->stamp] = counts[i][hub];
        }
    }
    return result;
}

Json SimService::quotas() const
{
    Json result = Json::array({m_world.dps.operationQuota.truth(), m_world.dps.registrationQuota.truth()});
    for (Json &row : m_world.armQuotas.truth())
        result.push_back(std::move(row));
    for (const auto &hub : m_world.hubs) {
        const HubQuotas &all = hub->quotas;
        for (const Quota *quota : {&all.registry, &all.queries, &all.twinReads, &all.twinUpdates, &all.methods, &all.jobs}) {
            Json row = quota->truth();
            row["service"] = "hub";
            row["host"] = hub->host;
            result.push_back(std::move(row));
        }
    }
    return result;
}

Response SimService::device(const Call &call) const
{
    const std::uint32_t index = m_world.deviceOf(call.id());
    if (index == noDevice)
        return missing(call.id());
    const Device &one = m_world.devices[index];
    const std::string registrationId = m_world.registrationIdOf(one);
    const std::string deviceId = m_world.deviceIdOf(one);
    Json identities = Json::array();
    for (const auto &hub : m_world.hubs) {
        if (const Identity *identity = hub->find(deviceId)) {
            identities.push_back({{"hub", hub->host}, {"stamp", hub->stamp}, {"connected", identity->connected},
                {"enabled", identity->enabled}, {"generation", identity->generation},
                {"twinVersion", identity->twin->version}});
        }
    }
    const Registration *registration = m_world.dps.registration(registrationId);
    return Response::json({{"registrationId", registrationId}, {"deviceId", deviceId},
        {"group", m_world.populations[one.population].name},
        {"believes", one.hub < 0 ? Json() : Json(m_world.hubs[static_cast<std::size_t>(one.hub)]->host)},
        {"powered", one.powered}, {"deaf", one.deaf}, {"registering", one.registering},
        {"status", registration ? statusText(registration->status) : "unassigned"},
        {"identities", std::move(identities)}});
}

Response SimService::addFaults(const Call &call)
{
    const Json rules = call.body.is_array() ? call.body : Json::array({call.body});
    for (const Json &rule : rules) {
        if (const auto wrong = m_world.faults.add(rule, m_world.now()))
            return reject(400, *wrong);
    }
    return Response::json(m_world.faults.shown());
}

Response SimService::outage(const Call &call)
{
    Hub *hub = m_world.hub(call.id());
    if (!hub)
        return missing(call.id());
    if (!call.body.is_object() || !call.body.contains("on") || !call.body["on"].is_boolean())
        return reject(400, "the body is {\"on\": true} or {\"on\": false}");
    m_life.setOutage(*hub, call.body["on"].get<bool>());
    return Response::json({{"hub", hub->host}, {"outage", hub->outage}});
}

Response SimService::failover(const Call &call)
{
    Hub *hub = m_world.hub(call.id());
    if (!hub)
        return missing(call.id());
    if (!call.body.is_object() || !call.body.contains("seconds") || !call.body["seconds"].is_number_unsigned()
        || call.body["seconds"].get<std::uint64_t>() > 86'400)
        return reject(400, "the body is {\"seconds\": 0 to 86400}");
    const Millis end = m_world.now() + call.body["seconds"].get<Millis>() * 1000;
    hub->failover = true;
    m_life.setOutage(*hub, true);
    m_world.timeline.at(end, [this, hub] {
        hub->failover = false;
        m_life.setOutage(*hub, false);
    });
    if (clockMoved)
        clockMoved();
    return Response::json({{"hub", hub->host}, {"over", isoTime(end)}});
}

Response SimService::clock(const Call &call)
{
    constexpr double tenYears = 315'360'000;
    const bool good = call.body.is_object() && call.body.contains("advance") && call.body["advance"].is_number()
        && std::abs(call.body["advance"].get<double>()) <= tenYears;
    if (!good)
        return reject(400, "the body is {\"advance\": SECONDS}, ten years at most");
    moveClock(static_cast<Millis>(call.body["advance"].get<double>() * 1000));
    return Response::json(Json::object({{"now", isoTime(m_world.now())}}));
}

void SimService::moveClock(Millis by)
{
    m_world.clock.advance(by);
    if (by < 0)
        m_world.timeline.putBack(-by);
    if (clockMoved)
        clockMoved();
}

Response SimService::behavior(const Call &call)
{
    if (const auto wrong = m_world.behavior.apply(call.body))
        return reject(400, "\"" + *wrong + "\" is not a behavior or has no such value");
    return Response::json(m_world.behavior.shown());
}

} // namespace drover::simulator
