#include "models/fleet/query.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace drover::fleet::query {
namespace {

/// Far more than a person nests, far less than the stack holds.
constexpr int deepest = 200;

const std::array<std::pair<QLatin1StringView, Compare>, 9> comparisons{
    {{"="_L1, Compare::Equal}, {"!="_L1, Compare::Unequal}, {"<>"_L1, Compare::Unequal}, {"<="_L1, Compare::LessEqual},
        {">="_L1, Compare::GreaterEqual}, {"<"_L1, Compare::Less}, {">"_L1, Compare::Greater}, {"in"_L1, Compare::In},
        {"nin"_L1, Compare::NotIn}}};

const std::array<QLatin1StringView, 7> plainFields{
    "deviceId"_L1, "status"_L1, "connectionState"_L1, "lastActivityTime"_L1, "stamp"_L1, "hub"_L1, "group"_L1};

/// Recursive descent; the first error is kept and everything behind it answers "no".
class Parser final {
public:
    explicit Parser(std::vector<Token> tokens)
        : m_tokens(std::move(tokens))
    {
    }

    Result<NodePtr> whole()
    {
        NodePtr root = either();
        if (!m_error && now().kind != Token::Kind::End)
            refuse(u"\"%1\" is not expected here."_s.arg(now().text));
        if (m_error)
            return Failure(*m_error);
        return root;
    }

private:
    const Token &now() const { return m_tokens[m_at]; }

    void refuse(const QString &what)
    {
        if (!m_error)
            m_error = error(now().column, what).error();
    }

    void advance()
    {
        if (now().kind != Token::Kind::End)
            ++m_at;
    }

    bool isNow(QLatin1StringView text) const
    {
        const bool spelled = now().kind == Token::Kind::Word || now().kind == Token::Kind::Symbol;
        return spelled && now().text.compare(text, Qt::CaseInsensitive) == 0;
    }

    bool take(QLatin1StringView text)
    {
        const bool taken = !m_error && isNow(text);
        if (taken)
            advance();
        return taken;
    }

    void expect(QLatin1StringView text)
    {
        if (!take(text))
            refuse(u"\"%1\" is missing."_s.arg(text));
    }

    NodePtr combine(Node::Kind kind, QLatin1StringView word, NodePtr (Parser::*part)())
    {
        NodePtr first = (this->*part)();
        if (m_error || !isNow(word))
            return first;
        auto node = std::make_unique<Node>();
        node->kind = kind;
        node->children.push_back(std::move(first));
        while (take(word))
            node->children.push_back((this->*part)());
        return node;
    }

    NodePtr either() { return combine(Node::Kind::Or, "or"_L1, &Parser::both); }
    NodePtr both() { return combine(Node::Kind::And, "and"_L1, &Parser::single); }

    NodePtr single()
    {
        auto node = std::make_unique<Node>();
        if (++m_depth > deepest)
            refuse(u"the conditions are nested too deeply."_s);
        if (m_error)
            return node;
        if (take("not"_L1)) {
            node->kind = Node::Kind::Not;
            node->children.push_back(single());
        } else if (take("("_L1)) {
            node = either();
            expect(")"_L1);
        } else {
            condition(*node);
        }
        --m_depth;
        return node;
    }

    void condition(Node &node)
    {
        if (take("is_defined"_L1)) {
            expect("("_L1);
            node.compare = Compare::Defined;
            node.field = field();
            expect(")"_L1);
            return;
        }
        if (take("startswith"_L1)) {
            expect("("_L1);
            node.compare = Compare::StartsWith;
            node.field = field();
            expect(","_L1);
            node.values.push_back(value());
            expect(")"_L1);
            return;
        }
        node.field = field();
        comparison(node);
    }

    void comparison(Node &node)
    {
        for (const auto &[text, compare] : comparisons) {
            if (!take(text))
                continue;
            node.compare = compare;
            if (compare == Compare::In || compare == Compare::NotIn)
                list(node);
            else
                node.values.push_back(value());
            return;
        }
        refuse(u"a comparison such as = or IN is missing."_s);
    }

    void list(Node &node)
    {
        expect("["_L1);
        do
            node.values.push_back(value());
        while (take(","_L1));
        expect("]"_L1);
    }

    QStringList field()
    {
        QStringList names;
        const Token first = now();
        do {
            if (now().kind != Token::Kind::Word)
                refuse(u"a field is missing."_s);
            names.append(now().text);
            advance();
        } while (take("."_L1));
        if (!m_error && !isField(names))
            m_error = error(first.column,
                u"\"%1\" is no field; there are deviceId, status, connectionState, lastActivityTime, "
                "tags.NAME, stamp, hub and group."_s.arg(names.join(u'.')))
                          .error();
        return names;
    }

    static bool isField(const QStringList &names)
    {
        if (names.first() == "tags"_L1)
            return names.size() > 1;
        return names.size() == 1
            && std::find(plainFields.begin(), plainFields.end(), names.first()) != plainFields.end();
    }

    Value value()
    {
        const Token token = now();
        bool isNumber = false;
        const double number = token.text.toDouble(&isNumber);
        if (token.kind == Token::Kind::Number && !isNumber)
            refuse(u"\"%1\" is no number."_s.arg(token.text));
        if (take("true"_L1))
            return true;
        if (take("false"_L1))
            return false;
        if (take("null"_L1))
            return Null{};
        if (token.kind != Token::Kind::Text && token.kind != Token::Kind::Number) {
            refuse(u"a text in quotes or a number is missing."_s);
            return {};
        }
        advance();
        return token.kind == Token::Kind::Text ? Value(token.text) : Value(number);
    }

    std::vector<Token> m_tokens;
    size_t m_at = 0;
    int m_depth = 0;
    std::optional<Error> m_error;
};

} // namespace

Result<NodePtr> parse(const QString &query)
{
    Result<std::vector<Token>> found = tokens(query);
    if (!found)
        return Failure(found.error());
    return Parser(std::move(*found)).whole();
}

} // namespace drover::fleet::query
