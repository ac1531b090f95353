#include "app/simulator/world.h"

namespace drover::simulator {

namespace {

bool take(bool &target, const Json &value)
{
    if (!value.is_boolean())
        return false;
    target = value.get<bool>();
    return true;
}

bool take(std::string &target, const Json &value, std::initializer_list<std::string_view> allowed)
{
    if (!value.is_string())
        return false;
    for (const std::string_view one : allowed) {
        if (value.get<std::string>() == one) {
            target = one;
            return true;
        }
    }
    return false;
}

} // namespace

Json Behavior::shown() const
{
    return {{"putWithoutKeys", putWithoutKeys}, {"bulkCountsItems", bulkCountsItems},
        {"splitOutMigrates", splitOutMigrates}, {"dpsUsesRegistryQuota", dpsUsesRegistryQuota},
        {"disableCutsConnection", disableCutsConnection}, {"sourceOutage", sourceOutage}};
}

std::optional<std::string> Behavior::apply(const Json &members)
{
    if (!members.is_object())
        return "behavior";
    for (const auto &[name, value] : members.items()) {
        const bool known = name == "putWithoutKeys" ? take(putWithoutKeys, value, {"keep", "regenerate", "reject"})
            : name == "bulkCountsItems"             ? take(bulkCountsItems, value)
            : name == "splitOutMigrates"            ? take(splitOutMigrates, value)
            : name == "dpsUsesRegistryQuota"        ? take(dpsUsesRegistryQuota, value)
            : name == "disableCutsConnection"       ? take(disableCutsConnection, value)
            : name == "sourceOutage"                ? take(sourceOutage, value, {"reset", "fail"})
                                                    : false;
        if (!known)
            return name;
    }
    return std::nullopt;
}

int World::hubIndex(std::string_view hostOrName) const
{
    for (std::size_t i = 0; i < hubs.size(); ++i) {
        if (sameText(hubs[i]->host, hostOrName) || sameText(hubs[i]->name, hostOrName)
            || sameText(hubs[i]->stamp, hostOrName))
            return static_cast<int>(i);
    }
    return -1;
}

Hub *World::hub(std::string_view hostOrName) const
{
    const int index = hubIndex(hostOrName);
    return index < 0 ? nullptr : hubs[static_cast<std::size_t>(index)].get();
}

std::uint32_t World::deviceOf(std::string_view registrationId) const
{
    const auto found = deviceByRegistration.find(lower(registrationId));
    return found == deviceByRegistration.end() ? noDevice : found->second;
}

std::string World::deviceIdOf(const Device &device)
{
    const Registration *registration = dps.registration(device.registrationId);
    return registration && !registration->deviceId.empty() ? registration->deviceId : device.registrationId;
}

KeyPair World::freshKeys()
{
    const auto key = [this] {
        std::string bytes;
        for (int i = 0; i < 8; ++i) {
            const std::uint64_t number = random.number();
            bytes.append(reinterpret_cast<const char *>(&number), sizeof number);
        }
        return base64(bytes);
    };
    return {key(), key()};
}

} // namespace drover::simulator
