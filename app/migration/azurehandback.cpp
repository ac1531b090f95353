#include "app/migration/azureeffects.h"

#include "models/core/words.h"
#include "models/plan/looks.h"

using namespace Qt::StringLiterals;

// Strict waves: what becomes of a device that its group takes back, and whether the world is still as planned before a
// wave begins.
namespace drover::migration {

using run::ReadBackDone;
using run::ReadVerdict;

bool AzureEffects::handsBack(run::StepIndex index) const
{
    const run::StepIndex first = m_bringing.value(step(index).enrollment.toLower(), -1);
    return first >= 0 && step(first).strategy == plan::Strategy::SplitOut;
}

/// Deleting its own enrollment changes nothing for a device, whether DPS keeps its registration or forgets it: that it is
/// still on its target, and no registration says otherwise, is seen here.
QCoro::Task<ReadBackDone> AzureEffects::whereHandedBack(run::StepIndex index)
{
    ReadBackDone done{.step = index, .verdict = ReadVerdict::AsPlanned, .why = {}};
    const auto found = m_byRegistration.constFind(step(index).enrollment.toLower());
    if (found == m_byRegistration.cend())
        co_return done;
    const plan::PlannedDevice row = device(*found);
    const Result<backend::Registration> registration = co_await m_services.dps().registration(row.registrationId, {});
    const bool forgotten = !registration && registration.error().kind == ErrorKind::NotFound;
    if (!registration && !forgotten) {
        done.verdict = ReadVerdict::NoAnswer;
        done.why = u"%1. %2"_s.arg(registration.error().what, registration.error().remedy);
        co_return done;
    }
    if (registration && registration->status == u"assigning"_s) {
        done.verdict = ReadVerdict::NoAnswer;
        done.why = u"%1 is being assigned."_s.arg(row.registrationId);
        co_return done;
    }
    const bool elsewhere = registration && registration->status == u"assigned"_s
        && registration->assignedHub.compare(row.target.text(), Qt::CaseInsensitive) != 0;
    backend::HubClient *hub = m_services.hub(row.target.text());
    if (!hub || elsewhere) {
        done.verdict = elsewhere ? ReadVerdict::Different : ReadVerdict::AsPlanned;
        done.why = elsewhere ? u"its group sent it to %1"_s.arg(registration->assignedHub) : QString();
        co_return done;
    }
    const Result<backend::Identity> there = co_await hub->identity(row.deviceId, {});
    if (!there && there.error().kind == ErrorKind::NotFound) {
        done.verdict = ReadVerdict::Different;
        done.why = u"%1 does not know it any more"_s.arg(row.target.text());
    } else if (!there) {
        done.verdict = ReadVerdict::NoAnswer;
        done.why = u"%1. %2"_s.arg(there.error().what, there.error().remedy);
    }
    co_return done;
}

QCoro::Task<Result<void>> AzureEffects::drift(const run::RunMachine &known, int wave, std::stop_token stop)
{
    std::vector<run::StepIndex> steps;
    for (run::StepIndex index = 0; index < static_cast<run::StepIndex>(m_plan.steps.size()); ++index) {
        // All was compared a moment ago, before the first wave.
        if (wave > 0 && step(index).wave == wave && step(index).strategy != plan::Strategy::Remove && known.isToBeWritten(index))
            steps.push_back(index);
    }
    std::map<HubHostName, qint64> arriving;
    for (run::DeviceIndex index = 0; index < known.deviceCount(); ++index) {
        const run::Sighting::Target seen = known.known(index).target;
        const bool there = seen == run::Sighting::Target::Present || seen == run::Sighting::Target::Connected;
        if (device(index).wave == wave && !there)
            ++arriving[device(index).target];
    }
    const Result<void> same = co_await enrollmentsDrifted(std::move(steps), stop);
    if (!same)
        co_return Failure(same.error());
    for (const plan::Room &room : m_plan.rooms) {
        if (!arriving.contains(room.hub))
            continue;
        const Result<void> fits = co_await roomDrifted(room, arriving[room.hub], stop);
        if (!fits)
            co_return Failure(fits.error());
    }
    co_return {};
}

QCoro::Task<Result<void>> AzureEffects::enrollmentsDrifted(std::vector<run::StepIndex> steps, std::stop_token stop)
{
    const auto individuals = std::ranges::count_if(
        steps, [this](run::StepIndex index) { return kindOf(step(index)) == fleet::Enrollment::Kind::Individual; });
    std::optional<Listing> listing;
    if (individuals > plan::singleSnapshots) {
        Result<Listing> listed = co_await listIndividuals(stop);
        if (!listed)
            co_return Failure(listed.error());
        listing = std::move(*listed);
    }
    for (const run::StepIndex index : steps) {
        std::optional<fleet::Enrollment> found;
        if (listing && kindOf(step(index)) == fleet::Enrollment::Kind::Individual) {
            if (const auto row = listing->constFind(step(index).enrollment.toLower()); row != listing->cend())
                found = *row;
        } else {
            Result<std::optional<fleet::Enrollment>> read = co_await find(kindOf(step(index)), step(index).enrollment, stop);
            if (!read)
                co_return Failure(read.error());
            found = std::move(*read);
        }
        Result<EnrollmentSnapshot> same = compared(index, found);
        if (same)
            continue;
        const QStringList differs
            = found ? fleet::differingMembers(m_before.value(index).raw, found->raw) : QStringList();
        co_return fail(ErrorKind::Conflict,
            differs.isEmpty() ? same.error().what : u"%1 (%2)"_s.arg(same.error().what, differs.join(u", "_s)),
            u"Skip its devices and resume, or stop and plan them again."_s);
    }
    co_return {};
}

/// A target whose count is not told is not held against the run: the hub itself refuses what does not fit.
QCoro::Task<Result<void>> AzureEffects::roomDrifted(plan::Room room, qint64 arriving, std::stop_token stop)
{
    backend::HubClient *hub = m_services.hub(room.hub.text());
    if (!hub)
        co_return {};
    const Result<qint64> now = co_await hub->population(stop);
    if (!now && now.error().kind == ErrorKind::Offline) {
        co_return fail(ErrorKind::Offline, u"%1 does not answer, and nobody is sent to a hub that is away: %2"_s.arg(room.title, now.error().what),
            u"Resume when it does, or stop."_s);
    }
    if (!now || *now + arriving <= room.ceiling)
        co_return {};
    co_return fail(ErrorKind::Conflict,
        u"%1 held %2 when the plan was made and holds %3 now: with %4 more it would pass its %5"_s.arg(room.title,
            counted(room.population, u"device"_s), grouped(*now), grouped(arriving), grouped(room.ceiling)),
        u"Make room there and resume, or stop."_s);
}

} // namespace drover::migration
