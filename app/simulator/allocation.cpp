#include "app/simulator/allocation.h"

#include <algorithm>
#include <cmath>

namespace drover::simulator {

namespace {

/// FNV-1a, and then mixed: texts that differ in their last digit only must not end up side by side.
std::uint64_t stableHash(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return hash ^ (hash >> 33);
}

const Hub &hubAt(const World &world, int index) { return *world.hubs[static_cast<std::size_t>(index)]; }

int byWeight(const World &world, const std::vector<int> &candidates, const std::string &id)
{
    const auto score = [&](int index) {
        const Hub &hub = hubAt(world, index);
        const double point = (static_cast<double>(stableHash(id + "/" + hub.host) >> 11) + 0.5) * 0x1.0p-53;
        return -static_cast<double>(hub.weight) / std::log(point);
    };
    return *std::ranges::max_element(candidates, {}, score);
}

int nearest(const World &world, std::vector<int> candidates, const std::string &id)
{
    const auto distance = [&](int index) { return stableHash(id + "@" + lower(hubAt(world, index).region)); };
    const std::uint64_t least = distance(*std::ranges::min_element(candidates, {}, distance));
    std::erase_if(candidates, [&](int index) { return distance(index) != least; });
    return byWeight(world, candidates, id);
}

} // namespace

std::vector<int> candidateHubs(const World &world, const Enrollment &enrollment)
{
    std::vector<std::string> wanted;
    if (const auto named = enrollment.record.find("iotHubs"); named != enrollment.record.end() && named->is_array()) {
        for (const Json &host : *named)
            wanted.push_back(host.is_string() ? host.get<std::string>() : std::string());
    }
    const std::string legacy = textOf(enrollment.record, "iotHubHostName");
    if (!legacy.empty() && (wanted.empty() || world.behavior.legacyHubName == "obeyed"))
        wanted = {legacy};
    std::vector<int> result;
    for (std::size_t i = 0; i < world.hubs.size(); ++i) {
        const Hub &hub = *world.hubs[i];
        const auto is = [&](const std::string &host) { return sameText(host, hub.host); };
        if (hub.linked && (wanted.empty() || std::ranges::any_of(wanted, is)))
            result.push_back(static_cast<int>(i));
    }
    return result;
}

std::string allocationPolicy(const World &world, const Enrollment &enrollment)
{
    const std::string own = textOf(enrollment.record, "allocationPolicy");
    return lower(own.empty() ? world.dps.allocationPolicy : own);
}

std::optional<int> allocate(const World &world, const Enrollment &enrollment, const std::string &registrationId)
{
    std::vector<int> candidates = candidateHubs(world, enrollment);
    const std::string policy = allocationPolicy(world, enrollment);
    if (policy == "static")
        return candidates.size() == 1 ? std::optional(candidates.front()) : std::nullopt;
    std::erase_if(candidates, [&](int index) { return !hubAt(world, index).allocating; });
    if (candidates.empty())
        return std::nullopt;
    const std::string id = lower(registrationId);
    return policy == "geolatency" ? nearest(world, std::move(candidates), id) : byWeight(world, candidates, id);
}

} // namespace drover::simulator
