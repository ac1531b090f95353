#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace drover::fleet {

/// Short texts one after another in chunks that never move. Copies share all full chunks.
class StringArena final {
public:
    /// Longest text kept; ids have at most 128 characters, anything longer is cut here.
    static constexpr size_t longest = 255;

    StringArena() = default;
    StringArena(const StringArena &other);
    StringArena &operator=(const StringArena &other);
    StringArena(StringArena &&) noexcept = default;
    StringArena &operator=(StringArena &&) noexcept = default;
    ~StringArena() = default;

    uint32_t add(std::string_view text);
    std::string_view at(uint32_t offset) const;
    size_t bytes() const { return m_chunks.size() * chunkSize; }

private:
    static constexpr size_t chunkBits = 20;
    static constexpr size_t chunkSize = size_t(1) << chunkBits;
    using Chunk = std::array<char, chunkSize>;

    void ownLastChunk();

    std::vector<std::shared_ptr<Chunk>> m_chunks;
    size_t m_used = chunkSize;
};

} // namespace drover::fleet
