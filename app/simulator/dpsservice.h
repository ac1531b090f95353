#pragma once

#include "app/simulator/provisioning.h"
#include "app/simulator/service.h"

namespace drover::simulator {

/// The service side of DPS: enrollments, groups, registrations.
class DpsService : public Service {
public:
    DpsService(World &world, Provisioning &provisioning);

    std::string name() const override { return "dps"; }
    std::optional<Response> refuse(Call &call, const Route &route) override;
    Response reject(int status, const std::string &message) override;

private:
    /// What went wrong with one enrollment: code and message.
    struct Refusal {
        int code;
        std::string message;
    };
    struct Write {
        bool create = false;
        bool mustExist = false;
        /// Must fit the present etag; "*" always does.
        std::optional<std::string> ifMatch;
    };

    void addEnrollmentRoutes(bool group);
    void addRegistrationRoutes();
    Response get(const Call &call, bool group);
    Response put(const Call &call, bool group);
    Response remove(const Call &call, bool group);
    Response attestation(const Call &call, bool group);
    Response bulk(const Call &call, bool group);
    Response query(const Call &call, bool group);
    Response getRegistration(const Call &call);
    Response removeRegistration(const Call &call);
    Response queryRegistrations(const Call &call);

    std::optional<Paging> paging(const Call &call) const;
    std::optional<Refusal> bulkItem(const std::string &mode, const Json &item, bool group);
    std::optional<Refusal> store(const std::string &id, const Json &record, bool group, const Write &write);
    std::optional<Refusal> erase(const std::string &id, bool group, const std::optional<std::string> &ifMatch);
    std::optional<Refusal> check(const std::string &id, const Json &record, bool group) const;
    std::optional<Refusal> checkAttestation(const Json &record, bool group) const;
    std::optional<Refusal> checkAllocation(const Json &record) const;
    std::optional<Refusal> takeCertificates(Enrollment &enrollment) const;
    std::optional<Refusal> takeKeys(Enrollment &enrollment, const Enrollment *present);
    Refusal missing(const std::string &id, bool group) const;
    Response error(const Refusal &refusal) const;
    Json shown(const Enrollment &enrollment, bool withState);

    Provisioning &m_provisioning;
};

} // namespace drover::simulator
