#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

/// The provisioning service as Resource Manager knows it: which hubs it links and how, its tags and keys.
class ArmDps {
public:
    explicit ArmDps(ArmDesk &desk);

    std::vector<Json> resources() const { return {resource("2022-12-12")}; }

private:
    /// One hub in the list of a PUT.
    struct Link {
        int hub;
        std::string policy;
        std::string key;
        bool allocating;
        int weight;
    };
    struct Change {
        std::vector<Link> links;
        std::string allocationPolicy;
        std::vector<Policy> policies;
        Json tags;
        Json properties;
    };
    using DpsAnswer = std::function<Response(const Call &)>;

    void add(const char *method, const std::string &tail, DpsAnswer answer);
    Json resource(const std::string &version) const;
    Response put(const Call &call);
    Response patch(const Call &call);
    std::optional<Response> refusePut(const Call &call) const;
    /// Reads a PUT; what is wrong with it otherwise.
    std::optional<std::string> read(const Json &body, Change &change) const;
    std::optional<std::string> readLink(const Json &entry, Link &link) const;
    std::optional<std::string> enter(
        const std::string &host, const std::string &policy, const std::string &key, Link &link) const;
    void apply(const Change &change);

    ArmDesk &m_desk;
    std::string m_location;
    Json m_tags = Json::object();
    Json m_properties = Json::object();
    std::uint64_t m_etag;
    bool m_changing = false;
};

} // namespace drover::simulator
