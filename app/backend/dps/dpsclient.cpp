#include "app/backend/dps/dpsclient.h"

#include "app/backend/http/jsonarray.h"
#include "models/core/json.h"

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

using Kind = fleet::Enrollment::Kind;

constexpr int pageSize = 1000;

QString collection(Kind kind)
{
    return kind == Kind::Group ? u"enrollmentGroups"_s : u"enrollments"_s;
}

/// `route` with {id} for the logs; the same with the id, percent-encoded, for the wire.
Call call(const QString &host, QByteArray verb, const QString &route, const QString &id = {})
{
    QString path = route;
    path.replace("{id}"_L1, QString::fromLatin1(QUrl::toPercentEncoding(id)));
    Call call(Service::Dps, verb, host, QString::fromLatin1(verb) + u' ' + route, path + u"?api-version=2021-10-01"_s);
    call.quota = Quota::DpsOperations;
    call.repeatable = verb == "GET";
    return call;
}

Call pageCall(const QString &host, const QString &route, const QString &id, const QByteArray &continuation)
{
    Call page = call(host, "POST", route, id);
    page.repeatable = true;
    page.headers.append({"x-ms-max-item-count", QByteArray::number(pageSize)});
    if (!continuation.isEmpty())
        page.headers.append({"x-ms-continuation", continuation});
    return page;
}

/// Services tell etags with and without quotes; they want exactly one pair. The wildcard stands bare.
QByteArray ifMatch(QString etag)
{
    etag.remove(u'"');
    return etag == u"*"_s ? QByteArray("*") : '"' + etag.toLatin1() + '"';
}

Failure malformed(const QString &host, const QString &what)
{
    return fail(ErrorKind::Malformed, u"%1 sent %2 that cannot be read."_s.arg(host, what),
        u"Try again; report it if it lasts."_s);
}

Registration registrationOf(const Json &json)
{
    Registration registration;
    registration.registrationId = textMember(json, "registrationId");
    registration.deviceId = textMember(json, "deviceId");
    registration.assignedHub = textMember(json, "assignedHub").toLower();
    registration.status = textMember(json, "status");
    registration.substatus = textMember(json, "substatus");
    if (const Json *code = member(json, "errorCode"); code && code->is_number_integer())
        registration.errorCode = code->get<int>();
    registration.errorMessage = textMember(json, "errorMessage");
    registration.lastUpdated = textMember(json, "lastUpdatedDateTimeUtc");
    registration.etag = textMember(json, "etag");
    return registration;
}

QByteArray modeName(BulkMode mode)
{
    switch (mode) {
    case BulkMode::Create:
        return "create";
    case BulkMode::UpdateIfMatchETag:
        return "updateIfMatchETag";
    case BulkMode::Delete:
        return "delete";
    }
    return {};
}

Result<std::vector<BulkItemError>> bulkErrors(const QString &host, const QByteArray &body)
{
    const auto json = parseJson(body);
    const Json *const isSuccessful = json ? member(*json, "isSuccessful") : nullptr;
    if (!isSuccessful || !isSuccessful->is_boolean())
        return malformed(host, u"the outcome of a bulk call"_s);
    std::vector<BulkItemError> errors;
    const Json *const told = member(*json, "errors");
    for (const Json &item : told && told->is_array() ? *told : Json::array()) {
        BulkItemError error;
        error.id = textMember(item, "registrationId");
        if (const Json *code = member(item, "errorCode"); code && code->is_number_integer())
            error.code = code->get<int>();
        error.status = textMember(item, "errorStatus");
        errors.push_back(std::move(error));
    }
    // "Not successful" without naming anything leaves every item in doubt.
    if (!isSuccessful->get<bool>() && errors.empty())
        return malformed(host, u"a failed bulk call without the items that failed"_s);
    return errors;
}

} // namespace

DpsClient::DpsClient(Door &door, QString host)
    : m_door(door)
    , m_host(std::move(host))
{
}

