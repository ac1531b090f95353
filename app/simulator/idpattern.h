#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover::simulator {

/// "meter-####": the number takes the place of the first crosses, zeros before it.
class IdPattern {
public:
    IdPattern() = default;
    explicit IdPattern(std::string_view text);

    std::string id(std::uint32_t number) const;
    /// The number that stands in the id (0 without a cross), whatever its letter case; nothing if no number gives this id. Ids need no index
    /// that way, which counts with a million of them.
    std::optional<std::uint32_t> numberIn(std::string_view id) const;
    /// Whether an id of this pattern can be one of the other at all.
    bool mayMeet(const IdPattern &other) const;

private:
    std::string m_before;
    std::string m_after;
    /// 0 if there is no cross: all numbers then give the same id.
    std::size_t m_width = 0;
};

} // namespace drover::simulator
