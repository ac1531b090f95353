#include "app/simulator/kql.h"
#include "app/simulator/kqllexer.h"

#include <algorithm>
#include <charconv>

namespace drover::simulator {

namespace {

using Kind = KqlToken::Kind;
using Step = KqlQuery::Step;

/// Reads a query from left to right; the first thing that makes no sense ends it.
class Parser {
public:
    explicit Parser(std::vector<KqlToken> tokens)
        : m_tokens(std::move(tokens))
    {
    }

    ParsedKql parse()
    {
        KqlQuery query;
        if (peek().isWord("resources"))
            ++m_at;
        else
            fail();
        while (!m_failed && peek().kind != Kind::End) {
            expect("|");
            if (Step step = m_failed ? nullptr : operation())
                query.steps.push_back(std::move(step));
        }
        if (m_failed)
            return {std::nullopt, m_tokens[m_wrong].position, m_tokens[m_wrong].text};
        return {std::move(query), 0, {}};
    }

private:
    static constexpr int deepest = 50;

    const KqlToken &peek() const { return m_tokens[m_at]; }
    bool takes(std::string_view sign)
    {
        const bool is = peek().is(sign);
        m_at += is ? 1 : 0;
        return is;
    }
    bool takesWord(std::string_view word)
    {
        const bool is = peek().isWord(word);
        m_at += is ? 1 : 0;
        return is;
    }
    void expect(std::string_view sign)
    {
        if (!takes(sign))
            fail();
    }
    std::nullptr_t fail()
    {
        if (!m_failed)
            m_wrong = m_at;
        m_failed = true;
        return nullptr;
    }

    Step operation();
    Step ordered(std::size_t most);
    Step summarized();
    std::size_t number();
    std::vector<KqlColumn> columns();
    std::string word();
    KqlValue either();
    KqlValue both();
    KqlValue comparison();
    KqlValue operand();
    KqlValue tail(KqlValue value);
    std::vector<KqlValue> list();

