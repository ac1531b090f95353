#include "app/simulator/service.h"

#include <algorithm>

namespace drover::simulator {

void Router::add(Route route)
{
    std::vector<std::string> segments;
    for (std::string &segment : split(route.path, '/')) {
        if (!segment.empty())
            segments.push_back(std::move(segment));
    }
    m_entries.push_back({std::move(route), std::move(segments)});
}

Router::Match Router::match(const Request &request) const
{
    Match result;
    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    for (const Entry &entry : m_entries) {
        if (entry.segments.size() != request.segments.size())
            continue;
        std::vector<std::string> args;
        const bool fits = std::ranges::equal(entry.segments, request.segments, [&](const auto &wanted, const auto &sent) {
            if (!wanted.starts_with('{'))
                return sameText(wanted, sent);
            args.push_back(sent);
            return true;
        });
        if (!fits)
            continue;
        result.pathKnown = true;
        if (entry.route.method == method)
            return {&entry.route, std::move(args), true};
    }
    return result;
}

Response Service::unrouted(const Request &request, bool pathKnown)
{
    return pathKnown ? reject(405, "The method " + request.method + " is not allowed here.")
                     : reject(404, "No such path: " + request.path);
}

std::int64_t Service::tokenTime() const { return std::min(Clock::wallSeconds(), m_world.now() / 1000); }

} // namespace drover::simulator
