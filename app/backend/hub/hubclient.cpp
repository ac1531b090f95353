#include "app/backend/hub/hubclient.h"

#include "models/core/json.h"
#include "models/fleet/ties.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::backend {
namespace {

Call call(const QString &host, QByteArray verb, const QString &route, const QString &id = {})
{
    QString path = route;
    path.replace("{id}"_L1, QString::fromLatin1(QUrl::toPercentEncoding(id)));
    Call call(Service::Hub, verb, host, QString::fromLatin1(verb) + u' ' + route, path + u"?api-version=2021-04-12"_s);
    call.quota = Quota::HubRegistry;
    call.repeatable = verb == "GET";
    return call;
}

Failure malformed(const QString &host, const QString &what)
{
    return fail(ErrorKind::Malformed, u"%1 sent %2 that cannot be read."_s.arg(host, what),
        u"Try again; report it if it lasts."_s);
}

qint64 number(const Json &json, const char *name)
{
    const Json *const value = member(json, name);
    return value && value->is_number_integer() ? value->get<qint64>() : 0;
}

/// The user's own part of a twin's section.
QByteArray section(const Json *values)
{
    if (!values || !values->is_object())
        return "{}";
    Json own = *values;
    own.erase("$metadata");
    own.erase("$version");
    return toBytes(own);
}

bool isEdge(const Json &json)
{
    const Json *const capabilities = member(json, "capabilities");
    const Json *const edge = capabilities ? member(*capabilities, "iotEdge") : nullptr;
    return edge && edge->is_boolean() && edge->get<bool>();
}

/// An IoT Edge device's deviceScope is its own, so its parent stands beside it; of others, either will do.
QString parentOf(const Json &json)
{
    const Json *const parents = member(json, "parentScopes");
    const bool listed = parents && parents->is_array() && !parents->empty() && parents->front().is_string();
    if (listed)
        return QString::fromUtf8(fleet::edgeOfScope(parents->front().get<std::string>()));
    return isEdge(json) ? QString() : QString::fromUtf8(fleet::edgeOfScope(textMember(json, "deviceScope").toStdString()));
}

Twin twinOf(const Json &json)
{
    Twin twin;
    twin.deviceId = textMember(json, "deviceId");
    twin.etag = textMember(json, "etag");
    twin.connected = textMember(json, "connectionState") == "Connected"_L1;
    twin.enabled = textMember(json, "status") != "disabled"_L1;
    twin.lastActivity = textMember(json, "lastActivityTime");
    twin.connectionStateUpdated = textMember(json, "connectionStateUpdatedTime");
    twin.parent = parentOf(json);
    twin.tags = section(member(json, "tags"));
    const Json *const properties = member(json, "properties");
    twin.desired = section(properties ? member(*properties, "desired") : nullptr);
    twin.reported = section(properties ? member(*properties, "reported") : nullptr);
    return twin;
}

Identity identityOf(const Json &json)
{
    Identity identity;
    identity.deviceId = textMember(json, "deviceId");
    identity.generationId = textMember(json, "generationId");
    identity.etag = textMember(json, "etag");
    identity.connected = textMember(json, "connectionState") == "Connected"_L1;
    identity.enabled = textMember(json, "status") != "disabled"_L1;
    identity.edge = isEdge(json);
    identity.lastActivity = textMember(json, "lastActivityTime");
    identity.connectionStateUpdated = textMember(json, "connectionStateUpdatedTime");
    return identity;
}

/// Gauges of a hub that is down should say so soon: they are asked for again anyway.
Call gauge(const QString &host, const QString &route)
{
    Call read = call(host, "GET", route);
    read.attempts = 3;
    return read;
}

} // namespace

HubClient::HubClient(Door &door, QString host)
    : m_door(door)
    , m_host(std::move(host))
{
}

QCoro::Task<Result<HubStatistics>> HubClient::statistics(std::stop_token stop)
{
    const Result<HttpResponse> devices = co_await m_door.send(gauge(m_host, u"/statistics/devices"_s), stop);
    if (!devices)
        co_return Failure(devices.error());
    const Result<HttpResponse> service = co_await m_door.send(gauge(m_host, u"/statistics/service"_s), stop);
    if (!service)
        co_return Failure(service.error());
    const auto registry = parseJson(devices->body);
    const auto connected = parseJson(service->body);
    if (!registry || !connected || !member(*registry, "totalDeviceCount")
        || !member(*connected, "connectedDeviceCount"))
        co_return malformed(m_host, u"statistics"_s);
    HubStatistics statistics;
    statistics.total = number(*registry, "totalDeviceCount");
    statistics.enabled = number(*registry, "enabledDeviceCount");
    statistics.disabled = number(*registry, "disabledDeviceCount");
    statistics.connected = number(*connected, "connectedDeviceCount");
    co_return statistics;
}

