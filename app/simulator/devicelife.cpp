#include "app/simulator/devicelife.h"

#include <algorithm>
#include <utility>

namespace drover::simulator {

DeviceLife::DeviceLife(World &world, Provisioning &provisioning)
    : m_world(world)
    , m_provisioning(provisioning)
{
    m_world.hubDeleted = [this](Hub &hub) { deleteHub(hub); };
    m_provisioning.identityLost = [this](std::uint32_t device, int hub) { identityChanged(device, hub); };
}

void DeviceLife::start()
{
    const bool returning = m_world.habits.returnAfter.second > 0;
    for (std::uint32_t i = 0; i < m_world.devices.size(); ++i) {
        const Device &one = at(i);
        if (!one.powered && returning)
            later(i, m_world.habits.returnAfter, &DeviceLife::connect);
        else if (one.powered && one.hub >= 0 && m_world.hubs[static_cast<std::size_t>(one.hub)]->outage)
            later(i, m_world.habits.outagePatience, &DeviceLife::registerAgain);
    }
}

void DeviceLife::later(std::uint32_t device, Habits::Span span, void (DeviceLife::*what)(std::uint32_t))
{
    const std::uint32_t plan = ++at(device).plan;
    m_world.timeline.at(m_world.now() + m_world.random.between(span.first, span.second), [this, device, plan, what] {
        if (at(device).plan == plan)
            (this->*what)(device);
    });
}

std::optional<MethodAnswer> DeviceLife::call(std::uint32_t device, const std::string &method, const Json &payload)
{
    const Device &one = at(device);
    if (one.deaf && m_world.populations[one.population].deafIgnore)
        return std::nullopt;
    if (method == "ping" && !one.deaf)
        return MethodAnswer {200, payload};
    if (one.deaf || std::ranges::find(m_world.habits.reprovisionMethods, method) == m_world.habits.reprovisionMethods.end())
        return MethodAnswer {501, {{"message", "method not implemented"}}};
    later(device, {50, 150}, &DeviceLife::reprovision);
    return MethodAnswer {200, {{"accepted", true}}};
}

void DeviceLife::desiredChanged(std::uint32_t device, const Json &desired)
{
    const Device &one = at(device);
    if (one.deaf || !one.powered || !desired.is_object() || !desired.contains(m_world.habits.desiredTrigger))
        return;
    later(device, {50, 150}, &DeviceLife::reprovision);
}

void DeviceLife::identityChanged(std::uint32_t device, int hub)
{
    Device &one = at(device);
    if (one.hub != hub || !one.powered || one.registering)
        return;
    disconnect(device);
    later(device, m_world.habits.connectAfter, &DeviceLife::connect);
}

void DeviceLife::setOutage(Hub &hub, bool outage)
{
    if (hub.outage == outage)
        return;
    hub.outage = outage;
    spreadOutage(hub, outage, {});
}

void DeviceLife::spreadOutage(Hub &hub, bool outage, const std::string &after)
{
    constexpr int atOnce = 10'000;
    if (hub.outage != outage)
        return;
    auto place = hub.registry.upper_bound(after);
    for (int i = 0; i < atOnce && place != hub.registry.end(); ++i, ++place)
        noticeOutage(hub, outage, place->second);
    if (place == hub.registry.end())
        return;
    m_world.timeline.at(m_world.now() + 1,
        [this, &hub, outage, last = std::prev(place)->first] { spreadOutage(hub, outage, last); });
}

void DeviceLife::noticeOutage(Hub &hub, bool outage, Identity &identity)
{
    if (identity.device == noDevice || !at(identity.device).powered)
        return;
    if (outage)
        hub.setConnected(identity, false, m_world.now());
    if (!at(identity.device).registering && m_world.hubs[static_cast<std::size_t>(at(identity.device).hub)].get() == &hub)
        later(identity.device, outage ? m_world.habits.outagePatience : Habits::Span {1'000, 60'000},
            outage ? &DeviceLife::registerAgain : &DeviceLife::connect);
}

void DeviceLife::deleteHub(Hub &hub)
{
    const int index = m_world.hubIndex(hub.host);
    const Hub::Registry left = std::exchange(hub.registry, {});
    hub.modules.clear();
    hub.configurations.clear();
    hub.connected = 0;
    hub.disabled = 0;
    hub.gone = true;
    for (const auto &[id, identity] : left) {
        m_world.unhoused(identity.device);
        if (identity.device != noDevice)
            identityChanged(identity.device, index);
    }
}

void DeviceLife::reprovision(std::uint32_t device)
{
    disconnect(device);
    later(device, m_world.habits.registerAfter, &DeviceLife::registerAgain);
}

void DeviceLife::disconnect(std::uint32_t device)
{
    if (at(device).hub < 0)
        return;
    Hub &hub = *m_world.hubs[static_cast<std::size_t>(at(device).hub)];
    if (Identity *identity = hub.find(m_world.deviceIdOf(at(device))))
        hub.setConnected(*identity, false, m_world.now());
}

void DeviceLife::connect(std::uint32_t device)
{
    Device &one = at(device);
    one.powered = true;
    if (one.hub < 0)
        return registerAgain(device);
    Hub &hub = *m_world.hubs[static_cast<std::size_t>(one.hub)];
    if (hub.outage)
        return later(device, m_world.habits.outagePatience, &DeviceLife::registerAgain);
    Identity *identity = hub.find(m_world.deviceIdOf(one));
    const Population &population = m_world.populations[one.population];
    const auto keyFits = [&] {
        if (population.certificates)
            return identity->isCertified(certificateInfo(population.certificates->of(m_world.registrationIdOf(one)))->sha1);
        if (identity->keys.keys == population.secret)
            return true;
        const std::string registrationId = m_world.registrationIdOf(one);
        const KeyPair known = identity->keys.pairFor(registrationId);
        const std::string own = deriveKey(population.secret->primary, registrationId);
        return known.primary == own || known.secondary == own;
    };
    if (!identity || !identity->enabled || !keyFits())
        return later(device, m_world.habits.registerAfter, &DeviceLife::registerAgain);
    hub.setConnected(*identity, true, m_world.now());
}

void DeviceLife::registerAgain(std::uint32_t device)
{
    Device &one = at(device);
    const Millis wait = m_world.dps.registrationQuota.take(m_world.now(), 1, m_world.enforceQuotas);
    if (wait > 0)
        return waitForQuota(device, wait);
    const Population &population = m_world.populations[one.population];
    const std::string registrationId = m_world.registrationIdOf(one);
    if (population.certificates)
        return registerWithCertificate(device);
    const Enrollment *enrollment = nullptr;
    const Enrollment *group = m_world.dps.find(true, population.group);
    if (group && group->keys == population.secret && !m_world.dps.find(false, registrationId)) {
        enrollment = group;
    } else {
        const std::string own = deriveKey(population.secret->primary, registrationId);
        enrollment = m_provisioning.admits(registrationId, population.group,
            [&](const KeyPair &keys) { return keys.primary == own || keys.secondary == own; });
    }
    begin(device, enrollment, {});
}

void DeviceLife::registerWithCertificate(std::uint32_t device)
{
    const Population &population = m_world.populations[at(device).population];
    const std::string registrationId = m_world.registrationIdOf(at(device));
    const std::string own = population.certificates->of(registrationId);
    const Enrollment *enrollment = m_provisioning.admits(registrationId, {own, population.certificates->authority()});
    begin(device, enrollment, std::make_shared<const CertificateInfo>(*certificateInfo(own)));
}

/// Later again if no enrollment admits it.
void DeviceLife::begin(std::uint32_t device, const Enrollment *enrollment, std::shared_ptr<const CertificateInfo> certificate)
{
    Device &one = at(device);
    if (!enrollment)
        return later(device, m_world.habits.retryAfterFailure, &DeviceLife::registerAgain);
    one.registering = true;
    ++one.plan;
    m_provisioning.begin({m_world.registrationIdOf(one), enrollment->group, enrollment->id, {}, std::move(certificate)},
        [this, device](const Registration &registration) { registered(device, registration); });
}

void DeviceLife::registered(std::uint32_t device, const Registration &registration)
{
    Device &one = at(device);
    one.registering = false;
    // Patience again if the hub is down: the devices of a dead hub must not eat the quota of all others.
    if (registration.errorCode == hubUnavailable)
        return later(device, m_world.habits.outagePatience, &DeviceLife::registerAgain);
    if (registration.status != RegistrationStatus::Assigned)
        return later(device, m_world.habits.retryAfterFailure, &DeviceLife::registerAgain);
    one.hub = static_cast<std::int16_t>(registration.hub);
    later(device, m_world.habits.connectAfter, &DeviceLife::connect);
}

// The backlog spreads those who wait over the minutes that the quota needs for them; else all would knock every minute.
void DeviceLife::waitForQuota(std::uint32_t device, Millis wait)
{
    const Millis now = m_world.now();
    m_backlog = std::max(m_backlog, now + wait) + 65;
    later(device, {std::max(wait, m_backlog - now), std::max(wait, m_backlog - now) + 3'000}, &DeviceLife::registerAgain);
}

} // namespace drover::simulator
