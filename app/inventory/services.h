#pragma once

#include "app/backend/arm/armclient.h"
#include "app/backend/dps/dpsclient.h"
#include "app/backend/hub/hubclient.h"
#include "app/backend/identity/connection.h"

#include <map>

namespace drover::inventory {

/// Everything that talks to one fleet: transport, door, clients, clock. Lives on one thread.
class Services final {
public:
    explicit Services(backend::Connection connection);
    ~Services();

    const backend::Connection &connection() const;
    const Clock &clock() const;
    backend::Door &door();
    backend::DpsClient &dps();
    /// Null for a host the connection has no key for.
    backend::HubClient *hub(const QString &host);
    backend::ArmClient *arm();
    /// Budgets follow the hubs' editions; call when stamps are known or changed. Shares are those of the plan.
    void applyLimits(
        const std::vector<fleet::Stamp> &stamps, const fleet::DpsLimits &dps, double dpsShare, double hubShare);
    /// The same with the shares of the last time; whole quotas at first.
    void applyLimits(const std::vector<fleet::Stamp> &stamps, const fleet::DpsLimits &dps);

private:
    struct State;
    std::unique_ptr<State> d;
};

} // namespace drover::inventory
