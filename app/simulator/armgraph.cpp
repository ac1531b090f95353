#include "app/simulator/armgraph.h"

#include "app/simulator/kql.h"

#include <algorithm>
#include <charconv>

namespace drover::simulator {

namespace {

constexpr std::size_t queriesPerWindow = 15;
constexpr Millis window = 5000;
constexpr std::size_t mostRows = 1000;

Response refused(const std::string &code, const std::string &message, Json more = Json::object())
{
    Json detail = {{"code", code}, {"message", message}};
    detail.update(more);
    return Response::json(Json::object({{"error",
                              {{"code", "BadRequest"}, {"message", "The query request is not valid."},
                                  {"details", Json::array({std::move(detail)})}}}}),
        400);
}

/// A resource as a row of the table Resources.
Json rowOf(Json resource, const Tenant &tenant)
{
    std::string place = lower(textOf(resource, "location"));
    std::erase(place, ' ');
    const auto part = [&](const char *name) { return resource.contains(name) ? resource[name] : Json(); };
    return {{"id", part("id")}, {"name", part("name")}, {"type", lower(textOf(resource, "type"))},
        {"tenantId", tenant.tenantId}, {"kind", ""}, {"location", place}, {"resourceGroup", tenant.resourceGroup},
        {"subscriptionId", tenant.subscriptionId}, {"managedBy", ""}, {"sku", part("sku")}, {"plan", Json()},
        {"properties", part("properties")}, {"tags", part("tags")}, {"identity", Json()}, {"zones", Json()},
        {"extendedLocation", Json()}};
}

const char *typeOf(const Json &value)
{
    return value.is_boolean()     ? "boolean"
        : value.is_number_float() ? "number"
        : value.is_number()       ? "integer"
        : value.is_structured()   ? "object"
                                  : "string";
}

Json tableOf(const std::vector<Json> &rows)
{
    Json table = {{"columns", Json::array()}, {"rows", Json::array()}};
    for (const Json &row : rows) {
        Json values = Json::array();
        for (const auto &[name, value] : row.items()) {
            if (table["rows"].empty())
                table["columns"].push_back({{"name", name}, {"type", typeOf(value)}});
            values.push_back(value);
        }
        table["rows"].push_back(std::move(values));
    }
    return table;
}

std::string tokenFor(std::size_t skip)
{
    return base64Url("skip:" + std::to_string(skip));
}

} // namespace

ArmGraph::ArmGraph(ArmDesk &desk, std::function<std::vector<Json>()> resources)
    : m_desk(desk)
    , m_resources(std::move(resources))
{
    desk.add("POST", "/providers/Microsoft.ResourceGraph/resources", [this](Call &call) { return answer(call); });
}

Response ArmGraph::answer(const Call &call)
{
    const Millis now = m_desk.world().now();
    std::deque<Millis> &asked = m_asked[m_desk.principal];
    while (!asked.empty() && asked.front() + window <= now)
        asked.pop_front();
    const Millis resets = asked.empty() ? window : asked.front() + window - now;
    const bool full = asked.size() >= queriesPerWindow && m_desk.world().enforceQuotas;
    if (!full)
        asked.push_back(now);
    char resetText[16];
    std::snprintf(resetText, sizeof resetText, "00:00:%02d", static_cast<int>((resets + 999) / 1000));
    Response response = full
        ? armError(429, "RateLimiting",
              "Please provide below info when asking for support: the number of queries exceeds the quota of the user.")
              .with("Retry-After", std::to_string((resets + 999) / 1000))
        : query(call);
    const std::size_t left = asked.size() >= queriesPerWindow ? 0 : queriesPerWindow - asked.size();
    return response.with("x-ms-user-quota-remaining", std::to_string(left))
        .with("x-ms-user-quota-resets-after", resetText);
}

std::optional<ArmGraph::Page> ArmGraph::page(const Json &options)
{
    Page page;
    if (!options.is_object())
        return std::nullopt;
    const auto number = [&](const char *name, std::size_t least, std::size_t most, std::size_t &target) {
        const Json *value = member(options, name);
        if (!value)
            return true;
        if (!value->is_number_unsigned() || value->get<std::size_t>() < least || value->get<std::size_t>() > most)
            return false;
        target = value->get<std::size_t>();
        return true;
    };
    if (!number("$top", 1, mostRows, page.top) || !number("$skip", 0, 1'000'000, page.skip))
        return std::nullopt;
    const std::string format = textOf(options, "resultFormat");
    if (!format.empty() && !sameText(format, "table") && !sameText(format, "objectArray"))
        return std::nullopt;
    page.table = sameText(format, "table");
    if (const std::string token = textOf(options, "$skipToken"); !token.empty()) {
        const std::string text = fromBase64Url(token).value_or("");
        if (!text.starts_with("skip:")
            || std::from_chars(text.data() + 5, text.data() + text.size(), page.skip).ec != std::errc())
            return std::nullopt;
    }
    return page;
}

std::vector<Json> ArmGraph::rows(const Json &body) const
{
    const Tenant &tenant = m_desk.world().tenant;
    const Json *wanted = member(body, "subscriptions");
    const bool ours
        = !wanted || !wanted->is_array() || wanted->empty() || std::ranges::any_of(*wanted, [&](const Json &one) {
              return one.is_string() && sameText(one.get<std::string>(), tenant.subscriptionId);
          });
    std::vector<Json> all;
    for (Json &resource : ours ? m_resources() : std::vector<Json>())
        all.push_back(rowOf(std::move(resource), tenant));
    return all;
}

Response ArmGraph::query(const Call &call)
{
    const std::string text = textOf(call.body, "query");
    if (text.empty())
        return refused("InvalidQuery", "The query is missing.");
    const Json *options = member(call.body, "options");
    const std::optional<Page> wanted = page(options ? *options : Json::object());
    if (!wanted)
        return refused(
            "InvalidOptions", "The options are not valid: $top is from 1 to 1000, $skipToken as it was given.");
    const ParsedKql parsed = parseKql(text);
    if (!parsed.query) {
        return refused("ParserFailure",
            "Query is invalid: ParserFailure at position " + std::to_string(parsed.position) + ".",
            {{"line", 1}, {"characterPositionInLine", parsed.position},
                {"token", parsed.token.empty() ? "<EOF>" : parsed.token}});
    }
    std::vector<Json> found = parsed.query->run(rows(call.body));
    const std::size_t total = found.size();
    found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(wanted->skip, total)));
    const bool more = found.size() > wanted->top;
    found.resize(std::min(found.size(), wanted->top));
    // Pages follow one another by id: without that column there is no next one.
    const bool pages = more && found.front().contains("id");
    Json result = {{"totalRecords", total}, {"count", found.size()}, {"facets", Json::array()},
        {"resultTruncated", more && !pages ? "true" : "false"}};
    result["data"] = wanted->table ? tableOf(found) : Json(found);
    if (pages)
        result["$skipToken"] = tokenFor(wanted->skip + wanted->top);
    return Response::json(result);
}

} // namespace drover::simulator
