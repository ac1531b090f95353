#include "app/simulator/hubservice.h"

#include <algorithm>

namespace drover::simulator {

namespace {

constexpr std::size_t usualPage = 100;
constexpr std::size_t largestPage = 1000;

std::string projected(const Query &query, const QueryLookup &lookup)
{
    Json row = Json::object();
    for (const QueryColumn &column : query.columns) {
        if (std::optional<Json> value = lookup(column.path))
            row[column.name] = std::move(*value);
    }
    return row.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

Response HubService::query(Call &call)
{
    const ParsedQuery parsed = parseQuery(textOf(call.body, "query"));
    if (!parsed.query)
        return error("ArgumentInvalid", 400004, "The query is not valid: " + parsed.error);
    const Query &query = *parsed.query;
    const std::optional<Paging> paging = Paging::of(call.request, usualPage, largestPage);
    if (!paging)
        return error("ArgumentInvalid", 400004, "The page size or continuation token is invalid.");
    if (sameText(query.from, "devices.jobs"))
        return queryJobDevices(query, *paging);
    if (!sameText(query.from, "devices"))
        return error("ArgumentInvalid", 400004, "FROM " + query.from + " is not supported.");
    if (query.aggregates())
        return queryAggregates(query, *call.hub);
    std::string body = "[";
    std::string last;
    std::size_t count = 0;
    const std::size_t most = query.top ? std::min(*query.top, paging->size) : paging->size;
    const Hub::Registry &all = call.hub->registry;
    auto at = paging->after.empty() ? all.begin() : all.upper_bound(paging->after);
    bool more = false;
    for (; at != all.end(); ++at) {
        const QueryLookup lookup = lookupIn(at->first, at->second);
        if (query.where && query.where->holds(lookup) != true)
            continue;
        if (count == most) {
            more = !query.top;
            break;
        }
        body += (count++ ? "," : "") + (query.all ? shownTwin(at->first, at->second) : projected(query, lookup));
        last = at->first;
    }
    Response response = Response::text(body + "]");
    response.with("x-ms-item-type", query.all ? "Twin" : "Raw");
    if (more)
        response.with("x-ms-continuation", Paging::token(last));
    return response;
}

Response HubService::queryAggregates(const Query &query, Hub &hub)
{
    QueryTotals totals(query);
    for (const auto &[id, identity] : hub.registry) {
        const QueryLookup lookup = lookupIn(id, identity);
        if (!query.where || query.where->holds(lookup) == true)
            totals.add(lookup);
    }
    return Response::json(totals.rows()).with("x-ms-item-type", "Raw");
}

Response HubService::queryJobDevices(const Query &query, const Paging &paging)
{
    if (!query.all)
        return error("ArgumentInvalid", 400004, "devices.jobs knows SELECT * only.");
    std::size_t at = 0;
    const std::size_t from = paging.after.empty() ? 0 : std::strtoul(paging.after.c_str(), nullptr, 10);
    Json rows = Json::array();
    bool more = false;
    for (const auto &[key, job] : m_jobs) {
        for (const Json &outcome : job.outcomes) {
            const QueryLookup lookup = [&](const QueryPath &path) -> std::optional<Json> {
                const auto found = outcome.find(path.back());
                return found == outcome.end() ? std::nullopt : std::optional(*found);
            };
            if ((query.where && query.where->holds(lookup) != true) || at++ < from)
                continue;
            more = rows.size() == paging.size;
            if (more)
                break;
            rows.push_back(outcome);
        }
        if (more)
            break;
    }
    Response response = Response::json(rows).with("x-ms-item-type", "JobResponse");
    if (more)
        response.with("x-ms-continuation", Paging::token(std::to_string(from + paging.size)));
    return response;
}

} // namespace drover::simulator
