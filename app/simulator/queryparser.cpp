#include "app/simulator/query.h"
#include "app/simulator/querylexer.h"

#include <charconv>
#include <utility>

namespace drover::simulator {

namespace {

using Kind = QueryExpression::Kind;
using Word = QueryToken::Kind;

/// Recursive descent; after the first error everything else is skipped.
class Parser {
public:
    explicit Parser(std::vector<QueryToken> tokens)
        : m_tokens(std::move(tokens))
    {
    }

    ParsedQuery query();
    ParsedQuery conditionOnly();

private:
    const QueryToken &peek() const { return m_tokens[m_at]; }
    bool accept(std::string_view word)
    {
        if (!peek().is(word))
            return false;
        ++m_at;
        return true;
    }
    void expect(std::string_view word)
    {
        if (!accept(word))
            fail(std::string(word) + " expected");
    }
    void fail(const std::string &message)
    {
        if (m_error.empty())
            m_error = message + " at offset " + std::to_string(peek().offset);
        m_at = m_tokens.size() - 1;
    }
    std::string name();
    QueryPath path();
    QueryColumn column();
    QueryExpression disjunction();
    QueryExpression conjunction();
    QueryExpression negation();
    QueryExpression comparison();
    QueryExpression operand();
    QueryExpression list();
    QueryExpression function(Kind kind);
    ParsedQuery finished(Query query);

