#include "app/simulator/endpoints.h"

#include "app/simulator/armtraffic.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace drover::simulator {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t tokenLifetime = 30LL * 24 * 3600;

std::string connectionString(const std::string &host, const Policy &policy)
{
    return "HostName=" + host + ";SharedAccessKeyName=" + policy.name + ";SharedAccessKey=" + policy.keys.primary;
}

Json hubEndpoint(const Hub &hub)
{
    const Policy &owner = hub.policies.front();
    return {{"host", hub.host}, {"policy", owner.name}, {"key", owner.keys.primary},
        {"connectionString", connectionString(hub.host, owner)}};
}

Json fleet(const World &world)
{
    Json stamps = Json::array();
    for (const auto &hub : world.hubs) {
        // A hub without a declared capacity is no stamp.
        if (hub->capacity == 0)
            continue;
        stamps.push_back({{"name", hub->stamp}, {"ring", hub->ring}, {"region", hub->region},
            {"generation", hub->generation}, {"hub", hub->host}, {"capacity", hub->capacity}, {"sku", hub->sku},
            {"units", hub->units}, {"application", hub->application}});
    }
    return {{"name", world.fleetName}, {"stamps", std::move(stamps)}};
}

/// A device of the first hub that is connected and answers the method "ping".
Json onlineDevice(const World &world)
{
    for (std::size_t hub = 0; hub < world.hubs.size(); ++hub) {
        for (const auto &[id, identity] : world.hubs[hub]->registry) {
            if (identity.connected && identity.device != noDevice && !world.devices[identity.device].deaf) {
                return {{"hub", hub}, {"id", id}, {"method", "ping"}, {"payload", Json::object({{"n", 1}})},
                    {"expect", Json::object({{"status", 200}})}};
            }
        }
    }
    return nullptr;
}

Json management(const World &world, std::int64_t now)
{
    const Tenant &tenant = world.tenant;
    Json arm = {{"host", "management.azure.com"}, {"tenantId", tenant.tenantId},
        {"subscriptionId", tenant.subscriptionId}, {"resourceGroup", tenant.resourceGroup},
        {"dpsName", world.dps.name},
        {"bearerToken", world.tokens->issue("https://management.azure.com", now, tokenLifetime)}};
    for (const auto &hub : world.hubs) {
        if (!hub->linked) {
            arm["unlinkedHub"] = hubEndpoint(*hub);
            arm["unlinkedHub"]["location"] = hub->region;
            break;
        }
    }
    if (Json traffic = firstTrafficEndpoint(world); !traffic.is_null())
        arm["trafficManager"] = std::move(traffic);
    return arm;
}

/// Written beside and renamed: a reader sees all of it or nothing.
std::optional<std::string> writeAtomically(const fs::path &file, const std::string &content)
{
    const fs::path temporary = file.string() + ".tmp" + std::to_string(::getpid());
    const auto failure = [&] {
        const std::string reason = std::strerror(errno);
        ::unlink(temporary.c_str());
        return "cannot write " + file.string() + ": " + reason + "; choose a folder that you may write to";
    };
    std::error_code unseen;
    if (const fs::file_status there = fs::symlink_status(file, unseen); fs::exists(there) && !fs::is_regular_file(there))
        return file.string() + " is there already and no plain file; name another";
    const int handle = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (handle < 0)
        return failure();
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t written = ::write(handle, content.data() + done, content.size() - done);
        if (written < 0 && errno != EINTR)
            break;
        done += static_cast<std::size_t>(std::max<ssize_t>(written, 0));
    }
    const bool closed = ::close(handle) == 0;
    if (done < content.size() || !closed || ::rename(temporary.c_str(), file.c_str()) != 0)
        return failure();
    return std::nullopt;
}

} // namespace

Json endpointsOf(const World &world, const Options &options, std::uint16_t port, const std::string &caFile)
{
    const std::int64_t now = Clock::wallSeconds();
    const Policy &owner = world.dps.policies.front();
    Json hubs = Json::array();
    for (const auto &hub : world.hubs) {
        if (hub->linked)
            hubs.push_back(hubEndpoint(*hub));
    }
    Json result = {{"scenario", world.scenario}, {"scheme", options.plain ? "http" : "https"}};
    if (!caFile.empty())
        result["caFile"] = caFile;
    result["redirect"] = options.address + ":" + std::to_string(port);
    result["speed"] = options.speed;
    result["simulator"] = {{"host", "simulator"}};
    result["dps"] = {{"name", world.dps.name}, {"serviceHost", world.dps.serviceHost},
        {"globalDeviceHost", "global.azure-devices-provisioning.net"}, {"idScope", world.dps.idScope},
        {"operationsPerMinute", world.dps.operationQuota.limit()}, {"registrationsPerMinute", world.dps.registrationQuota.limit()},
        {"policy", owner.name}, {"key", owner.keys.primary},
        {"connectionString", connectionString(world.dps.serviceHost, owner)},
        {"bearerToken", world.tokens->issue("https://azure-devices-provisioning.net", now, tokenLifetime)}};
    result["hubs"] = std::move(hubs);
    result["hubBearerToken"] = world.tokens->issue("https://iothubs.azure.net", now, tokenLifetime);
    if (Json online = onlineDevice(world); !online.is_null())
        result["devices"] = Json::object({{"online", std::move(online)}});
    result["arm"] = management(world, now);
    result["entra"] = {{"authorityHost", "https://login.microsoftonline.com"}, {"tenantId", world.tenant.tenantId},
        {"clientId", world.tenant.clientId}, {"clientSecret", world.tenant.clientSecret},
        {"deviceCodeApproval", "auto"}};
    result["fleet"] = fleet(world);
    return result;
}

std::optional<std::string> writeEndpoints(
    const World &world, const Options &options, std::uint16_t port, const std::string &caPem)
{
    const fs::path file = options.endpointsFile;
    std::string caFile;
    if (!options.certificateFile.empty()) {
        caFile = fs::absolute(options.certificateFile).string();
    } else if (!caPem.empty()) {
        caFile = file.stem().string() + "-ca.pem";
        if (auto problem = writeAtomically(file.parent_path() / caFile, caPem))
            return problem;
    }
    return writeAtomically(file, endpointsOf(world, options, port, caFile).dump(2) + "\n");
}

} // namespace drover::simulator
