#pragma once

#include <span>
#include <string>
#include <string_view>

namespace drover::fuzz {

/// Something of the local Azure that reads what a client or a file says; it must survive any text.
struct Parser {
    std::string_view name;
    void (*read)(const std::string &text);
};

std::span<const Parser> parsers();
/// Null if there is none of that name.
const Parser *parserOf(std::string_view name);

} // namespace drover::fuzz