    std::vector<KqlToken> m_tokens;
    std::size_t m_at = 0;
    std::size_t m_wrong = 0;
    int m_depth = 0;
    bool m_failed = false;
};

Step Parser::operation()
{
    if (takesWord("where"))
        return kqlWhere(either());
    if (takesWord("project"))
        return kqlProject(columns(), false);
    if (takesWord("extend"))
        return kqlProject(columns(), true);
    if (takesWord("distinct"))
        return kqlDistinct(columns());
    if (takesWord("summarize"))
        return summarized();
    if (takesWord("order") || takesWord("sort"))
        return ordered(std::string::npos);
    if (takesWord("top"))
        return ordered(number());
    if (takesWord("take") || takesWord("limit"))
        return kqlTake(number());
    if (takesWord("count"))
        return kqlCount("Count", {}, true);
    return fail();
}

Step Parser::ordered(std::size_t most)
{
    if (!takesWord("by"))
        return fail();
    return kqlOrder(columns(), most);
}

Step Parser::summarized()
{
    std::string name = "count_";
    if (peek().kind == Kind::Word && m_tokens[m_at + 1].is("=")) {
        name = word();
        ++m_at;
    }
    if (!takesWord("count") || !takes("(") || !takes(")"))
        return fail();
    const bool grouped = takesWord("by");
    return kqlCount(name, grouped ? columns() : std::vector<KqlColumn>(), !grouped);
}

std::vector<KqlColumn> Parser::columns()
{
    std::vector<KqlColumn> all;
    do {
        const bool named = peek().kind == Kind::Word && m_tokens[m_at + 1].is("=");
        std::string name = named ? word() : std::string();
        m_at += named ? 1 : 0;
        const std::size_t first = m_at;
        KqlValue value = either();
        if (!named) {
            // An expression without a name is called by its words: tags.stamp becomes tags_stamp.
            for (std::size_t i = first; i < m_at; ++i) {
                if (m_tokens[i].kind == Kind::Word || m_tokens[i].kind == Kind::Text)
                    name += (name.empty() ? "" : "_") + m_tokens[i].text;
            }
        }
        const bool falling = takesWord("desc");
        const bool rising = !falling && takesWord("asc");
        all.push_back({std::move(name), std::move(value), !rising});
    } while (!m_failed && takes(","));
    return all;
}

std::size_t Parser::number()
{
    std::size_t value = 0;
    const std::string &text = peek().text;
    if (const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        peek().kind != Kind::Number || error != std::errc() || end != text.data() + text.size())
        fail();
    else
        ++m_at;
    return value;
}

std::string Parser::word()
{
    if (peek().kind != Kind::Word) {
        fail();
        return {};
    }
    return m_tokens[m_at++].text;
}

KqlValue Parser::either()
{
    KqlValue left = both();
    while (!m_failed && takesWord("or")) {
        left = [left = std::move(left), right = both()](
                   const Json &row) { return Json(kqlTrue(left(row)) || kqlTrue(right(row))); };
    }
    return left;
}

KqlValue Parser::both()
{
    KqlValue left = comparison();
    while (!m_failed && takesWord("and")) {
        left = [left = std::move(left), right = comparison()](
                   const Json &row) { return Json(kqlTrue(left(row)) && kqlTrue(right(row))); };
    }
    return left;
}

KqlValue Parser::comparison()
{
    KqlValue left = operand();
    const std::string sign = lower(peek().text);
    const bool negated = sign.starts_with("!in");
    if (sign == "in" || sign == "in~" || negated) {
        ++m_at;
        return kqlMembership(sign.ends_with('~'), negated, std::move(left), list());
    }
    static constexpr std::string_view words[] = {"contains", "startswith", "endswith", "has"};
    const bool compares = (peek().kind == Kind::Word && std::ranges::find(words, sign) != std::end(words))
        || (peek().kind == Kind::Sign && std::string_view("=!<>").contains(sign.front()) && sign != "=");
    if (m_failed || !compares)
        return left;
    ++m_at;
    return kqlComparison(sign, std::move(left), operand());
}

std::vector<KqlValue> Parser::list()
{
    std::vector<KqlValue> all;
    expect("(");
    if (takes(")"))
        return all;
    do {
        all.push_back(either());
    } while (!m_failed && takes(","));
    expect(")");
    return all;
}

KqlValue Parser::operand()
{
    const auto constant
        = [](Json value) -> KqlValue { return [value = std::move(value)](const Json &) { return value; }; };
    const KqlToken token = peek();
    if (m_failed || token.kind == Kind::End || m_depth >= deepest) {
        fail();
        return constant(nullptr);
    }
    if (takes("(")) {
        ++m_depth;
        KqlValue inner = either();
        --m_depth;
        expect(")");
        return inner;
    }
    if (token.kind == Kind::Number)
        return constant(number());
    if (token.kind == Kind::Text || token.isWord("true") || token.isWord("false")) {
        ++m_at;
        return constant(token.kind == Kind::Text ? Json(token.text) : Json(token.isWord("true")));
    }
    if (token.kind != Kind::Word) {
        fail();
        return constant(nullptr);
    }
    ++m_at;
    if (!peek().is("("))
        return tail([name = token.text](const Json &row) { return row.value(name, Json()); });
    ++m_depth;
    const std::optional<KqlValue> called = kqlFunction(lower(token.text), list());
    --m_depth;
    if (!called)
        fail();
    return called ? tail(*called) : constant(nullptr);
}

KqlValue Parser::tail(KqlValue value)
{
    const auto name = [](Json key) -> KqlValue { return [key = std::move(key)](const Json &) { return key; }; };
    while (!m_failed) {
        if (takes(".")) {
            value = kqlMember(std::move(value), name(word()));
        } else if (takes("[")) {
            if (peek().kind == Kind::Text)
                value = kqlMember(std::move(value), name(m_tokens[m_at++].text));
            else
                value = kqlMember(std::move(value), name(number()));
            expect("]");
        } else {
            break;
        }
    }
    return value;
}

} // namespace

ParsedKql parseKql(std::string_view text)
{
    // Expressions hold one another: a longer chain of them could be too deep to walk.
    constexpr std::size_t most = 2000;
    const std::optional<std::vector<KqlToken>> tokens = kqlTokens(text);
    return tokens && tokens->size() <= most ? Parser(*tokens).parse()
                                            : ParsedKql{std::nullopt, 0, std::string(text.substr(0, 1))};
}

} // namespace drover::simulator
