#pragma once

#include "app/simulator/text.h"

namespace drover::simulator {

/// One word, text, number or sign of a graph query.
struct KqlToken {
    enum class Kind : std::uint8_t { Word, Text, Number, Sign, End };

    Kind kind = Kind::End;
    std::string text;
    std::size_t position = 0;

    bool is(std::string_view sign) const { return kind == Kind::Sign && text == sign; }
    bool isWord(std::string_view word) const { return kind == Kind::Word && sameText(text, word); }
};

/// The tokens, an End last; nothing if a text does not end or a character means nothing.
std::optional<std::vector<KqlToken>> kqlTokens(std::string_view query);

} // namespace drover::simulator
