#include "app/migration/azureeffects.h"
#include "app/migration/twindigest.h"

#include "models/plan/looks.h"

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
    int calls = 0;
    int dpsCalls = 0;
    std::optional<Error> trouble = {};
    bool ahead = false;

    /// Where devices are sent says more than where they come from.
    void note(const Error &error, bool whereTheyGo = true)
    {
        if (error.kind == ErrorKind::Cancelled || (ahead && !whereTheyGo))
            return;
        trouble = error;
        ahead = whereTheyGo;
    }
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
    bool isConnected(DeviceIndex index) const
    {
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->target != Sighting::Target::Unknown;
        return (fresh ? now->target : known.known(index).target) == Sighting::Target::Connected;
    }
    bool isGone(DeviceIndex index) const
    {
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->source != Sighting::Source::Unknown;
        return (fresh ? now->source : known.known(index).source) == Sighting::Source::Absent;
    }
    /// DPS could not assign it the last time because a service was ill or busy. It may have been there before.
    bool wasTurnedAway(DeviceIndex index) const
    {
        if (registration(index) != Sighting::Registration::Failed)
            return false;
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->registration == Sighting::Registration::Failed;
        return run::isTransient(fresh ? now->code : known.known(index).code);
    }
    /// DPS says so, or the target does where DPS cannot.
    bool isThere(DeviceIndex index, bool grouped) const
    {
        return isAssigned(index) || (isConnected(index) && (!grouped || wasTurnedAway(index)));
    }
    /// Nothing the target can say is missing.
    bool isSettledAtTarget(DeviceIndex index) const
    {
        const Sighting::Facts &facts = known.known(index);
        return facts.target == Sighting::Target::Connected && facts.twin == Sighting::Twin::AsPolicySays;
    }
    bool wasTold(DeviceIndex index) const
    {
        const run::DeviceState state = known.state(index);
        return state != run::DeviceState::Enrolled && state != run::DeviceState::Waiting;
    }
};

namespace {

constexpr size_t atOnce = 32;
/// Up to this many devices, reads of their own are quicker and surer than lists.
constexpr size_t few = 3;
/// Registrations read one by one in a look: more than its budget has saved up would hold up the whole look.
constexpr size_t singleRegistrations = 10;
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

template <typename Fits>
std::vector<DeviceIndex> thoseOf(const std::vector<DeviceIndex> &devices, Fits fits)
{
    std::vector<DeviceIndex> found;
    std::ranges::copy_if(devices, std::back_inserter(found), fits);
    return found;
}

} // namespace

/// The record that DPS goes by when it decides what becomes of a device's data.
QByteArray AzureEffects::recordOf(run::StepIndex index) const
{
    const plan::Step &change = step(index);
    if (!change.record.isEmpty())
        return change.record;
    return change.strategy == plan::Strategy::SplitOut ? m_groups.value(change.group).raw : m_before.value(index).raw;
}

QString AzureEffects::differingFromPolicy(DeviceIndex index, const backend::Twin &twin)
{
    const run::StepIndex change = device(index).step;
    if (step(change).policy == fleet::Reprovision::Reset) {
        const QByteArray record = recordOf(change);
        if (record.isEmpty())
            return {};
        if (!m_initial.contains(change))
            m_initial.insert(change, initialTwinOf(record));
        return differingFromInitial(m_initial[change], twin, m_ownProperty);
    }
    const auto before = m_twins.constFind(index);
    return before == m_twins.cend() ? QString() : differing(*before, twin, m_ownProperty);
}

