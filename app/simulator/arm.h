#pragma once

#include "app/simulator/service.h"

namespace drover::simulator {

/// The management plane, as far as it is read: subscriptions, hubs, provisioning services and their keys.
class Arm : public Service {
public:
    explicit Arm(World &world);

    std::string name() const override { return "arm"; }
    std::optional<Response> refuse(Call &call, const Route &route) override;
    Response reject(int status, const std::string &message) override;

private:
    void addHubRoutes();
    void addDpsRoutes();
    void add(const char *method, std::string path, std::function<Response(Call &)> answer);
    Response error(int status, const std::string &code, const std::string &message) const;
    Response notFound(const std::string &name) const;
    std::optional<Response> wrongScope(const Call &call) const;
    /// Answers with the hub that the third placeholder names.
    std::function<Response(Call &)> ofHub(std::function<Response(const Call &, const Hub &)> answer);
    std::function<Response(Call &)> ofDps(std::function<Response(const Call &)> answer);
    Response keys(const std::vector<Policy> &policies) const;
    Response oneKey(const std::vector<Policy> &policies, const std::string &name) const;
    Json shown(const Policy &policy) const;
    std::string group() const;
    Json hubResource(const Hub &hub) const;
    Json dpsResource() const;
};

} // namespace drover::simulator
