#include "app/migration/azureeffects.h"

#include <QSet>

using namespace Qt::StringLiterals;

// Where the devices are. Pages of groups and hubs first; single reads for the few that are left and for what a lagging
// listing must not decide.
namespace drover::migration {

using run::DeviceIndex;
using run::Sighting;

struct AzureEffects::Looking {
    const run::RunMachine &known;
    std::stop_token stop;
    QHash<DeviceIndex, Sighting> seen;

    Sighting &at(DeviceIndex index)
    {
        Sighting &sighting = seen[index];
        sighting.device = index;
        return sighting;
    }
    Sighting::Registration registration(DeviceIndex index) const
    {
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->registration != Sighting::Registration::Unknown;
        return fresh ? now->registration : known.known(index).registration;
    }
    bool isAssigned(DeviceIndex index) const { return registration(index) == Sighting::Registration::OnTarget; }
    bool isGone(DeviceIndex index) const { return known.known(index).source == Sighting::Source::Absent; }
};

namespace {

constexpr size_t atOnce = 32;
/// Up to this many devices, three reads each are cheaper than pages.
constexpr size_t few = 20;
/// Names in one IN list, and how many devices of a hub are asked by name before all of it is listed.
constexpr size_t namesAQuery = 100;
constexpr size_t byName = 300;
/// Devices on a page of a whole listing.
constexpr size_t aPage = 1000;
/// Single reads a look may spend beside its pages.
constexpr size_t singles = 200;

template <typename Key>
QHash<QString, std::vector<DeviceIndex>> groupedBy(const std::vector<DeviceIndex> &devices, Key key)
{
    QHash<QString, std::vector<DeviceIndex>> groups;
    for (const DeviceIndex index : devices)
        groups[key(index)].push_back(index);
    return groups;
}

} // namespace

void AzureEffects::tell(Looking &looking, DeviceIndex index, const backend::Registration &registration) const
{
    using Known = Sighting::Registration;
    Sighting &sighting = looking.at(index);
    if (registration.status == u"assigning"_s) {
        sighting.registration = Known::Assigning;
    } else if (registration.status == u"assigned"_s) {
        const bool there = registration.assignedHub.compare(device(index).target.text(), Qt::CaseInsensitive) == 0;
        sighting.registration = there ? Known::OnTarget : Known::Elsewhere;
    } else if (registration.status == u"failed"_s) {
        sighting.registration = Known::Failed;
        sighting.code = registration.errorCode;
        sighting.note = registration.errorMessage;
    } else if (registration.status == u"disabled"_s) {
        sighting.registration = Known::Disabled;
    } else if (registration.status == u"unassigned"_s) {
        sighting.registration = Known::Unassigned;
    }
}

void AzureEffects::tell(Looking &looking, DeviceIndex index, const backend::Twin &twin, bool certain) const
{
    Sighting &sighting = looking.at(index);
    sighting.target = twin.connected ? Sighting::Target::Connected : Sighting::Target::Present;
    const auto before = m_twins.constFind(index);
    const bool compares = step(device(index).step).policy == fleet::Reprovision::Migrate && before != m_twins.cend();
    const QString differs = compares ? differing(*before, digestOf(twin, m_ownProperty)) : QString();
    if (differs.isEmpty()) {
        sighting.twin = Sighting::Twin::AsPolicySays;
    } else if (certain) {
        sighting.twin = Sighting::Twin::Differs;
        sighting.note = differs;
    }
}

QCoro::Task<> AzureEffects::lookAtRegistration(Looking &looking, DeviceIndex index)
{
    const Result<backend::Registration> answer
        = co_await m_services.dps().registration(device(index).registrationId, looking.stop);
    if (answer)
        tell(looking, index, *answer);
    else if (answer.error().kind == ErrorKind::NotFound)
        looking.at(index).registration = Sighting::Registration::Unassigned;
}

QCoro::Task<> AzureEffects::lookAtTwin(Looking &looking, DeviceIndex index)
{
    backend::HubClient *hub = m_services.hub(device(index).target.text());
    if (!hub)
        co_return;
    const Result<backend::Twin> answer = co_await hub->twin(device(index).deviceId, looking.stop);
    if (answer)
        tell(looking, index, *answer, true);
    else if (answer.error().kind == ErrorKind::NotFound)
        looking.at(index).target = Sighting::Target::Absent;
}

QCoro::Task<> AzureEffects::lookAtIdentity(Looking &looking, DeviceIndex index)
{
    if (device(index).source.isNull()) {
        looking.at(index).source = Sighting::Source::Absent;
        co_return;
    }
    backend::HubClient *hub = m_services.hub(device(index).source.text());
    if (!hub)
        co_return;
    // Absent counts only once the device is assigned elsewhere: before that, nothing was to be gone.
    const bool assigned = looking.isAssigned(index);
    const Result<backend::Identity> answer = co_await hub->identity(device(index).deviceId, looking.stop);
    if (answer)
        looking.at(index).source = answer->connected ? Sighting::Source::Connected : Sighting::Source::Present;
    else if (assigned && answer.error().kind == ErrorKind::NotFound)
        looking.at(index).source = Sighting::Source::Absent;
}

QCoro::Task<> AzureEffects::lookAtOne(Looking &looking, DeviceIndex index)
{
    co_await lookAtRegistration(looking, index);
    if (looking.isAssigned(index))
        co_await lookAtTwin(looking, index);
    co_await lookAtIdentity(looking, index);
}

QCoro::Task<> AzureEffects::lookAtGroups(Looking &looking)
{
    for (const plan::Step &change : m_plan.steps) {
        if (change.strategy != plan::Strategy::RepointGroup)
            continue;
        QByteArray continuation;
        do {
            const Result<backend::Page<backend::Registration>> page
                = co_await m_services.dps().registrationsOf(change.enrollment, continuation, looking.stop);
            if (!page)
                co_return;
            for (const backend::Registration &registration : page->items) {
                if (const auto found = m_byRegistration.constFind(registration.registrationId.toLower());
                    found != m_byRegistration.cend())
                    tell(looking, *found, registration);
            }
            continuation = page->continuation;
        } while (!continuation.isEmpty());
    }
}

/// Individual enrollments have no listing of registrations: those that the target knows are read one by one.
QCoro::Task<> AzureEffects::lookAtRegistrations(Looking &looking)
{
    std::vector<DeviceIndex> devices;
    for (auto seen = looking.seen.cbegin(); seen != looking.seen.cend() && devices.size() < singles; ++seen) {
        const bool there = seen->target == Sighting::Target::Connected || seen->target == Sighting::Target::Present;
        if (there && !looking.isAssigned(seen.key()))
            devices.push_back(seen.key());
    }
    co_await forEach(
        std::move(devices), atOnce, [this, &looking](DeviceIndex index) { return lookAtRegistration(looking, index); });
}

/// A few are asked by name; many too, once it is known that listing the whole hub costs more queries than that.
bool AzureEffects::asksByName(const QString &hub, size_t devices) const
{
    return devices <= byName || devices / namesAQuery < m_listed.value(hub) / aPage;
}

QCoro::Task<> AzureEffects::lookAtTarget(Looking &looking, QString hub, std::vector<DeviceIndex> devices)
{
    const bool named = asksByName(hub, devices.size());
    QSet<DeviceIndex> doubtful;
    for (size_t from = 0; from < devices.size(); from += named ? namesAQuery : devices.size()) {
        QStringList ids;
        for (size_t i = from; named && i < std::min(from + namesAQuery, devices.size()); ++i)
            ids.push_back(device(devices[i]).deviceId);
        const Result<std::vector<backend::Twin>> twins = co_await query(hub, queryFor(ids), looking.stop);
        if (!twins)
            co_return;
        if (!named)
            m_listed[hub] = twins->size();
        for (const backend::Twin &twin : *twins) {
            const auto found = m_byTarget.constFind({hub, twin.deviceId});
            if (found == m_byTarget.cend() || looking.known.state(*found) == run::DeviceState::Verified)
                continue;
            tell(looking, *found, twin, false);
            if (looking.at(*found).twin == Sighting::Twin::Unknown && doubtful.size() < qsizetype(singles))
                doubtful.insert(*found);
        }
    }
    // A listing may lag behind the twin: what seems to differ is read itself before it is said.
    co_await forEach(std::vector<DeviceIndex>(doubtful.begin(), doubtful.end()), atOnce,
        [this, &looking](DeviceIndex index) { return lookAtTwin(looking, index); });
}

QCoro::Task<> AzureEffects::lookAtSource(Looking &looking, QString hub, std::vector<DeviceIndex> devices)
{
    // Only a listing begun after the assignment was known proves that the old identity is gone.
    std::vector<DeviceIndex> assigned;
    std::ranges::copy_if(
        devices, std::back_inserter(assigned), [&looking](DeviceIndex index) { return looking.isAssigned(index); });
    std::erase_if(devices, [&looking](DeviceIndex index) {
        return !looking.isAssigned(index) && looking.known.state(index) != run::DeviceState::Waiting;
    });
    if (devices.empty())
        co_return;
    const bool named = asksByName(hub, devices.size());
    QSet<DeviceIndex> there;
    for (size_t from = 0; from < devices.size(); from += named ? namesAQuery : devices.size()) {
        QStringList ids;
        for (size_t i = from; named && i < std::min(from + namesAQuery, devices.size()); ++i)
            ids.push_back(device(devices[i]).deviceId);
        const Result<std::vector<backend::Twin>> twins = co_await query(hub, queryFor(ids), looking.stop);
        if (!twins)
            co_return;
        if (!named)
            m_listed[hub] = twins->size();
        for (const backend::Twin &twin : *twins) {
            const auto found = m_bySource.constFind({hub, twin.deviceId});
            if (found == m_bySource.cend())
                continue;
            there.insert(*found);
            looking.at(*found).source = twin.connected ? Sighting::Source::Connected : Sighting::Source::Present;
        }
    }
    for (const DeviceIndex index : assigned) {
        if (!there.contains(index))
            looking.at(index).source = Sighting::Source::Absent;
    }
}

QCoro::Task<std::vector<Sighting>> AzureEffects::look(
    const run::RunMachine &known, std::vector<DeviceIndex> devices, std::stop_token stop)
{
    Looking looking{.known = known, .stop = stop, .seen = {}};
    if (devices.size() <= few) {
        co_await forEach(devices, atOnce, [this, &looking](DeviceIndex index) { return lookAtOne(looking, index); });
    } else {
        co_await lookAtGroups(looking);
        // A group's registrations tell who has come: only those are looked for on a target that may hold very many
        // others.
        std::vector<DeviceIndex> expected;
        std::ranges::copy_if(devices, std::back_inserter(expected), [this, &looking](DeviceIndex index) {
            return step(device(index).step).strategy != plan::Strategy::RepointGroup || looking.isAssigned(index);
        });
        const auto targets = groupedBy(expected, [this](DeviceIndex index) { return device(index).target.text(); });
        for (auto hub = targets.cbegin(); hub != targets.cend(); ++hub)
            co_await lookAtTarget(looking, hub.key(), hub.value());
        co_await lookAtRegistrations(looking);
        std::vector<DeviceIndex> notGone;
        std::ranges::copy_if(
            devices, std::back_inserter(notGone), [&looking](DeviceIndex index) { return !looking.isGone(index); });
        const auto sources = groupedBy(notGone, [this](DeviceIndex index) { return device(index).source.text(); });
        for (auto hub = sources.cbegin(); hub != sources.cend(); ++hub) {
            if (hub.key().isEmpty())
                std::ranges::for_each(hub.value(),
                    [&looking](DeviceIndex index) { looking.at(index).source = Sighting::Source::Absent; });
            else
                co_await lookAtSource(looking, hub.key(), hub.value());
        }
    }
    co_return std::vector<Sighting>(looking.seen.cbegin(), looking.seen.cend());
}

} // namespace drover::migration
