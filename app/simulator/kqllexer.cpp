#include "app/simulator/kqllexer.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace drover::simulator {

namespace {

using Kind = KqlToken::Kind;

bool wordCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$';
}
bool digit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c));
}

/// The text between quotes, escapes resolved; `at` ends behind it.
std::optional<std::string> quoted(std::string_view query, std::size_t &at)
{
    const char quote = query[at++];
    std::string text;
    for (; at < query.size(); ++at) {
        if (query[at] == quote) {
            ++at;
            return text;
        }
        if (query[at] == '\\' && at + 1 < query.size())
            ++at;
        text += query[at];
    }
    return std::nullopt;
}

/// Longest first: "!in~" before "!in".
constexpr std::array<std::string_view, 22> signs{"!contains", "!startswith", "!endswith", "!has", "!in~", "!in", "in~",
    "==", "!=", "=~", "!~", "<=", ">=", "<", ">", "=", "|", "(", ")", ",", ".", "["};

std::string_view signAt(std::string_view rest)
{
    for (const std::string_view sign : signs) {
        if (rest.size() < sign.size() || !sameText(rest.substr(0, sign.size()), sign))
            continue;
        const bool cut = wordCharacter(sign.back()) && rest.size() > sign.size() && wordCharacter(rest[sign.size()]);
        if (!cut)
            return sign;
    }
    return rest.starts_with(']') ? "]" : rest.starts_with('-') ? "-" : "";
}

template <typename Holds>
std::string run(std::string_view query, std::size_t &at, Holds holds)
{
    const std::size_t start = at;
    while (at < query.size() && holds(query[at]))
        ++at;
    return std::string(query.substr(start, at - start));
}

} // namespace

std::optional<std::vector<KqlToken>> kqlTokens(std::string_view query)
{
    std::vector<KqlToken> tokens;
    std::size_t at = 0;
    while (at < query.size()) {
        const std::size_t start = at;
        const char c = query[at];
        if (std::isspace(static_cast<unsigned char>(c))) {
            ++at;
        } else if (query.substr(at).starts_with("//")) {
            at = std::min(query.find('\n', at), query.size());
        } else if (c == '\'' || c == '"') {
            std::optional<std::string> text = quoted(query, at);
            if (!text)
                return std::nullopt;
            tokens.push_back({Kind::Text, std::move(*text), start});
        } else if (const std::string_view sign = signAt(query.substr(at)); !sign.empty()) {
            at += sign.size();
            tokens.push_back({Kind::Sign, std::string(sign), start});
        } else if (digit(c)) {
            std::string number = run(query, at, [](char one) { return digit(one) || one == '.'; });
            tokens.push_back({Kind::Number, std::move(number), start});
        } else if (wordCharacter(c)) {
            std::string word = run(query, at, wordCharacter);
            tokens.push_back({Kind::Word, std::move(word), start});
        } else {
            return std::nullopt;
        }
    }
    tokens.push_back({Kind::End, {}, query.size()});
    return tokens;
}

} // namespace drover::simulator
