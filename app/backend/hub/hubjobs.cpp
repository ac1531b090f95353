#include "app/backend/hub/hubclient.h"

#include "models/core/json.h"

using namespace Qt::StringLiterals;

// Jobs, and what is written at single devices.
namespace drover::backend {
namespace {

Call call(const QString &host, QByteArray verb, const QString &route, const QString &id, Quota quota)
{
    QString path = route;
    path.replace("{id}"_L1, QString::fromLatin1(QUrl::toPercentEncoding(id)));
    Call call(Service::Hub, verb, host, QString::fromLatin1(verb) + u' ' + route, path + u"?api-version=2021-04-12"_s);
    call.quota = quota;
    call.repeatable = verb == "GET";
    return call;
}

Failure malformed(const QString &host, const QString &what)
{
    return fail(ErrorKind::Malformed, u"%1 sent %2 that cannot be read."_s.arg(host, what),
        u"Try again; report it if it lasts."_s);
}

int number(const Json *object, const char *name)
{
    const Json *const value = object ? member(*object, name) : nullptr;
    return value && value->is_number_integer() ? value->get<int>() : 0;
}

JobOutcome outcomeOf(const Json &row)
{
    JobOutcome outcome{.deviceId = textMember(row, "deviceId"), .completed = textMember(row, "status") == "completed"_L1};
    const Json *const told = member(row, "outcome");
    outcome.status = number(told ? member(*told, "deviceMethodResponse") : nullptr, "status");
    if (const Json *const error = member(row, "error"))
        outcome.code = textMember(*error, "code").toInt();
    return outcome;
}

} // namespace

bool HubJob::isOver() const
{
    return status == "completed"_L1 || status == "failed"_L1 || status == "cancelled"_L1;
}

QCoro::Task<Result<void>> HubClient::createJob(QString id, QByteArray body, std::stop_token stop)
{
    Call write = call(m_host, "PUT", u"/jobs/v2/{id}"_s, id, Quota::HubJobs);
    write.body = std::move(body);
    // A hub that has its fill of jobs says so; whoever sends them waits in his own way.
    write.attempts = 1;
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return {};
}

QCoro::Task<Result<HubJob>> HubClient::job(QString id, std::stop_token stop)
{
    const Result<HttpResponse> answer
        = co_await m_door.send(call(m_host, "GET", u"/jobs/v2/{id}"_s, id, Quota::HubJobs), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    if (!json || textMember(*json, "status").isEmpty())
        co_return malformed(m_host, u"a job"_s);
    const Json *const counts = member(*json, "deviceJobStatistics");
    co_return HubJob{.status = textMember(*json, "status").toLower(),
        .devices = number(counts, "deviceCount"),
        .pending = number(counts, "pendingCount")};
}

QCoro::Task<Result<void>> HubClient::cancelJob(QString id, std::stop_token stop)
{
    Call write = call(m_host, "POST", u"/jobs/v2/{id}/cancel"_s, id, Quota::HubJobs);
    write.repeatable = true;
    write.attempts = 2;
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return {};
}

QCoro::Task<Result<std::vector<JobOutcome>>> HubClient::jobOutcomes(QString id, std::stop_token stop)
{
    constexpr int pageSize = 1000;
    const QString query = u"SELECT * FROM devices.jobs WHERE devices.jobs.jobId = '%1'"_s.arg(id);
    std::vector<JobOutcome> outcomes;
    QByteArray continuation;
    do {
        const Result<HttpResponse> answer = co_await queryRaw(query, pageSize, continuation, stop);
        if (!answer)
            co_return Failure(answer.error());
        const auto json = parseJson(answer->body);
        if (!json || !json->is_array())
            co_return malformed(m_host, u"a page of a job's outcomes"_s);
        for (const Json &row : *json)
            outcomes.push_back(outcomeOf(row));
        continuation = answer->header("x-ms-continuation");
    } while (!continuation.isEmpty());
    co_return outcomes;
}

QCoro::Task<Result<void>> HubClient::patchTwin(QString deviceId, QByteArray patch, std::stop_token stop)
{
    Call write = call(m_host, "PATCH", u"/twins/{id}"_s, deviceId, Quota::HubTwinUpdates);
    write.repeatable = true;
    write.body = std::move(patch);
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return {};
}

QCoro::Task<Result<void>> HubClient::setEnabled(QString deviceId, bool enabled, QString reason, std::stop_token stop)
{
    const Result<HttpResponse> found
        = co_await m_door.send(call(m_host, "GET", u"/devices/{id}"_s, deviceId, Quota::HubRegistry), stop);
    if (!found)
        co_return Failure(found.error());
    std::optional<Json> identity = parseJson(found->body);
    if (!identity || textMember(*identity, "deviceId").isEmpty())
        co_return malformed(m_host, u"an identity"_s);
    const std::string wanted = enabled ? "enabled" : "disabled";
    if (textMember(*identity, "status") == QString::fromStdString(wanted))
        co_return {};
    (*identity)["status"] = wanted;
    (*identity)["statusReason"] = toStd(reason);
    Call write = call(m_host, "PUT", u"/devices/{id}"_s, deviceId, Quota::HubRegistry);
    write.body = toBytes(*identity);
    QString etag = textMember(*identity, "etag");
    write.headers.append({"If-Match", '"' + etag.remove(u'"').toLatin1() + '"'});
    const Result<HttpResponse> answer = co_await m_door.send(std::move(write), stop);
    if (!answer)
        co_return Failure(answer.error());
    co_return {};
}

} // namespace drover::backend
