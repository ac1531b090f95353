#pragma once

#include "app/simulator/devicelife.h"
#include "app/simulator/service.h"

namespace drover::simulator {

/// `/_sim/`: the truth, faults, outages and the clock. For tests; needs no authorization.
class SimService : public Service {
public:
    SimService(World &world, DeviceLife &life);

    std::string name() const override { return "simulator"; }
    std::optional<Response> refuse(Call &, const Route &) override { return std::nullopt; }
    Response reject(int status, const std::string &message) override;

    /// Adds a route of another service's own.
    void add(const char *method, const char *path, std::function<Response(Call &)> answer);

    void moveClock(Millis by);

    /// Called when the clock was moved.
    std::function<void()> clockMoved;

private:
    Response truth() const;
    Response device(const Call &call) const;
    Response addFaults(const Call &call);
    Response outage(const Call &call);
    Response failover(const Call &call);
    Response clock(const Call &call);
    Response behavior(const Call &call);
    Response missing(const std::string &id) const;
    Json placement() const;
    Json groups() const;
    Json quotas() const;

    DeviceLife &m_life;
};

} // namespace drover::simulator
