#include "app/inventory/services.h"

#include "app/backend/http/networktransport.h"
#include "app/backend/http/serviceclock.h"

#include <algorithm>

namespace drover::inventory {
namespace {

using backend::Quota;

/// What is left free under each limit: calls do not arrive as evenly as they leave, and a second is soon over.
constexpr double marginOfMinute = 0.995;
constexpr double marginOfSecond = 0.95;
/// The part of a window's budget that may go at once; DPS is the one that is used to the full.
constexpr double burstShare = 0.1;
constexpr double burstShareOfDps = 0.01;
/// Azure Resource Manager's read bucket: 250 calls, 25 more each second.
constexpr double armBurst = 200;
constexpr double armPerMinute = 20 * 60;

/// burst + rate stays within `limit` calls in any window of `windows` a minute.
void limitWindows(backend::Door &door, Quota quota, const QString &host, double limit, double windows)
{
    const double permitted = std::max(limit * (windows > 1 ? marginOfSecond : marginOfMinute), 1.0);
    const double share = quota == Quota::DpsOperations ? burstShareOfDps : burstShare;
    // A bulk call of ten must fit into a burst, or it would go over the window by itself.
    const double burst = std::clamp(permitted * share, 1.0, std::max(permitted - 1, 1.0));
    const double smallest
        = quota == Quota::DpsOperations ? std::min<double>(backend::DpsClient::bulkSize, permitted) : 1.0;
    const double atOnce = std::max(burst, smallest);
    door.setLimit(quota, host, std::max(permitted - atOnce, permitted / 10) * windows, atOnce);
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
    double hubShare = 1;
};

Services::Services(backend::Connection connection)
    : d(std::make_unique<State>(std::move(connection)))
{
    if (d->connection->simulated)
        d->door.onDate([this](Instant service) { d->clock.keepUpWith(service); });
    if (d->arm)
        d->door.setLimit(Quota::ArmReads, d->connection->arm->host, armPerMinute, armBurst);
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
    limitWindows(d->door, Quota::DpsOperations, d->connection->dps.host, dps.operationsPerMinute * d->dpsShare, 1);
    for (const fleet::Stamp &stamp : stamps) {
        const fleet::HubLimits limits = fleet::limitsOf(stamp.sku);
        const QString host = stamp.hub.text();
        limitWindows(d->door, Quota::HubRegistry, host, limits.registryPerMinute * d->hubShare, 1);
        limitWindows(d->door, Quota::HubJobs, host, limits.registryPerMinute * d->hubShare, 1);
        limitWindows(d->door, Quota::HubQueries, host, limits.queriesPerMinute * d->hubShare, 1);
        limitWindows(d->door, Quota::HubMethods, host, limits.methodsPerSecond * d->hubShare, 60);
        limitWindows(d->door, Quota::HubTwinReads, host, limits.twinReadsPerSecond * d->hubShare, 60);
        limitWindows(d->door, Quota::HubTwinUpdates, host, limits.twinUpdatesPerSecond * d->hubShare, 60);
    }
}

} // namespace drover::inventory
