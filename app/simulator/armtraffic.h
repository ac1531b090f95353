#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

/// Traffic Manager: which stamp's application the fleet's host name leads to.
class ArmTraffic {
public:
    explicit ArmTraffic(ArmDesk &desk);

    std::vector<Json> resources() const;

private:
    struct Endpoint {
        /// "ExternalEndpoints"
        std::string type;
        std::string name;
        Json properties;
        /// Since when it is enabled: probes take a while to find it well.
        Millis enabledSince = 0;
    };
    struct Profile {
        std::string name;
        Json tags = Json::object();
        /// Without the endpoints.
        Json properties;
        std::vector<Endpoint> endpoints;
    };

    /// By another profile than that one: the name of all in trafficmanager.net is one.
    bool isTaken(const std::string &dnsName, const std::string &but) const;
    void addProfileRoutes();
    void addEndpointRoutes();
    Profile *find(const std::string &name);
    static Endpoint *find(Profile &profile, const std::string &type, const std::string &name);
    Json shown(const Profile &profile) const;
    Json shown(const Profile &profile, const Endpoint &endpoint) const;
    std::string monitorStatus(const Profile &profile, const Endpoint &endpoint) const;
    std::string monitorStatus(const Profile &profile) const;
    Response writeProfile(const Call &call, bool whole);
    Response writeEndpoint(const Call &call, bool whole);
    Response removeEndpoint(const Call &call);
    /// Takes over what was sent; what is wrong with it otherwise. The profile is a copy until all of it is right.
    std::optional<std::string> take(Profile &profile, const Json &properties, bool whole) const;
    std::optional<std::string> take(
        Profile &profile, const std::string &type, const std::string &name, const Json &properties, bool whole) const;
    std::string profileId(const Profile &profile) const;
    Response profileNotFound(const Call &call) const;

    ArmDesk &m_desk;
    std::map<std::string, Profile> m_profiles;
};

/// The endpoint of the first stamp with an application of its own, as the endpoints file names it; null if there is
/// none.
Json firstTrafficEndpoint(const World &world);

} // namespace drover::simulator
