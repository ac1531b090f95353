#include "app/simulator/world.h"

#include <algorithm>
#include <array>

namespace drover::simulator {

namespace {

struct Flag {
    std::string_view name;
    bool Behavior::*member;
};
constexpr Flag flags[] = {{"bulkCountsItems", &Behavior::bulkCountsItems},
    {"throttleTellsRetryAfter", &Behavior::throttleTellsRetryAfter}, {"splitOutMigrates", &Behavior::splitOutMigrates},
    {"dpsUsesRegistryQuota", &Behavior::dpsUsesRegistryQuota},
    {"disableCutsConnection", &Behavior::disableCutsConnection}, {"disabledTravels", &Behavior::disabledTravels},
    {"dpsQueriesFilter", &Behavior::dpsQueriesFilter}, {"deletedRecordForgets", &Behavior::deletedRecordForgets}};

struct Choice {
    std::string_view name;
    std::string Behavior::*member;
    std::array<std::string_view, 3> values;
};
constexpr Choice choices[] = {{"putWithoutKeys", &Behavior::putWithoutKeys, {"keep", "regenerate", "reject"}},
    {"refusalTold", &Behavior::refusalTold, {"hub", "dps"}},
    {"legacyHubName", &Behavior::legacyHubName, {"ignored", "obeyed", "rejected"}},
    {"sourceOutage", &Behavior::sourceOutage, {"reset", "fail"}}};

constexpr std::string_view pageName = "largestDpsPage";

bool take(Behavior &behavior, std::string_view name, const Json &value)
{
    for (const Flag &flag : flags) {
        if (flag.name != name)
            continue;
        if (value.is_boolean())
            behavior.*flag.member = value.get<bool>();
        return value.is_boolean();
    }
    for (const Choice &choice : choices) {
        if (choice.name != name)
            continue;
        const std::string text = value.is_string() ? value.get<std::string>() : std::string();
        if (text.empty() || std::ranges::find(choice.values, text) == choice.values.end())
            return false;
        behavior.*choice.member = text;
        return true;
    }
    if (name != pageName || !value.is_number_unsigned() || value.get<std::uint64_t>() - 1 >= 10'000)
        return false;
    behavior.largestDpsPage = value.get<int>();
    return true;
}

} // namespace

Json Behavior::shown() const
{
    Json result = Json::object();
    for (const Flag &flag : flags)
        result[std::string(flag.name)] = this->*flag.member;
    for (const Choice &choice : choices)
        result[std::string(choice.name)] = this->*choice.member;
    result[std::string(pageName)] = largestDpsPage;
    return result;
}

std::optional<std::string> Behavior::apply(const Json &members)
{
    if (!members.is_object())
        return "behavior";
    for (const auto &[name, value] : members.items()) {
        if (!take(*this, name, value))
            return name;
    }
    return std::nullopt;
}

int World::hubIndex(std::string_view hostOrName) const
{
    for (std::size_t i = 0; i < hubs.size(); ++i) {
        if (hubs[i]->gone)
            continue;
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
    for (const Population &population : populations) {
        const std::optional<std::uint32_t> number = population.ids.numberIn(registrationId);
        if (number && *number - population.firstNumber < population.count)
            return population.firstDevice + (*number - population.firstNumber);
    }
    return noDevice;
}

std::string World::registrationIdOf(const Device &device) const
{
    const Population &population = populations[device.population];
    const auto place = static_cast<std::uint32_t>(&device - devices.data());
    return population.ids.id(population.firstNumber + (place - population.firstDevice));
}

std::string World::deviceIdOf(const Device &device)
{
    const std::string id = registrationIdOf(device);
    const Registration *registration = dps.registration(id);
    return registration && registration->isAssigned() ? registration->deviceId() : id;
}

std::uint32_t World::housed(std::uint32_t device)
{
    if (device != noDevice)
        ++devices[device].homes;
    return device;
}

void World::unhoused(std::uint32_t device)
{
    if (device != noDevice)
        --devices[device].homes;
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
