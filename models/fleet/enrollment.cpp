#include "models/fleet/enrollment.h"

#include "models/core/exactjson.h"

#include <QMessageAuthenticationCode>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

Failure malformed(const QString &what)
{
    return fail(ErrorKind::Malformed, what, u"Read the enrollment again; if it stays so, correct it in the DPS."_s);
}

template <typename Value, size_t count>
std::optional<Value> named(const std::array<std::pair<QLatin1StringView, Value>, count> &names, const QString &text)
{
    for (const auto &[name, value] : names) {
        if (text == name)
            return value;
    }
    return std::nullopt;
}

const std::array<std::pair<QLatin1StringView, Attestation>, 4> attestations{{{"none"_L1, Attestation::None},
    {"tpm"_L1, Attestation::Tpm}, {"x509"_L1, Attestation::X509}, {"symmetricKey"_L1, Attestation::SymmetricKey}}};
const std::array<std::pair<QLatin1StringView, Allocation>, 4> allocations{{{"hashed"_L1, Allocation::Hashed},
    {"geoLatency"_L1, Allocation::GeoLatency}, {"static"_L1, Allocation::Static}, {"custom"_L1, Allocation::Custom}}};

bool flagMember(const Json &object, const char *name, bool otherwise)
{
    const Json *flag = member(object, name);
    return flag != nullptr && flag->is_boolean() ? flag->get<bool>() : otherwise;
}

Reprovision policyOf(const Json &record)
{
    const Json *policy = member(record, "reprovisionPolicy");
    if (policy == nullptr)
        return Reprovision::Migrate;
    if (!flagMember(*policy, "updateHubAssignment", true))
        return Reprovision::Never;
    return flagMember(*policy, "migrateDeviceData", true) ? Reprovision::Migrate : Reprovision::Reset;
}

Result<std::vector<HubHostName>> hubsOf(const Json &record)
{
    std::vector<HubHostName> hubs;
    if (const Json *list = member(record, "iotHubs")) {
        if (!list->is_array())
            return malformed(u"The enrollment's iotHubs is not a list."_s);
        for (const Json &entry : *list) {
            const std::optional<HubHostName> hub = HubHostName::parse(textOf(&entry).value_or(QString()));
            if (!hub)
                return malformed(u"The enrollment's iotHubs names something that is no hub."_s);
            hubs.push_back(*hub);
        }
    }
    if (!hubs.empty())
        return hubs;
    if (const auto legacy = HubHostName::parse(textMember(record, "iotHubHostName")))
        hubs.push_back(*legacy);
    return hubs;
}

/// Queries and GETs leave keys out, but nobody promises that they always will.
bool takeOutKeys(Json &record)
{
    const auto attestation = record.find("attestation");
    if (attestation == record.end() || !attestation->is_object())
        return false;
    const auto keys = attestation->find("symmetricKey");
    if (keys == attestation->end() || !keys->is_object())
        return false;
    return keys->erase("primaryKey") + keys->erase("secondaryKey") > 0;
}

Result<Enrollment> withPolicies(Enrollment enrollment, const Json &record)
{
    const Json *attestation = member(record, "attestation");
    const std::optional<Attestation> kind
        = attestation ? named(attestations, textMember(*attestation, "type")) : std::nullopt;
    if (!kind)
        return malformed(u"The enrollment's attestation has no type that is known."_s);
    enrollment.attestation = *kind;

    if (const Json *policy = member(record, "allocationPolicy")) {
        const std::optional<Allocation> allocation = named(allocations, textOf(policy).value_or(QString()));
        if (!allocation)
            return malformed(u"The enrollment's allocationPolicy is none that is known."_s);
        enrollment.allocation = *allocation;
    }
    Result<std::vector<HubHostName>> hubs = hubsOf(record);
    if (!hubs)
        return Failure(hubs.error());
    enrollment.hubs = std::move(*hubs);
    return enrollment;
}

} // namespace

Result<Enrollment> parseEnrollment(const QByteArray &json)
{
    std::optional<Json> record = parseExactJson(json);
    if (!record || !record->is_object())
        return malformed(u"An enrollment is not a JSON object."_s);

    const bool group = member(*record, "enrollmentGroupId") != nullptr;
    Enrollment enrollment;
    enrollment.kind = group ? Enrollment::Kind::Group : Enrollment::Kind::Individual;
    enrollment.id = textMember(*record, group ? "enrollmentGroupId" : "registrationId");
    enrollment.deviceId = group ? QString() : textMember(*record, "deviceId");
    if (!RegistrationId::parse(enrollment.id))
        return malformed(u"An enrollment has no registrationId or enrollmentGroupId that can be one."_s);
    if (!enrollment.deviceId.isEmpty() && !DeviceId::parse(enrollment.deviceId))
        return malformed(u"The enrollment's deviceId cannot be one."_s);

    enrollment.enabled = textMember(*record, "provisioningStatus") != "disabled"_L1;
    enrollment.reprovision = policyOf(*record);
    if (const Json *capabilities = member(*record, "capabilities"))
        enrollment.edge = flagMember(*capabilities, "iotEdge", false);
    enrollment.etag = textMember(*record, "etag");
    enrollment.raw = takeOutKeys(*record) ? toExactBytes(*record) : json;
    return withPolicies(std::move(enrollment), *record);
}