void AzureEffects::tell(Looking &looking, DeviceIndex index, const backend::Registration &registration)
{
    using Known = Sighting::Registration;
    Sighting &sighting = looking.at(index);
    if (registration.status == u"assigning"_s) {
        sighting.registration = Known::Assigning;
    } else if (registration.status == u"assigned"_s) {
        const bool there = registration.assignedHub.compare(device(index).target.text(), Qt::CaseInsensitive) == 0;
        sighting.registration = there ? Known::OnTarget : Known::Elsewhere;
        const bool resets = step(device(index).step).policy == fleet::Reprovision::Reset;
        if (there && registration.substatus != (resets ? u"deviceDataReset"_s : u"deviceDataMigrated"_s))
            m_substatus.insert(index, registration.substatus);
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

void AzureEffects::tell(Looking &looking, DeviceIndex index, const backend::Twin &twin, bool certain)
{
    Sighting &sighting = looking.at(index);
    sighting.target = twin.connected ? Sighting::Target::Connected : Sighting::Target::Present;
    const QString differs = differingFromPolicy(index, twin);
    const QString lacks = lacking(index, twin);
    if (differs.isEmpty() && !lacks.isEmpty()) {
        sighting.note = lacks;
    } else if (differs.isEmpty()) {
        sighting.twin = Sighting::Twin::AsPolicySays;
    } else if (certain) {
        sighting.twin = Sighting::Twin::Differs;
        const QString substatus = m_substatus.value(index);
        sighting.note = substatus.isEmpty() ? differs : u"%1; DPS says %2"_s.arg(differs, substatus);
    }
}

QCoro::Task<> AzureEffects::lookAtRegistration(Looking &looking, DeviceIndex index)
{
    const bool may = co_await m_lookGate->pass(1, looking.stop);
    if (!may)
        co_return;
    ++looking.calls;
    ++looking.dpsCalls;
    const Result<backend::Registration> answer
        = co_await m_services.dps().registration(device(index).registrationId, looking.stop);
    if (answer)
        tell(looking, index, *answer);
    else if (answer.error().kind == ErrorKind::NotFound)
        looking.at(index).registration = Sighting::Registration::Unassigned;
    else
        looking.note(answer.error());
}

QCoro::Task<> AzureEffects::lookAtTwin(Looking &looking, DeviceIndex index)
{
    backend::HubClient *hub = m_services.hub(device(index).target.text());
    if (!hub)
        co_return;
    ++looking.calls;
    const Result<backend::Twin> answer = co_await hub->twin(device(index).deviceId, looking.stop);
    if (answer) {
        const Result<void> counted = co_await countModules(hub->host(), {index}, looking.stop, &looking.calls);
        if (!counted)
            looking.note(counted.error());
        tell(looking, index, *answer, true);
    } else if (answer.error().kind == ErrorKind::NotFound) {
        looking.at(index).target = Sighting::Target::Absent;
    } else {
        looking.note(answer.error());
    }
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
    const bool assigned = looking.isThere(index, isGrouped(index));
    ++looking.calls;
    const Result<backend::Identity> answer = co_await hub->identity(device(index).deviceId, looking.stop);
    if (answer)
        looking.at(index).source = answer->connected ? Sighting::Source::Connected : Sighting::Source::Present;
    else if (answer.error().kind != ErrorKind::NotFound)
        looking.note(answer.error(), false);
    else if (assigned)
        looking.at(index).source = Sighting::Source::Absent;
}

QCoro::Task<> AzureEffects::lookAtOne(Looking &looking, DeviceIndex index)
{
    co_await lookAtRegistration(looking, index);
    if (looking.isAssigned(index) || looking.wasTurnedAway(index))
        co_await lookAtTwin(looking, index);
    co_await lookAtIdentity(looking, index);
}

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
        if (isGrouped(index) && !looking.isAssigned(index))
            open[device(index).step].push_back(index);
    }
    for (auto group = open.cbegin(); group != open.cend(); ++group) {
        if (m_pages.contains(group.key()) && group->size() <= size_t(m_pages.value(group.key())))
            co_await lookAtRegistrations(looking, *group);
        else
            co_await listGroup(looking, group.key());
    }
}

QCoro::Task<> AzureEffects::lookAtRegistrations(Looking &looking, std::vector<DeviceIndex> devices)
{
    co_await forEach(
        std::move(devices), atOnce, [this, &looking](DeviceIndex index) { return lookAtRegistration(looking, index); });
}

/// Individual enrollments have no listing of registrations. Some are read one by one; of the others an identity that is
/// connected at the target, and then not found at the source, tells that DPS has moved them.
QCoro::Task<> AzureEffects::lookAtIndividuals(Looking &looking, const std::vector<DeviceIndex> &devices)
{
    const std::vector<DeviceIndex> moved = thoseOf(devices, [&](DeviceIndex index) {
        return !isGrouped(index) && looking.isConnected(index) && looking.isGone(index) && !looking.isAssigned(index);
    });
    const size_t left = std::min(size_t(std::max(plan::registrationsRead - m_registrationsRead, 0)), singleRegistrations);
    const auto split = moved.begin() + std::ptrdiff_t(std::min(left, moved.size()));
    m_registrationsRead += int(split - moved.begin());
    co_await lookAtRegistrations(looking, std::vector<DeviceIndex>(moved.begin(), split));
    std::for_each(split, moved.end(),
        [&looking](DeviceIndex index) { looking.at(index).registration = Sighting::Registration::OnTarget; });
    co_await lookForStragglers(looking, devices);
}

/// Those that took the call and are nowhere to be seen: DPS knows whether they came and what it told them. In turns.
QCoro::Task<> AzureEffects::lookForStragglers(Looking &looking, const std::vector<DeviceIndex> &devices)
{
    const std::vector<DeviceIndex> late = thoseOf(devices, [&](DeviceIndex index) {
        return !isGrouped(index) && !looking.isConnected(index) && !looking.isAssigned(index) && looking.known.isOverdue(index)
            && looking.known.state(index) != run::DeviceState::Failed;
    });
    std::vector<DeviceIndex> turn;
    for (size_t i = 0; i < std::min(late.size(), singleRegistrations); ++i)
        turn.push_back(late[(m_stragglersRead + i) % late.size()]);
    m_stragglersRead += turn.size();
    co_await lookAtRegistrations(looking, std::move(turn));
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
    co_await forEach(std::vector<DeviceIndex>(doubtful.begin(), doubtful.end()), atOnce,
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
        looking.calls += 2;
        const Result<backend::HubStatistics> answer = co_await hub->statistics(looking.stop);
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
        co_await forEach(devices, atOnce, [this, &looking](DeviceIndex index) { return lookAtOne(looking, index); });
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
