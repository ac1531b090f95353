#include "app/simulator/provisioning.h"

namespace drover::simulator {

namespace {

std::uint64_t stableHash(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

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

bool edgeCapable(const Enrollment &enrollment)
{
    const auto capabilities = enrollment.record.find("capabilities");
    return capabilities != enrollment.record.end() && capabilities->is_object()
        && capabilities->value("iotEdge", Json(false)) == Json(true);
}

} // namespace

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

void Provisioning::begin(const std::string &registrationId, bool group, const std::string &enrollmentId,
    std::function<void(const Registration &)> done)
{
    const Millis now = m_world.now();
    Registration &registration = m_world.dps.registrationFor(registrationId, now);
    registration.status = RegistrationStatus::Assigning;
    registration.updated = now;
    registration.etag = m_world.next();
    m_world.timeline.at(now + m_world.random.between(300, 900),
        [this, registrationId, group, enrollmentId, done = std::move(done)] {
            complete(registrationId, group, enrollmentId);
            if (const Registration *result = m_world.dps.registration(registrationId))
                done(*result);
        });
}

void Provisioning::complete(const std::string &registrationId, bool group, const std::string &enrollmentId)
{
    Registration &registration = m_world.dps.registrationFor(registrationId, m_world.now());
    registration.errorCode = 0;
    registration.errorMessage.clear();
    registration.updated = m_world.now();
    registration.etag = m_world.next();
    Enrollment *enrollment = m_world.dps.find(group, enrollmentId);
    if (!enrollment)
        return fail(registration, group ? 404204 : 404201, "The enrollment is gone.");
    if (!enrollment->enabled()) {
        registration.status = RegistrationStatus::Disabled;
        return;
    }
    assign(registration, *enrollment);
}

void Provisioning::assign(Registration &registration, Enrollment &enrollment)
{
    const bool splitOut = registration.group && !enrollment.group && !m_world.behavior.splitOutMigrates;
    const bool known = registration.hub >= 0 && !splitOut;
    const auto [update, migrate] = reprovisionPolicy(enrollment);
    const std::optional<int> target = known && !update ? registration.hub : choose(registration, enrollment);
    if (!target)
        return fail(registration, 404210, "No linked IoT hub fits the enrollment.");
    Hub &hub = *m_world.hubs[static_cast<std::size_t>(*target)];
    const std::string deviceId = deviceIdFor(registration, enrollment);
    const bool moves = known && (*target != registration.hub || deviceId != registration.deviceId);
    if (refused(registration, hub, deviceId))
        return;
    if (moves)
        return move(registration, enrollment, *target);
    registration.deviceId = deviceId;
    const Identity *present = hub.find(deviceId);
    settle(hub, registration, enrollment, present ? present->twin : initialTwin(enrollment.record, m_world.now()));
    m_world.dps.serve(registration, enrollment.group ? &m_world.dps.members[lower(enrollment.id)] : nullptr);
    finish(registration, *target,
        !known        ? Substatus::InitialAssignment
            : !update ? registration.substatus
                      : Substatus::ToInitialAssignment);
}

void Provisioning::move(Registration &registration, Enrollment &enrollment, int target)
{
    Hub &source = *m_world.hubs[static_cast<std::size_t>(registration.hub)];
    Hub &hub = *m_world.hubs[static_cast<std::size_t>(target)];
    bool migrate = reprovisionPolicy(enrollment).second;
    if (source.outage && migrate) {
        if (m_world.behavior.sourceOutage == "fail")
            return fail(registration, hubUnavailable, "The device's data cannot be read: its present IoT hub is unavailable.");
        migrate = false;
    }
    const std::string oldId = registration.deviceId;
    const Identity *old = source.find(oldId);
    TwinRef twin = migrate && old ? old->twin : initialTwin(enrollment.record, m_world.now());
    const bool edge = migrate && old && old->edge;
    const int from = registration.hub;
    registration.deviceId = deviceIdFor(registration, enrollment);
    settle(hub, registration, enrollment, std::move(twin)).edge |= edge;
    if (!source.outage)
        removeIdentity(from, oldId);
    m_world.dps.serve(registration, enrollment.group ? &m_world.dps.members[lower(enrollment.id)] : nullptr);
    finish(registration, target, migrate ? Substatus::DataMigrated : Substatus::DataReset);
}

bool Provisioning::refused(Registration &registration, Hub &hub, const std::string &deviceId)
{
    if (hub.outage) {
        fail(registration, hubUnavailable, "The IoT hub " + hub.host + " is unavailable.");
        return true;
    }
    const bool present = hub.find(deviceId) != nullptr;
    if (!present && hub.registry.size() >= hub.registryMaximum) {
        fail(registration, 403002, "The IoT hub " + hub.host + " has reached its maximum number of devices.");
        return true;
    }
    if (!present && m_world.behavior.dpsUsesRegistryQuota
        && hub.quotas.registry.take(m_world.now(), 1, m_world.enforceQuotas) > 0) {
        fail(registration, 429001, "The IoT hub " + hub.host + " throttles registry operations.");
        return true;
    }
    return false;
}

std::optional<int> Provisioning::choose(const Registration &registration, const Enrollment &enrollment) const
{
    std::vector<int> candidates;
    const auto named = enrollment.record.find("iotHubs");
    const bool listed = named != enrollment.record.end() && named->is_array() && !named->empty();
    for (std::size_t i = 0; i < m_world.hubs.size(); ++i) {
        const Hub &hub = *m_world.hubs[i];
        const auto is = [&](const Json &host) { return host.is_string() && sameText(host.get<std::string>(), hub.host); };
        if (hub.linked && (!listed || std::ranges::any_of(*named, is)))
            candidates.push_back(static_cast<int>(i));
    }
    const std::string own = textOf(enrollment.record, "allocationPolicy");
    const std::string policy = lower(own.empty() ? m_world.dps.allocationPolicy : own);
    if (candidates.empty() || policy == "custom")
        return std::nullopt;
    if (policy == "static")
        return listed ? std::optional(candidates.front()) : std::nullopt;
    std::erase_if(candidates, [&](int i) { return !m_world.hubs[static_cast<std::size_t>(i)]->allocating; });
    if (candidates.empty() || policy == "geolatency")
        return candidates.empty() ? std::nullopt : std::optional(candidates.front());
    std::uint64_t total = 0;
    for (const int i : candidates)
        total += static_cast<std::uint64_t>(m_world.hubs[static_cast<std::size_t>(i)]->weight);
    std::uint64_t point = stableHash(lower(registration.id)) % total;
    for (const int i : candidates) {
        const auto weight = static_cast<std::uint64_t>(m_world.hubs[static_cast<std::size_t>(i)]->weight);
        if (point < weight)
            return i;
        point -= weight;
    }
    return candidates.back();
}

Identity &Provisioning::settle(Hub &hub, const Registration &registration, const Enrollment &enrollment, TwinRef twin)
{
    const auto [place, fresh] = hub.registry.try_emplace(registration.deviceId);
    Identity &identity = place->second;
    if (fresh) {
        identity.generation = m_world.next();
        identity.etag = m_world.next();
        identity.device = m_world.deviceOf(registration.id);
        identity.edge = edgeCapable(enrollment);
    }
    identity.twin = std::move(twin);
    identity.keys = {enrollment.keys, enrollment.group};
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
    if (device != noDevice && identityLost)
        identityLost(device, hub);
}

void Provisioning::fail(Registration &registration, int code, std::string message)
{
    registration.status = RegistrationStatus::Failed;
    registration.errorCode = code;
    registration.errorMessage = std::move(message);
}

void Provisioning::finish(Registration &registration, int hub, Substatus substatus)
{
    registration.hub = hub;
    registration.status = RegistrationStatus::Assigned;
    registration.substatus = substatus;
}

Json Provisioning::state(const Registration &registration) const
{
    Json result = {{"registrationId", registration.id}, {"createdDateTimeUtc", isoTime(registration.created)}};
    if (registration.hub >= 0)
        result["assignedHub"] = m_world.hubs[static_cast<std::size_t>(registration.hub)]->host;
    if (!registration.deviceId.empty())
        result["deviceId"] = registration.deviceId;
    result["status"] = statusText(registration.status);
    if (const char *substatus = substatusText(registration.substatus))
        result["substatus"] = substatus;
    if (registration.errorCode != 0) {
        result["errorCode"] = registration.errorCode;
        result["errorMessage"] = registration.errorMessage;
    }
    result["lastUpdatedDateTimeUtc"] = isoTime(registration.updated);
    result["etag"] = base64("\"" + std::to_string(registration.etag) + "\"");
    return result;
}

} // namespace drover::simulator
