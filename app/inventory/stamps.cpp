#include "app/inventory/stamps.h"

#include "app/inventory/inventory.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::inventory {
namespace {

using fleet::HubHealth;
using fleet::Stamp;

QString shortName(const HubHostName &hub)
{
    return hub.text().section(u'.', 0, 0);
}

std::vector<Stamp> stampForEachHub(const backend::Connection &connection)
{
    std::vector<Stamp> stamps;
    for (const backend::Policy &policy : connection.hubs) {
        Stamp stamp;
        stamp.hub = HubHostName::parse(policy.host).value_or(HubHostName());
        stamp.title = shortName(stamp.hub);
        stamp.name = StampName::parse(stamp.title).value_or(StampName());
        stamps.push_back(std::move(stamp));
    }
    return stamps;
}

auto ofHub(std::vector<Stamp> &stamps, const HubHostName &hub)
{
    return std::ranges::find_if(stamps, [&hub](const Stamp &stamp) { return stamp.hub == hub; });
}

/// Tags go before the file; a hub without a stamp's tag is described by the file where that knows it.
std::vector<Stamp> merged(std::vector<Stamp> tagged, std::vector<Stamp> filed)
{
    for (Stamp &stamp : tagged) {
        const auto file = ofHub(filed, stamp.hub);
        if (file == filed.end())
            continue;
        if (stamp.title == shortName(stamp.hub)) {
            const Stamp hub = stamp;
            stamp = *file;
            stamp.sku = hub.sku;
            stamp.health = hub.health;
        }
        filed.erase(file);
    }
    std::ranges::move(filed, std::back_inserter(tagged));
    return tagged;
}

/// What was known and is not told anew: devices under way, and the last counts until there are new ones.
void keepKnown(std::vector<Stamp> &stamps, std::vector<Stamp> known)
{
    for (Stamp &stamp : stamps) {
        const auto before = ofHub(known, stamp.hub);
        if (before == known.end())
            continue;
        stamp.arriving = before->arriving;
        const HubHealth::State told = stamp.health.state;
        stamp.health = before->health;
        if (told != HubHealth::State::Unknown)
            stamp.health.state = told;
    }
}

void note(HubHealth &health, const Result<backend::HubStatistics> &statistics)
{
    if (statistics) {
        health.identities = statistics->total;
        health.connected = statistics->connected;
        if (health.state != HubHealth::State::FailingOver)
            health.state = HubHealth::State::Active;
        health.trouble.clear();
        return;
    }
    const Error &error = statistics.error();
    health.trouble = error.what;
    if (error.code == 404012)
        health.state = HubHealth::State::FailingOver;
    else if (error.kind == ErrorKind::Offline)
        health.state = HubHealth::State::Outage;
}

QCoro::Task<HubHealth> healthOf(Services &services, Stamp stamp, std::stop_token stop)
{
    HubHealth health = stamp.health;
    const QString group = services.arm() ? services.arm()->resourceGroup(stamp.hub) : QString();
    if (!group.isEmpty()) {
        const Result<HubHealth> quota = co_await services.arm()->quotaMetrics(group, shortName(stamp.hub), stop);
        if (quota) {
            health.identities = quota->identities;
            health.maximum = quota->maximum;
            health.messagesToday = quota->messagesToday;
            health.messagesPerDay = quota->messagesPerDay;
        }
    }
    backend::HubClient *const hub = services.hub(stamp.hub.text());
    if (!hub) {
        health.trouble = u"There is no key for %1."_s.arg(stamp.hub.text());
        co_return health;
    }
    const Result<backend::HubStatistics> statistics = co_await hub->statistics(stop);
    if (statistics || statistics.error().kind != ErrorKind::Cancelled)
        note(health, statistics);
    health.seen = services.clock().now();
    co_return health;
}

} // namespace

QCoro::Task<StampsSeen> whoTheStampsAre(Services &services, std::vector<Stamp> known, std::stop_token stop)
{
    const backend::Connection &connection = services.connection();
    StampsSeen seen;
    seen.stamps = connection.stamps.empty() ? stampForEachHub(connection) : connection.stamps;
    if (services.arm()) {
        Result<std::vector<Stamp>> tagged = co_await services.arm()->stamps(stop);
        if (tagged)
            seen.stamps = merged(std::move(*tagged), seen.stamps);
        else
            seen.gaps.push_back({u"Stamps as Azure Resource Manager knows them"_s, tagged.error().what});
        if (!tagged && !known.empty())
            seen.stamps = known;
    }
    keepKnown(seen.stamps, std::move(known));
    co_return seen;
}

QCoro::Task<std::vector<Stamp>> withHealth(Services &services, std::vector<Stamp> stamps, std::stop_token stop)
{
    std::vector<QCoro::Task<HubHealth>> asked;
    for (const Stamp &stamp : stamps)
        asked.push_back(healthOf(services, stamp, stop));
    for (std::size_t i = 0; i < stamps.size(); ++i)
        stamps[i].health = co_await asked[i];
    co_return stamps;
}

QCoro::Task<Result<std::vector<Stamp>>> lookAtStamps(Services &services, std::vector<Stamp> known, std::stop_token stop)
{
    StampsSeen seen = co_await whoTheStampsAre(services, std::move(known), stop);
    std::vector<Stamp> stamps = co_await withHealth(services, std::move(seen.stamps), stop);
    if (stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, u"The look at the stamps was stopped."_s);
    co_return stamps;
}

} // namespace drover::inventory
