#include "app/inventory/pages.h"
#include "app/migration/azurelooking.h"
#include "app/migration/twindigest.h"

#include "models/plan/looks.h"

using namespace Qt::StringLiterals;

// Where a device is, asked for it alone: for the few that are left, and for what a lagging listing must not decide.
namespace drover::migration {
namespace {

/// Registrations read one by one in a look: more than its budget has saved up would hold up the whole look.
constexpr size_t singleRegistrations = 10;

/// The Date header tells whole seconds, and writes take some.
constexpr Duration clockJitter = std::chrono::seconds(10);

const QString dataReset = u"deviceDataReset"_s;
const QString dataMigrated = u"deviceDataMigrated"_s;

bool isRefusal(const backend::Registration &registration)
{
    return registration.status == u"disabled"_s || registration.status == u"failed"_s;
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

/// A device that has not registered since its enrollment was written, and so was told what held before.
bool AzureEffects::isOlder(const Looking &looking, DeviceIndex index, const backend::Registration &registration) const
{
    const std::optional<qint64> updated = inventory::parseTime(registration.lastUpdated.toStdString());
    const Instant since = looking.known.countsFrom(index) + m_services.door().skew().value_or(Duration());
    return updated && Instant(Duration(*updated)) < since - clockJitter;
}

void AzureEffects::tell(Looking &looking, DeviceIndex index, const backend::Registration &registration)
{
    using Known = Sighting::Registration;
    Sighting &sighting = looking.at(index);
    if (registration.status == u"assigning"_s) {
        sighting.registration = Known::Assigning;
    } else if (registration.status == u"assigned"_s) {
        const bool there = registration.assignedHub.compare(device(index).target.text(), Qt::CaseInsensitive) == 0;
        const HubHostName source = device(index).source;
        const bool astray = !there && !source.isNull() && registration.assignedHub.compare(source.text(), Qt::CaseInsensitive) != 0;
        sighting.registration = there ? Known::OnTarget : astray ? Known::Astray : Known::Elsewhere;
        if (astray)
            sighting.note = registration.assignedHub;
        const bool resets = step(device(index).step).policy == fleet::Reprovision::Reset;
        const bool expected = registration.substatus == (resets ? dataReset : dataMigrated);
        if (there && (!expected || !wasKept(looking, index)))
            m_substatus.insert(index, registration.substatus);
    } else if (isRefusal(registration) && isOlder(looking, index, registration)) {
        looking.turnedAwayBefore.insert(index);
        sighting.registration = Known::Unassigned;
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

/// False for one whose twin should have been read and could not be.
bool AzureEffects::wasKept(const Looking &looking, DeviceIndex index) const
{
    return !looking.known.lacksTwins() || !compares(index) || device(index).home || m_twins.contains(index);
}

/// Where there is nothing to compare a twin with, what DPS says of the data is all that is known. A group's listing says it.
bool AzureEffects::lacksSubstatus(const Looking &looking, DeviceIndex index) const
{
    return isGrouped(index) && !wasKept(looking, index) && !m_substatus.contains(index);
}

void AzureEffects::tell(Looking &looking, DeviceIndex index, const backend::Twin &twin, bool certain)
{
    Sighting &sighting = looking.at(index);
    sighting.target = twin.connected ? Sighting::Target::Connected : Sighting::Target::Present;
    const QString differs = differingFromPolicy(index, twin);
    const QString lacks = lacking(index, twin);
    const QString substatus = m_substatus.value(index);
    if (differs.isEmpty() && !lacks.isEmpty()) {
        sighting.note = lacks;
    } else if (differs.isEmpty() && !wasKept(looking, index)) {
        if (substatus == dataReset) {
            sighting.twin = Sighting::Twin::Differs;
            sighting.note = u"its twin was not kept, and DPS says %1"_s.arg(substatus);
        } else if (!lacksSubstatus(looking, index)) {
            sighting.twin = Sighting::Twin::NotKept;
        }
    } else if (differs.isEmpty()) {
        sighting.twin = Sighting::Twin::AsPolicySays;
    } else if (certain) {
        sighting.twin = Sighting::Twin::Differs;
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

QCoro::Task<> AzureEffects::lookAtRegistrations(Looking &looking, std::vector<DeviceIndex> devices)
{
    co_await forEach(
        std::move(devices), looksUnderWay, [this, &looking](DeviceIndex index) { return lookAtRegistration(looking, index); });
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

} // namespace drover::migration