QCoro::Task<Result<qint64>> HubClient::population(std::stop_token stop)
{
    const Result<HttpResponse> answer = co_await m_door.send(gauge(m_host, u"/statistics/devices"_s), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto registry = parseJson(answer->body);
    if (!registry || !member(*registry, "totalDeviceCount"))
        co_return malformed(m_host, u"statistics"_s);
    co_return number(*registry, "totalDeviceCount");
}

QCoro::Task<Result<Identity>> HubClient::identity(QString deviceId, std::stop_token stop)
{
    const Result<HttpResponse> answer = co_await m_door.send(call(m_host, "GET", u"/devices/{id}"_s, deviceId), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    if (!json || textMember(*json, "deviceId").isEmpty())
        co_return malformed(m_host, u"an identity"_s);
    co_return identityOf(*json);
}

QCoro::Task<Result<Twin>> HubClient::twin(QString deviceId, std::stop_token stop)
{
    Call read = call(m_host, "GET", u"/twins/{id}"_s, deviceId);
    read.quota = Quota::HubTwinReads;
    const Result<HttpResponse> answer = co_await m_door.send(std::move(read), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    if (!json || textMember(*json, "deviceId").isEmpty())
        co_return malformed(m_host, u"a twin"_s);
    co_return twinOf(*json);
}

QCoro::Task<Result<HttpResponse>> HubClient::queryRaw(
    QString query, int pageSize, QByteArray continuation, std::stop_token stop, int attempts)
{
    Call page = call(m_host, "POST", u"/devices/query"_s);
    page.quota = Quota::HubQueries;
    page.repeatable = true;
    page.attempts = attempts;
    page.body = toBytes(Json{{"query", toStd(query)}});
    page.headers.append({"x-ms-max-item-count", QByteArray::number(pageSize)});
    if (!continuation.isEmpty())
        page.headers.append({"x-ms-continuation", continuation});
    return m_door.send(std::move(page), std::move(stop));
}

QCoro::Task<Result<Page<Twin>>> HubClient::twins(
    QString query, int pageSize, QByteArray continuation, std::stop_token stop, int attempts)
{
    const Result<HttpResponse> answer = co_await queryRaw(std::move(query), pageSize, std::move(continuation), stop, attempts);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    if (!json || !json->is_array())
        co_return malformed(m_host, u"a page of twins"_s);
    Page<Twin> page;
    page.continuation = answer->header("x-ms-continuation");
    for (const Json &entry : *json)
        page.items.push_back(twinOf(entry));
    co_return page;
}

QCoro::Task<Result<Page<QString>>> HubClient::moduleOwners(
    QString query, int pageSize, QByteArray continuation, std::stop_token stop)
{
    const Result<HttpResponse> answer = co_await queryRaw(std::move(query), pageSize, std::move(continuation), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    if (!json || !json->is_array())
        co_return malformed(m_host, u"a page of modules"_s);
    Page<QString> page;
    page.continuation = answer->header("x-ms-continuation");
    for (const Json &entry : *json) {
        if (!fleet::isSystemModule(textMember(entry, "moduleId").toStdString()))
            page.items.push_back(textMember(entry, "deviceId"));
    }
    co_return page;
}

QCoro::Task<Result<MethodAnswer>> HubClient::invoke(
    QString deviceId, QString method, QByteArray payload, std::chrono::seconds responseTimeout, std::stop_token stop)
{
    Call invocation = call(m_host, "POST", u"/twins/{id}/methods"_s, deviceId);
    invocation.quota = Quota::HubMethods;
    // The service waits for the device on its own clock; only then may we give up.
    invocation.timeout = m_door.clock().real(responseTimeout) + 30s;
    const QByteArray argument = payload.isEmpty() ? QByteArray("null") : payload;
    invocation.body = R"({"methodName":)" + toBytes(Json(toStd(method))) + R"(,"payload":)" + argument
        + R"(,"responseTimeoutInSeconds":)" + QByteArray::number(static_cast<qint64>(responseTimeout.count())) + '}';
    const Result<HttpResponse> answer = co_await m_door.send(std::move(invocation), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    const Json *const status = json ? member(*json, "status") : nullptr;
    if (!status || !status->is_number_integer())
        co_return malformed(m_host, u"a device's answer"_s);
    const Json *const value = member(*json, "payload");
    co_return MethodAnswer{status->get<int>(), value ? toBytes(*value) : QByteArray()};
}

} // namespace drover::backend
