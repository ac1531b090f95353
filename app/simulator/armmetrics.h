#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

/// Monitor: what hubs and the provisioning service were like, minute by minute.
class ArmMetrics {
public:
    explicit ArmMetrics(ArmDesk &desk);

    /// What one hub was like when it was looked at.
    struct HubSample {
        double devices = 0;
        double connected = 0;
        /// Devices that DPS assigned to it since the sample before.
        double assigned = 0;
    };
    struct Sample {
        Millis time = 0;
        std::vector<HubSample> hubs;
    };

private:
    void look();
    Response answer(const Call &call, const std::string &resourceId, const std::string &type, int hub) const;
    static Response definitions(const std::string &resourceId, const std::string &type);

    ArmDesk &m_desk;
    std::deque<Sample> m_samples;
    std::vector<std::uint64_t> m_assigned;
};

} // namespace drover::simulator
