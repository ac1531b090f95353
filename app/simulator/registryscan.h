#pragma once

#include "app/simulator/hub.h"

#include <chrono>

namespace drover::simulator {

/// Goes over a hub's registry in turns of a few milliseconds. Between two turns the registry may change.
class RegistryScan {
public:
    explicit RegistryScan(const Hub::Registry &all, std::string after = {})
        : m_all(all)
        , m_after(std::move(after))
    {
    }

    /// Shows identities until the visitor returns false, or time is up: only then true, there is more to see.
    template <typename Visitor>
    bool turn(Visitor visit)
    {
        constexpr std::chrono::milliseconds span {5};
        constexpr unsigned betweenLooks = 64;
        const auto end = std::chrono::steady_clock::now() + span;
        unsigned seen = 0;
        for (auto at = m_all.upper_bound(m_after); at != m_all.end(); ++at) {
            if (!visit(at->first, at->second))
                return false;
            if (++seen % betweenLooks == 0 && std::chrono::steady_clock::now() >= end) {
                m_after = at->first;
                return true;
            }
        }
        return false;
    }

private:
    const Hub::Registry &m_all;
    std::string m_after;
};

} // namespace drover::simulator
