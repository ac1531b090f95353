#pragma once

#include "app/simulator/text.h"

#include <string>

namespace drover::simulator {

/// The certificates that devices of one make are born with, in DER: every one follows from the secret, its name and the
/// moment, so that the same seed makes the same ones. Their keys are Ed25519, whose signatures are no matter of chance.
class DeviceCertificates final {
public:
    DeviceCertificates(std::string secret, std::string name, Millis since);

    /// The authority that signs them all: what an enrollment group attests.
    std::string authority() const;
    /// A device's own: what its individual enrollment attests.
    std::string of(const std::string &registrationId) const;

private:
    std::string m_secret;
    std::string m_name;
    Millis m_since;
};

} // namespace drover::simulator
