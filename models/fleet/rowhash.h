#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace drover::fleet {

/// Hash of a text that does not tell letter case: DPS folds ids, hubs do not, and one table answers both.
uint64_t foldedHash(std::string_view text);
bool equalFolded(std::string_view a, std::string_view b);

/// Open addressing from hashes to rows, several rows a hash; it keeps the rows alone (4 bytes), never the texts.
class RowHash final {
public:
    static constexpr uint32_t none = 0xffffffff;

    /// `hashOf(row)` is asked again when the table grows.
    template <typename HashOf>
    void add(uint64_t hash, uint32_t row, HashOf hashOf)
    {
        if ((m_count + 1) * 4 > m_slots.size() * 3)
            grow(hashOf);
        place(hash, row);
        ++m_count;
    }

    /// The first row of that hash for which `match(row)` holds, or none.
    template <typename Match>
    uint32_t find(uint64_t hash, Match match) const
    {
        for (size_t at = home(hash); !m_slots.empty() && m_slots[at] != none; at = (at + 1) & (m_slots.size() - 1)) {
            if (match(m_slots[at]))
                return m_slots[at];
        }
        return none;
    }

    size_t bytes() const { return m_slots.capacity() * sizeof(uint32_t); }

private:
    size_t home(uint64_t hash) const { return m_slots.empty() ? 0 : hash & (m_slots.size() - 1); }

    void place(uint64_t hash, uint32_t row)
    {
        size_t at = home(hash);
        while (m_slots[at] != none)
            at = (at + 1) & (m_slots.size() - 1);
        m_slots[at] = row;
    }

    template <typename HashOf>
    void grow(HashOf hashOf)
    {
        std::vector<uint32_t> old(m_slots.empty() ? 64 : m_slots.size() * 2, none);
        old.swap(m_slots);
        for (const uint32_t row : old) {
            if (row != none)
                place(hashOf(row), row);
        }
    }

    std::vector<uint32_t> m_slots;
    size_t m_count = 0;
};

} // namespace drover::fleet
