#include "app/simulator/population.h"

#include "app/simulator/names.h"
#include "app/simulator/provisioning.h"

#include <numeric>

namespace drover::simulator {

namespace {

constexpr Millis hour = 3'600'000;

/// The devices' twins: one for each combination of listed alternatives.
class TwinTemplates {
public:
    TwinTemplates(const Json &twin, Millis now)
        : m_twin(twin)
        , m_now(now)
    {
        m_variants.resize(std::min<std::size_t>(combinations(twin), 720));
    }

    TwinRef of(std::uint32_t number)
    {
        TwinRef &slot = m_variants[number % m_variants.size()];
        if (!slot) {
            const std::size_t variant = number % m_variants.size();
            auto twin = std::make_shared<Twin>();
            twin->tags = chosen(m_twin.value("tags", Json::object()), variant);
            twin->desired = chosen(m_twin.value("desired", Json::object()), variant);
            twin->reported = chosen(m_twin.value("reported", Json::object()), variant);
            twin->updated = m_now;
            slot = std::move(twin);
        }
        return slot;
    }

private:
    static std::size_t combinations(const Json &value)
    {
        std::size_t result = value.is_array() && !value.empty() ? value.size() : 1;
        if (value.is_object()) {
            for (const auto &[name, member] : value.items())
                result = std::lcm(result, combinations(member));
        }
        return result;
    }
    static Json chosen(const Json &value, std::size_t variant)
    {
        if (value.is_array() && !value.empty())
            return value[variant % value.size()];
        if (!value.is_object())
            return value;
        Json result = Json::object();
        for (const auto &[name, member] : value.items())
            result[name] = chosen(member, variant);
        return result;
    }

