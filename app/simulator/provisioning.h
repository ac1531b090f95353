#pragma once

#include "app/simulator/clientcertificate.h"
#include "app/simulator/world.h"

namespace drover::simulator {

/// The error of a registration whose hub is down.
constexpr int hubUnavailable = 503001;

/// A device that registers: which enrollment admits it, and what it brings along.
struct Claim {
    std::string registrationId;
    bool group = false;
    std::string enrollmentId;
    /// What the device tells a custom allocation.
    Json payload {};
    /// The certificate that it holds; null if it has symmetric keys.
    std::shared_ptr<const CertificateInfo> certificate {};
};

/// By the certificate that the device registered with, or by keys again when there is none; a reason of its status stays.
void authenticate(Identity &identity, const CertificateInfo *certificate);

/// What DPS does with a device that registers: which enrollment serves it, which hub it gets, what moves along.
class Provisioning {
public:
    using Done = std::function<void(const Registration &)>;

    explicit Provisioning(World &world)
        : m_world(world)
    {
    }

    /// Called when an identity left a hub or was disabled there: its device will notice.
    std::function<void(std::uint32_t device, int hub)> identityLost;

    /// The enrollment that admits the device: its individual one, or else a group whose derived key it proves to hold.
    Enrollment *admits(const std::string &registrationId, std::string_view likelyGroup,
        const std::function<bool(const KeyPair &)> &proves);
    /// The same for a device that holds the first certificate of the chain: its individual enrollment, or else the
    /// group of the certificate that comes first on the way up.
    Enrollment *admits(const std::string &registrationId, const std::vector<std::string> &chain);
    /// Starts an assignment; `done` is called when the registration has its final status.
    void begin(Claim claim, Done done);
    /// The registration state as the service side tells it.
    Json state(const Registration &registration) const;

private:
    /// Where a registration is to go, and what a custom allocation wants besides.
    struct Target {
        int hub;
        /// The object whose "initialTwin" counts.
        const Json &twinSource;
    };

    void complete(const Claim &claim, const Done &done);
    void askWebhook(const Claim &claim, const Registration &registration, const Enrollment &enrollment, const Done &done);
    void heardFromWebhook(const Claim &claim, int status, const std::string &body);
    bool stays(const Registration &registration, const Enrollment &enrollment) const;
    bool isKnown(const Registration &registration, const Enrollment &enrollment) const;
    void assign(Registration &registration, const Enrollment &enrollment, const Claim &claim, const Target &target);
    void move(Registration &registration, const Enrollment &enrollment, const Claim &claim, const Target &target);
    Identity &settle(Hub &hub, const Registration &registration, const Enrollment &enrollment, const Claim &claim, TwinRef twin);
    bool refused(Registration &registration, Hub &hub, const std::string &deviceId);
    void fail(Registration &registration, int code, std::string message);
    void finish(Registration &registration, int hub, Substatus substatus);
    void removeIdentity(int hub, const std::string &deviceId);

    World &m_world;
};

} // namespace drover::simulator
