#include "app/migration/azurelooking.h"

#include <QSet>

using namespace Qt::StringLiterals;

// Where the devices are: pages of groups and hubs first.
namespace drover::migration {
namespace {

/// Up to this many devices, reads of their own are quicker and surer than lists.
constexpr size_t few = 3;
/// Attempts of a query at a target: one that is away should be known soon, and the next look asks again anyway.
constexpr int soonTold = 3;
/// Twins read one by one in a look, where a list that may lag seems to tell a difference.
constexpr size_t singles = 50;

template <typename Key>
QHash<QString, std::vector<DeviceIndex>> groupedBy(const std::vector<DeviceIndex> &devices, Key key)
{
    QHash<QString, std::vector<DeviceIndex>> groups;
    for (const DeviceIndex index : devices)
        groups[key(index)].push_back(index);
    return groups;
}

} // namespace

QCoro::Task<> AzureEffects::listGroup(Looking &looking, run::StepIndex group)
{
    QByteArray continuation;
    int pages = 0;
    do {
        const bool may = co_await m_lookGate->pass(1, looking.stop);
        if (!may)
            co_return;
        ++looking.calls;
        ++looking.dpsCalls;
        const Result<backend::Page<backend::Registration>> page
            = co_await m_services.dps().registrationsOf(step(group).enrollment, continuation, looking.stop);
        if (!page) {
            looking.note(page.error());
            co_return;
        }
        ++pages;
        for (const backend::Registration &registration : page->items) {
            if (const auto found = m_byRegistration.constFind(registration.registrationId.toLower());
                found != m_byRegistration.cend())
                tell(looking, *found, registration);
        }
        continuation = page->continuation;
    } while (!continuation.isEmpty());
    m_pages.insert(group, pages);
}

/// A group is listed where its pages are fewer than the devices that are waited for.
QCoro::Task<> AzureEffects::lookAtGroups(Looking &looking, const std::vector<DeviceIndex> &devices)
{
    QHash<run::StepIndex, std::vector<DeviceIndex>> open;
    for (const DeviceIndex index : devices) {
        if (isGrouped(index) && (!looking.isAssigned(index) || lacksSubstatus(looking, index)))
            open[device(index).step].push_back(index);
    }
    for (auto group = open.cbegin(); group != open.cend(); ++group) {
        if (m_pages.contains(group.key()) && group->size() <= size_t(m_pages.value(group.key())))
            co_await lookAtRegistrations(looking, *group);
        else
            co_await listGroup(looking, group.key());
    }
}

QCoro::Task<> AzureEffects::lookAtTarget(Looking &looking, QString hub, std::vector<DeviceIndex> devices)
{
    const Result<std::vector<backend::Twin>> twins = co_await twinsNamed(hub, devices, looking.stop, &looking.calls, soonTold);
    if (!twins) {
        looking.note(twins.error());
        co_return;
    }
    if (const Result<void> counted = co_await countModules(hub, devices, looking.stop, &looking.calls); !counted)
        looking.note(counted.error());
    QSet<DeviceIndex> doubtful;
    for (const backend::Twin &twin : *twins) {
        const auto found = m_byTarget.constFind({hub, twin.deviceId});
        if (found == m_byTarget.cend() || looking.known.state(*found) == run::DeviceState::Verified)
            continue;
        tell(looking, *found, twin, false);
        const bool seemsToDiffer = looking.at(*found).twin == Sighting::Twin::Unknown && lacking(*found, twin).isEmpty();
        if (seemsToDiffer && doubtful.size() < qsizetype(singles))
            doubtful.insert(*found);
    }
    // A listing may lag behind the twin: what seems to differ is read itself before it is said.
    co_await forEach(std::vector<DeviceIndex>(doubtful.begin(), doubtful.end()), looksUnderWay,
        [this, &looking](DeviceIndex index) { return lookAtTwin(looking, index); });
}

QCoro::Task<> AzureEffects::lookAtSource(Looking &looking, QString hub, std::vector<DeviceIndex> devices)
{
    // Only a listing begun after the device was known elsewhere proves that the old identity is gone.
    const auto isThere = [&](DeviceIndex index) { return looking.isThere(index, isGrouped(index)); };
    const std::vector<DeviceIndex> elsewhere = thoseOf(devices, isThere);
    std::erase_if(devices, [&](DeviceIndex index) { return !isThere(index) && looking.known.state(index) != run::DeviceState::Waiting; });
    if (devices.empty())
        co_return;
    const Result<std::vector<backend::Twin>> twins
        = co_await twinsNamed(hub, std::move(devices), looking.stop, &looking.calls);
    if (!twins) {
        looking.note(twins.error(), false);
        co_return;
    }
    QSet<DeviceIndex> there;
    for (const backend::Twin &twin : *twins) {
        const auto found = m_bySource.constFind({hub, twin.deviceId});
        if (found == m_bySource.cend())
            continue;
        there.insert(*found);
        looking.at(*found).source = twin.connected ? Sighting::Source::Connected : Sighting::Source::Present;
    }
    for (const DeviceIndex index : elsewhere) {
        if (!there.contains(index))
            looking.at(index).source = Sighting::Source::Absent;
    }
}

QCoro::Task<> AzureEffects::lookAtSources(Looking &looking, const std::vector<DeviceIndex> &devices)
{
    const std::vector<DeviceIndex> notGone
        = thoseOf(devices, [&looking](DeviceIndex index) { return !looking.isGone(index); });
    const auto sources = groupedBy(notGone, [this](DeviceIndex index) { return device(index).source.text(); });
    for (auto hub = sources.cbegin(); hub != sources.cend(); ++hub) {
        if (hub.key().isEmpty())
            std::ranges::for_each(hub.value(),
                [&looking](DeviceIndex index) { looking.at(index).source = Sighting::Source::Absent; });
        else
            co_await lookAtSource(looking, hub.key(), hub.value());
    }
}

/// A registration that a target was too ill for says so; whether it still is, only the target can tell. Those that are.
QCoro::Task<QSet<QString>> AzureEffects::illTargets(Looking &looking)
{
    constexpr int unavailable = 500;
    QSet<QString> ill;
    for (const Sighting &sighting : std::as_const(looking.seen)) {
        if (sighting.registration == Sighting::Registration::Failed && sighting.code / 1000 >= unavailable)
            ill.insert(device(sighting.device).target.text());
    }
    QSet<QString> away;
    for (const QString &host : std::as_const(ill)) {
        backend::HubClient *hub = m_services.hub(host);
        if (!hub)
            continue;
        ++looking.calls;
        const Result<qint64> answer = co_await hub->population(looking.stop);
        if (answer || answer.error().kind != ErrorKind::Offline)
            continue;
        looking.note(answer.error());
        away.insert(host);
    }
    co_return away;
}

QCoro::Task<Look> AzureEffects::look(
    const run::RunMachine &known, std::vector<DeviceIndex> devices, std::stop_token stop)
{
    Looking looking{.known = known, .stop = stop, .seen = {}};
    if (devices.size() <= few) {
        co_await forEach(devices, looksUnderWay, [this, &looking](DeviceIndex index) { return lookAtOne(looking, index); });
    } else {
        co_await lookAtGroups(looking, devices);
        const QSet<QString> away = co_await illTargets(looking);
        // A group's registrations tell who has come: only those are looked for on a target that may hold very many
        // others. Of individual enrollments, those that were told.
        const std::vector<DeviceIndex> expected = thoseOf(devices, [&](DeviceIndex index) {
            return (isGrouped(index) ? looking.isAssigned(index) || looking.wasTurnedAway(index) : looking.wasTold(index))
                && !looking.isSettledAtTarget(index);
        });
        const auto targets = groupedBy(expected, [this](DeviceIndex index) { return device(index).target.text(); });
        for (auto hub = targets.cbegin(); hub != targets.cend(); ++hub) {
            if (!away.contains(hub.key()))
                co_await lookAtTarget(looking, hub.key(), hub.value());
        }
        co_await lookAtSources(looking, devices);
        co_await lookAtIndividuals(looking, devices);
    }
    // Connected there and gone from its source: it had been assigned before it was turned away.
    for (const DeviceIndex index : devices) {
        if (looking.wasTurnedAway(index) && looking.isConnected(index) && looking.isGone(index))
            looking.at(index).registration = Sighting::Registration::OnTarget;
    }
    co_return Look{.sightings = std::vector<Sighting>(looking.seen.cbegin(), looking.seen.cend()),
        .calls = looking.calls,
        .dpsCalls = looking.dpsCalls,
        .trouble = looking.trouble,
        .ahead = looking.ahead};
}

} // namespace drover::migration
