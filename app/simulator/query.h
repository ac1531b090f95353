#pragma once

#include "app/simulator/text.h"

#include <functional>
#include <map>
#include <set>

namespace drover::simulator {

/// "tags.site" as {"tags", "site"}.
using QueryPath = std::vector<std::string>;
/// Reads one value of the document that is judged; nothing if it is not defined there.
using QueryLookup = std::function<std::optional<Json>(const QueryPath &)>;

/// A condition or a value of IoT Hub's query language.
struct QueryExpression {
    enum class Kind : std::uint8_t {
        Literal, Path, List, Not, And, Or, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn,
        IsDefined, IsNull, IsString, IsNumber, IsBool, IsObject, StartsWith, EndsWith, Contains
    };

    Kind kind = Kind::Literal;
    Json literal;
    QueryPath path;
    std::vector<QueryExpression> operands;

    /// True, false, or neither because something compared is undefined.
    std::optional<bool> holds(const QueryLookup &lookup) const;
    std::optional<Json> value(const QueryLookup &lookup) const;
    /// Device ids of which one must be a row's for this to hold; nothing when it says none.
    std::optional<std::set<std::string>> deviceIds() const;
};

/// Reads members of a JSON document.
QueryLookup lookupInDocument(const Json &document);

/// One column of the answer.
struct QueryColumn {
    enum class Kind : std::uint8_t { Path, Count, Sum, Average, Least, Greatest };

    Kind kind = Kind::Path;
    QueryPath path;
    std::string name;
};

/// SELECT … FROM … WHERE … GROUP BY …
struct Query {
    bool all = false;
    std::string from;
    std::optional<std::size_t> top;
    std::vector<QueryColumn> columns;
    std::optional<QueryExpression> where;
    std::vector<QueryPath> groupBy;

    bool aggregates() const;
};

/// A query, or what is wrong with the text and where.
struct ParsedQuery {
    std::optional<Query> query;
    std::string error;
};

ParsedQuery parseQuery(std::string_view text);
/// What may stand behind WHERE, as a job's queryCondition; "*" is everything.
ParsedQuery parseCondition(std::string_view text);

/// Rows of a query with aggregates, fed one document after the other.
class QueryTotals {
public:
    explicit QueryTotals(const Query &query)
        : m_query(query)
    {
    }
    void add(const QueryLookup &lookup);
    Json rows() const;

private:
    struct Row {
        std::vector<std::optional<Json>> keys;
        std::vector<double> sums;
        std::vector<std::uint64_t> counts;
        std::vector<std::optional<Json>> extremes;
    };
    void addTo(Row &row, std::size_t column, const QueryLookup &lookup) const;

    const Query &m_query;
    std::vector<std::string> m_order;
    std::map<std::string, Row> m_rows;
};

} // namespace drover::simulator
