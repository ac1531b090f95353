#pragma once

#include "app/simulator/service.h"

namespace drover::simulator {

/// The management plane: subscriptions, hubs, provisioning services, traffic managers, the graph and the metrics.
class Arm : public Service {
public:
    explicit Arm(World &world);
    ~Arm() override;

    std::string name() const override { return "arm"; }
    std::optional<Response> refuse(Call &call, const Route &route) override;
    Response reject(int status, const std::string &message) override;
    Response unrouted(const Request &request, bool pathKnown) override;

private:
    std::optional<Response> throttled(const Request &request, const std::string &scope, const std::string &principal);
    std::optional<Response> wrongScope(const Call &call, const Route &route) const;
    void addTenantRoutes();

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace drover::simulator
