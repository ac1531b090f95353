#include "app/simulator/azure.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace drover::simulator {
namespace {

constexpr std::size_t longestClientName = 100;

bool isUsual(std::string_view method)
{
    constexpr std::array<std::string_view, 7> known {"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"};
    return std::ranges::find(known, method) != known.end();
}

} // namespace

Azure::Azure(std::unique_ptr<World> world)
    : m_world(std::move(world))
    , m_provisioning(*m_world)
    , m_life(*m_world, m_provisioning)
    , m_dps(*m_world, m_provisioning)
    , m_dpsDevice(*m_world, m_provisioning)
    , m_hub(*m_world, m_life)
    , m_arm(*m_world)
    , m_entra(*m_world)
    , m_simulator(*m_world, m_life)
{
    m_life.start();
    m_simulator.add("GET", "/_sim/signin", [this](Call &) { return m_entra.shownSignIns(); });
    m_simulator.add("POST", "/_sim/signin", [this](Call &call) { return m_entra.setApproval(call); });
    m_simulator.add("POST", "/_sim/signin/{userCode}", [this](Call &call) { return m_entra.answerDeviceCode(call); });
    m_simulator.add("DELETE", "/_sim/signin", [this](Call &) { return m_entra.revoke(); });
}

Service *Azure::serviceFor(const Request &request, Hub *&hub)
{
    const bool local = request.host == "simulator" || request.host == "127.0.0.1" || request.host == "localhost";
    if (local)
        return &m_simulator;
    const bool device = request.segments.size() > 1 && request.segments[1] == "registrations"
        && request.segments[0] == m_world->dps.idScope;
    if (request.host == "global.azure-devices-provisioning.net" || (request.host == m_world->dps.serviceHost && device))
        return &m_dpsDevice;
    if (request.host == m_world->dps.serviceHost)
        return &m_dps;
    if (request.host == "management.azure.com")
        return &m_arm;
    if (request.host == "login.microsoftonline.com")
        return &m_entra;
    for (const auto &one : m_world->hubs) {
        if (one->host == request.host && !one->gone) {
            hub = one.get();
            return &m_hub;
        }
    }
    return nullptr;
}

Outcome Azure::handle(const Request &request)
{
    Outcome outcome = begin(request);
    while (outcome.response.proceed()) { }
    return outcome;
}

Outcome Azure::begin(const Request &request)
{
    const auto started = std::chrono::steady_clock::now();
    Hub *hub = nullptr;
    Service *service = serviceFor(request, hub);
    Outcome outcome;
    // Counted by name: a client that makes methods up must not make the log grow with each.
    std::string name = (isUsual(request.method) ? request.method : std::string("OTHER")) + " (unknown)";
    if (!service) {
        outcome.response = Response::json(Json::object({{"error", "no such host here: " + request.host}}), 404);
        outcome.response.with("Date", httpDate(m_world->now()));
        log(nullptr, request, name, outcome, started);
        return outcome;
    }
    Router::Match match = service->router().match(request);
    if (match.route)
        name = match.route->name();
    std::optional<Fault> fault;
    if (service != &m_simulator)
        fault = m_world->faults.strike(request.host, name, m_world->now(), m_world->random);
    if (fault && fault->jump != 0)
        m_simulator.moveClock(fault->jump);
    if (fault && fault->kind == FaultKind::Twice && match.route) {
        Response first = answer(*service, request, hub, *match.route, match.args);
        while (first.proceed()) { }
    }
    if (fault && !fault->takesEffect())
        outcome.response = faulty(*service, *fault);
    else if (!match.route)
        outcome.response = service->unrouted(request, match.pathKnown);
    else
        outcome.response = answer(*service, request, hub, *match.route, std::move(match.args));
    if (fault)
        spoil(outcome, *fault);
    outcome.response.with("Date", httpDate(m_world->now()));
    log(service, request, name, outcome, started);
    return outcome;
}

void Azure::spoil(Outcome &outcome, const Fault &fault)
{
    if (fault.loseAnswer || fault.kind == FaultKind::Drop)
        outcome.kind = Outcome::Kind::Drop;
    else if (fault.kind == FaultKind::Stall)
        outcome.kind = Outcome::Kind::Stall;
    else if (fault.kind == FaultKind::Half)
        outcome.kind = Outcome::Kind::Half;
    else if (fault.kind == FaultKind::Delay)
        outcome.response.delay += fault.delay;
    if (fault.kind != FaultKind::Body)
        return;
    while (outcome.response.proceed()) { }
    outcome.response.body = fault.body;
}

Response Azure::answer(
    Service &service, const Request &request, Hub *hub, const Route &route, std::vector<std::string> args)
{
    Call call {request, std::move(args), Json(), hub};
    if (service.wantsJson(route) && !request.body.empty()) {
        const std::string type = lower(request.header("content-type"));
        if (!type.empty() && !type.contains("json"))
            return service.reject(415, "The content type must be application/json.");
        std::optional<Json> body = parsedJson(request.body);
        if (!body)
            return service.reject(400, "The body is not valid JSON.");
        call.body = std::move(*body);
    }
    if (std::optional<Response> refusal = service.refuse(call, route))
        return std::move(*refusal);
    return route.answer(call);
}

Response Azure::faulty(Service &service, const Fault &fault)
{
    Response response = service.reject(fault.status, "Injected fault.");
    response.status = fault.status;
    if (fault.retryAfter >= 0)
        response.with("Retry-After", std::to_string(fault.retryAfter));
    return response;
}

void Azure::log(const Service *service, const Request &request, const std::string &route, const Outcome &outcome,
    std::chrono::steady_clock::time_point started)
{
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - started;
    const int status = outcome.kind == Outcome::Kind::Send ? outcome.response.status : 0;
    m_world->log.add({m_world->now(), service ? service->name() : "unknown", request.host, request.method, route,
        request.path, request.header("user-agent").substr(0, longestClientName), status, spent.count()});
}

} // namespace drover::simulator