    std::vector<QueryToken> m_tokens;
    std::size_t m_at = 0;
    int m_depth = 0;
    std::string m_error;
};

constexpr std::pair<std::string_view, Kind> functions[] = {{"is_defined", Kind::IsDefined}, {"is_null", Kind::IsNull},
    {"is_string", Kind::IsString}, {"is_number", Kind::IsNumber}, {"is_bool", Kind::IsBool},
    {"is_object", Kind::IsObject}, {"startswith", Kind::StartsWith}, {"endswith", Kind::EndsWith},
    {"contains", Kind::Contains}};

constexpr std::pair<std::string_view, QueryColumn::Kind> aggregates[] = {{"count", QueryColumn::Kind::Count},
    {"sum", QueryColumn::Kind::Sum}, {"avg", QueryColumn::Kind::Average}, {"min", QueryColumn::Kind::Least},
    {"max", QueryColumn::Kind::Greatest}};

/// As many as a query may ask for; nothing if it is none.
std::optional<std::size_t> wholeNumber(const std::string &text)
{
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0 ? std::optional(number) : std::nullopt;
}

ParsedQuery Parser::query()
{
    Query result;
    expect("SELECT");
    if (accept("TOP")) {
        if (peek().kind == Word::Number)
            result.top = wholeNumber(m_tokens[m_at++].text);
        if (!result.top)
            fail("a whole number expected after TOP");
    }
    if (accept("*")) {
        result.all = true;
    } else {
        do
            result.columns.push_back(column());
        while (accept(","));
    }
    expect("FROM");
    result.from = name();
    while (accept("."))
        result.from += "." + name();
    if (accept("WHERE"))
        result.where = disjunction();
    if (accept("GROUP")) {
        expect("BY");
        do
            result.groupBy.push_back(path());
        while (accept(","));
    }
    return finished(std::move(result));
}

ParsedQuery Parser::conditionOnly()
{
    Query result;
    result.all = true;
    result.from = "devices";
    if (!accept("*"))
        result.where = disjunction();
    return finished(std::move(result));
}

ParsedQuery Parser::finished(Query query)
{
    if (peek().kind != Word::End)
        fail("\"" + peek().text + "\" not expected");
    if (!m_error.empty())
        return {std::nullopt, m_error};
    return {std::move(query), {}};
}

std::string Parser::name()
{
    if (peek().kind == Word::Name)
        return m_tokens[m_at++].text;
    // [[name with spaces]]
    if (accept("[")) {
        expect("[");
        std::string result;
        while (peek().kind != Word::End && !peek().is("]"))
            result += m_tokens[m_at++].text;
        expect("]");
        expect("]");
        return result;
    }
    fail("a name expected");
    return {};
}

QueryPath Parser::path()
{
    QueryPath result {name()};
    while (accept("."))
        result.push_back(name());
    if (result.size() > 1 && sameText(result.front(), "devices"))
        result.erase(result.begin());
    return result;
}

QueryColumn Parser::column()
{
    QueryColumn result;
    const bool call = m_at + 1 < m_tokens.size() && m_tokens[m_at + 1].is("(");
    for (const auto &[word, kind] : aggregates) {
        if (call && peek().is(word)) {
            m_at += 2;
            result.kind = kind;
            result.name = word;
            if (!peek().is(")") && !accept("*"))
                result.path = path();
            expect(")");
        }
    }
    if (result.kind == QueryColumn::Kind::Path) {
        result.path = path();
        result.name = result.path.back();
    }
    if (accept("AS"))
        result.name = name();
    return result;
}

QueryExpression Parser::disjunction()
{
    QueryExpression left = conjunction();
    while (accept("OR"))
        left = {Kind::Or, {}, {}, {std::move(left), conjunction()}};
    return left;
}

QueryExpression Parser::conjunction()
{
    QueryExpression left = negation();
    while (accept("AND"))
        left = {Kind::And, {}, {}, {std::move(left), negation()}};
    return left;
}

QueryExpression Parser::negation()
{
    constexpr int deepest = 100;
    if (++m_depth > deepest)
        fail("nested too deeply");
    QueryExpression result;
    if (accept("NOT"))
        result = {Kind::Not, {}, {}, {negation()}};
    else
        result = comparison();
    --m_depth;
    return result;
}

QueryExpression Parser::comparison()
{
    static constexpr std::pair<std::string_view, Kind> operators[] = {{"=", Kind::Equal}, {"!=", Kind::NotEqual},
        {"<>", Kind::NotEqual}, {"<", Kind::Less}, {"<=", Kind::LessEqual}, {">", Kind::Greater},
        {">=", Kind::GreaterEqual}};
    QueryExpression left = operand();
    for (const auto &[text, kind] : operators) {
        if (accept(text))
            return {kind, {}, {}, {std::move(left), operand()}};
    }
    if (accept("IN"))
        return {Kind::In, {}, {}, {std::move(left), list()}};
    if (accept("NIN"))
        return {Kind::NotIn, {}, {}, {std::move(left), list()}};
    if (accept("NOT")) {
        expect("IN");
        return {Kind::NotIn, {}, {}, {std::move(left), list()}};
    }
    return left;
}

QueryExpression Parser::list()
{
    QueryExpression result {Kind::List, {}, {}, {}};
    const bool round = peek().is("(");
    expect(round ? "(" : "[");
    while (m_error.empty() && !peek().is(round ? ")" : "]")) {
        result.operands.push_back(operand());
        if (!accept(","))
            break;
    }
    expect(round ? ")" : "]");
    return result;
}

QueryExpression Parser::operand()
{
    const QueryToken token = peek();
    if (accept("(")) {
        QueryExpression inner = disjunction();
        expect(")");
        return inner;
    }
    if (token.kind == Word::Text || token.kind == Word::Number) {
        ++m_at;
        if (token.kind == Word::Text)
            return {Kind::Literal, token.text, {}, {}};
        Json number = Json::parse(token.text, nullptr, false);
        if (number.is_discarded())
            fail("a number expected");
        return {Kind::Literal, std::move(number), {}, {}};
    }
    if (accept("true") || accept("false"))
        return {Kind::Literal, sameText(token.text, "true"), {}, {}};
    if (accept("null"))
        return {Kind::Literal, nullptr, {}, {}};
    for (const auto &[word, kind] : functions) {
        if (token.is(word) && m_tokens[m_at + 1].is("("))
            return function(kind);
    }
    return {Kind::Path, {}, path(), {}};
}

QueryExpression Parser::function(Kind kind)
{
    QueryExpression result {kind, {}, {}, {}};
    m_at += 2;
    do
        result.operands.push_back(operand());
    while (accept(","));
    const bool two = kind == Kind::StartsWith || kind == Kind::EndsWith || kind == Kind::Contains;
    if (result.operands.size() != (two ? 2U : 1U))
        fail("wrong number of arguments");
    expect(")");
    return result;
}

} // namespace

ParsedQuery parseQuery(std::string_view text)
{
    std::optional<std::vector<QueryToken>> tokens = queryTokens(text);
    return tokens ? Parser(std::move(*tokens)).query() : ParsedQuery {std::nullopt, "the text cannot be read"};
}

ParsedQuery parseCondition(std::string_view text)
{
    std::optional<std::vector<QueryToken>> tokens = queryTokens(text);
    return tokens ? Parser(std::move(*tokens)).conditionOnly() : ParsedQuery {std::nullopt, "the text cannot be read"};
}

} // namespace drover::simulator