    Json m_twin;
    Millis m_now;
    std::vector<TwinRef> m_variants;
};

/// As an enrollment tells a certificate that it was given in DER.
Json attested(const std::string &der, const char *kind)
{
    const Json primary {{"certificate", base64(der)}, {"info", certificateInfo(der)->shown()}};
    return {{"type", "x509"}, {"x509", {{kind, {{"primary", primary}, {"secondary", nullptr}}}}}};
}

Json attestationOf(const PopulationPlan &plan, const std::string &id, const Population &population)
{
    if (!population.certificates)
        return Json::object({{"type", "symmetricKey"}});
    return plan.group ? attested(population.certificates->authority(), "signingCertificates")
                      : attested(population.certificates->of(id), "clientCertificates");
}

Json enrollmentRecord(const PopulationPlan &plan, const std::string &id, const World &world, const Twin &twin)
{
    const bool update = plan.reprovision != "never";
    return {{plan.group ? "enrollmentGroupId" : "registrationId", id}, {"attestation", attestationOf(plan, id, world.populations.back())},
        {"capabilities", Json::object({{"iotEdge", false}})},
        {"initialTwin", {{"tags", twin.tags}, {"properties", Json::object({{"desired", twin.desired}})}}},
        {"provisioningStatus", "enabled"},
        {"reprovisionPolicy", {{"updateHubAssignment", update}, {"migrateDeviceData", plan.reprovision == "migrate"}}},
        {"allocationPolicy", plan.allocation},
        {"iotHubs", Json::array({world.hubs[static_cast<std::size_t>(plan.hub)]->host})}};
}

void enroll(const PopulationPlan &plan, const std::string &id, World &world, const Twin &twin,
    std::shared_ptr<const KeyPair> keys)
{
    world.dps.enrollments(plan.group)[lower(id)]
        = {id, plan.group, enrollmentRecord(plan, id, world, twin), std::move(keys), world.next(), world.now(), world.now()};
}

/// One device that registered long ago and is connected, unless it is offline.
void settleDevice(const PopulationPlan &plan, World &world, const std::string &id, std::uint16_t population,
    const KeySource &keys, TwinRef twin, Members *members)
{
    const Millis now = world.now();
    Hub &hub = *world.hubs[static_cast<std::size_t>(plan.hub)];
    const auto index = static_cast<std::uint32_t>(world.devices.size());
    Device device {population, static_cast<std::int16_t>(plan.hub)};
    device.homes = 1;
    device.powered = !world.random.chance(plan.offline);
    device.deaf = world.random.chance(plan.deaf);

    Registration &registration = world.dps.registrationFor(id, now - 2400 * hour);
    registration.setDeviceId(id);
    registration.hub = plan.hub;
    registration.status = RegistrationStatus::Assigned;
    registration.substatus = Substatus::InitialAssignment;
    registration.updated = registration.created;
    registration.etag = world.next();
    world.dps.serve(registration, members);

    Identity &identity = hub.registry[id];
    identity.device = index;
    identity.generation = world.next();
    identity.etag = world.next();
    identity.keys = keys;
    if (const auto &certificates = world.populations[population].certificates) {
        const std::optional<CertificateInfo> certificate = certificateInfo(certificates->of(registration.id));
        authenticate(identity, &*certificate);
    }
    identity.twin = std::move(twin);
    if (device.powered && !hub.outage) {
        hub.setConnected(identity, true, now - world.random.between(1, 200) * hour / 10);
        identity.lastActivity = now - world.random.between(0, 300'000);
    } else {
        identity.lastActivity = now - (device.powered ? hour / 2 : world.random.between(1, 720) * hour);
        identity.connectionChanged = identity.lastActivity;
    }
    world.devices.push_back(device);
}

} // namespace

PopulationPlan readPopulation(Reader reader, bool group, const World &world, std::string &error)
{
    PopulationPlan plan;
    plan.group = group;
    plan.name = reader.text("name");
    if (group && !goodRegistrationId(plan.name))
        reader.fail("must be 1 to 128 letters, digits and - . _ :, a letter, digit or - last", "name");
    const auto isNamesake = [&](const Population &other) { return sameText(other.group, plan.name); };
    if (group && std::ranges::any_of(world.populations, isNamesake))
        reader.fail("is the name of another group, too", "name");
    const std::string stamp = reader.text("stamp");
    plan.hub = world.hubIndex(stamp);
    if (plan.hub < 0)
        reader.fail("names no stamp of this scenario: " + stamp, "stamp");
    plan.count = static_cast<std::uint32_t>(reader.number("count", 0, 2'000'000, std::nullopt));
    plan.first = static_cast<std::uint32_t>(reader.number("first", 0, 100'000'000, 1));
    const std::string pattern = reader.text("idPattern");
    if (!pattern.contains('#') && plan.count > 1)
        reader.fail("needs # where the number goes", "idPattern");
    plan.ids = IdPattern(pattern);
    if (!pattern.contains('#'))
        plan.first = 0;
    if (!goodRegistrationId(plan.ids.id(plan.first + std::max(plan.count, 1U) - 1)))
        reader.fail("must give ids of 1 to 128 letters, digits and - . _ :, a letter, digit or - last", "idPattern");
    const std::string attestation = reader.text("attestation", "symmetricKey");
    if (attestation != "symmetricKey" && attestation != "x509")
        reader.fail("must be symmetricKey or x509", "attestation");
    plan.certified = attestation == "x509";
    // X.509 has it so of a common name.
    constexpr std::size_t longestCommonName = 64;
    if (plan.certified && std::max(plan.ids.id(plan.first + plan.count).size(), group ? plan.name.size() : 0) > longestCommonName)
        reader.fail("is longer than the 64 characters that fit a certificate's name", group ? "name" : "idPattern");
    plan.offline = reader.share("offline");
    plan.deaf = reader.share("deaf");
    plan.deafIgnore = reader.flag("deafIgnore", false);
    plan.allocation = reader.text("allocation", "static");
    if (plan.allocation != "static" && plan.allocation != "hashed" && plan.allocation != "geoLatency")
        reader.fail("must be static, hashed or geoLatency", "allocation");
    plan.reprovision = reader.text("reprovision", "migrate");
    if (plan.reprovision != "migrate" && plan.reprovision != "reset" && plan.reprovision != "never")
        reader.fail("must be migrate, reset or never", "reprovision");
    plan.twin = reader.value("twin");
    if (plan.twin.is_null())
        plan.twin = Json::object();
    Reader twin(plan.twin, reader.place() + ".twin", error);
    for (const char *section : {"tags", "desired", "reported"}) {
        if (const Json value = twin.value(section); !value.is_null() && !value.is_object())
            twin.fail("must be an object", section);
    }
    twin.done();
    reader.done();
    return plan;
}

std::optional<std::string> metBefore(const PopulationPlan &plan, const World &world)
{
    const auto has = [](const IdPattern &ids, std::uint32_t first, std::uint32_t count, const std::string &id) {
        const std::optional<std::uint32_t> number = ids.numberIn(id);
        return number && *number >= first && *number - first < count;
    };
    for (const Population &other : world.populations) {
        if (!other.ids.mayMeet(plan.ids))
            continue;
        const bool fewer = plan.count < other.count;
        for (std::uint32_t i = 0; i < std::min(plan.count, other.count); ++i) {
            const std::string id = fewer ? plan.ids.id(plan.first + i) : other.ids.id(other.firstNumber + i);
            if (fewer ? has(other.ids, other.firstNumber, other.count, id) : has(plan.ids, plan.first, plan.count, id))
                return "gives " + id + ", which " + other.name + " has, too";
        }
    }
    return std::nullopt;
}

void settlePopulation(const PopulationPlan &plan, World &world, const KeyPair &keys)
{
    const auto secret = std::make_shared<const KeyPair>(keys);
    const auto population = static_cast<std::uint16_t>(world.populations.size());
    world.populations.push_back({plan.name, plan.group ? plan.name : "", secret, plan.deafIgnore,
        plan.ids, plan.first, static_cast<std::uint32_t>(world.devices.size()), plan.count,
        plan.certified ? std::make_shared<const DeviceCertificates>(keys.primary, plan.name, world.now()) : nullptr});
    world.devices.reserve(world.devices.size() + plan.count);
    TwinTemplates twins(plan.twin, world.now());
    Members *members = nullptr;
    if (plan.group) {
        enroll(plan, plan.name, world, *twins.of(0), plan.certified ? nullptr : secret);
        members = &world.dps.members[lower(plan.name)];
    }
    for (std::uint32_t i = 0; i < plan.count; ++i) {
        const std::string id = plan.ids.id(plan.first + i);
        KeySource source {plan.certified ? nullptr : secret, true};
        TwinRef twin = twins.of(i);
        if (!plan.group) {
            source = {plan.certified ? nullptr : std::make_shared<const KeyPair>(source.pairFor(id)), false};
            enroll(plan, id, world, *twin, source.keys);
        }
        settleDevice(plan, world, id, population, source, std::move(twin), members);
    }
}

} // namespace drover::simulator
