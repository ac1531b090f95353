#include "app/simulator/querylexer.h"

#include <cctype>

namespace drover::simulator {

namespace {

using Kind = QueryToken::Kind;

bool nameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }
bool nameChar(char c) { return nameStart(c) || std::isdigit(static_cast<unsigned char>(c)); }

/// Both ways of writing a quote inside a text: doubled, or behind a backslash.
std::optional<std::string> quotedText(std::string_view text, std::size_t &at)
{
    const char quote = text[at++];
    std::string result;
    while (at < text.size()) {
        const char c = text[at++];
        if (c == '\\' && at < text.size()) {
            result += text[at++];
        } else if (c != quote) {
            result += c;
        } else if (at < text.size() && text[at] == quote) {
            result += quote;
            ++at;
        } else {
            return result;
        }
    }
    return std::nullopt;
}

std::string symbol(std::string_view text, std::size_t at)
{
    const std::string_view two = text.substr(at, 2);
    for (const std::string_view known : {"!=", "<>", "<=", ">="}) {
        if (two == known)
            return std::string(known);
    }
    return std::string("=<>()[],.*").contains(text[at]) ? std::string(1, text[at]) : std::string();
}

std::optional<QueryToken> nextToken(std::string_view text, std::size_t &at)
{
    const std::size_t start = at;
    const auto run = [&](auto belongs) {
        while (at < text.size() && belongs(text[at]))
            ++at;
        return std::string(text.substr(start, at - start));
    };
    if (text[at] == '\'' || text[at] == '"') {
        std::optional<std::string> content = quotedText(text, at);
        return content ? std::optional(QueryToken {Kind::Text, *content, start}) : std::nullopt;
    }
    if (nameStart(text[at]))
        return QueryToken {Kind::Name, run(nameChar), start};
    const bool negative = text[at] == '-' && at + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[at + 1]));
    if (negative || std::isdigit(static_cast<unsigned char>(text[at]))) {
        ++at;
        run([](char c) { return std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == 'e' || c == 'E'; });
        return QueryToken {Kind::Number, std::string(text.substr(start, at - start)), start};
    }
    std::string known = symbol(text, at);
    at += known.size();
    return known.empty() ? std::nullopt : std::optional(QueryToken {Kind::Symbol, std::move(known), start});
}

} // namespace

std::optional<std::vector<QueryToken>> queryTokens(std::string_view text)
{
    std::vector<QueryToken> tokens;
    for (std::size_t at = 0;;) {
        while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])))
            ++at;
        if (at == text.size())
            break;
        std::optional<QueryToken> token = nextToken(text, at);
        if (!token)
            return std::nullopt;
        tokens.push_back(std::move(*token));
    }
    tokens.push_back({Kind::End, "", text.size()});
    return tokens;
}

} // namespace drover::simulator
