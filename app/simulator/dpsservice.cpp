#include "app/simulator/dpsservice.h"

#include "app/simulator/dpserrors.h"
#include "app/simulator/query.h"

#include <algorithm>

namespace drover::simulator {

namespace {

std::optional<std::string> ifMatch(const Request &request)
{
    const std::string text = request.header("if-match");
    return text.empty() ? std::nullopt : std::optional(bareEtag(text));
}

const std::string &keyOf(const std::pair<const std::string, Enrollment> &entry) { return entry.first; }
std::string keyOf(const Registration *registration) { return lower(registration->id); }

template <typename All, typename Show, typename Fits>
Response page(const All &all, const Paging &paging, const char *itemType, Show show, Fits fits)
{
    std::string body = "[";
    std::size_t count = 0;
    auto at = paging.after.empty() ? all.begin() : all.upper_bound(std::string_view(paging.after));
    std::string last;
    for (; at != all.end() && count < paging.size; ++at) {
        if (!fits(*at))
            continue;
        body += (count++ ? "," : "") + show(*at).dump(-1, ' ', false, Json::error_handler_t::replace);
        last = keyOf(*at);
    }
    Response response = Response::text(body + "]");
    response.with("x-ms-item-type", itemType).with("x-ms-max-item-count", std::to_string(paging.size));
    if (at != all.end())
        response.with("x-ms-continuation", Paging::token(last));
    return response;
}

} // namespace

DpsService::DpsService(World &world, Provisioning &provisioning)
    : Service(world)
    , m_provisioning(provisioning)
{
    addEnrollmentRoutes(false);
    addEnrollmentRoutes(true);
    addRegistrationRoutes();
}

void DpsService::addEnrollmentRoutes(bool group)
{
    const std::string base = group ? "/enrollmentGroups" : "/enrollments";
    const auto add = [&](const char *method, const std::string &path, unsigned right, Response (DpsService::*answer)(const Call &, bool)) {
        m_router.add({method, base + path, right, Meter::Operations,
            [this, answer, group](Call &call) { return (this->*answer)(call, group); }, {}});
    };
    add("POST", "/query", EnrollmentRead, &DpsService::query);
    add("GET", "/{id}", EnrollmentRead, &DpsService::get);
    add("PUT", "/{id}", EnrollmentWrite, &DpsService::put);
    add("DELETE", "/{id}", EnrollmentWrite, &DpsService::remove);
    add("POST", "/{id}/attestationmechanism", EnrollmentWrite, &DpsService::attestation);
    const char *items = group ? "enrollmentGroups" : "enrollments";
    m_router.add({"POST", base, EnrollmentWrite, Meter::Operations,
        [this, group](Call &call) { return bulk(call, group); },
        [this, items](const Call &call) {
            const auto found = call.body.is_object() ? call.body.find(items) : call.body.end();
            const bool counts = m_world.behavior.bulkCountsItems && call.body.is_object()
                && found != call.body.end() && found->is_array() && !found->empty();
            return counts ? static_cast<int>(found->size()) : 1;
        }});
}

void DpsService::addRegistrationRoutes()
{
    m_router.add({"GET", "/registrations/{id}", RegistrationStatusRead, Meter::Operations,
        [this](Call &call) { return getRegistration(call); }, {}});
    m_router.add({"DELETE", "/registrations/{id}", RegistrationStatusWrite, Meter::Operations,
        [this](Call &call) { return removeRegistration(call); }, {}});
    m_router.add({"POST", "/registrations/{id}/query", RegistrationStatusRead, Meter::Operations,
        [this](Call &call) { return queryRegistrations(call); }, {}});
}

std::optional<Response> DpsService::refuse(Call &call, const Route &route)
{
    const std::string authorization = call.request.header("authorization");
    bool admitted = m_world.tokens->accepts(authorization, {"https://azure-devices-provisioning.net"}, tokenTime());
    if (const auto token = SasToken::parse(authorization)) {
        const Policy *policy = m_world.dps.policy(token->policy);
        admitted = policy && (policy->rights & route.right) && token->isFor(m_world.dps.serviceHost)
            && !token->expired(tokenTime()) && token->signedWith(policy->keys);
    }
    if (!admitted)
        return dpsError(m_world, 401002, "Unauthorized");
    if (!knownDpsVersion(call.request.parameter("api-version")))
        return dpsError(m_world, 400004, "The api-version is missing or not supported; use 2021-10-01.");
    const int cost = route.cost ? route.cost(call) : 1;
    const Millis wait = m_world.dps.operationQuota.take(m_world.now(), cost, m_world.enforceQuotas);
    if (wait > 0 && m_world.behavior.throttleTellsRetryAfter)
        return dpsThrottled(m_world, wait);
    if (wait > 0)
        return dpsError(m_world, 429001, "Too many operations in the last minute.");
    return std::nullopt;
}

std::optional<Paging> DpsService::paging(const Call &call) const
{
    const auto most = static_cast<std::size_t>(m_world.behavior.largestDpsPage);
    return Paging::of(call.request, std::min<std::size_t>(100, most), most);
}

Response DpsService::reject(int status, const std::string &message) { return dpsError(m_world, status * 1000, message); }

DpsService::Refusal DpsService::missing(const std::string &id, bool group) const
{
    return {group ? 404204 : 404201, "Enrollment " + std::string(group ? "group " : "") + id + " not found."};
}

Response DpsService::error(const Refusal &refusal) const { return dpsError(m_world, refusal.code, refusal.message); }

Json DpsService::shown(const Enrollment &enrollment, bool withState)
{
    Json result = enrollment.shown();
    if (!withState || enrollment.group)
        return result;
    if (const Registration *registration = m_world.dps.registration(enrollment.id))
        result["registrationState"] = m_provisioning.state(*registration);
    return result;
}

Response DpsService::get(const Call &call, bool group)
{
    const Enrollment *enrollment = m_world.dps.find(group, call.id());
    if (!enrollment)
        return error(missing(call.id(), group));
    return Response::json(shown(*enrollment, true)).with("ETag", enrollment->etagText());
}

Response DpsService::put(const Call &call, bool group)
{
    const Write write {!call.request.has("if-match"), false, ifMatch(call.request)};
    if (const auto refusal = store(call.id(), call.body, group, write))
        return error(*refusal);
    const Enrollment &enrollment = *m_world.dps.find(group, call.id());
    return Response::json(shown(enrollment, true)).with("ETag", enrollment.etagText());
}

Response DpsService::remove(const Call &call, bool group)
{
    const auto refusal = erase(call.id(), group, ifMatch(call.request));
    return refusal ? error(*refusal) : Response::empty();
}

Response DpsService::attestation(const Call &call, bool group)
{
    const Enrollment *enrollment = m_world.dps.find(group, call.id());
    return enrollment ? Response::json(enrollment->attestation()) : error(missing(call.id(), group));
}

Response DpsService::query(const Call &call, bool group)
{
    const auto paging = this->paging(call);
    if (!paging || !call.body.is_object() || !call.body.contains("query"))
        return dpsError(m_world, 400004, "The query body, page size or continuation token is invalid.");
    const ParsedQuery parsed
        = m_world.behavior.dpsQueriesFilter ? parseQuery(textOf(call.body, "query")) : ParsedQuery {Query(), {}};
    if (!parsed.query)
        return dpsError(m_world, 400004, "The query is not valid: " + parsed.error);
    return page(m_world.dps.enrollments(group), *paging, group ? "enrollmentGroup" : "enrollment",
        [](const auto &entry) { return entry.second.shown(); },
        [&](const auto &entry) {
            return !parsed.query->where || parsed.query->where->holds(lookupInDocument(entry.second.record)) == true;
        });
}

Response DpsService::getRegistration(const Call &call)
{
    const Registration *registration = m_world.dps.registration(call.id());
    if (!registration)
        return dpsError(m_world, 404202, "Registration " + call.id() + " not found.");
    const Json state = m_provisioning.state(*registration);
    return Response::json(state).with("ETag", "\"" + textOf(state, "etag") + "\"");
}

Response DpsService::removeRegistration(const Call &call)
{
    Registration *registration = m_world.dps.registration(call.id());
    if (!registration)
        return dpsError(m_world, 404202, "Registration " + call.id() + " not found.");
    const std::string etag = textOf(m_provisioning.state(*registration), "etag");
    if (const auto wanted = ifMatch(call.request); wanted && *wanted != "*" && *wanted != etag)
        return dpsError(m_world, 412001, "The etag does not match.");
    if (m_world.behavior.deletedRecordForgets) {
        m_world.dps.forget(*registration);
    } else {
        m_world.dps.serve(*registration, nullptr);
        registration->deleted = true;
    }
    return Response::empty();
}

Response DpsService::queryRegistrations(const Call &call)
{
    const auto paging = this->paging(call);
    if (!paging)
        return dpsError(m_world, 400004, "The page size or continuation token is invalid.");
    const auto members = m_world.dps.members.find(lower(call.id()));
    if (!m_world.dps.find(true, call.id()) && members == m_world.dps.members.end())
        return error(missing(call.id(), true));
    static const Members none;
    return page(members == m_world.dps.members.end() ? none : members->second, *paging, "deviceRegistration",
        [this](const Registration *registration) { return m_provisioning.state(*registration); },
        [](const Registration *) { return true; });
}

} // namespace drover::simulator
