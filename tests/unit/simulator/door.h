#pragma once

#include "app/simulator/azure.h"
#include "app/simulator/scenario.h"

namespace drover::test {

using simulator::Json;

/// The local Azure without a network: requests go in by its one door, and the clock is put forward by hand.
class Door {
public:
    static constexpr const char *twoHubs = R"({
        "name": "two", "stamps": [{ "name": "a", "capacity": 10 }, { "name": "b", "capacity": 10 }],
        "groups": [{ "name": "pumps", "stamp": "a", "count": 2, "idPattern": "pump-#",
                     "twin": { "tags": { "site": "oslo" }, "reported": { "firmware": "1" } } }]
    })";

    explicit Door(const char *scenario = twoHubs, std::uint64_t seed = 1)
        : azure(simulator::readScenario("two", scenario, {1, 1'800'000'000'000, true}, seed).world)
        , world(azure.world())
    {
    }

    std::string hub(const char *stamp) const { return world.hub(stamp)->host; }
    const std::string &dps() const { return world.dps.serviceHost; }

    simulator::Outcome outcome(const std::string &method, const std::string &host, const std::string &path,
        const Json &body = Json(), const std::map<std::string, std::string> &headers = {},
        std::vector<std::string> certificates = {})
    {
        const bool hubHost = host.ends_with(".azure-devices.net");
        const std::string version = hubHost ? "2021-04-12" : "2021-10-01";
        simulator::Request request = simulator::Request::parse(
            method, host, path + (path.contains('?') ? "&" : "?") + "api-version=" + version);
        request.certificates = std::move(certificates);
        if (!body.is_null()) {
            request.body = body.dump();
            request.headers["content-type"] = "application/json";
        }
        if (request.certificates.empty()) {
            const char *audience = hubHost ? "https://iothubs.azure.net" : "https://azure-devices-provisioning.net";
            request.headers["authorization"] = "Bearer " + token(audience);
        }
        for (const auto &[name, value] : headers)
            request.headers[name] = value;
        return azure.handle(request);
    }

    simulator::Response send(const std::string &method, const std::string &host, const std::string &path,
        const Json &body = Json(), const std::map<std::string, std::string> &headers = {})
    {
        return outcome(method, host, path, body, headers).response;
    }

    void pass(int seconds)
    {
        for (int i = 0; i < seconds; ++i) {
            world.clock.advance(1'000);
            world.timeline.runDue(world.now(), 100'000);
        }
    }

    static Json bodyOf(const simulator::Response &response) { return Json::parse(response.body, nullptr, false); }
    static std::string headerOf(const simulator::Response &response, std::string_view wanted)
    {
        for (const auto &[name, value] : response.headers) {
            if (simulator::sameText(name, wanted))
                return value;
        }
        return {};
    }

    simulator::Azure azure;
    simulator::World &world;

private:
    /// Signing takes long: one token serves all requests of a kind.
    const std::string &token(const char *audience)
    {
        std::string &known = m_tokens[audience];
        if (known.empty())
            known = world.tokens->issue(audience, simulator::Clock::wallSeconds(), 3'600);
        return known;
    }

    std::map<std::string, std::string> m_tokens;
};

} // namespace drover::test
