#include "app/simulator/dpserrors.h"
#include "app/simulator/dpsservice.h"
#include "app/simulator/names.h"
#include "app/simulator/shape.h"

#include <algorithm>
#include <array>
#include <set>

namespace drover::simulator {

namespace {

constexpr std::size_t mostBulkItems = 10;

/// The OpenAPI file of the hub lists these names in the order of their codes.
constexpr int tooManyEnrollments = 400205;
constexpr int definedMultipleTimes = 400206;
constexpr int authorityNotFound = 404211;

/// What is wrong with one certificate of an attestation, code and message; else its "info" is filled in.
std::optional<std::pair<int, std::string>> takeCertificate(const Dps &dps, const Enrollment &enrollment, Json &one)
{
    const auto der = derOf(textOf(one, "certificate"));
    const auto info = der ? certificateInfo(*der) : std::nullopt;
    if (!info)
        return std::pair(400004, std::string("Invalid certificate"));
    if (!enrollment.group && !sameText(info->commonName, enrollment.id))
        return std::pair(400004, std::string("The certificate's common name must be the registration id."));
    const auto holder = dps.certificateHolders.find(info->sha256);
    const bool elsewhere = holder != dps.certificateHolders.end()
        && (holder->second.group != enrollment.group || !sameText(holder->second.id, enrollment.id));
    if (elsewhere)
        return std::pair(enrollment.group ? 409202 : 409201, "The enrollment " + holder->second.id + " holds this certificate already.");
    one["info"] = info->shown();
    return std::nullopt;
}

/// The members of an enrollment whose kind is known, as the OpenAPI file has them.
std::optional<std::string> wrongMember(const Json &record)
{
    using enum ShapeMember::Kind;
    static const ShapeMember members[] = {{"deviceId", Text}, {"provisioningStatus", Text, {"enabled", "disabled"}},
        {"attestation", Object}, {"capabilities", Object}, {"capabilities.iotEdge", Boolean}, {"reprovisionPolicy", Object},
        {"reprovisionPolicy.updateHubAssignment", Boolean}, {"reprovisionPolicy.migrateDeviceData", Boolean},
        {"allocationPolicy", Text, {"hashed", "geoLatency", "static", "custom"}}, {"iotHubHostName", Text}, {"iotHubs", List},
        {"customAllocationDefinition", Object}, {"customAllocationDefinition.webhookUrl", Text},
        {"customAllocationDefinition.apiVersion", Text}, {"initialTwin", Object}, {"initialTwin.tags", Object},
        {"initialTwin.properties", Object}, {"initialTwin.properties.desired", Object}, {"optionalDeviceInformation", Object}};
    return wrongShape(record, members);
}

} // namespace

Response DpsService::bulk(const Call &call, bool group)
{
    const char *member = group ? "enrollmentGroups" : "enrollments";
    const std::string mode = textOf(call.body, "mode");
    const bool known = mode == "create" || mode == "update" || mode == "updateIfMatchETag" || mode == "delete";
    if (!known || !call.body.contains(member) || !call.body[member].is_array() || call.body[member].empty())
        return dpsError(m_world, 400004, "A bulk operation needs a mode and a list of enrollments.");
    if (call.body[member].size() > mostBulkItems)
        return dpsError(m_world, 400004, "A bulk operation takes at most 10 enrollments.");
    const char *idMember = group ? "enrollmentGroupId" : "registrationId";
    Json errors = Json::array();
    std::set<std::string> met;
    for (const Json &item : call.body[member]) {
        const bool again = !met.insert(lower(textOf(item, idMember))).second;
        const std::optional<Refusal> refusal = again
            ? Refusal {definedMultipleTimes, "The id is in the list more than once."}
            : bulkItem(mode, item, group);
        if (refusal) {
            errors.push_back({{idMember, textOf(item, idMember)}, {"errorCode", refusal->code},
                {"errorStatus", refusal->message}});
        }
    }
    const bool successful = errors.empty();
    return Response::json({{"isSuccessful", successful}, {"errors", std::move(errors)}});
}

std::optional<DpsService::Refusal> DpsService::bulkItem(const std::string &mode, const Json &item, bool group)
{
    const std::string id = textOf(item, group ? "enrollmentGroupId" : "registrationId");
    if (mode == "delete")
        return erase(id, group, std::nullopt);
    Write write {mode == "create", mode != "create", "*"};
    if (mode == "updateIfMatchETag")
        write.ifMatch = bareEtag(textOf(item, "etag"));
    return store(id, item, group, write);
}

std::optional<DpsService::Refusal> DpsService::check(const std::string &id, const Json &record, bool group) const
{
    if (!record.is_object())
        return Refusal {400004, "The enrollment is not a JSON object."};
    if (!goodRegistrationId(id))
        return Refusal {400004, "The id \"" + id + "\" is not valid."};
    const char *idMember = group ? "enrollmentGroupId" : "registrationId";
    if (!sameText(textOf(record, idMember), id))
        return Refusal {400004, std::string(idMember) + " must be the id in the path."};
    if (auto wrong = wrongMember(record))
        return Refusal {400004, std::move(*wrong)};
    if (auto refusal = checkAttestation(record, group))
        return refusal;
    if (const auto policy = record.find("reprovisionPolicy"); policy != record.end() && policy->is_object()
        && !(policy->contains("updateHubAssignment") && policy->contains("migrateDeviceData")))
        return Refusal {400004, "reprovisionPolicy needs updateHubAssignment and migrateDeviceData."};
    return checkAllocation(record);
}

std::optional<DpsService::Refusal> DpsService::checkAttestation(const Json &record, bool group) const
{
    const auto attestation = record.find("attestation");
    const std::string type = attestation == record.end() ? std::string() : textOf(*attestation, "type");
    constexpr std::array known {"none", "tpm", "x509", "symmetricKey"};
    if (std::ranges::none_of(known, [&](const char *one) { return sameText(one, type); }))
        return Refusal {400004, "attestation.type must be none, tpm, x509 or symmetricKey."};
    if (!sameText(type, "tpm"))
        return std::nullopt;
    // An endorsement key is of one device.
    if (group)
        return Refusal {400004, "A group cannot attest by TPM."};
    const auto bytes = fromBase64(textOf(attestation->value("tpm", Json()), "endorsementKey"));
    return bytes && !bytes->empty() ? std::nullopt : std::optional(Refusal {400201, "tpm.endorsementKey is missing or not base64."});
}

std::optional<DpsService::Refusal> DpsService::checkAllocation(const Json &record) const
{
    const auto linked = [this](const std::string &host) {
        const Hub *hub = m_world.hub(host);
        return hub && hub->linked && sameText(hub->host, host);
    };
    const std::string policy = textOf(record, "allocationPolicy");
    const auto is = [&](std::string_view known) { return sameText(policy, known); };
    const Json definition = record.value("customAllocationDefinition", Json());
    if (is("custom") && (textOf(definition, "webhookUrl").empty() || textOf(definition, "apiVersion").empty()))
        return Refusal {400004, "The custom allocation policy needs customAllocationDefinition with webhookUrl and apiVersion."};
    const auto hubs = record.find("iotHubs");
    const std::string legacy = textOf(record, "iotHubHostName");
    if (!legacy.empty() && !linked(legacy))
        return Refusal {400210, "IoT hub \"" + legacy + "\" is not linked to this provisioning service."};
    if (hubs == record.end() || hubs->is_null())
        return std::nullopt;
    if (sameText(textOf(record, "allocationPolicy"), "static") && hubs->size() != 1)
        return Refusal {400004, "The static allocation policy takes exactly one IoT hub."};
    for (const Json &host : *hubs) {
        if (!host.is_string() || !linked(host.get<std::string>()))
            return Refusal {400210, "IoT hub " + host.dump() + " is not linked to this provisioning service."};
    }
    const auto isLegacy = [&](const Json &host) { return sameText(host.get<std::string>(), legacy); };
    if (m_world.behavior.legacyHubName == "rejected" && !legacy.empty() && std::ranges::none_of(*hubs, isLegacy))
        return Refusal {400004, "iotHubHostName is none of iotHubs."};
    return std::nullopt;
}

std::optional<DpsService::Refusal> DpsService::store(
    const std::string &id, const Json &record, bool group, const Write &write)
{
    if (auto refusal = check(id, record, group))
        return refusal;
    Enrollment *present = m_world.dps.find(group, id);
    if (present && write.create)
        return Refusal {group ? 409202 : 409201, "Enrollment " + id + " exists already."};
    if (!present && !write.create && (write.mustExist || write.ifMatch != "*"))
        return missing(id, group);
    if (present && write.ifMatch && *write.ifMatch != "*" && *write.ifMatch != bareEtag(present->etagText()))
        return Refusal {412001, "The etag does not match: the enrollment was changed meanwhile."};
    Enrollment enrollment {id, group, record, nullptr, 0, 0, 0};
    for (const char *readOnly : {"etag", "createdDateTimeUtc", "lastUpdatedDateTimeUtc", "registrationState"})
        enrollment.record.erase(readOnly);
    if (!enrollment.record.contains("provisioningStatus"))
        enrollment.record["provisioningStatus"] = "enabled";
    if (auto refusal = takeKeys(enrollment, present))
        return refusal;
    if (auto refusal = takeCertificates(enrollment))
        return refusal;
    if (!present && !m_world.dps.hasRoomFor(enrollment))
        return Refusal {tooManyEnrollments, "The maximum number of enrollments of this kind is reached."};
    enrollment.etag = m_world.next();
    enrollment.updated = m_world.now();
    enrollment.created = present ? present->created : enrollment.updated;
    m_world.dps.store(std::move(enrollment));
    return std::nullopt;
}

std::optional<DpsService::Refusal> DpsService::takeKeys(Enrollment &enrollment, const Enrollment *present)
{
    Json &attestation = enrollment.record["attestation"];
    if (!sameText(textOf(attestation, "type"), "symmetricKey"))
        return std::nullopt;
    const Json sent = attestation.value("symmetricKey", Json());
    attestation.erase("symmetricKey");
    KeyPair keys {textOf(sent, "primaryKey"), textOf(sent, "secondaryKey")};
    for (const std::string *key : {&keys.primary, &keys.secondary}) {
        if (!key->empty() && !goodKey(*key))
            return Refusal {400004, "A symmetric key is base64 of 16 to 64 bytes."};
    }
    const std::string &behavior = m_world.behavior.putWithoutKeys;
    const bool lacks = keys.primary.empty() || keys.secondary.empty();
    if (lacks && present && present->keys && behavior == "reject")
        return Refusal {400004, "The symmetric keys are missing."};
    const KeyPair other = lacks && present && present->keys && behavior == "keep" ? *present->keys
        : lacks                                                                  ? m_world.freshKeys()
                                                                                 : KeyPair {};
    if (keys.primary.empty())
        keys.primary = other.primary;
    if (keys.secondary.empty())
        keys.secondary = other.secondary;
    const bool same = present && present->keys && present->keys->primary == keys.primary
        && present->keys->secondary == keys.secondary;
    enrollment.keys = same ? present->keys : std::make_shared<const KeyPair>(std::move(keys));
    return std::nullopt;
}

std::optional<DpsService::Refusal> DpsService::takeCertificates(Enrollment &enrollment) const
{
    Json &attestation = enrollment.record["attestation"];
    if (!sameText(textOf(attestation, "type"), "x509"))
        return std::nullopt;
    const Json held = attestation.value("x509", Json());
    const char *kind = enrollment.group ? "signingCertificates" : "clientCertificates";
    const std::vector<std::string> authorities = enrollment.authorities();
    for (const std::string &name : authorities) {
        if (!m_world.dps.authority(name))
            return Refusal {authorityNotFound, "The certificate authority " + name + " is not known or not verified."};
    }
    if (!authorities.empty()) {
        // It refers to authorities or holds certificates, not both.
        attestation["x509"].erase(kind);
        return std::nullopt;
    }
    if (!held.is_object() || !held.contains(kind) || !held[kind].is_object() || !held[kind].contains("primary"))
        return Refusal {400004, std::string("An x509 attestation needs ") + kind + " with a primary certificate."};
    for (const char *which : {"primary", "secondary"}) {
        if (!held[kind].contains(which) || held[kind][which].is_null())
            continue;
        if (auto wrong = takeCertificate(m_world.dps, enrollment, attestation["x509"][kind][which]))
            return Refusal {wrong->first, std::move(wrong->second)};
    }
    return std::nullopt;
}

std::optional<DpsService::Refusal> DpsService::erase(
    const std::string &id, bool group, const std::optional<std::string> &ifMatch)
{
    const Enrollment *present = m_world.dps.find(group, id);
    if (!present)
        return missing(id, group);
    if (ifMatch && *ifMatch != "*" && *ifMatch != bareEtag(present->etagText()))
        return Refusal {412001, "The etag does not match: the enrollment was changed meanwhile."};
    m_world.dps.remove(group, id);
    return std::nullopt;
}

} // namespace drover::simulator
