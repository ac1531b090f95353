#pragma once

#include "app/simulator/http.h"
#include "app/simulator/world.h"

namespace drover::simulator {

/// One request on its way through a route.
struct Call {
    const Request &request;
    /// What stood at the placeholders of the route, in order.
    std::vector<std::string> args;
    /// Null if the request has no body.
    Json body;
    Hub *hub = nullptr;

    const std::string &id() const { return args.front(); }
};

/// What a call is counted against.
enum class Meter : std::uint8_t { None, Operations, Registry, Queries, TwinReads, TwinUpdates, Methods, Jobs };

struct Route {
    std::string method;
    /// "/enrollments/{id}"
    std::string path;
    unsigned right = 0;
    Meter meter = Meter::None;
    std::function<Response(Call &)> answer;
    /// How much of the meter one call takes; 1 if not set.
    std::function<int(const Call &)> cost;

    std::string name() const { return method + " " + path; }
};

/// The routes of one service. Fixed segments match in any letter case.
class Router {
public:
    void add(Route route);
    struct Match {
        const Route *route = nullptr;
        std::vector<std::string> args;
        bool pathKnown = false;
    };
    Match match(const Request &request) const;

private:
    struct Entry {
        Route route;
        std::vector<std::string> segments;
    };
    std::deque<Entry> m_entries;
};

/// One of Azure's services: its routes, who may call them, and how it says no.
class Service {
public:
    explicit Service(World &world)
        : m_world(world)
    {
    }
    virtual ~Service() = default;
    Service(const Service &) = delete;
    Service &operator=(const Service &) = delete;

    virtual std::string name() const = 0;
    const Router &router() const { return m_router; }
    /// Why the call may not go on: authorization, api-version, quota, outage.
    virtual std::optional<Response> refuse(Call &call, const Route &route) = 0;
    /// The service's error body for a request that never reached a route.
    virtual Response reject(int status, const std::string &message) = 0;
    /// The answer to a path, or to a method of a known path, that there is no route for.
    virtual Response unrouted(const Request &request, bool pathKnown);
    /// Whether bodies that are not JSON are fine.
    virtual bool wantsJson(const Route &) const { return true; }

protected:
    std::int64_t tokenTime() const;

    World &m_world;
    Router m_router;
};

} // namespace drover::simulator
