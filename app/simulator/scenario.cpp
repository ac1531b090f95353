#include "app/simulator/scenario.h"

#include "app/simulator/jsonlines.h"
#include "app/simulator/names.h"
#include "app/simulator/population.h"
#include "app/simulator/reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace drover::simulator {

namespace {

/// The name of a file as it may stand in a host name.
std::string labelOf(const std::string &name)
{
    std::string label = std::filesystem::path(name).stem().string();
    std::ranges::transform(label, label.begin(), [](unsigned char each) {
        const auto lower = static_cast<char>(std::tolower(each));
        return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? lower : '-';
    });
    return label;
}

std::string seededKey(std::uint64_t seed, const std::string &name)
{
    return base64(hmacSha256("drover-azure " + std::to_string(seed), name));
}

KeyPair seededKeys(std::uint64_t seed, const std::string &name)
{
    return {seededKey(seed, name + "/primary"), seededKey(seed, name + "/secondary")};
}

std::vector<Policy> hubPolicies(std::uint64_t seed, const std::string &host)
{
    const auto policy = [&](const char *name, unsigned rights) {
        return Policy {name, seededKeys(seed, host + "/" + name), rights};
    };
    return {policy("iothubowner", RegistryRead | RegistryWrite | ServiceConnect | DeviceConnect),
        policy("service", ServiceConnect), policy("device", DeviceConnect), policy("registryRead", RegistryRead),
        policy("registryReadWrite", RegistryRead | RegistryWrite)};
}

void readHub(Reader reader, World &world, std::uint64_t seed)
{
    const std::string stamp = reader.text("name");
    const std::string name = reader.text("hub", "drover-" + world.scenario + "-" + stamp);
    const std::string sku = reader.text("sku", "S1");
    const int units = static_cast<int>(reader.number("units", 1, 200, 1));
    const std::string host = lower(name) + ".azure-devices.net";
    constexpr std::array known {"F1", "B1", "B2", "B3", "S1", "S2", "S3"};
    if (std::ranges::find(known, sku) == known.end())
        reader.fail("must be F1, B1, B2, B3, S1, S2 or S3", "sku");
    if (!goodRegistrationId(stamp))
        reader.fail("must be letters, digits, and - . _ between them", "name");
    if (!goodHubName(name))
        reader.fail("must be 3 to 50 letters, digits and -; it is \"" + name + "\"", "hub");
    if (world.hub(stamp) || world.hub(host))
        reader.fail("is there twice", "name");
    auto hub = std::unique_ptr<Hub>(new Hub {.host = host, .name = name, .stamp = stamp,
        .ring = reader.text("ring", "production"), .region = reader.text("region", "West Europe"),
        .generation = reader.text("generation", "1"), .application = reader.text("application", "none"),
        .capacity = static_cast<int>(reader.number("capacity", 1, 10'000'000, std::nullopt)), .sku = sku,
        .units = units, .linked = reader.flag("linked", true), .allocating = reader.flag("allocating", true),
        .weight = static_cast<int>(reader.number("weight", 1, 1000, 1)),
        .registryMaximum = static_cast<std::size_t>(reader.number("registryMaximum", 0, 10'000'000, 1'000'000)),
        .outage = reader.flag("outage", false), .policies = hubPolicies(seed, host),
        .quotas = HubQuotas::of(host, sku, units), .registry = {}});
    if (hub->ring != "test" && hub->ring != "canary" && hub->ring != "production")
        reader.fail("must be test, canary or production", "ring");
    reader.done();
    world.hubs.push_back(std::move(hub));
}

/// A hub of another subscription, there to be linked: no stamp, and no list of this subscription tells it.
void addSpareHub(World &world, std::uint64_t seed)
{
    const std::string name = "drover-" + world.scenario + "-spare";
    const std::string host = lower(name) + ".azure-devices.net";
    world.hubs.push_back(std::unique_ptr<Hub>(new Hub {.host = host, .name = name, .stamp = name, .ring = {},
        .region = world.hubs.front()->region, .generation = {}, .application = {}, .own = false, .sku = "S1", .linked = false,
        .policies = hubPolicies(seed, host), .quotas = HubQuotas::of(host, "S1", 1), .registry = {}}));
}

void readDps(Reader reader, World &world, std::uint64_t seed)
{
    Dps &dps = world.dps;
    dps.name = reader.text("name", "drover-" + world.scenario + "-dps");
    if (!goodDpsName(dps.name))
        reader.fail("must be 3 to 64 letters, digits and -; it is \"" + dps.name + "\"", "name");
    dps.serviceHost = lower(dps.name) + ".azure-devices-provisioning.net";
    dps.idScope = reader.text("idScope", "0ne00D40E12");
    if (!goodRegistrationId(dps.idScope))
        reader.fail("must be letters and digits", "idScope");
    dps.allocationPolicy = reader.text("allocationPolicy", "Hashed");
    if (dps.allocationPolicy != "Hashed" && dps.allocationPolicy != "GeoLatency" && dps.allocationPolicy != "Static")
        reader.fail("must be Hashed, GeoLatency or Static", "allocationPolicy");
    const auto perMinute = [&](const char *member) { return static_cast<int>(reader.number(member, 1, 1'000'000, 1000)); };
    dps.operationQuota = Quota("dps", "operations", perMinute("operationsPerMinute"), 60'000);
    dps.registrationQuota = Quota("dps", "registrations", perMinute("registrationsPerMinute"), 60'000);
    const auto maximum = [&](const char *member, std::size_t usual) {
        return static_cast<std::size_t>(reader.number(member, 0, 10'000'000, static_cast<std::int64_t>(usual)));
    };
    dps.maxima = {maximum("individualsMaximum", dps.maxima.individuals),
        maximum("registrationsMaximum", dps.maxima.registrations), maximum("groupsMaximum", dps.maxima.groups)};
    if (const std::string file = reader.text("webhookCa", ""); !file.empty()) {
        std::ifstream pem(file);
        world.webhookAuthorities.assign(std::istreambuf_iterator<char>(pem), {});
        if (!world.webhookAuthorities.contains("-----BEGIN CERTIFICATE-----"))
            reader.fail("must be a file with certificates in PEM", "webhookCa");
    }
    dps.policies = {{"provisioningserviceowner", seededKeys(seed, dps.serviceHost),
        ServiceConfig | DeviceConnect | EnrollmentRead | EnrollmentWrite | RegistrationStatusRead
            | RegistrationStatusWrite}};
    reader.done();
}

void readHabits(Reader reader, Habits &habits)
{
    if (const std::vector<Json> names = reader.list("reprovisionMethods"); !names.empty()) {
        habits.reprovisionMethods.clear();
        for (const Json &name : names) {
            if (name.is_string())
                habits.reprovisionMethods.push_back(name.get<std::string>());
            else
                reader.fail("must be a list of method names", "reprovisionMethods");
        }
    }
    habits.desiredTrigger = reader.text("desiredTrigger", habits.desiredTrigger);
    habits.registerAfter = reader.span("registerAfter", habits.registerAfter);
    habits.connectAfter = reader.span("connectAfter", habits.connectAfter);
    habits.retryAfterFailure = reader.span("retryAfterFailure", habits.retryAfterFailure);
    habits.outagePatience = reader.span("outagePatience", habits.outagePatience);
    habits.returnAfter = reader.span("returnAfter", habits.returnAfter);
    reader.done();
}

void readTenant(World &world, std::uint64_t seed)
{
    world.tenant = {"22222222-2222-2222-2222-222222222222", "33333333-3333-3333-3333-333333333333",
        seededKey(seed, "client secret"), "11111111-1111-1111-1111-111111111111", "drover-" + world.scenario};
    world.tokens = std::make_unique<TokenIssuer>(seededKey(seed, "tokens"), world.tenant.tenantId, world.tenant.clientId);
}

void readPopulations(Reader &reader, const char *member, bool group, World &world, std::uint64_t seed, std::string &error)
{
    int index = 0;
    for (const Json &entry : reader.list(member)) {
        const std::string place = std::string(member) + "[" + std::to_string(index++) + "]";
        const PopulationPlan plan = readPopulation(Reader(entry, place, error), group, world, error);
        if (!error.empty())
            return;
        if (const auto wrong = metBefore(plan, world)) {
            error = place + ".idPattern " + *wrong;
            return;
        }
        settlePopulation(plan, world, seededKeys(seed, (group ? "group/" : "individuals/") + plan.name));
    }
}

std::string readAll(const Json &json, World &world, std::uint64_t seed)
{
    std::string error;
    Reader reader(json, "", error);
    world.scenario = reader.text("name", world.scenario);
    world.fleetName = reader.text("fleet", world.scenario);
    if (const Json behavior = reader.value("behavior"); !behavior.is_null()) {
        if (const auto wrong = world.behavior.apply(behavior))
            reader.fail("has no such member or value: " + *wrong, "behavior");
    }
    const Json habits = reader.value("habits");
    readHabits(Reader(habits.is_null() ? Json::object() : habits, "habits", error), world.habits);
    const Json dps = reader.value("dps");
    readDps(Reader(dps.is_null() ? Json::object() : dps, "dps", error), world, seed);
    int index = 0;
    for (const Json &stamp : reader.list("stamps"))
        readHub(Reader(stamp, "stamps[" + std::to_string(index++) + "]", error), world, seed);
    if (world.hubs.empty())
        reader.fail("must name at least one stamp", "stamps");
    else if (std::ranges::all_of(world.hubs, [](const auto &hub) { return hub->linked; }))
        addSpareHub(world, seed);
    readTenant(world, seed);
    index = 0;
    for (const Json &rule : reader.list("faults")) {
        const auto wrong = world.faults.add(rule, world.now(), "faults[" + std::to_string(index++) + "]");
        if (wrong && error.empty())
            error = *wrong;
    }
    reader.text("$schema", "");
    if (error.empty())
        readPopulations(reader, "groups", true, world, seed, error);
    if (error.empty())
        readPopulations(reader, "individuals", false, world, seed, error);
    reader.done();
    return error;
}

} // namespace

LoadedWorld readScenario(const std::string &name, std::string_view text, const ClockStart &clock, std::uint64_t seed)
{
    const std::optional<Json> json = parsedJson(text);
    if (!json)
        return {nullptr, name + ":" + std::to_string(lineOfMistake(text)) + ": not valid JSON; see the line for a stray or missing comma, bracket or quote"};
    auto world = std::make_unique<World>(clock, seed);
    world->scenario = labelOf(name);
    if (const std::string error = readAll(*json, *world, seed); !error.empty())
        return {nullptr, name + ":" + std::to_string(lineOfMember(text, error.substr(0, error.find(' ')))) + ": " + error};
    return {std::move(world), {}};
}

LoadedWorld loadScenario(const std::string &nameOrFile, const ClockStart &clock, std::uint64_t seed)
{
    std::string names;
    for (const BuiltInScenario &one : builtInScenarios()) {
        if (one.name == nameOrFile)
            return readScenario(nameOrFile, one.text, clock, seed);
        names += (names.empty() ? "" : ", ") + std::string(one.name);
    }
    std::ifstream file(nameOrFile);
    if (!file)
        return {nullptr, "there is no scenario \"" + nameOrFile + "\": name one of " + names + ", or a JSON file"};
    std::ostringstream text;
    text << file.rdbuf();
    return readScenario(nameOrFile, text.str(), clock, seed);
}

} // namespace drover::simulator
