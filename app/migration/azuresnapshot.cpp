#include "app/migration/azureeffects.h"
#include "app/migration/twindigest.h"

#include "models/core/json.h"
#include "models/plan/looks.h"
#include "models/plan/triggers.h"

using namespace Qt::StringLiterals;

// What is read before anything is changed.
namespace drover::migration {
namespace {

constexpr int pageSize = 1000;

QString bare(QString etag)
{
    return etag.remove(u'"');
}

} // namespace

QCoro::Task<Result<AzureEffects::Listing>> AzureEffects::listIndividuals(std::stop_token stop)
{
    Listing listing;
    QByteArray continuation;
    do {
        Result<backend::Page<fleet::Enrollment>> page
            = co_await m_services.dps().list(fleet::Enrollment::Kind::Individual, continuation, stop);
        if (!page)
            co_return Failure(page.error());
        for (fleet::Enrollment &enrollment : page->items)
            listing.insert(enrollment.id.toLower(), std::move(enrollment));
        continuation = page->continuation;
    } while (!continuation.isEmpty());
    co_return listing;
}

QCoro::Task<Result<std::optional<fleet::Enrollment>>> AzureEffects::find(
    fleet::Enrollment::Kind kind, QString id, std::stop_token stop)
{
    Result<fleet::Enrollment> found = co_await m_services.dps().get(kind, id, stop);
    if (found)
        co_return std::optional(std::move(*found));
    if (found.error().kind == ErrorKind::NotFound)
        co_return std::optional<fleet::Enrollment>();
    co_return Failure(found.error());
}

QCoro::Task<Result<void>> AzureEffects::greet(std::stop_token stop)
{
    const plan::Step first = step(0);
    const Result<std::optional<fleet::Enrollment>> answer = co_await find(kindOf(first), first.enrollment, stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return {};
}

Result<EnrollmentSnapshot> AzureEffects::compared(
    run::StepIndex index, const std::optional<fleet::Enrollment> &found) const
{
    const plan::Step &change = step(index);
    const QString remedy = u"Make the plan again: it was made with what is no longer so."_s;
    if (change.strategy == plan::Strategy::SplitOut && found)
        return fail(ErrorKind::Conflict,
            u"An individual enrollment %1 was made after the plan"_s.arg(change.enrollment), remedy);
    if (change.strategy != plan::Strategy::SplitOut && !found)
        return fail(
            ErrorKind::Conflict, u"Enrollment %1 was deleted after the plan was made"_s.arg(change.enrollment), remedy);
    if (found && !change.etag.isEmpty() && bare(found->etag) != bare(change.etag)) {
        return fail(ErrorKind::Conflict,
            u"Enrollment %1 was changed after the plan was made: version %2 was planned with, %3 is there"_s.arg(
                change.enrollment, bare(change.etag), bare(found->etag)),
            remedy);
    }
    return EnrollmentSnapshot{.step = index,
        .kind = kindOf(change),
        .id = change.enrollment,
        .raw = found ? found->raw : QByteArray(),
        .etag = found ? found->etag : QString()};
}

QCoro::Task<Result<std::vector<EnrollmentSnapshot>>> AzureEffects::readEnrollments(std::stop_token stop)
{
    std::vector<EnrollmentSnapshot> snapshots;
    std::optional<Listing> listing;
    const auto individuals = std::ranges::count_if(
        m_plan.steps, [](const plan::Step &row) { return row.strategy != plan::Strategy::RepointGroup; });
    if (individuals > plan::singleSnapshots) {
        Result<Listing> listed = co_await listIndividuals(stop);
        if (!listed)
            co_return Failure(listed.error());
        listing = std::move(*listed);
    }
    for (run::StepIndex index = 0; index < static_cast<run::StepIndex>(m_plan.steps.size()); ++index) {
        // What is removed was read for the step that brings its device home.
        if (step(index).strategy == plan::Strategy::Remove)
            continue;
        std::optional<fleet::Enrollment> found;
        if (listing && kindOf(step(index)) == fleet::Enrollment::Kind::Individual) {
            if (const auto row = listing->constFind(step(index).enrollment.toLower()); row != listing->cend())
                found = *row;
        } else {
            Result<std::optional<fleet::Enrollment>> read
                = co_await find(kindOf(step(index)), step(index).enrollment, stop);
            if (!read)
                co_return Failure(read.error());
            found = std::move(*read);
        }
        Result<EnrollmentSnapshot> snapshot = compared(index, found);
        if (!snapshot)
            co_return Failure(snapshot.error());
        m_before.insert(index, *snapshot);
        snapshots.push_back(std::move(*snapshot));
    }
    co_return snapshots;
}

QCoro::Task<Result<std::vector<backend::Twin>>> AzureEffects::query(
    QString hub, QString text, std::stop_token stop, int *calls, int attempts)
{
    backend::HubClient *client = m_services.hub(hub);
    if (!client) {
        co_return fail(ErrorKind::Usage, u"There is no key for the hub %1"_s.arg(hub),
            u"Add its connection string, then resume."_s);
    }
    std::vector<backend::Twin> twins;
    QByteArray continuation;
    do {
        Result<backend::Page<backend::Twin>> page = co_await client->twins(text, pageSize, continuation, stop, attempts);
        *calls += 1;
        if (!page)
            co_return Failure(page.error());
        std::ranges::move(page->items, std::back_inserter(twins));
        continuation = page->continuation;
    } while (!continuation.isEmpty());
    co_return twins;
}

QCoro::Task<Result<std::vector<backend::Twin>>> AzureEffects::twinsNamed(
    QString hub, std::vector<run::DeviceIndex> devices, std::stop_token stop, int *calls, int attempts)
{
    constexpr qsizetype surelyCheap = 3;
    const std::vector<QStringList> lists = listsOf(devices);
    if (qsizetype(lists.size()) > surelyCheap && !m_sizes.contains(hub) && m_services.hub(hub)) {
        const Result<qint64> told = co_await m_services.hub(hub)->population(stop);
        ++*calls;
        m_sizes.insert(hub, told ? static_cast<size_t>(*told) : devices.size());
    }
    if (qsizetype(lists.size()) > surelyCheap && lists.size() > m_sizes.value(hub) / pageSize + 1) {
        Result<std::vector<backend::Twin>> whole = co_await query(hub, queryFor({}), stop, calls, attempts);
        if (whole)
            m_sizes.insert(hub, whole->size());
        co_return whole;
    }
    std::vector<backend::Twin> all;
    for (const QStringList &ids : lists) {
        Result<std::vector<backend::Twin>> some = co_await query(hub, queryFor(ids), stop, calls, attempts);
        if (!some)
            co_return Failure(some.error());
        std::ranges::move(*some, std::back_inserter(all));
    }
    co_return all;
}

QString AzureEffects::queryFor(const QStringList &ids)
{
    return ids.isEmpty() ? u"SELECT * FROM devices"_s : u"SELECT * FROM devices WHERE "_s + isOneOf(ids);
}

QCoro::Task<Result<std::vector<TwinSnapshot>>> AzureEffects::twinsOf(
    QString hub, std::vector<run::DeviceIndex> devices, std::stop_token stop)
{
    int calls = 0;
    const Result<std::vector<backend::Twin>> twins = co_await twinsNamed(hub, std::move(devices), stop, &calls);
    if (!twins)
        co_return Failure(twins.error());
    std::vector<TwinSnapshot> snapshots;
    for (const backend::Twin &twin : *twins) {
        if (const auto found = m_bySource.constFind({hub, twin.deviceId}); found != m_bySource.cend())
            snapshots.push_back({.device = *found, .digest = digestOf(twin, m_ownProperty)});
    }
    co_return snapshots;
}

QCoro::Task<Result<std::vector<TwinSnapshot>>> AzureEffects::readTwins(
    std::vector<run::DeviceIndex> devices, std::stop_token stop)
{
    QHash<QString, std::vector<run::DeviceIndex>> byHub;
    for (const run::DeviceIndex index : devices) {
        if (compares(index))
            byHub[device(index).source.text()].push_back(index);
    }
    std::vector<TwinSnapshot> all;
    for (auto hub = byHub.cbegin(); hub != byHub.cend(); ++hub) {
        Result<std::vector<TwinSnapshot>> some = co_await twinsOf(hub.key(), hub.value(), stop);
        if (!some)
            co_return Failure(some.error());
        for (const TwinSnapshot &row : *some)
            m_twins.insert(row.device, row.digest);
        all.insert(all.end(), some->begin(), some->end());
    }
    co_return all;
}

} // namespace drover::migration
