#include "app/simulator/provisioning.h"

#include "app/simulator/allocation.h"

#include <algorithm>

namespace drover::simulator {

namespace {

/// Absent policies and members mean "migrate".
std::pair<bool, bool> reprovisionPolicy(const Enrollment &enrollment)
{
    const auto policy = enrollment.record.find("reprovisionPolicy");
    if (policy == enrollment.record.end() || !policy->is_object())
        return {true, true};
    const auto flag = [&](const char *name) {
        const auto found = policy->find(name);
        return found == policy->end() || !found->is_boolean() || found->get<bool>();
    };
    return {flag("updateHubAssignment"), flag("migrateDeviceData")};
}

std::string deviceIdFor(const Registration &registration, const Enrollment &enrollment)
{
    const std::string wanted = enrollment.group ? std::string() : textOf(enrollment.record, "deviceId");
    return wanted.empty() ? registration.id : wanted;
}

/// The certificates that a device's chain may lead to: the enrollment's own, and those of authorities it refers to.
std::vector<std::string> signers(const Dps &dps, const Enrollment &enrollment)
{
    std::vector<std::string> result = enrollment.group
        ? attestedCertificates(enrollment.record.value("attestation", Json()), "signingCertificates")
        : std::vector<std::string>();
    for (const std::string &name : enrollment.authorities()) {
        if (const Authority *authority = dps.authority(name))
            result.push_back(authority->der);
    }
    return result;
}

/// Whether each certificate is signed by the next.
bool holds(const std::vector<std::string> &chain)
{
    for (std::size_t i = 1; i < chain.size(); ++i) {
        if (!isSignedBy(chain[i - 1], chain[i]))
            return false;
    }
    return true;
}

bool edgeCapable(const Enrollment &enrollment)
{
    const auto capabilities = enrollment.record.find("capabilities");
    return capabilities != enrollment.record.end() && capabilities->is_object()
        && capabilities->value("iotEdge", Json(false)) == Json(true);
}

} // namespace

void authenticate(Identity &identity, const CertificateInfo *certificate)
{
    if (!certificate && !identity.authentication())
        return;
    IdentityNote note {identity.note ? identity.note->statusReason : std::string(), Json()};
    if (certificate) {
        note.authentication = {{"type", "selfSigned"},
            {"x509Thumbprint", {{"primaryThumbprint", certificate->sha1}, {"secondaryThumbprint", nullptr}}}};
    }
    identity.note = std::make_shared<const IdentityNote>(std::move(note));
}

Enrollment *Provisioning::admits(const std::string &registrationId, std::string_view likelyGroup,
    const std::function<bool(const KeyPair &)> &proves)
{
    if (Enrollment *individual = m_world.dps.find(false, registrationId))
        return individual->keys && proves(*individual->keys) ? individual : nullptr;
    const auto serves = [&](const Enrollment &group) {
        return group.keys && proves(KeySource {group.keys, true}.pairFor(registrationId));
    };
    Enrollment *likely = m_world.dps.find(true, likelyGroup);
    if (likely && serves(*likely))
        return likely;
    for (auto &[id, group] : m_world.dps.groups) {
        if (&group != likely && serves(group))
            return &group;
    }
    return nullptr;
}

Enrollment *Provisioning::admits(const std::string &registrationId, const std::vector<std::string> &chain)
{
    if (Enrollment *individual = m_world.dps.find(false, registrationId)) {
        const auto held = attestedCertificates(individual->record["attestation"], "clientCertificates");
        const auto vouches = [&](const std::string &der) { return der != chain.back() ? isSignedBy(chain.back(), der) : chain.size() > 1; };
        const bool vouched = holds(chain) && std::ranges::any_of(signers(m_world.dps, *individual), vouches);
        return vouched || std::ranges::find(held, chain.front()) != held.end() ? individual : nullptr;
    }
    const auto groupOf = [this](const auto &fits) -> Enrollment * {
        for (auto &[id, group] : m_world.dps.groups) {
            if (std::ranges::any_of(signers(m_world.dps, group), fits))
                return &group;
        }
        return nullptr;
    };
    for (std::size_t i = 1; i < chain.size() && isSignedBy(chain[i - 1], chain[i]); ++i) {
        if (Enrollment *group = groupOf([&](const std::string &der) { return der == chain[i]; }))
            return group;
    }
    if (!holds(chain))
        return nullptr;
    // Clients leave out the root.
    return groupOf([&](const std::string &der) { return der != chain.back() && isSignedBy(chain.back(), der); });
}

void Provisioning::begin(Claim claim, Done done)
{
    const Millis now = m_world.now();
    Registration &registration = m_world.dps.registrationFor(claim.registrationId, now);
    registration.status = RegistrationStatus::Assigning;
    registration.updated = now;
    registration.etag = m_world.next();
    m_world.timeline.at(now + m_world.random.between(300, 900),
        [this, claim = std::move(claim), done = std::move(done)] { complete(claim, done); });
}

void Provisioning::complete(const Claim &claim, const Done &done)
{
    Registration &registration = m_world.dps.registrationFor(claim.registrationId, m_world.now());
    registration.errorCode = 0;
    registration.note.reset();
    registration.updated = m_world.now();
    registration.etag = m_world.next();
    const Enrollment *enrollment = m_world.dps.find(claim.group, claim.enrollmentId);
    if (!enrollment) {
        fail(registration, claim.group ? 404204 : 404201, "The enrollment is gone.");
    } else if (!enrollment->enabled()) {
        registration.status = RegistrationStatus::Disabled;
    } else if (allocationPolicy(m_world, *enrollment) == "custom") {
        return askWebhook(claim, registration, *enrollment, done);
    } else {
        const std::optional<int> target = stays(registration, *enrollment)
            ? registration.hub
            : allocate(m_world, *enrollment, registration.id);
        if (target)
            assign(registration, *enrollment, claim, {*target, enrollment->record});
        else
            fail(registration, 404210, "No linked IoT hub fits the enrollment.");
    }
    done(registration);
}

bool Provisioning::isKnown(const Registration &registration, const Enrollment &enrollment) const
{
    const bool splitOut = registration.group && !enrollment.group && !m_world.behavior.splitOutMigrates;
    return registration.hub >= 0 && !splitOut;
}

bool Provisioning::stays(const Registration &registration, const Enrollment &enrollment) const
{
    return isKnown(registration, enrollment) && !reprovisionPolicy(enrollment).first;
}

void Provisioning::assign(
    Registration &registration, const Enrollment &enrollment, const Claim &claim, const Target &target)
{
    const bool known = isKnown(registration, enrollment);
    Hub &hub = *m_world.hubs[static_cast<std::size_t>(target.hub)];
    const std::string deviceId = deviceIdFor(registration, enrollment);
    const bool moves = known && (target.hub != registration.hub || deviceId != registration.deviceId());
    if (refused(registration, hub, deviceId))
        return;
    if (moves)
        return move(registration, enrollment, claim, target);
    registration.setDeviceId(deviceId);
    const Identity *present = hub.find(deviceId);
    settle(hub, registration, enrollment, claim, present ? present->twin : initialTwin(target.twinSource, m_world.now()));
    m_world.dps.serve(registration, enrollment.group ? &m_world.dps.members[lower(enrollment.id)] : nullptr);
    finish(registration, target.hub,
        !known                                ? Substatus::InitialAssignment
            : stays(registration, enrollment) ? registration.substatus
                                              : Substatus::ToInitialAssignment);
}

void Provisioning::move(
    Registration &registration, const Enrollment &enrollment, const Claim &claim, const Target &target)
{
    Hub &source = *m_world.hubs[static_cast<std::size_t>(registration.hub)];
    Hub &hub = *m_world.hubs[static_cast<std::size_t>(target.hub)];
    bool migrate = reprovisionPolicy(enrollment).second;
    if (source.outage && migrate) {
        if (m_world.behavior.sourceOutage == "fail")
            return fail(registration, hubUnavailable, "The device's data cannot be read: its present IoT hub is unavailable.");
        migrate = false;
    }
    const std::string oldId = registration.deviceId();
    const Identity *old = source.find(oldId);
    TwinRef twin = migrate && old ? old->twin : initialTwin(target.twinSource, m_world.now());
    const bool edge = migrate && old && old->edge;
    const bool disable = migrate && old && !old->enabled && m_world.behavior.disabledTravels;
    const int from = registration.hub;
    registration.setDeviceId(deviceIdFor(registration, enrollment));
    Identity &identity = settle(hub, registration, enrollment, claim, std::move(twin));
    identity.edge |= edge;
    if (disable)
        hub.setEnabled(identity, false, m_world.now());
    if (!source.outage)
        removeIdentity(from, oldId);
    m_world.dps.serve(registration, enrollment.group ? &m_world.dps.members[lower(enrollment.id)] : nullptr);
    finish(registration, target.hub, migrate ? Substatus::DataMigrated : Substatus::DataReset);
}

bool Provisioning::refused(Registration &registration, Hub &hub, const std::string &deviceId)
{
    if (hub.gone) {
        fail(registration, 404210, "The linked IoT hub " + hub.host + " does not exist.");
        return true;
    }
    if (hub.outage) {
        fail(registration, hubUnavailable, "The IoT hub " + hub.host + " is unavailable.");
        return true;
    }
    if (!hub.linkHolds()) {
        fail(registration, 401002, "The IoT hub " + hub.host + " refuses the key that it is linked with.");
        return true;
    }
    const auto told = [this](int code) { return m_world.behavior.refusalTold == "hub" ? code : 500001; };
    const bool present = hub.find(deviceId) != nullptr;
    if (!present && hub.registry.size() >= hub.registryMaximum) {
        fail(registration, told(403002), "The IoT hub " + hub.host + " has reached its maximum number of devices.");
        return true;
    }
    if (!present && m_world.behavior.dpsUsesRegistryQuota
        && hub.quotas.registry.take(m_world.now(), 1, m_world.enforceQuotas) > 0) {
        fail(registration, told(429001), "The IoT hub " + hub.host + " throttles registry operations.");
        return true;
    }
    return false;
}

Identity &Provisioning::settle(
    Hub &hub, const Registration &registration, const Enrollment &enrollment, const Claim &claim, TwinRef twin)
{
    const auto [place, fresh] = hub.registry.try_emplace(registration.deviceId());
    Identity &identity = place->second;
    if (fresh) {
        identity.generation = m_world.next();
        identity.etag = m_world.next();
        identity.device = m_world.housed(m_world.deviceOf(registration.id));
        identity.edge = edgeCapable(enrollment);
    }
    identity.twin = std::move(twin);
    identity.keys = {enrollment.keys, enrollment.group};
    authenticate(identity, claim.certificate.get());
    return identity;
}

void Provisioning::removeIdentity(int hub, const std::string &deviceId)
{
    Hub &source = *m_world.hubs[static_cast<std::size_t>(hub)];
    const Identity *identity = source.find(deviceId);
    if (!identity)
        return;
    const std::uint32_t device = identity->device;
    source.erase(deviceId);
    m_world.unhoused(device);
    if (device != noDevice && identityLost)
        identityLost(device, hub);
}

void Provisioning::fail(Registration &registration, int code, std::string message)
{
    registration.status = RegistrationStatus::Failed;
    registration.errorCode = code;
    registration.note = std::make_shared<const RegistrationNote>(std::move(message), Json());
}

void Provisioning::finish(Registration &registration, int hub, Substatus substatus)
{
    registration.hub = hub;
    ++m_world.hubs[static_cast<std::size_t>(hub)]->assignments;
    registration.status = RegistrationStatus::Assigned;
    registration.substatus = substatus;
}

Json Provisioning::state(const Registration &registration) const
{
    Json result = {{"registrationId", registration.id}, {"createdDateTimeUtc", isoTime(registration.created)}};
    if (registration.hub >= 0)
        result["assignedHub"] = m_world.hubs[static_cast<std::size_t>(registration.hub)]->host;
    if (registration.isAssigned())
        result["deviceId"] = registration.deviceId();
    result["status"] = statusText(registration.status);
    if (const char *substatus = substatusText(registration.substatus))
        result["substatus"] = substatus;
    if (registration.errorCode != 0) {
        result["errorCode"] = registration.errorCode;
        result["errorMessage"] = registration.note ? registration.note->errorMessage : std::string();
    }
    if (registration.note && !registration.note->payload.is_null())
        result["payload"] = registration.note->payload;
    result["lastUpdatedDateTimeUtc"] = isoTime(registration.updated);
    result["etag"] = base64("\"" + std::to_string(registration.etag) + "\"");
    return result;
}

} // namespace drover::simulator
