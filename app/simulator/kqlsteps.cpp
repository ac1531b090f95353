#include "app/simulator/kql.h"

#include <algorithm>
#include <numeric>

namespace drover::simulator {

namespace {

using Rows = KqlQuery::Rows;
using Step = KqlQuery::Step;

bool before(const Json &a, const Json &b, const std::vector<KqlColumn> &columns, bool otherwise)
{
    for (const KqlColumn &column : columns) {
        const Json left = column.value(a);
        const Json right = column.value(b);
        if (kqlLess(left, right) || kqlLess(right, left))
            return kqlLess(left, right) != column.descending;
    }
    return otherwise;
}

Json chosen(const Json &row, const std::vector<KqlColumn> &columns, Json onTopOf)
{
    for (const KqlColumn &column : columns)
        onTopOf[column.name] = column.value(row);
    return onTopOf;
}

} // namespace

Step kqlWhere(KqlValue test)
{
    return [test = std::move(test)](
               Rows &rows) { std::erase_if(rows, [&](const Json &row) { return !kqlTrue(test(row)); }); };
}

Step kqlProject(std::vector<KqlColumn> columns, bool keep)
{
    return [keep, columns = std::move(columns)](Rows &rows) {
        for (Json &row : rows)
            row = chosen(row, columns, keep ? row : Json::object());
    };
}

Step kqlOrder(std::vector<KqlColumn> columns, std::size_t most)
{
    return [most, columns = std::move(columns)](Rows &rows) {
        std::vector<std::size_t> places(rows.size());
        std::iota(places.begin(), places.end(), std::size_t{0});
        std::ranges::sort(
            places, [&](std::size_t a, std::size_t b) { return before(rows[a], rows[b], columns, a < b); });
        places.resize(std::min(places.size(), most));
        Rows ordered;
        for (const std::size_t place : places)
            ordered.push_back(std::move(rows[place]));
        rows = std::move(ordered);
    };
}

Step kqlTake(std::size_t most)
{
    return [most](Rows &rows) { rows.resize(std::min(rows.size(), most)); };
}

Step kqlDistinct(std::vector<KqlColumn> columns)
{
    return [columns = std::move(columns)](Rows &rows) {
        Rows once;
        for (const Json &row : rows) {
            Json shown = chosen(row, columns, Json::object());
            if (std::ranges::find(once, shown) == once.end())
                once.push_back(std::move(shown));
        }
        rows = std::move(once);
    };
}

Step kqlCount(std::string name, std::vector<KqlColumn> by, bool always)
{
    return [=](Rows &rows) {
        std::vector<std::pair<Json, int>> groups;
        if (always)
            groups.emplace_back(Json::object(), 0);
        for (const Json &row : rows) {
            Json key = chosen(row, by, Json::object());
            const auto known = std::ranges::find(groups, key, &std::pair<Json, int>::first);
            if (known == groups.end())
                groups.emplace_back(std::move(key), 1);
            else
                ++known->second;
        }
        rows.clear();
        for (auto &[key, count] : groups) {
            key[name] = count;
            rows.push_back(std::move(key));
        }
    };
}

} // namespace drover::simulator
