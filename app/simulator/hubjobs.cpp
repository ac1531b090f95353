#include "app/simulator/hublimits.h"
#include "app/simulator/hubservice.h"

#include "app/simulator/registryscan.h"

#include <algorithm>

namespace drover::simulator {

namespace {

/// When a job is to start; a start that is absent, null or past means now.
Millis startOf(const Json &request, Millis now)
{
    return std::max(now, fromIsoTime(textOf(request, "startTime")).value_or(now));
}

bool isGiven(const Json &request, const char *member) { return request.contains(member) && !request[member].is_null(); }

/// What is wrong with the members that are of all jobs.
std::optional<std::string> wrongOrder(const Call &call)
{
    const Json &body = call.body;
    if (isGiven(body, "jobId") && textOf(body, "jobId") != call.id())
        return "jobId must be the id in the path.";
    if (isGiven(body, "startTime") && !fromIsoTime(textOf(body, "startTime")))
        return "startTime must be a time like 2026-01-31T08:15:30Z.";
    const auto longest = body.find("maxExecutionTimeInSeconds");
    if (isGiven(body, "maxExecutionTimeInSeconds") && (!longest->is_number_integer() || *longest <= 0))
        return "maxExecutionTimeInSeconds must be a whole number above 0.";
    return std::nullopt;
}

} // namespace

Json Job::shown() const
{
    Json result = {{"jobId", id}, {"type", type}, {"status", status}, {"createdTime", isoTime(created)},
        {"startTime", isoTime(started == 0 ? created : started)}};
    for (const char *member : {"queryCondition", "cloudToDeviceMethod", "updateTwin", "maxExecutionTimeInSeconds"}) {
        if (request.contains(member))
            result[member] = request[member];
    }
    if (ended != 0)
        result["endTime"] = isoTime(ended);
    result["deviceJobStatistics"] = {{"deviceCount", devices.size()}, {"failedCount", failed},
        {"succeededCount", succeeded}, {"runningCount", 0}, {"pendingCount", devices.size() - failed - succeeded}};
    return result;
}

Response HubService::putJob(Call &call)
{
    const std::string key = call.hub->host + "/" + call.id();
    if (m_jobs.contains(key))
        return error("JobAlreadyExists", 409104, call.id());
    const std::string type = textOf(call.body, "type");
    const bool methodJob = type == "scheduleDeviceMethod";
    if (!methodJob && type != "scheduleUpdateTwin")
        return error("ArgumentInvalid", 400004, "type must be scheduleDeviceMethod or scheduleUpdateTwin.");
    const char *needed = methodJob ? "cloudToDeviceMethod" : "updateTwin";
    if (!call.body.contains(needed) || !call.body[needed].is_object())
        return error("ArgumentInvalid", 400004, std::string(needed) + " is missing.");
    if (!methodJob && textOf(call.body["updateTwin"], "etag").empty())
        return error("ArgumentInvalid", 400004, "updateTwin must carry an etag.");
    if (const auto wrong = methodJob ? std::nullopt : wrongTwinChange(call.body["updateTwin"]))
        return error("ArgumentInvalid", 400004, *wrong);
    if (const auto wrong = wrongOrder(call))
        return error("ArgumentInvalid", 400004, *wrong);
    if (methodJob && !fitsMethod(call.body[needed].value("payload", Json())))
        return error("MessageTooLarge", 413001, "The payload is larger than 131072 bytes.");
    const ParsedQuery condition = parseCondition(textOf(call.body, "queryCondition"));
    if (!condition.query)
        return error("ArgumentInvalid", 400004, "queryCondition is not valid: " + condition.error);
    const auto active = std::ranges::count_if(m_jobs, [&](const auto &entry) {
        return entry.second.hub == call.hub && entry.second.active();
    });
    if (m_world.enforceQuotas && active >= call.hub->quotas.concurrentJobs)
        return nested(429004, "Too many active jobs.").with("Retry-After", "60");
    Job &job = m_jobs[key];
    job = {call.id(), type, call.body, "queued", m_world.now(), 0, 0, call.hub, {}, 0, 0, 0, Json::array()};
    const auto scan = std::make_shared<RegistryScan>(call.hub->registry, condition.query->where);
    return Response::inTurns([this, &job, key, scan, where = condition.query->where]() -> std::optional<Response> {
        const auto visit = [&](const std::string &id, const Identity &identity) {
            if (!where || where->holds(lookupIn(id, identity)) == true)
                job.devices.push_back(id);
            return true;
        };
        if (scan->turn(visit))
            return std::nullopt;
        startJob(job, key);
        return Response::json(job.shown());
    });
}

void HubService::startJob(Job &job, const std::string &key)
{
    const Millis start = startOf(job.request, m_world.now());
    if (start > m_world.now()) {
        job.status = "scheduled";
        job.started = start;
    }
    m_world.timeline.at(start + 1'000, [this, key] { runJob(key); });
}

void HubService::runJob(const std::string &key)
{
    Job &job = m_jobs[key];
    if (job.over())
        return;
    if (job.started == 0)
        job.started = m_world.now();
    job.status = "running";
    for (int i = 0; i < job.hub->quotas.jobDevicesPerSecond && job.nextDevice < job.devices.size(); ++i)
        runJobOn(job, job.devices[job.nextDevice++]);
    if (job.nextDevice < job.devices.size()) {
        m_world.timeline.at(m_world.now() + 1'000, [this, key] { runJob(key); });
        return;
    }
    job.status = "completed";
    job.ended = m_world.now();
}

void HubService::runJobOn(Job &job, const std::string &deviceId)
{
    const Identity *identity = job.hub->find(deviceId);
    const bool methodJob = job.type == "scheduleDeviceMethod";
    Json outcome = {{"deviceId", deviceId}, {"jobId", job.id}, {"jobType", job.type}};
    bool good = identity != nullptr;
    if (good && methodJob) {
        const Json &method = job.request["cloudToDeviceMethod"];
        const bool reachable = identity->connected && identity->device != noDevice && !job.hub->outage;
        const auto answer = reachable
            ? m_life.call(identity->device, textOf(method, "methodName"), method.value("payload", Json()))
            : std::nullopt;
        good = answer.has_value();
        if (answer)
            outcome["outcome"] = {{"deviceMethodResponse", {{"status", answer->status}, {"payload", answer->payload}}}};
        else
            outcome["error"] = {{"code", reachable ? "504101" : "404103"}, {"description", "Device not online."}};
    } else if (good) {
        const auto wrong = wrongTwin(*changedTwin(*identity->twin, job.request["updateTwin"], false, m_world.now()));
        good = !wrong;
        if (wrong)
            outcome["error"] = {{"code", "400004"}, {"description", *wrong}};
        else
            applyTwinChange(*job.hub, deviceId, job.request["updateTwin"], false);
    } else {
        outcome["error"] = {{"code", "404001"}, {"description", "Device not registered."}};
    }
    outcome["status"] = good ? "completed" : "failed";
    outcome["createdDateTimeUtc"] = isoTime(job.created);
    outcome["startTimeUtc"] = isoTime(m_world.now());
    outcome["lastUpdatedDateTimeUtc"] = isoTime(m_world.now());
    outcome["endTimeUtc"] = isoTime(m_world.now());
    ++(good ? job.succeeded : job.failed);
    job.outcomes.push_back(std::move(outcome));
}

Response HubService::getJob(Call &call)
{
    const auto found = m_jobs.find(call.hub->host + "/" + call.id());
    return found == m_jobs.end() ? error("JobNotFound", 404002, call.id()) : Response::json(found->second.shown());
}

Response HubService::cancelJob(Call &call)
{
    const auto found = m_jobs.find(call.hub->host + "/" + call.id());
    if (found == m_jobs.end())
        return error("JobNotFound", 404002, call.id());
    if (!found->second.over()) {
        found->second.status = "cancelled";
        found->second.ended = m_world.now();
    }
    return Response::json(found->second.shown());
}

Response HubService::listJobs(Call &call)
{
    const std::optional<Paging> paging = Paging::of(call.request, 100, 1000);
    if (!paging)
        return error("ArgumentInvalid", 400004, "The page size or continuation token is invalid.");
    const std::string type = call.request.parameter("jobType");
    const std::string status = call.request.parameter("jobStatus");
    Json result = Json::array();
    for (const auto &[key, job] : m_jobs) {
        if (job.hub == call.hub && (type.empty() || sameText(type, job.type))
            && (status.empty() || sameText(status, job.status)))
            result.push_back(job.shown());
    }
    return pageOf(result, *paging, "JobResponse");
}

} // namespace drover::simulator
