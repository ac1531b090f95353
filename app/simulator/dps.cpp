#include "app/simulator/dps.h"

#include <algorithm>

namespace drover::simulator {

std::string Enrollment::etagText() const
{
    char text[24];
    std::snprintf(text, sizeof text, "%08llx-0000-0100", static_cast<unsigned long long>(etag));
    return "\"" + std::string(text) + "\"";
}

Json Enrollment::shown() const
{
    Json result = record;
    if (keys && result["attestation"].is_object())
        result["attestation"].erase("symmetricKey");
    result["etag"] = etagText();
    result["createdDateTimeUtc"] = isoTime(created);
    result["lastUpdatedDateTimeUtc"] = isoTime(updated);
    return result;
}

Json Enrollment::attestation() const
{
    Json result = record.value("attestation", Json::object());
    if (keys)
        result["symmetricKey"] = {{"primaryKey", keys->primary}, {"secondaryKey", keys->secondary}};
    return result;
}

std::vector<std::string> Enrollment::thumbprints() const
{
    std::vector<std::string> result;
    const Json attestation = record.value("attestation", Json());
    const Json held = attestation.is_object() ? attestation.value("x509", Json()) : Json();
    const Json certificates = held.is_object() ? held.value(group ? "signingCertificates" : "clientCertificates", Json()) : Json();
    for (const char *which : {"primary", "secondary"}) {
        const Json one = certificates.is_object() ? certificates.value(which, Json()) : Json();
        if (one.is_object() && one.contains("info"))
            result.push_back(textOf(one["info"], "sha256Thumbprint"));
    }
    return result;
}

std::vector<std::string> Enrollment::authorities() const
{
    std::vector<std::string> result;
    const Json attestation = record.value("attestation", Json());
    const Json held = attestation.is_object() ? attestation.value("x509", Json()) : Json();
    const Json references = held.is_object() ? held.value("caReferences", Json()) : Json();
    for (const char *which : {"primary", "secondary"}) {
        if (const std::string name = textOf(references, which); !name.empty())
            result.push_back(name);
    }
    return result;
}

const Authority *Dps::authority(std::string_view wanted) const
{
    const auto found = authorities.find(lower(wanted));
    return found == authorities.end() || !found->second.verified ? nullptr : &found->second;
}

void Dps::store(Enrollment enrollment)
{
    remove(enrollment.group, enrollment.id);
    for (std::string &thumbprint : enrollment.thumbprints())
        certificateHolders[std::move(thumbprint)] = {enrollment.group, enrollment.id};
    const std::string key = lower(enrollment.id);
    enrollments(enrollment.group)[key] = std::move(enrollment);
}

void Dps::remove(bool group, std::string_view id)
{
    const Enrollment *present = find(group, id);
    if (!present)
        return;
    for (const std::string &thumbprint : present->thumbprints())
        certificateHolders.erase(thumbprint);
    enrollments(group).erase(lower(id));
}

bool Dps::hasRoomFor(const Enrollment &enrollment) const
{
    if (!enrollment.group)
        return individuals.size() < maxima.individuals;
    const auto alike = std::ranges::count_if(
        groups, [&](const auto &entry) { return (entry.second.keys == nullptr) == (enrollment.keys == nullptr); });
    return static_cast<std::size_t>(alike) < maxima.groups;
}

Enrollment *Dps::find(bool group, std::string_view id)
{
    Enrollments &all = enrollments(group);
    const auto found = all.find(lower(id));
    return found == all.end() ? nullptr : &found->second;
}

Registration *Dps::registration(std::string_view id)
{
    const auto found = registrations.find(id);
    return found == registrations.end() || (*found)->deleted ? nullptr : found->get();
}

Registration &Dps::registrationFor(const std::string &id, Millis now)
{
    auto found = registrations.find(std::string_view(id));
    if (found == registrations.end()) {
        auto fresh = std::make_unique<Registration>();
        fresh->id = id;
        fresh->created = now;
        found = registrations.insert(std::move(fresh)).first;
    } else if ((*found)->deleted) {
        (*found)->deleted = false;
        (*found)->created = now;
    }
    return **found;
}

void Dps::serve(Registration &registration, Members *group)
{
    if (registration.group == group)
        return;
    if (registration.group)
        registration.group->erase(&registration);
    registration.group = group;
    if (group)
        group->insert(&registration);
}

void Dps::forget(Registration &registration)
{
    serve(registration, nullptr);
    registrations.erase(registrations.find(std::string_view(registration.id)));
}

const Policy *Dps::policy(std::string_view wanted) const
{
    const auto found = std::ranges::find_if(policies, [&](const Policy &one) { return sameText(one.name, wanted); });
    return found == policies.end() ? nullptr : &*found;
}

void Registration::setDeviceId(const std::string &deviceId)
{
    m_assigned = true;
    m_otherId = deviceId == id ? nullptr : std::make_shared<const std::string>(deviceId);
}

const char *statusText(RegistrationStatus status)
{
    switch (status) {
    case RegistrationStatus::Unassigned: return "unassigned";
    case RegistrationStatus::Assigning: return "assigning";
    case RegistrationStatus::Assigned: return "assigned";
    case RegistrationStatus::Failed: return "failed";
    case RegistrationStatus::Disabled: return "disabled";
    }
    return "unassigned";
}

const char *substatusText(Substatus substatus)
{
    switch (substatus) {
    case Substatus::None: return nullptr;
    case Substatus::InitialAssignment: return "initialAssignment";
    case Substatus::DataMigrated: return "deviceDataMigrated";
    case Substatus::DataReset: return "deviceDataReset";
    case Substatus::ToInitialAssignment: return "reprovisionedToInitialAssignment";
    }
    return nullptr;
}

} // namespace drover::simulator
