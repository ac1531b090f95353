#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

namespace drover::simulator {

/// The one source of chance: the same seed and the same requests give the same answers.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_engine(seed)
    {
    }

    /// Between low and high, both included.
    std::int64_t between(std::int64_t low, std::int64_t high)
    {
        if (high <= low)
            return low;
        return low + static_cast<std::int64_t>(m_engine() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool chance(double share) { return static_cast<double>(m_engine() >> 11) * 0x1.0p-53 < share; }
    std::uint64_t number() { return m_engine(); }
    std::string uuid()
    {
        const std::uint64_t a = m_engine();
        const std::uint64_t b = m_engine();
        char text[40];
        std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%012llx", static_cast<unsigned>(a >> 32),
            static_cast<unsigned>(a >> 16 & 0xffff), static_cast<unsigned>(a & 0xfff),
            static_cast<unsigned>(b >> 48 & 0xfff), static_cast<unsigned long long>(b & 0xffffffffffffULL));
        return text;
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace drover::simulator
