#include "app/simulator/query.h"

#include <algorithm>

namespace drover::simulator {

namespace {

using Kind = QueryExpression::Kind;

std::optional<bool> compared(Kind kind, const std::optional<Json> &a, const std::optional<Json> &b)
{
    if (!a || !b)
        return std::nullopt;
    if (kind == Kind::Equal)
        return *a == *b;
    if (kind == Kind::NotEqual)
        return *a != *b;
    const bool ordered = (a->is_number() && b->is_number()) || (a->is_string() && b->is_string());
    if (!ordered)
        return std::nullopt;
    switch (kind) {
    case Kind::Less: return *a < *b;
    case Kind::LessEqual: return *a <= *b;
    case Kind::Greater: return *a > *b;
    default: return *a >= *b;
    }
}

bool textHolds(Kind kind, const std::string &text, const std::string &part)
{
    return kind == Kind::StartsWith ? text.starts_with(part)
        : kind == Kind::EndsWith    ? text.ends_with(part)
                                    : text.contains(part);
}

std::optional<bool> typeHolds(Kind kind, const std::optional<Json> &value)
{
    if (kind == Kind::IsDefined)
        return value.has_value();
    if (!value)
        return false;
    return kind == Kind::IsNull   ? value->is_null()
        : kind == Kind::IsString  ? value->is_string()
        : kind == Kind::IsNumber  ? value->is_number()
        : kind == Kind::IsBool    ? value->is_boolean()
                                  : value->is_object();
}

} // namespace

std::optional<std::set<std::string>> QueryExpression::deviceIds() const
{
    const auto isId = [](const QueryExpression &one) { return one.kind == Kind::Path && one.path == QueryPath {"deviceId"}; };
    const auto isText = [](const QueryExpression &one) { return one.kind == Kind::Literal && one.literal.is_string(); };
    std::set<std::string> ids;
    if (kind == Kind::And) {
        auto left = operands[0].deviceIds();
        return left ? left : operands[1].deviceIds();
    }
    if (kind == Kind::Equal && isId(operands[0]) && isText(operands[1])) {
        ids.insert(operands[1].literal.get<std::string>());
        return ids;
    }
    if (kind != Kind::In || !isId(operands[0]) || !std::ranges::all_of(operands[1].operands, isText))
        return std::nullopt;
    for (const QueryExpression &one : operands[1].operands)
        ids.insert(one.literal.get<std::string>());
    return ids;
}

std::optional<bool> QueryExpression::holds(const QueryLookup &lookup) const
{
    switch (kind) {
    case Kind::Not: {
        const std::optional<bool> inner = operands[0].holds(lookup);
        return inner ? std::optional(!*inner) : std::nullopt;
    }
    case Kind::And: {
        const std::optional<bool> left = operands[0].holds(lookup);
        if (left == false)
            return false;
        const std::optional<bool> right = operands[1].holds(lookup);
        return right == false ? right : left && right ? std::optional(true) : std::nullopt;
    }
    case Kind::Or: {
        const std::optional<bool> left = operands[0].holds(lookup);
        if (left == true)
            return true;
        const std::optional<bool> right = operands[1].holds(lookup);
        return right == true ? right : left && right ? std::optional(false) : std::nullopt;
    }
    case Kind::In:
    case Kind::NotIn: {
        const std::optional<Json> wanted = operands[0].value(lookup);
        if (!wanted)
            return std::nullopt;
        const bool found = std::ranges::any_of(operands[1].operands, [&](const QueryExpression &one) {
            return one.kind == Kind::Literal ? one.literal == *wanted : one.value(lookup) == wanted;
        });
        return found == (kind == Kind::In);
    }
    case Kind::StartsWith:
    case Kind::EndsWith:
    case Kind::Contains: {
        const std::optional<Json> text = operands[0].value(lookup);
        const std::optional<Json> part = operands[1].value(lookup);
        if (!text || !part || !text->is_string() || !part->is_string())
            return std::nullopt;
        return textHolds(kind, text->get_ref<const std::string &>(), part->get_ref<const std::string &>());
    }
    case Kind::Literal:
    case Kind::Path:
    case Kind::List: {
        const std::optional<Json> own = value(lookup);
        return own && own->is_boolean() ? std::optional(own->get<bool>()) : std::nullopt;
    }
    case Kind::IsDefined:
    case Kind::IsNull:
    case Kind::IsString:
    case Kind::IsNumber:
    case Kind::IsBool:
    case Kind::IsObject: return typeHolds(kind, operands[0].value(lookup));
    default: return compared(kind, operands[0].value(lookup), operands[1].value(lookup));
    }
}

std::optional<Json> QueryExpression::value(const QueryLookup &lookup) const
{
    if (kind == Kind::Literal)
        return literal;
    if (kind == Kind::Path)
        return lookup(path);
    const std::optional<bool> truth = holds(lookup);
    return truth ? std::optional<Json>(*truth) : std::nullopt;
}

QueryLookup lookupInDocument(const Json &document)
{
    return [&document](const QueryPath &path) -> std::optional<Json> {
        const Json *at = &document;
        for (const std::string &name : path) {
            const auto found = at->is_object() ? at->find(name) : at->end();
            if (!at->is_object() || found == at->end())
                return std::nullopt;
            at = &*found;
        }
        return *at;
    };
}

bool Query::aggregates() const
{
    return !groupBy.empty()
        || std::ranges::any_of(columns, [](const QueryColumn &one) { return one.kind != QueryColumn::Kind::Path; });
}

void QueryTotals::add(const QueryLookup &lookup)
{
    Row fresh;
    std::string key;
    for (const QueryPath &path : m_query.groupBy) {
        fresh.keys.push_back(lookup(path));
        key += (fresh.keys.back() ? fresh.keys.back()->dump() : "") + "\n";
    }
    const auto [place, added] = m_rows.try_emplace(key, std::move(fresh));
    Row &row = place->second;
    if (added) {
        m_order.push_back(key);
        row.sums.resize(m_query.columns.size());
        row.counts.resize(m_query.columns.size());
        row.extremes.resize(m_query.columns.size());
    }
    for (std::size_t i = 0; i < m_query.columns.size(); ++i)
        addTo(row, i, lookup);
}

void QueryTotals::addTo(Row &row, std::size_t column, const QueryLookup &lookup) const
{
    const QueryColumn &one = m_query.columns[column];
    if (one.kind == QueryColumn::Kind::Path || (one.kind == QueryColumn::Kind::Count && one.path.empty())) {
        ++row.counts[column];
        return;
    }
    const std::optional<Json> value = lookup(one.path);
    if (!value)
        return;
    ++row.counts[column];
    if (value->is_number())
        row.sums[column] += value->get<double>();
    std::optional<Json> &extreme = row.extremes[column];
    if (!extreme || (one.kind == QueryColumn::Kind::Least ? *value < *extreme : *value > *extreme))
        extreme = value;
}

Json QueryTotals::rows() const
{
    Json result = Json::array();
    // Without GROUP BY there is one row even if nothing matched.
    if (m_order.empty() && m_query.groupBy.empty()) {
        Json row = Json::object();
        for (const QueryColumn &column : m_query.columns)
            row[column.name] = column.kind == QueryColumn::Kind::Count ? Json(0) : Json();
        result.push_back(std::move(row));
    }
    for (const std::string &key : m_order) {
        const Row &row = m_rows.at(key);
        Json shown = Json::object();
        for (std::size_t i = 0; i < m_query.columns.size(); ++i) {
            const QueryColumn &column = m_query.columns[i];
            using ColumnKind = QueryColumn::Kind;
            if (column.kind == ColumnKind::Count)
                shown[column.name] = row.counts[i];
            else if (column.kind == ColumnKind::Sum)
                shown[column.name] = row.sums[i];
            else if (column.kind == ColumnKind::Average && row.counts[i] > 0)
                shown[column.name] = row.sums[i] / static_cast<double>(row.counts[i]);
            else if (row.extremes[i])
                shown[column.name] = *row.extremes[i];
            const auto grouped = std::ranges::find(m_query.groupBy, column.path);
            if (column.kind == ColumnKind::Path && grouped != m_query.groupBy.end()) {
                if (const auto &value = row.keys[static_cast<std::size_t>(grouped - m_query.groupBy.begin())])
                    shown[column.name] = *value;
            }
        }
        result.push_back(std::move(shown));
    }
    return result;
}

} // namespace drover::simulator
