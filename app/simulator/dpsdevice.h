#pragma once

#include "app/simulator/provisioning.h"
#include "app/simulator/service.h"

namespace drover::simulator {

/// The device side of DPS: register, poll, look up.
class DpsDevice : public Service {
public:
    DpsDevice(World &world, Provisioning &provisioning);

    std::string name() const override { return "dps-device"; }
    std::optional<Response> refuse(Call &call, const Route &route) override;
    Response reject(int status, const std::string &message) override;

private:
    Response enroll(const Call &call);
    Response poll(const Call &call);
    Response lookUp(const Call &call);
    Json result(const Registration &registration, const CertificateInfo *certificate) const;
    Enrollment *admitted(const Call &call);
    Enrollment *admittedByCertificate(const Call &call);
    /// Whether the device shows who it is by its TLS certificate.
    static bool byCertificate(const Call &call);
    /// Null without one.
    static std::shared_ptr<const CertificateInfo> certificateOf(const Call &call);

    Provisioning &m_provisioning;
};

} // namespace drover::simulator
