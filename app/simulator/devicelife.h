#pragma once

#include "app/simulator/provisioning.h"

namespace drover::simulator {

/// What a device says to a direct method; nothing if it lets the caller wait.
struct MethodAnswer {
    int status;
    Json payload;
};

/// What the simulated devices do by themselves: connect, obey, notice that they were moved, register again.
class DeviceLife {
public:
    DeviceLife(World &world, Provisioning &provisioning);

    /// Plans what devices do that are not connected at first: come back, if the scenario says so, or leave a dead hub.
    void start();
    std::optional<MethodAnswer> call(std::uint32_t device, const std::string &method, const Json &payload);
    void desiredChanged(std::uint32_t device, const Json &desired);
    /// The identity was deleted or disabled on this hub, or enabled again.
    void identityChanged(std::uint32_t device, int hub);
    /// The first thousands of its devices notice at once, the others a moment later.
    void setOutage(Hub &hub, bool outage);

private:
    void spreadOutage(Hub &hub, bool outage, const std::string &after);
    void noticeOutage(Hub &hub, bool outage, Identity &identity);
    Device &at(std::uint32_t device) { return m_world.devices[device]; }
    void later(std::uint32_t device, Habits::Span span, void (DeviceLife::*what)(std::uint32_t));
    /// Lets all that the hub holds go with it.
    void deleteHub(Hub &hub);
    void reprovision(std::uint32_t device);
    void disconnect(std::uint32_t device);
    void connect(std::uint32_t device);
    void registerAgain(std::uint32_t device);
    void registerWithCertificate(std::uint32_t device);
    void begin(std::uint32_t device, const Enrollment *enrollment, std::shared_ptr<const CertificateInfo> certificate);
    void registered(std::uint32_t device, const Registration &registration);
    void waitForQuota(std::uint32_t device, Millis wait);

    World &m_world;
    Provisioning &m_provisioning;
    Millis m_backlog = 0;
};

} // namespace drover::simulator
