#include "app/simulator/twin.h"

#include <algorithm>

namespace drover::simulator {

namespace {

Json withMetadata(const Json &properties, std::int64_t version, Millis updated)
{
    Json result = properties;
    Json metadata = {{"$lastUpdated", isoTime(updated)}};
    const std::string time = isoTime(updated);
    // Added without a search: no name comes twice.
    for (const auto &[name, value] : properties.items())
        metadata.get_ref<Json::object_t &>().emplace_back(name, Json::object({{"$lastUpdated", time}}));
    result["$metadata"] = std::move(metadata);
    result["$version"] = version;
    return result;
}

const Json *member(const Json &object, const char *name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? &*found : nullptr;
}

Json withoutSystemMembers(Json properties)
{
    properties.erase("$metadata");
    properties.erase("$version");
    return properties;
}

/// What the patch makes of nothing, without a search for each name.
void addAll(Json &empty, const Json &patch)
{
    for (const auto &[name, value] : patch.items()) {
        if (!value.is_null())
            mergePatch(empty.get_ref<Json::object_t &>().emplace_back(name, Json()).second, value);
    }
}

} // namespace

std::string Twin::etag() const
{
    std::string bytes(8, '\0');
    for (int i = 0; i < 8; ++i)
        bytes[static_cast<std::size_t>(7 - i)] = static_cast<char>(version >> (8 * i) & 0xff);
    return base64(bytes);
}

const std::string &Twin::text() const
{
    if (m_text.empty()) {
        m_text = "\"version\":" + std::to_string(version) + ",\"tags\":" + tags.dump()
            + ",\"properties\":{\"desired\":" + withMetadata(desired, desiredVersion, updated).dump()
            + ",\"reported\":" + withMetadata(reported, reportedVersion, updated).dump() + "}";
    }
    return m_text;
}

void mergePatch(Json &target, const Json &patch)
{
    if (!patch.is_object()) {
        target = patch;
        return;
    }
    if (!target.is_object())
        target = Json::object();
    if (target.empty())
        return addAll(target, patch);
    for (const auto &[name, value] : patch.items()) {
        if (value.is_null())
            target.erase(name);
        else
            mergePatch(target[name], value);
    }
}

TwinRef initialTwin(const Json &enrollment, Millis now)
{
    auto twin = std::make_shared<Twin>();
    twin->updated = now;
    if (const Json *initial = member(enrollment, "initialTwin")) {
        if (const Json *tags = member(*initial, "tags"))
            twin->tags = withoutSystemMembers(*tags);
        if (const Json *properties = member(*initial, "properties")) {
            if (const Json *desired = member(*properties, "desired"))
                twin->desired = withoutSystemMembers(*desired);
        }
    }
    return twin;
}

TwinRef changedTwin(const Twin &twin, const Json &change, bool replace, Millis now)
{
    auto result = std::make_shared<Twin>();
    result->tags = twin.tags;
    result->desired = twin.desired;
    result->reported = twin.reported;
    result->version = twin.version + 1;
    result->desiredVersion = twin.desiredVersion;
    result->reportedVersion = twin.reportedVersion;
    result->updated = now;
    if (const Json *tags = member(change, "tags")) {
        if (replace)
            result->tags = Json::object();
        mergePatch(result->tags, *tags);
    }
    const Json *properties = member(change, "properties");
    const Json *desired = properties ? member(*properties, "desired") : nullptr;
    if (desired) {
        if (replace)
            result->desired = Json::object();
        mergePatch(result->desired, withoutSystemMembers(*desired));
        ++result->desiredVersion;
    }
    return result;
}

} // namespace drover::simulator
