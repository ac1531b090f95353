#include "app/inventory/services.h"

#include "app/backend/http/networktransport.h"
#include "app/backend/http/serviceclock.h"

#include <algorithm>

namespace drover::inventory {
namespace {

using backend::Quota;

/// Azure Resource Manager's read bucket: 250 calls, 25 more each second.
constexpr backend::Limit armReads{.perMinute = 20 * 60, .burst = 200};

/// Of a second's budget some is left free: calls do not arrive as evenly as they leave, and a second is soon over.
backend::Limit perSecond(double limit)
{
    constexpr double margin = 0.95;
    constexpr double burstShare = 0.1;
    const double permitted = std::max(limit * margin, 1.0);
    const double burst = std::clamp(permitted * burstShare, 1.0, std::max(permitted - 1, 1.0));
    return {.perMinute = std::max(permitted - burst, permitted / 10) * 60, .burst = burst};
}

/// No more than `limit` calls in any minute, and in a somewhat longer one: they do not arrive as evenly as they leave. The
/// burst makes up for moments in which nobody asked. The rate stays a little below what the minute holds: at the same rate,
/// a burst would come again every minute, with a pause before it.
backend::Limit perMinute(double limit, double burst)
{
    constexpr Duration minute = std::chrono::milliseconds(60'300);
    constexpr double evenly = 0.992;
    const double permitted = std::max(limit, 1.0);
    return {.perMinute = permitted * evenly, .burst = std::clamp(burst, 1.0, permitted), .most = permitted, .window = minute};
}

} // namespace

struct Services::State {
    explicit State(backend::Connection given)
        : connection(std::make_shared<const backend::Connection>(std::move(given)))
        , clock(connection->speed)
        , transport(connection->redirect, connection->authorities)
        , door(transport, clock, backend::authorizer(connection, clock))
        , dps(door, connection->dps.host)
    {
        for (const backend::Policy &policy : connection->hubs)
            hubs.emplace(policy.host, backend::HubClient(door, policy.host));
        if (connection->arm)
            arm.emplace(door, connection->arm->host, connection->arm->subscriptionId);
    }

    std::shared_ptr<const backend::Connection> connection;
    backend::ServiceClock clock;
    backend::NetworkTransport transport;
    backend::Door door;
    backend::DpsClient dps;
    std::map<QString, backend::HubClient> hubs;
    std::optional<backend::ArmClient> arm;
    double dpsShare = 1;
    /// Calls do not arrive as evenly as they leave, the first over a new connection least of all.
    double hubShare = 0.9;
};

Services::Services(backend::Connection connection)
    : d(std::make_unique<State>(std::move(connection)))
{
    if (d->connection->simulated)
        d->door.onDate([this](Instant service) { d->clock.keepUpWith(service); });
    if (d->arm)
        d->door.setLimit(Quota::ArmReads, d->connection->arm->host, armReads);
    // Until the hubs' editions are known, the smallest one is assumed.
    std::vector<fleet::Stamp> smallest;
    for (const backend::Policy &policy : d->connection->hubs) {
        fleet::Stamp stamp;
        stamp.hub = HubHostName::parse(policy.host).value_or(HubHostName());
        stamp.sku = {QStringLiteral("S1"), 1};
        smallest.push_back(std::move(stamp));
    }
    applyLimits(smallest, {});
}

Services::~Services() = default;

const backend::Connection &Services::connection() const
{
    return *d->connection;
}

const Clock &Services::clock() const
{
    return d->clock;
}

backend::Door &Services::door()
{
    return d->door;
}

backend::DpsClient &Services::dps()
{
    return d->dps;
}

backend::HubClient *Services::hub(const QString &host)
{
    const auto found = d->hubs.find(host.toLower());
    return found == d->hubs.end() ? nullptr : &found->second;
}

backend::ArmClient *Services::arm()
{
    return d->arm ? &*d->arm : nullptr;
}

void Services::applyLimits(
    const std::vector<fleet::Stamp> &stamps, const fleet::DpsLimits &dps, double dpsShare, double hubShare)
{
    d->dpsShare = std::clamp(dpsShare, 0.01, 1.0);
    d->hubShare = std::clamp(hubShare, 0.01, 1.0);
    applyLimits(stamps, dps);
}

void Services::applyLimits(const std::vector<fleet::Stamp> &stamps, const fleet::DpsLimits &dps)
{
    backend::Door &door = d->door;
    const double operations = dps.operationsPerMinute * d->dpsShare;
    // Two bulk calls, so that one that leaves late does not delay those after it.
    door.setLimit(Quota::DpsOperations, d->connection->dps.host, perMinute(operations, 2 * backend::DpsClient::bulkSize));
    for (const fleet::Stamp &stamp : stamps) {
        const fleet::HubLimits limits = fleet::limitsOf(stamp.sku);
        const QString host = stamp.hub.text();
        const double registry = limits.registryPerMinute * d->hubShare;
        const double queries = limits.queriesPerMinute * d->hubShare;
        door.setLimit(Quota::HubRegistry, host, perMinute(registry, registry / 10));
        door.setLimit(Quota::HubJobs, host, perMinute(registry, registry / 10));
        // The pages of one answer are wanted together.
        door.setLimit(Quota::HubQueries, host, perMinute(queries, queries / 2));
        door.setLimit(Quota::HubMethods, host, perSecond(limits.methodsPerSecond * d->hubShare));
        door.setLimit(Quota::HubTwinReads, host, perSecond(limits.twinReadsPerSecond * d->hubShare));
        door.setLimit(Quota::HubTwinUpdates, host, perSecond(limits.twinUpdatesPerSecond * d->hubShare));
    }
}

} // namespace drover::inventory
