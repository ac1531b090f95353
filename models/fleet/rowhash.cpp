#include "models/fleet/rowhash.h"

#include <algorithm>

namespace drover::fleet {
namespace {

// ASCII alone: ids have no other letters. Or-ing 0x20 into other characters merely costs a collision in the hash,
// so only the comparison needs to be exact.
constexpr char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

uint64_t foldedHash(std::string_view text)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c | 0x20)) * 0x100000001b3;
    // FNV's low bits are weak for ids that differ in the last digit alone.
    hash ^= hash >> 29;
    hash *= 0xbf58476d1ce4e5b9;
    return hash ^ (hash >> 32);
}

bool equalFolded(std::string_view a, std::string_view b)
{
    return a.size() == b.size()
        && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return folded(x) == folded(y); });
}

} // namespace drover::fleet
