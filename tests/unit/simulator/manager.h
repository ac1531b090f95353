#pragma once

#include "tests/unit/simulator/door.h"

namespace drover::test {

/// The management plane of a Door.
class Manager {
public:
    explicit Manager(Door &door, std::string token = {})
        : m_door(door)
        , m_token(std::move(token))
    {
        if (m_token.empty())
            m_token = door.world.tokens->issue("https://management.azure.com", simulator::Clock::wallSeconds(), 3'600);
    }

    simulator::Response send(const std::string &method, const std::string &path, const Json &body = Json(),
        const std::map<std::string, std::string> &headers = {}) const
    {
        simulator::Request request = simulator::Request::parse(method, "management.azure.com", path + "?api-version=" + version);
        request.headers["authorization"] = "Bearer " + m_token;
        if (!body.is_null()) {
            request.headers["content-type"] = "application/json";
            request.body = body.dump();
        }
        for (const auto &[name, value] : headers)
            request.headers[name] = value;
        return m_door.azure.handle(request).response;
    }
    std::string subscription() const { return "/subscriptions/" + m_door.world.tenant.subscriptionId; }
    std::string devices() const { return "/providers/Microsoft.Devices"; }
    std::string hub(const std::string &name) const
    {
        return subscription() + "/resourceGroups/" + m_door.world.tenant.resourceGroup + devices() + "/IotHubs/" + name;
    }
    std::string stateOf(const std::string &name) const
    {
        return simulator::textOf(Door::bodyOf(send("GET", hub(name)))["properties"], "state");
    }
    /// What the operation of an answer says by now.
    std::string progress(const simulator::Response &answer) const
    {
        const std::string url = Door::headerOf(answer, "Azure-AsyncOperation");
        const std::size_t path = url.find('/', 8);
        return simulator::textOf(Door::bodyOf(send("GET", url.substr(path, url.find('?') - path))), "status");
    }

    /// That of hubs; other resources have others.
    std::string version = "2023-06-30";

private:
    Door &m_door;
    std::string m_token;
};

} // namespace drover::test
