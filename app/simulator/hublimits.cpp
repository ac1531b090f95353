#include "app/simulator/hublimits.h"

#include "app/simulator/shape.h"

#include <algorithm>

namespace drover::simulator {

namespace {

/// "Understand IoT Hub quotas": tags 8 KB, desired and reported properties 32 KB each, a value 4 KB.
constexpr std::size_t largestTags = 8 * 1024;
constexpr std::size_t largestProperties = 32 * 1024;
constexpr std::size_t largestValue = 4 * 1024;
/// As the OpenAPI file of the hub has them.
constexpr int deepest = 10;
constexpr std::size_t longestName = 1024;
constexpr std::size_t longestReason = 128;
/// "Understand and invoke direct methods from IoT Hub".
constexpr std::size_t largestPayload = 128 * 1024;

std::size_t sizeOf(const Json &json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace).size(); }

/// No control characters (C0 and C1), no '.', '$' or space, as the OpenAPI file of the hub says.
bool goodName(std::string_view name)
{
    if (name.empty() || name.size() > longestName || name.find_first_of(".$ \x7f") != name.npos)
        return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto byte = static_cast<unsigned char>(name[i]);
        const bool c1 = byte == 0xc2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) < 0xa0;
        if (byte < 0x20 || c1)
            return false;
    }
    return true;
}

std::optional<std::string> wrongValue(const std::string &place, const Json &value, int depth)
{
    if (value.is_string() && value.get_ref<const std::string &>().size() > largestValue)
        return place + " is longer than 4096 bytes.";
    if (!value.is_structured())
        return std::nullopt;
    if (depth > deepest)
        return place + " is nested deeper than 10 levels.";
    for (const auto &[name, inner] : value.items()) {
        if (value.is_object() && !goodName(name))
            return place + " has a name that is empty, too long or has a control character, '.', '$' or a space in it.";
        if (auto wrong = wrongValue(place, inner, depth + 1))
            return wrong;
    }
    return std::nullopt;
}

std::optional<std::string> wrongSection(const std::string &place, const Json &section, std::size_t largest)
{
    if (sizeOf(section) > largest)
        return place + " is larger than " + std::to_string(largest) + " bytes.";
    return wrongValue(place, section, 0);
}

std::size_t charactersOf(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

} // namespace

std::optional<std::string> wrongTwinChange(const Json &change)
{
    using enum ShapeMember::Kind;
    static const ShapeMember members[] = {{"tags", Object}, {"properties", Object}, {"properties.desired", Object}};
    return change.is_object() ? wrongShape(change, members) : "The twin is not a JSON object.";
}

std::optional<std::string> wrongTwin(const Twin &twin)
{
    if (auto wrong = wrongSection("tags", twin.tags, largestTags))
        return wrong;
    if (auto wrong = wrongSection("properties.desired", twin.desired, largestProperties))
        return wrong;
    return wrongSection("properties.reported", twin.reported, largestProperties);
}

std::optional<std::string> wrongIdentity(const Json &record)
{
    using enum ShapeMember::Kind;
    static const ShapeMember members[] = {{"status", Text, {"enabled", "disabled"}}, {"statusReason", Text},
        {"authentication", Object}, {"authentication.type", Text, {"sas", "selfSigned", "certificateAuthority", "none"}},
        {"authentication.symmetricKey", Object}, {"authentication.symmetricKey.primaryKey", Text},
        {"authentication.symmetricKey.secondaryKey", Text}, {"authentication.x509Thumbprint", Object},
        {"authentication.x509Thumbprint.primaryThumbprint", Text}, {"authentication.x509Thumbprint.secondaryThumbprint", Text},
        {"capabilities", Object}, {"capabilities.iotEdge", Boolean}, {"deviceScope", Text}, {"parentScopes", List}};
    if (auto wrong = wrongShape(record, members))
        return wrong;
    if (const Json parents = record.value("parentScopes", Json()); parents.is_array()
        && (parents.size() > 1 || (parents.size() == 1 && !parents.front().is_string())))
        return "parentScopes names more than one parent, or what is no scope.";
    if (charactersOf(textOf(record, "statusReason")) > longestReason)
        return "statusReason is longer than 128 characters.";
    const auto authentication = record.find("authentication");
    if (authentication == record.end() || !authentication->is_object())
        return std::nullopt;
    const Json keys = authentication->value("symmetricKey", Json());
    for (const char *which : {"primaryKey", "secondaryKey"}) {
        const std::string key = textOf(keys, which);
        if (!key.empty() && !goodKey(key))
            return std::string(which) + " is not base64 of 16 to 64 bytes.";
    }
    return std::nullopt;
}

bool fitsMethod(const Json &payload) { return sizeOf(payload) <= largestPayload; }

} // namespace drover::simulator
