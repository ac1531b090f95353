#include "app/simulator/hubservice.h"

#include "app/simulator/registryscan.h"

#include <algorithm>
#include <limits>

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

/// How many rows are still wanted of a query that asks for the first few.
std::size_t leftOf(const Query &query, const Paging &paging)
{
    return query.top ? *query.top - std::min(*query.top, paging.told) : std::numeric_limits<std::size_t>::max();
}

/// One page of a query's rows.
class RowPage {
public:
    RowPage(Query query, const Paging &paging, const Hub::Registry &all)
        : m_query(std::move(query))
        , m_left(leftOf(m_query, paging))
        , m_told(paging.told)
        , m_most(std::min(m_left, paging.size))
        , m_scan(all, m_query.where, paging.after)
    {
    }

    std::optional<Response> turn()
    {
        const auto visit = [this](const std::string &id, const Identity &identity) { return add(id, identity); };
        return m_scan.turn(visit) ? std::nullopt : std::optional(page());
    }

private:
    bool add(const std::string &id, const Identity &identity)
    {
        const QueryLookup lookup = lookupIn(id, identity);
        if (m_query.where && m_query.where->holds(lookup) != true)
            return true;
        if (m_count == m_most) {
            m_more = m_count < m_left;
            return false;
        }
        m_body += (m_count++ ? "," : "") + (m_query.all ? shownTwin(id, identity) : projected(m_query, lookup));
        m_last = id;
        return true;
    }
    Response page()
    {
        Response response = Response::text(std::move(m_body) + "]");
        response.with("x-ms-item-type", m_query.all ? "Twin" : "Raw");
        if (m_more)
            response.with("x-ms-continuation", Paging::token(m_last, m_told + m_count));
        return response;
    }

    const Query m_query;
    /// Of those that it asks for, of those on this page.
    const std::size_t m_left;
    const std::size_t m_told;
    const std::size_t m_most;
    RegistryScan m_scan;
    std::string m_body = "[";
    std::string m_last;
    std::size_t m_count = 0;
    bool m_more = false;
};

/// The sums over all that a query's condition fits.
struct Totals {
    Totals(Query wanted, const Hub::Registry &all)
        : query(std::move(wanted))
        , scan(all, query.where)
    {
    }

    bool turn()
    {
        return scan.turn([this](const std::string &id, const Identity &identity) {
            const QueryLookup lookup = lookupIn(id, identity);
            if (!query.where || query.where->holds(lookup) == true)
                totals.add(lookup);
            return true;
        });
    }

    const Query query;
    QueryTotals totals {query};
    RegistryScan scan;
};

Json firstOf(Json rows, const Query &query)
{
    if (query.top && *query.top < rows.size())
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(*query.top), rows.end());
    return rows;
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
    return Response::inTurns([page = std::make_shared<RowPage>(query, paging, all)] { return page->turn(); });
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
    return pageOf(firstOf(query.aggregates() ? totals.rows() : std::move(rows), query), paging, query.all ? "Twin" : "Raw");
}

Response HubService::queryAggregates(const Query &query, const Paging &paging, Hub &hub)
{
    return Response::inTurns([totals = std::make_shared<Totals>(query, hub.registry), paging]() -> std::optional<Response> {
        if (totals->turn())
            return std::nullopt;
        return pageOf(firstOf(totals->totals.rows(), totals->query), paging, "Raw");
    });
}

Response HubService::queryJobDevices(const Query &query, const Paging &paging, const Hub &hub)
{
    if (!query.all)
        return error("ArgumentInvalid", 400004, "devices.jobs knows SELECT * only.");
    const std::size_t from = std::strtoul(paging.after.c_str(), nullptr, 10);
    std::size_t count = 0;
    Json page = Json::array();
    // Counted, not copied: a job has as many outcomes as devices.
    const auto visit = [&](const Json &outcome) {
        const QueryLookup lookup = lookupInDocument(outcome);
        if (query.where && query.where->holds([&](const QueryPath &path) { return lookup({path.back()}); }) != true)
            return;
        if (query.top && count >= *query.top)
            return;
        if (count >= from && count < from + paging.size)
            page.push_back(outcome);
        ++count;
    };
    for (const auto &[key, job] : m_jobs) {
        if (job.hub == &hub)
            std::ranges::for_each(job.outcomes, visit);
    }
    Response response = Response::json(page).with("x-ms-item-type", "JobResponse");
    if (from + paging.size < count)
        response.with("x-ms-continuation", Paging::token(std::to_string(from + paging.size)));
    return response;
}

} // namespace drover::simulator
