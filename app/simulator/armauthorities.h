#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

/// The certificate authorities of the provisioning service: uploaded, proved to be held, named by enrollments.
class ArmAuthorities {
public:
    explicit ArmAuthorities(ArmDesk &desk);

private:
    using AuthorityAnswer = Response (ArmAuthorities::*)(const Call &, Authority &);

    /// Adds a route below the provisioning service.
    void add(const char *method, const std::string &tail, std::function<Response(const Call &)> answer);
    /// Adds a route of one authority, which there must be.
    void addOne(const char *method, const std::string &tail, AuthorityAnswer answer);
    Response list() const;
    Response get(const Call &call, Authority &authority);
    Response put(const Call &call);
    Response remove(const Call &call, Authority &authority);
    Response giveCode(const Call &call, Authority &authority);
    Response verify(const Call &call, Authority &authority);
    std::optional<Response> stale(const Call &call, const Authority &authority) const;
    Json shown(const Authority &authority) const;
    Dps &dps() const { return m_desk.world().dps; }

    ArmDesk &m_desk;
};

} // namespace drover::simulator
