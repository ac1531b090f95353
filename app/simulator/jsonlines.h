#pragma once

#include <string>
#include <string_view>

namespace drover::simulator {

/// The line, from 1, of the member at a path as "stamps[0].capacity"; of the nearest thing around it if it is absent.
std::size_t lineOfMember(std::string_view text, std::string_view path);
/// The line, from 1, at which a text stops being JSON.
std::size_t lineOfMistake(std::string_view text);

} // namespace drover::simulator
