#pragma once

#include "app/backend/http/door.h"
#include "models/fleet/fleet.h"

namespace drover::backend {

/// Reads hubs and the DPS; a stamp is a hub with the tags stamp, stamp-ring, stamp-capacity, stamp-generation,
/// stamp-application.
class ArmClient final {
public:
    ArmClient(Door &door, QString host, QString subscription);

    /// Every hub of the subscription, following nextLink; hubs without our tags become stamps named after themselves.
    QCoro::Task<Result<std::vector<fleet::Stamp>>> stamps(std::stop_token stop);
    /// Where a hub that stamps() told of lies; empty for any other.
    QString resourceGroup(const HubHostName &hub) const;
    /// TotalDeviceCount and TotalMessages into `stamp.health`.
    QCoro::Task<Result<fleet::HubHealth>> quotaMetrics(QString resourceGroup, QString hubName, std::stop_token stop);
    QCoro::Task<Result<fleet::Dps>> dps(QString resourceGroup, QString name, std::stop_token stop);

private:
    Door &m_door;
    QString m_host;
    QString m_subscription;
    QHash<HubHostName, QString> m_resourceGroups;
};

} // namespace drover::backend
