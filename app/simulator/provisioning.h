#pragma once

#include "app/simulator/world.h"

namespace drover::simulator {

/// The error of a registration whose hub is down.
constexpr int hubUnavailable = 503001;

/// What DPS does with a device that registers: which enrollment serves it, which hub it gets, what moves along.
class Provisioning {
public:
    explicit Provisioning(World &world)
        : m_world(world)
    {
    }

    /// Called when an identity left a hub or was disabled there: its device will notice.
    std::function<void(std::uint32_t device, int hub)> identityLost;

    /// The enrollment that admits the device: its individual one, or else a group whose derived key it proves to hold.
    Enrollment *admits(const std::string &registrationId, std::string_view likelyGroup,
        const std::function<bool(const KeyPair &)> &proves);
    /// Starts an assignment; `done` is called when the registration has its final status.
    void begin(const std::string &registrationId, bool group, const std::string &enrollmentId,
        std::function<void(const Registration &)> done);
    /// The registration state as the service side tells it.
    Json state(const Registration &registration) const;
    /// Puts an identity made by DPS on a hub, at the scenario's start too.
    Identity &settle(Hub &hub, const Registration &registration, const Enrollment &enrollment, TwinRef twin);

private:
    void complete(const std::string &registrationId, bool group, const std::string &enrollmentId);
    void assign(Registration &registration, Enrollment &enrollment);
    void move(Registration &registration, Enrollment &enrollment, int target);
    std::optional<int> choose(const Registration &registration, const Enrollment &enrollment) const;
    bool refused(Registration &registration, Hub &hub, const std::string &deviceId);
    void fail(Registration &registration, int code, std::string message);
    void finish(Registration &registration, int hub, Substatus substatus);
    void removeIdentity(int hub, const std::string &deviceId);

    World &m_world;
};

} // namespace drover::simulator