QCoro::Task<Result<Page<fleet::Enrollment>>> DpsClient::list(Kind kind, QByteArray continuation, std::stop_token stop)
{
    Call page = pageCall(m_host, u"/%1/query"_s.arg(collection(kind)), {}, continuation);
    page.body = R"({"query":"SELECT *"})";
    const Result<HttpResponse> answer = co_await m_door.send(std::move(page), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto elements = elementsOf(answer->body);
    if (!elements)
        co_return malformed(m_host, u"a page of enrollments"_s);
    Page<fleet::Enrollment> result;
    result.continuation = answer->header("x-ms-continuation");
    for (const QByteArray &element : *elements) {
        Result<fleet::Enrollment> enrollment = fleet::parseEnrollment(element);
        if (!enrollment)
            co_return Failure(enrollment.error());
        result.items.push_back(std::move(*enrollment));
    }
    co_return result;
}

QCoro::Task<Result<fleet::Enrollment>> DpsClient::get(Kind kind, QString id, std::stop_token stop)
{
    const Result<HttpResponse> answer
        = co_await m_door.send(call(m_host, "GET", u"/%1/{id}"_s.arg(collection(kind)), id), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return fleet::parseEnrollment(answer->body);
}

QCoro::Task<Result<QByteArray>> DpsClient::attestation(Kind kind, QString id, std::stop_token stop)
{
    Call read = call(m_host, "POST", u"/%1/{id}/attestationmechanism"_s.arg(collection(kind)), id);
    read.repeatable = true; // a POST by name alone: it changes nothing
    const Result<HttpResponse> answer = co_await m_door.send(std::move(read), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return answer->body;
}

QCoro::Task<Result<fleet::Enrollment>> DpsClient::put(
    Kind kind, QString id, QByteArray body, QString etag, std::stop_token stop)
{
    Call write = call(m_host, "PUT", u"/%1/{id}"_s.arg(collection(kind)), id);
    write.body = std::move(body);
    if (!etag.isEmpty())
        write.headers.append({"If-Match", ifMatch(etag)});
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return fleet::parseEnrollment(answer->body);
}

QCoro::Task<Result<void>> DpsClient::remove(Kind kind, QString id, QString etag, std::stop_token stop)
{
    Call write = call(m_host, "DELETE", u"/%1/{id}"_s.arg(collection(kind)), id);
    if (!etag.isEmpty())
        write.headers.append({"If-Match", ifMatch(etag)});
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return {};
}

QCoro::Task<Result<std::vector<BulkItemError>>> DpsClient::bulk(
    BulkMode mode, std::vector<QByteArray> bodies, std::stop_token stop)
{
    if (bodies.empty())
        co_return std::vector<BulkItemError>();
    if (bodies.size() > bulkSize)
        co_return fail(ErrorKind::Usage, u"A bulk call takes at most %1 enrollments."_s.arg(bulkSize));
    Call write = call(m_host, "POST", u"/enrollments"_s);
    write.cost = static_cast<int>(bodies.size());
    // Put together by hand so that each record goes out byte for byte as it was made.
    write.body = R"({"mode":")" + modeName(mode) + R"(","enrollments":[)"
        + QByteArrayList(bodies.begin(), bodies.end()).join(',') + "]}";
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return bulkErrors(m_host, answer->body);
}

QCoro::Task<Result<Registration>> DpsClient::registration(QString registrationId, std::stop_token stop)
{
    const Result<HttpResponse> answer
        = co_await m_door.send(call(m_host, "GET", u"/registrations/{id}"_s, registrationId), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    if (!json || !member(*json, "registrationId"))
        co_return malformed(m_host, u"a registration"_s);
    co_return registrationOf(*json);
}

QCoro::Task<Result<HttpResponse>> DpsClient::registrationsRaw(
    QString group, QByteArray continuation, std::stop_token stop)
{
    return m_door.send(pageCall(m_host, u"/registrations/{id}/query"_s, group, continuation), stop);
}

QCoro::Task<Result<Page<Registration>>> DpsClient::registrationsOf(
    QString group, QByteArray continuation, std::stop_token stop)
{
    const Result<HttpResponse> answer = co_await registrationsRaw(std::move(group), std::move(continuation), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    if (!json || !json->is_array())
        co_return malformed(m_host, u"a page of registrations"_s);
    Page<Registration> page;
    page.continuation = answer->header("x-ms-continuation");
    for (const Json &entry : *json)
        page.items.push_back(registrationOf(entry));
    co_return page;
}

QCoro::Task<Result<void>> DpsClient::registerFor(
    QString host, QString idScope, QString registrationId, QByteArray authorization, std::stop_token stop)
{
    const auto encoded = [](const QString &text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); };
    Call write(Service::Dps, "PUT", host, u"PUT /{idScope}/registrations/{id}/register"_s,
        u"/%1/registrations/%2/register?api-version=2021-06-01"_s.arg(encoded(idScope), encoded(registrationId)));
    write.authorization = std::move(authorization);
    write.body = toBytes(Json{{"registrationId", toStd(registrationId)}});
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return {};
}

} // namespace drover::backend
