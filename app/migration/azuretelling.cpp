#include "app/migration/azureeffects.h"

#include "app/backend/identity/connection.h"
#include "models/core/json.h"

#include <QDateTime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Letting devices register again by other means than calling their method.
namespace drover::migration {

using plan::TriggerKind;
using run::DeviceIndex;
using run::TriggerOutcome;
using run::TriggerResult;

namespace {

constexpr int jobExists = 409104;

QByteArray reasonOf(const QString &name)
{
    return "moved by Drover, " + name.toUtf8();
}

TriggerResult resultOf(const backend::JobOutcome &outcome)
{
    if (outcome.completed)
        return outcome.status >= 400 ? TriggerResult::Refused : TriggerResult::Accepted;
    switch (outcome.code) {
    case 404001:
        return TriggerResult::NotThere;
    case 404103:
        return TriggerResult::NotOnline;
    default:
        return outcome.code / 1000 == 429 ? TriggerResult::Throttled : TriggerResult::Silent;
    }
}

TriggerResult resultOf(const Result<void> &done)
{
    if (done)
        return TriggerResult::Accepted;
    switch (done.error().kind) {
    case ErrorKind::NotFound:
        return TriggerResult::NotThere;
    case ErrorKind::Throttled:
    case ErrorKind::Conflict:
        return TriggerResult::Throttled;
    case ErrorKind::Offline:
    case ErrorKind::Cancelled:
        return TriggerResult::Lost;
    default:
        return TriggerResult::Refused;
    }
}

std::vector<TriggerOutcome> all(const std::vector<DeviceIndex> &devices, TriggerResult result)
{
    std::vector<TriggerOutcome> outcomes;
    for (const DeviceIndex device : devices)
        outcomes.push_back({.device = device, .result = result, .status = 0});
    return outcomes;
}

} // namespace

const plan::Telling *AzureEffects::tellingOf(DeviceIndex index) const
{
    const auto found = std::ranges::find(m_plan.tellings, device(index).source, &plan::Telling::source);
    return found == m_plan.tellings.end() ? nullptr : &*found;
}

QByteArray AzureEffects::jobBody(const Order &order) const
{
    constexpr int patience = 300;
    QStringList ids;
    for (const DeviceIndex index : order.devices)
        ids.push_back(u'\'' + QString(device(index).deviceId).replace(u'\'', u"\\'"_s) + u'\'');
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(m_services.clock().now().time_since_epoch().count(), Qt::UTC);
    Json body;
    body["jobId"] = toStd(order.name);
    body["type"] = order.kind == TriggerKind::Job ? "scheduleDeviceMethod" : "scheduleUpdateTwin";
    if (order.kind == TriggerKind::Job) {
        body["cloudToDeviceMethod"] = {{"methodName", toStd(m_plan.options.method)}, {"payload", Json::object()},
            {"responseTimeoutInSeconds", 10}, {"connectTimeoutInSeconds", 0}};
    } else {
        body["updateTwin"] = {{"etag", "*"},
            {"properties", {{"desired", {{toStd(m_plan.options.property), toStd(order.name)}}}}}};
    }
    body["queryCondition"] = toStd(u"deviceId IN [%1]"_s.arg(ids.join(u',')));
    body["startTime"] = toStd(now.toString(Qt::ISODate));
    body["maxExecutionTimeInSeconds"] = patience + static_cast<int>(order.devices.size());
    return toBytes(body);
}

QCoro::Task<Result<void>> AzureEffects::startJob(backend::HubClient *hub, Order order)
{
    // One of that name may be there already: then it is this very job, and is not made twice.
    if (order.again) {
        const Result<backend::HubJob> found = co_await hub->job(order.name, {});
        if (found)
            co_return {};
        if (found.error().kind != ErrorKind::NotFound)
            co_return Failure(found.error());
    }
    const Result<void> made = co_await hub->createJob(order.name, jobBody(order), {});
    if (made || made.error().code == jobExists)
        co_return {};
    co_return Failure(made.error());
}

/// Looks when the job should be over, and not much more often. False when it cannot be told what became of it.
QCoro::Task<bool> AzureEffects::followJob(backend::HubClient *hub, Order order)
{
    const plan::Telling *const telling = tellingOf(order.devices.front());
    const double perSecond = telling ? telling->jobDevicesPerSecond : 10;
    const auto spanFor = [perSecond](size_t devices) {
        return Duration(static_cast<qint64>(static_cast<double>(devices) / perSecond * 1000)) + 300ms;
    };
    backend::Door &door = m_services.door();
    Duration pause = spanFor(order.devices.size());
    for (int silent = 0; silent < 3;) {
        const bool waited = co_await door.wait(pause, order.callOff);
        if (order.gone.stop_requested())
            co_return false;
        // Over already, or not to be had: what is read next tells.
        if (!waited)
            Q_UNUSED(co_await hub->cancelJob(order.name, {}));
        const Result<backend::HubJob> now = co_await hub->job(order.name, {});
        if (order.gone.stop_requested())
            co_return false;
        if (now && now->isOver())
            co_return true;
        if (!waited)
            co_return false;
        silent = now ? 0 : silent + 1;
        const bool runs = now && now->status == u"running"_s;
        pause = runs ? std::max<Duration>(1s, spanFor(size_t(std::max(0, now->pending)))) : Duration(5s);
    }
    co_return false;
}

/// The next job is intended while the one before it runs, so that it can follow at once; it is sent when a place is free.
QCoro::Task<bool> AzureEffects::takeJobSlot(Order order)
{
    constexpr Duration turn = 500ms;
    const plan::Telling *const telling = tellingOf(order.devices.front());
    const int most = telling ? telling->jobsAtOnce : 1;
    const QString hub = device(order.devices.front()).source.text();
    while (m_jobsOn.value(hub) >= most) {
        const bool waited = co_await m_services.door().wait(turn, order.callOff);
        if (!waited)
            co_return false;
    }
    ++m_jobsOn[hub];
    co_return true;
}

/// False when it cannot be told what became of it; an error when it could not be started.
QCoro::Task<Result<bool>> AzureEffects::carryJobOut(backend::HubClient *hub, Order order)
{
    const Result<void> started = co_await startJob(hub, order);
    if (order.gone.stop_requested())
        co_return false;
    if (!started)
        co_return Failure(started.error());
    const bool over = co_await followJob(hub, order);
    co_return over;
}

QCoro::Task<std::vector<TriggerOutcome>> AzureEffects::runJob(Order order)
{
    backend::HubClient *hub = m_services.hub(device(order.devices.front()).source.text());
    if (!hub)
        co_return all(order.devices, TriggerResult::NotThere);
    const bool turn = co_await takeJobSlot(order);
    if (!turn)
        co_return order.gone.stop_requested() ? std::vector<TriggerOutcome>() : all(order.devices, TriggerResult::NotTold);
    const Result<bool> over = co_await carryJobOut(hub, order);
    if (order.gone.stop_requested())
        co_return {};
    --m_jobsOn[hub->host()];
    if (!over) {
        const TriggerResult result = resultOf(Result<void>(Failure(over.error())));
        // Without an answer the job may be there all the same.
        co_return result == TriggerResult::Lost ? std::vector<TriggerOutcome>() : all(order.devices, result);
    }
    if (!*over)
        co_return {};
    const Result<std::vector<backend::JobOutcome>> told = co_await hub->jobOutcomes(order.name, {});
    if (!told || order.gone.stop_requested())
        co_return {};
    // Those that it has not come to were called off, or are not on this hub any more.
    QHash<DeviceIndex, TriggerOutcome> outcomes;
    const TriggerResult missing = order.callOff.stop_requested() ? TriggerResult::NotTold : TriggerResult::NotThere;
    for (const DeviceIndex index : order.devices)
        outcomes.insert(index, {.device = index, .result = missing, .status = 0});
    for (const backend::JobOutcome &row : *told) {
        const auto found = m_bySource.constFind({hub->host(), row.deviceId});
        if (found != m_bySource.cend() && outcomes.contains(*found))
            outcomes[*found] = {.device = *found, .result = resultOf(row), .status = row.status};
    }
    co_return std::vector<TriggerOutcome>(outcomes.cbegin(), outcomes.cend());
}

/// Its own key, or the one that is derived from its group's; it stays in memory.
QCoro::Task<Result<QByteArray>> AzureEffects::deviceKey(DeviceIndex index)
{
    const plan::Step change = step(device(index).step);
    const bool grouped = change.strategy == plan::Strategy::RepointGroup || change.strategy == plan::Strategy::SplitOut;
    QByteArray mechanism;
    if (grouped) {
        const QString group = change.strategy == plan::Strategy::SplitOut ? change.group : change.enrollment;
        if (const Result<void> learned = co_await learnGroup(group); !learned)
            co_return Failure(learned.error());
        mechanism = m_groups.value(group).keys;
    } else {
        Result<QByteArray> read = co_await m_services.dps().attestation(kindOf(change), change.enrollment, {});
        if (!read)
            co_return Failure(read.error());
        mechanism = std::move(*read);
    }
    const std::optional<Json> json = parseJson(mechanism);
    const Json *const keys = json ? member(*json, "symmetricKey") : nullptr;
    const QByteArray primary = keys ? textMember(*keys, "primaryKey").toLatin1() : QByteArray();
    if (primary.isEmpty())
        co_return fail(ErrorKind::Rejected, u"%1 has no symmetric key"_s.arg(device(index).registrationId));
    co_return grouped ? fleet::derivedKey(primary, device(index).registrationId.toUtf8()) : primary;
}

QCoro::Task<Result<void>> AzureEffects::registerFor(DeviceIndex index)
{
    constexpr qint64 lifetime = 3600;
    const backend::Connection &connection = m_services.connection();
    const QString id = device(index).registrationId;
    if (connection.idScope.isEmpty() || connection.globalDeviceHost.isEmpty())
        co_return fail(ErrorKind::Usage, u"The connection names no ID scope"_s, u"Connect with an endpoints file."_s);
    const Result<QByteArray> key = co_await deviceKey(index);
    if (!key)
        co_return Failure(key.error());
    const backend::Policy policy{.host = u"%1/registrations/%2"_s.arg(connection.idScope, id),
        .name = u"registration"_s,
        .key = *key};
    const qint64 now = std::chrono::floor<std::chrono::seconds>(m_services.clock().now()).time_since_epoch().count();
    const QByteArray token
        = backend::sharedAccessSignature(policy, now + lifetime * static_cast<qint64>(m_services.clock().speed()));
    co_return co_await m_services.dps().registerFor(connection.globalDeviceHost, connection.idScope, id, token, {});
}

/// Wherever it is now: the flag may have come along to its new hub.
QCoro::Task<Result<void>> AzureEffects::enable(DeviceIndex index)
{
    Result<void> done = {};
    bool found = false;
    for (const HubHostName &place : {device(index).target, device(index).source}) {
        backend::HubClient *hub = place.isNull() ? nullptr : m_services.hub(place.text());
        if (!hub)
            continue;
        Result<void> set = co_await hub->setEnabled(device(index).deviceId, true, u"enabled again by Drover"_s, {});
        if (set)
            found = true;
        else if (set.error().kind != ErrorKind::NotFound)
            done = std::move(set);
    }
    if (done && !found)
        co_return fail(ErrorKind::NotFound, u"%1 is on neither hub"_s.arg(device(index).deviceId));
    co_return done;
}

QCoro::Task<TriggerOutcome> AzureEffects::tellOne(TriggerKind kind, QString name, DeviceIndex index)
{
    TriggerOutcome outcome{.device = index, .result = TriggerResult::NotThere, .status = 0};
    backend::HubClient *hub = m_services.hub(device(index).source.text());
    Result<void> done = {};
    if (kind == TriggerKind::Enable) {
        done = co_await enable(index);
    } else if (kind == TriggerKind::Register) {
        done = co_await registerFor(index);
    } else if (!hub) {
        co_return outcome;
    } else if (kind == TriggerKind::Disable) {
        done = co_await hub->setEnabled(device(index).deviceId, false, QString::fromUtf8(reasonOf(name)), {});
    } else {
        const Json patch{{"properties", {{"desired", {{toStd(m_plan.options.property), toStd(name)}}}}}};
        done = co_await hub->patchTwin(device(index).deviceId, toBytes(patch), {});
    }
    outcome.result = resultOf(done);
    outcome.status = done ? 0 : done.error().status;
    co_return outcome;
}

QCoro::Task<std::vector<TriggerOutcome>> AzureEffects::tell(Order order)
{
    if (order.kind == TriggerKind::Job || order.kind == TriggerKind::TwinJob)
        co_return co_await runJob(std::move(order));
    std::vector<QCoro::Task<TriggerOutcome>> calls;
    for (const DeviceIndex index : order.devices)
        calls.push_back(tellOne(order.kind, order.name, index));
    std::vector<TriggerOutcome> outcomes;
    for (QCoro::Task<TriggerOutcome> &call : calls)
        outcomes.push_back(co_await call);
    co_return outcomes;
}

} // namespace drover::migration
