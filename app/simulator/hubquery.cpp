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
        return queryJobDevices(query, *paging, *call.hub);
    if (sameText(query.from, "devices.modules"))
        return queryModules(query, *paging, *call.hub);
    if (!sameText(query.from, "devices"))
        return error("ArgumentInvalid", 400004, "FROM " + query.from + " is not supported.");
    return query.aggregates() ? queryAggregates(query, *paging, *call.hub) : queryRows(query, *paging, call.hub->registry);
}

Response HubService::queryRows(const Query &query, const Paging &paging, const Hub::Registry &all)
{
    std::string body = "[";
    std::string last;
    std::size_t count = 0;
    const std::size_t most = query.top ? std::min(*query.top, paging.size) : paging.size;
    auto at = paging.after.empty() ? all.begin() : all.upper_bound(paging.after);
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

Response HubService::pageOf(const Json &rows, const Paging &paging, const char *itemType)
{
    const std::size_t from = std::min<std::size_t>(rows.size(), std::strtoul(paging.after.c_str(), nullptr, 10));
    const std::size_t end = std::min(rows.size(), from + paging.size);
    Json page = Json::array();
    for (std::size_t i = from; i < end; ++i)
        page.push_back(rows[i]);
    Response response = Response::json(page).with("x-ms-item-type", itemType);
    if (end < rows.size())
        response.with("x-ms-continuation", Paging::token(std::to_string(end)));
    return response;
}

Response HubService::queryModules(const Query &query, const Paging &paging, const Hub &hub)
{
    Json rows = Json::array();
    QueryTotals totals(query);
    for (const auto &[deviceId, modules] : hub.modules) {
        for (const auto &[moduleId, module] : modules) {
            const QueryLookup inTwin = lookupIn(deviceId, module);
            const QueryLookup lookup = [&](const QueryPath &path) -> std::optional<Json> {
                return path.size() == 1 && sameText(path[0], "moduleId") ? std::optional<Json>(moduleId) : inTwin(path);
            };
            if (query.where && query.where->holds(lookup) != true)
                continue;
            if (query.aggregates())
                totals.add(lookup);
            else
                rows.push_back(Json::parse(query.all ? shownModuleTwin(deviceId, moduleId, module) : projected(query, lookup)));
        }
    }
    return pageOf(query.aggregates() ? totals.rows() : rows, paging, query.all ? "Twin" : "Raw");
}

Response HubService::queryAggregates(const Query &query, const Paging &paging, Hub &hub)
{
    QueryTotals totals(query);
    for (const auto &[id, identity] : hub.registry) {
        const QueryLookup lookup = lookupIn(id, identity);
        if (!query.where || query.where->holds(lookup) == true)
            totals.add(lookup);
    }
    return pageOf(totals.rows(), paging, "Raw");
}

Response HubService::queryJobDevices(const Query &query, const Paging &paging, const Hub &hub)
{
    if (!query.all)
        return error("ArgumentInvalid", 400004, "devices.jobs knows SELECT * only.");
    Json rows = Json::array();
    for (const auto &[key, job] : m_jobs) {
        for (const Json &outcome : job.outcomes) {
            const QueryLookup lookup = [&](const QueryPath &path) -> std::optional<Json> {
                const auto found = outcome.find(path.back());
                return found == outcome.end() ? std::nullopt : std::optional(*found);
            };
            if (job.hub == &hub && (!query.where || query.where->holds(lookup) == true))
                rows.push_back(outcome);
        }
    }
    return pageOf(rows, paging, "JobResponse");
}

} // namespace drover::simulator
