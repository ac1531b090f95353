#pragma once

#include "app/simulator/text.h"

#include <functional>

namespace drover::simulator {

/// The part of Resource Graph's query language that is served: where, project, extend, order, take, top, count,
/// distinct, summarize count() by.
struct KqlQuery {
    using Rows = std::vector<Json>;
    using Step = std::function<void(Rows &)>;

    /// What each operator of the pipe does to the rows.
    std::vector<Step> steps;

    Rows run(Rows rows) const
    {
        for (const auto &step : steps)
            step(rows);
        return rows;
    }
};

/// A query, or where it stops making sense.
struct ParsedKql {
    std::optional<KqlQuery> query;
    std::size_t position = 0;
    std::string token;
};
ParsedKql parseKql(std::string_view text);

/// A value computed from a row; null for what a row does not have.
using KqlValue = std::function<Json(const Json &row)>;

/// One of the names behind project, order by and the like.
struct KqlColumn {
    std::string name;
    KqlValue value;
    bool descending = false;
};

// The operators of the pipe.
KqlQuery::Step kqlWhere(KqlValue test);
/// `keep`: the columns come on top of those that are there.
KqlQuery::Step kqlProject(std::vector<KqlColumn> columns, bool keep);
KqlQuery::Step kqlOrder(std::vector<KqlColumn> columns, std::size_t most);
KqlQuery::Step kqlTake(std::size_t most);
KqlQuery::Step kqlDistinct(std::vector<KqlColumn> columns);
/// `always`: no rows at all are told as one row that says 0.
KqlQuery::Step kqlCount(std::string name, std::vector<KqlColumn> by, bool always);

// What the expressions are made of.
KqlValue kqlComparison(const std::string &sign, KqlValue left, KqlValue right);
KqlValue kqlMembership(bool folded, bool negated, KqlValue left, std::vector<KqlValue> set);
/// Nothing if there is no such function, or not with so many arguments.
std::optional<KqlValue> kqlFunction(const std::string &name, std::vector<KqlValue> arguments);
KqlValue kqlMember(KqlValue object, KqlValue name);
bool kqlTrue(const Json &value);
std::string kqlText(const Json &value);
/// Orders rows: numbers as such, texts by their letters, null first.
bool kqlLess(const Json &a, const Json &b);

} // namespace drover::simulator
