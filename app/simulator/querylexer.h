#pragma once

#include "app/simulator/text.h"

namespace drover::simulator {

struct QueryToken {
    enum class Kind : std::uint8_t { Name, Text, Number, Symbol, End };

    Kind kind = Kind::End;
    std::string text;
    std::size_t offset = 0;

    bool is(std::string_view word) const
    {
        return (kind == Kind::Name || kind == Kind::Symbol) && sameText(text, word);
    }
};

/// The words of a query; nothing if a text has no end or a character has no meaning.
std::optional<std::vector<QueryToken>> queryTokens(std::string_view text);

} // namespace drover::simulator
