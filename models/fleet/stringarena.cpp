#include "models/fleet/stringarena.h"

#include <algorithm>

namespace drover::fleet {

StringArena::StringArena(const StringArena &other)
    : m_chunks(other.m_chunks)
    , m_used(other.m_used)
{
    ownLastChunk();
}

StringArena &StringArena::operator=(const StringArena &other)
{
    m_chunks = other.m_chunks;
    m_used = other.m_used;
    ownLastChunk();
    return *this;
}

// Both copies go on writing behind the same offset, so each needs a last chunk of its own.
void StringArena::ownLastChunk()
{
    if (!m_chunks.empty())
        m_chunks.back() = std::make_shared<Chunk>(*m_chunks.back());
}

uint32_t StringArena::add(std::string_view text)
{
    text = text.substr(0, longest);
    if (m_used + text.size() + 1 > chunkSize) {
        m_chunks.push_back(std::make_shared<Chunk>());
        m_used = 0;
    }
    const size_t offset = ((m_chunks.size() - 1) << chunkBits) + m_used;
    char *out = m_chunks.back()->data() + m_used;
    *out = static_cast<char>(static_cast<unsigned char>(text.size()));
    std::copy(text.begin(), text.end(), out + 1);
    m_used += text.size() + 1;
    return static_cast<uint32_t>(offset);
}

std::string_view StringArena::at(uint32_t offset) const
{
    const char *text = m_chunks[offset >> chunkBits]->data() + (offset & (chunkSize - 1));
    return {text + 1, static_cast<unsigned char>(*text)};
}

} // namespace drover::fleet