Result<QByteArray> repointed(const QByteArray &raw, const HubHostName &target, const QByteArray &keys)
{
    std::optional<Json> record = parseExactJson(raw);
    if (!record || !record->is_object())
        return malformed(u"An enrollment is not a JSON object."_s);
    if (!keys.isEmpty()) {
        std::optional<Json> attestation = parseExactJson(keys);
        if (!attestation || !attestation->is_object())
            return malformed(u"An attestation mechanism is not a JSON object."_s);
        (*record)["attestation"] = std::move(*attestation);
    }
    (*record)["iotHubs"] = Json::array({toStd(target.text())});
    record->erase("iotHubHostName");
    record->erase("registrationState");
    return toExactBytes(*record);
}

Result<QByteArray> restored(const QByteArray &kept, const QByteArray &keys, const QString &etag)
{
    std::optional<Json> record = parseExactJson(kept);
    if (!record || !record->is_object())
        return malformed(u"An enrollment is not a JSON object."_s);
    if (!keys.isEmpty()) {
        std::optional<Json> attestation = parseExactJson(keys);
        if (!attestation || !attestation->is_object())
            return malformed(u"An attestation mechanism is not a JSON object."_s);
        (*record)["attestation"] = std::move(*attestation);
    }
    (*record)["etag"] = toStd(etag);
    record->erase("registrationState");
    return toExactBytes(*record);
}

namespace {

/// Members that the service writes.
const std::array<const char *, 4> readOnlyMembers
    = {"etag", "createdDateTimeUtc", "lastUpdatedDateTimeUtc", "registrationState"};

/// Sorted by name, without nulls: an absent member and a null one mean the same to DPS.
nlohmann::json comparable(const QByteArray &text)
{
    nlohmann::json record = parseExactJson(text, Numbers::ByValue).value_or(Json::object());
    if (!record.is_object())
        return nlohmann::json::object();
    for (const char *name : readOnlyMembers)
        record.erase(name);
    for (auto at = record.begin(); at != record.end();)
        at = at->is_null() ? record.erase(at) : std::next(at);
    return record;
}

} // namespace

QStringList differingMembers(const QByteArray &one, const QByteArray &other)
{
    const nlohmann::json left = comparable(one);
    const nlohmann::json right = comparable(other);
    QStringList names;
    for (const auto &[name, value] : left.items()) {
        if (!right.contains(name) || right[name] != value)
            names.append(QString::fromStdString(name));
    }
    for (const auto &[name, value] : right.items()) {
        if (!left.contains(name))
            names.append(QString::fromStdString(name));
    }
    return names;
}

Result<QByteArray> splitOut(
    const QByteArray &groupRaw, const QByteArray &groupKeys, const QString &registrationId, const HubHostName &target)
{
    const std::optional<Json> group = parseExactJson(groupRaw);
    const std::optional<Json> mechanism = parseJson(groupKeys);
    if (!group || !group->is_object() || !mechanism)
        return malformed(u"An enrollment group or its keys are not JSON objects."_s);
    const Json *keys = member(*mechanism, "symmetricKey");
    const QByteArray primary = keys ? textMember(*keys, "primaryKey").toUtf8() : QByteArray();
    const QByteArray secondary = keys ? textMember(*keys, "secondaryKey").toUtf8() : QByteArray();
    if (primary.isEmpty() || secondary.isEmpty())
        return malformed(u"The enrollment group has no symmetric keys to derive a device's from."_s);

    const QByteArray device = registrationId.toUtf8();
    Json record;
    record["registrationId"] = toStd(registrationId);
    record["attestation"]["type"] = "symmetricKey";
    record["attestation"]["symmetricKey"]["primaryKey"] = derivedKey(primary, device).toStdString();
    record["attestation"]["symmetricKey"]["secondaryKey"] = derivedKey(secondary, device).toStdString();
    for (const char *inherited :
        {"capabilities", "initialTwin", "provisioningStatus", "reprovisionPolicy", "allocationPolicy"}) {
        if (const Json *value = member(*group, inherited))
            record[inherited] = *value;
    }
    record["iotHubs"] = Json::array({toStd(target.text())});
    return toExactBytes(record);
}

QByteArray derivedKey(const QByteArray &base64GroupKey, const QByteArray &registrationId)
{
    return QMessageAuthenticationCode::hash(
        registrationId, QByteArray::fromBase64(base64GroupKey), QCryptographicHash::Sha256)
        .toBase64();
}

} // namespace drover::fleet
