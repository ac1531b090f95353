#include "app/simulator/dpsdevice.h"

#include "app/simulator/dpserrors.h"

namespace drover::simulator {

namespace {

/// "Azure IoT Hub Device Provisioning Service limits": 5 polls in 10 s a device, and 96 KB a message.
constexpr int mostPolls = 5;
constexpr Millis pollWindow = 10'000;
constexpr std::size_t largestMessage = 96 * 1024;
/// Which code a full DPS answers is not documented; this is that of a full hub.
constexpr int quotaExceeded = 403002;

} // namespace

DpsDevice::DpsDevice(World &world, Provisioning &provisioning)
    : Service(world)
    , m_provisioning(provisioning)
{
    m_router.add({"PUT", "/{idScope}/registrations/{id}/register", 0, Meter::None,
        [this](Call &call) { return enroll(call); }, {}});
    m_router.add({"GET", "/{idScope}/registrations/{id}/operations/{operationId}", 0, Meter::None,
        [this](Call &call) { return poll(call); }, {}});
    m_router.add({"POST", "/{idScope}/registrations/{id}", 0, Meter::None,
        [this](Call &call) { return lookUp(call); }, {}});
}

std::optional<Response> DpsDevice::refuse(Call &call, const Route &)
{
    if (!knownDpsVersion(call.request.parameter("api-version")))
        return dpsError(m_world, 400004, "The api-version is missing or not supported; use 2021-10-01.");
    if (call.args[0] != m_world.dps.idScope)
        return dpsError(m_world, 401002, "Unknown ID scope.");
    if (byCertificate(call))
        return admitted(call) ? std::nullopt : std::optional(dpsError(m_world, 401002, "Invalid certificate"));
    const auto token = SasToken::parse(call.request.header("authorization"));
    if (!token || token->expired(tokenTime()) || token->policy != "registration"
        || !token->isFor(call.args[0] + "/registrations/" + call.args[1]))
        return dpsError(m_world, 401002, "Unauthorized");
    if (!admitted(call))
        return dpsError(m_world, 401002, "Unauthorized");
    return std::nullopt;
}

Response DpsDevice::reject(int status, const std::string &message) { return dpsError(m_world, status * 1000, message); }

bool DpsDevice::byCertificate(const Call &call)
{
    return !call.request.certificates.empty() && !call.request.has("authorization");
}

std::shared_ptr<const CertificateInfo> DpsDevice::certificateOf(const Call &call)
{
    const auto leaf = byCertificate(call) ? certificateInfo(call.request.certificates.front()) : std::nullopt;
    return leaf ? std::make_shared<const CertificateInfo>(*leaf) : nullptr;
}

Enrollment *DpsDevice::admittedByCertificate(const Call &call)
{
    const auto leaf = certificateInfo(call.request.certificates.front());
    const Millis now = Clock::wallSeconds() * 1000;
    const bool good = leaf && sameText(leaf->commonName, call.args[1]) && leaf->notBefore <= now && now < leaf->notAfter;
    return good ? m_provisioning.admits(call.args[1], call.request.certificates) : nullptr;
}

Enrollment *DpsDevice::admitted(const Call &call)
{
    if (byCertificate(call))
        return admittedByCertificate(call);
    const auto token = SasToken::parse(call.request.header("authorization"));
    const std::uint32_t device = m_world.deviceOf(call.args[1]);
    const std::string likely
        = device == noDevice ? std::string() : m_world.populations[m_world.devices[device].population].group;
    return m_provisioning.admits(call.args[1], likely, [&](const KeyPair &keys) { return token->signedWith(keys); });
}

Response DpsDevice::enroll(const Call &call)
{
    if (!sameText(textOf(call.body, "registrationId"), call.args[1]))
        return dpsError(m_world, 400004, "registrationId must be the id in the path.");
    if (call.request.body.size() > largestMessage)
        return dpsError(m_world, 400004, "A registration request has at most 98304 bytes.");
    if (!m_world.dps.registration(call.args[1]) && m_world.dps.registrations.size() >= m_world.dps.maxima.registrations)
        return dpsError(m_world, quotaExceeded, "The maximum number of registrations is reached.");
    const Millis now = m_world.now();
    if (const Millis wait = m_world.dps.registrationQuota.take(now, 1, m_world.enforceQuotas); wait > 0)
        return dpsThrottled(m_world, wait);
    const Enrollment *enrollment = admitted(call);
    const std::string operationId = "5." + base64Url(call.args[1]) + "." + m_world.random.uuid();
    m_world.dps.operations[operationId].registrationId = call.args[1];
    Claim claim {call.args[1], enrollment->group, enrollment->id, call.body.value("payload", Json()), certificateOf(call)};
    const auto certificate = claim.certificate;
    m_provisioning.begin(std::move(claim), [this, operationId, certificate](const Registration &done) {
        Operation &operation = m_world.dps.operations[operationId];
        operation.done = true;
        operation.result = result(done, certificate.get());
    });
    m_world.timeline.at(now + 600'000, [this, operationId, id = lower(call.args[1])] {
        m_world.dps.operations.erase(operationId);
        m_world.dps.pollQuotas.erase(id);
    });
    return Response::json({{"operationId", operationId}, {"status", "assigning"}}, 202)
        .with("Retry-After", "3")
        .with("Location", "https://" + call.request.host + "/" + call.args[0] + "/registrations/"
                + percentEncode(call.args[1]) + "/operations/" + operationId
                + "?api-version=" + call.request.parameter("api-version"));
}

Response DpsDevice::poll(const Call &call)
{
    const auto found = m_world.dps.operations.find(call.args[2]);
    if (found == m_world.dps.operations.end() || !sameText(found->second.registrationId, call.args[1]))
        return dpsError(m_world, 404203, "Operation not found.");
    Quota &quota = m_world.dps.pollQuotas.try_emplace(lower(call.args[1]), "dps", "polls", mostPolls, pollWindow).first->second;
    if (const Millis wait = quota.take(m_world.now(), 1, m_world.enforceQuotas); wait > 0)
        return dpsThrottled(m_world, wait);
    if (!found->second.done)
        return Response::json({{"operationId", call.args[2]}, {"status", "assigning"}}, 202).with("Retry-After", "3");
    const Json &state = found->second.result;
    return Response::json({{"operationId", call.args[2]}, {"status", state["status"]}, {"registrationState", state}});
}

Response DpsDevice::lookUp(const Call &call)
{
    const Registration *registration = m_world.dps.registration(call.args[1]);
    return registration ? Response::json(result(*registration, certificateOf(call).get()))
                        : dpsError(m_world, 404202, "Registration " + call.args[1] + " not found.");
}

Json DpsDevice::result(const Registration &registration, const CertificateInfo *certificate) const
{
    Json state = m_provisioning.state(registration);
    if (certificate)
        state["x509"] = Json::object({{"certificateInfo", certificate->shown()}});
    for (const auto &[id, members] : m_world.dps.members) {
        const Enrollment *group = m_world.dps.find(true, id);
        if (group && registration.group == &members)
            state[certificate ? "x509" : "symmetricKey"]["enrollmentGroupId"] = group->id;
    }
    return state;
}

} // namespace drover::simulator
