#include "app/simulator/hublimits.h"
#include "app/simulator/hubservice.h"
#include "app/simulator/names.h"

#include <algorithm>
#include <set>

namespace drover::simulator {

namespace {

constexpr std::size_t mostBulkItems = 100;

bool isEdge(const Json &record)
{
    const auto found = record.find("capabilities");
    return found != record.end() && found->is_object() && found->value("iotEdge", Json(false)) == Json(true);
}

std::shared_ptr<const IdentityNote> noteFrom(const Json &record)
{
    IdentityNote note {textOf(record, "statusReason"), record.value("authentication", Json())};
    const std::string type = textOf(note.authentication, "type");
    if (type.empty() || sameText(type, "sas"))
        note.authentication = Json();
    // Of an IoT Edge device, deviceScope is its own; who its parent is stands beside it.
    const auto parents = record.find("parentScopes");
    if (parents != record.end() && parents->is_array() && !parents->empty() && parents->front().is_string())
        note.parentScope = parents->front().get<std::string>();
    else if (!isEdge(record))
        note.parentScope = textOf(record, "deviceScope");
    const bool empty = note.statusReason.empty() && note.authentication.is_null() && note.parentScope.empty();
    return empty ? nullptr : std::make_shared<const IdentityNote>(std::move(note));
}

/// Only an IoT Edge device of the same hub can be a parent.
std::optional<std::string> wrongParent(Hub &hub, const std::string &id, const Json &record)
{
    const std::shared_ptr<const IdentityNote> note = noteFrom(record);
    if (!note || note->parentScope.empty())
        return std::nullopt;
    const std::string &scope = note->parentScope;
    constexpr std::string_view prefix = "ms-azure-iot-edge://";
    const std::size_t end = scope.rfind('-');
    const std::string parent = scope.starts_with(prefix) && end != std::string::npos && end > prefix.size()
        ? scope.substr(prefix.size(), end - prefix.size())
        : std::string();
    const Identity *identity = parent.empty() || parent == id ? nullptr : hub.find(parent);
    return identity && identity->edge && identity->edgeScope(parent) == scope
        ? std::nullopt
        : std::optional("The scope is that of no IoT Edge device of this hub.");
}

} // namespace

const std::string &Identity::parentScope() const
{
    static const std::string none;
    return note ? note->parentScope : none;
}

KeySource keysFrom(World &world, const Json &record, const KeySource &present, const std::string &id)
{
    const auto authentication = record.find("authentication");
    const bool given = authentication != record.end() && authentication->is_object();
    const Json sent = given ? authentication->value("symmetricKey", Json()) : Json();
    const KeyPair keys {textOf(sent, "primaryKey"), textOf(sent, "secondaryKey")};
    if (keys.primary.empty() || keys.secondary.empty())
        return present.keys ? present : KeySource {std::make_shared<const KeyPair>(world.freshKeys()), false};
    const KeyPair known = present.pairFor(id);
    return known.primary == keys.primary && known.secondary == keys.secondary
        ? present
        : KeySource {std::make_shared<const KeyPair>(keys), false};
}

Response HubService::listDevices(Call &call)
{
    // Out of range means 1000.
    constexpr unsigned long largest = 1000;
    const unsigned long top = std::strtoul(call.request.parameter("top").c_str(), nullptr, 10);
    const std::size_t most = top >= 1 && top <= largest ? top : largest;
    Json result = Json::array();
    for (auto at = call.hub->registry.begin(); at != call.hub->registry.end() && result.size() < most; ++at)
        result.push_back(shownIdentity(at->first, at->second));
    return Response::json(result);
}

Response HubService::getDevice(Call &call)
{
    const Identity *identity = call.hub->find(call.id());
    if (!identity)
        return notFound(call.id());
    return Response::json(shownIdentity(call.id(), *identity)).with("ETag", "\"" + identity->etagText() + "\"");
}

Response HubService::putDevice(Call &call)
{
    if (!call.body.is_object() || textOf(call.body, "deviceId") != call.id() || !goodDeviceId(call.id()))
        return error("ArgumentInvalid", 400004, "deviceId must be valid and the id in the path.");
    if (const auto wrong = wrongIdentity(call.body))
        return error("ArgumentInvalid", 400004, *wrong);
    if (const auto wrong = wrongParent(*call.hub, call.id(), call.body))
        return error("ArgumentInvalid", 400004, *wrong);
    const Identity *present = call.hub->find(call.id());
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (present && ifMatch.empty())
        return error("DeviceAlreadyExists", 409001, call.id());
    if (!present && !ifMatch.empty() && ifMatch != "*")
        return notFound(call.id());
    if (present && ifMatch != "*" && ifMatch != present->etagText())
        return error("PreconditionFailed", 412001, "Precondition failed: Device version did not match.");
    if (!present && call.hub->registry.size() >= call.hub->registryMaximum)
        return error("IotHubQuotaExceeded", 403002, "The maximum number of devices is reached.");
    storeDevice(*call.hub, call.id(), call.body);
    return getDevice(call);
}

void HubService::storeDevice(Hub &hub, const std::string &id, const Json &record)
{
    const auto [place, fresh] = hub.registry.try_emplace(id);
    Identity &identity = place->second;
    if (fresh) {
        identity.generation = m_world.next();
        identity.device = m_world.housed(m_world.deviceOf(id));
        auto twin = std::make_shared<Twin>();
        twin->updated = m_world.now();
        identity.twin = std::move(twin);
    }
    identity.etag = m_world.next();
    if (const auto found = record.find("capabilities"); found != record.end() && found->is_object())
        identity.edge = isEdge(record);
    identity.note = noteFrom(record);
    identity.keys = keysFrom(m_world, record, identity.keys, id);
    const bool enable = !sameText(textOf(record, "status"), "disabled");
    const bool changed = identity.enabled != enable;
    hub.setEnabled(identity, enable, m_world.now());
    if (changed && identity.device != noDevice && (enable || m_world.behavior.disableCutsConnection))
        m_life.identityChanged(identity.device, m_world.hubIndex(hub.host));
}

Response HubService::removeDevice(Call &call)
{
    const Identity *present = call.hub->find(call.id());
    if (!present)
        return notFound(call.id());
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (!ifMatch.empty() && ifMatch != "*" && ifMatch != present->etagText())
        return error("PreconditionFailed", 412001, "Precondition failed: Device version did not match.");
    eraseDevice(*call.hub, call.id());
    return Response::empty();
}

void HubService::eraseDevice(Hub &hub, const std::string &id)
{
    const Identity *identity = hub.find(id);
    if (!identity)
        return;
    const std::uint32_t device = identity->device;
    hub.erase(id);
    m_world.unhoused(device);
    if (device != noDevice)
        m_life.identityChanged(device, m_world.hubIndex(hub.host));
}

Response HubService::bulk(Call &call)
{
    if (!call.body.is_array() || call.body.empty())
        return error("ArgumentInvalid", 400004, "A list of devices is expected.");
    if (call.body.size() > mostBulkItems)
        return error("TooManyDevices", 413002, "A bulk operation takes at most 100 devices.");
    Json errors = Json::array();
    std::set<std::string> met;
    for (const Json &item : call.body) {
        const bool again = !met.insert(textOf(item, "id")).second;
        if (const auto wrong = again ? BulkError {{"DeviceDefinedMultipleTimes", textOf(item, "id")}} : bulkItem(*call.hub, item)) {
            errors.push_back({{"deviceId", textOf(item, "id")}, {"errorCode", wrong->first},
                {"errorStatus", wrong->second}});
        }
    }
    const bool successful = errors.empty();
    return Response::json({{"isSuccessful", successful}, {"errors", std::move(errors)}, {"warnings", Json::array()}},
        successful ? 200 : 400);
}

HubService::BulkError HubService::bulkItem(Hub &hub, const Json &item)
{
    const std::string id = textOf(item, "id");
    const std::string mode = lower(textOf(item, "importMode"));
    if (!goodDeviceId(id))
        return {{"ArgumentInvalid", "The device id is not valid."}};
    if (const auto wrong = wrongIdentity(item))
        return {{"ArgumentInvalid", *wrong}};
    if (const auto wrong = wrongTwinChange(item))
        return {{"ArgumentInvalid", *wrong}};
    if (const auto wrong = wrongParent(hub, id, item))
        return {{"ArgumentInvalid", *wrong}};
    const Identity *present = hub.find(id);
    if (mode == "create")
        return present ? BulkError {{"DeviceAlreadyExists", id}} : bulkCreate(hub, id, item);
    if (!present)
        return {{"DeviceNotFound", id}};
    if (mode.starts_with("updatetwin"))
        return bulkTwin(hub, id, item, mode);
    if (mode.ends_with("ifmatchetag") && bareEtag(textOf(item, "eTag")) != present->etagText())
        return {{"PreconditionFailed", "Device version did not match."}};
    if (mode == "update" || mode == "updateifmatchetag")
        storeDevice(hub, id, item);
    else if (mode == "delete" || mode == "deleteifmatchetag")
        eraseDevice(hub, id);
    else
        return {{"ArgumentInvalid", "importMode \"" + mode + "\" is not known."}};
    return std::nullopt;
}

HubService::BulkError HubService::bulkCreate(Hub &hub, const std::string &id, const Json &item)
{
    if (hub.registry.size() >= hub.registryMaximum)
        return {{"IotHubQuotaExceeded", "The maximum number of devices is reached."}};
    const bool withTwin = item.contains("tags") || item.contains("properties");
    if (withTwin && hub.isBasic())
        return {{"OperationNotAvailableInCurrentTier", hub.sku}};
    const TwinRef twin = changedTwin(Twin(), item, true, m_world.now());
    if (const auto wrong = wrongTwin(*twin))
        return {{"ArgumentInvalid", *wrong}};
    storeDevice(hub, id, item);
    if (withTwin)
        applyTwinChange(hub, id, item, true);
    return std::nullopt;
}

HubService::BulkError HubService::bulkTwin(Hub &hub, const std::string &id, const Json &item, const std::string &mode)
{
    const Identity &present = *hub.find(id);
    if (hub.isBasic())
        return {{"OperationNotAvailableInCurrentTier", hub.sku}};
    if (mode == "updatetwinifmatchetag" && bareEtag(textOf(item, "twinETag")) != present.twin->etag())
        return {{"PreconditionFailed", "The twin was changed meanwhile."}};
    if (mode != "updatetwin" && mode != "updatetwinifmatchetag")
        return {{"ArgumentInvalid", "importMode \"" + mode + "\" is not known."}};
    if (const auto wrong = wrongTwin(*changedTwin(*present.twin, item, false, m_world.now())))
        return {{"ArgumentInvalid", *wrong}};
    applyTwinChange(hub, id, item, false);
    return std::nullopt;
}

} // namespace drover::simulator
