#pragma once

#include "app/simulator/hub.h"
#include "app/simulator/query.h"

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
    /// Only of those that the condition can hold for, where it names them.
    RegistryScan(const Hub::Registry &all, const std::optional<QueryExpression> &where, std::string after = {})
        : m_all(all)
        , m_only(where ? where->deviceIds() : std::nullopt)
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
        for (auto at = next(); at != m_all.end(); at = m_only ? next() : std::next(at)) {
            m_after = at->first;
            if (!visit(at->first, at->second))
                return false;
            if (++seen % betweenLooks == 0 && std::chrono::steady_clock::now() >= end)
                return true;
        }
        return false;
    }

private:
    Hub::Registry::const_iterator next() const
    {
        if (!m_only)
            return m_all.upper_bound(m_after);
        for (auto id = m_only->upper_bound(m_after); id != m_only->end(); ++id) {
            if (const auto at = m_all.find(*id); at != m_all.end())
                return at;
        }
        return m_all.end();
    }

    const Hub::Registry &m_all;
    const std::optional<std::set<std::string>> m_only;
    std::string m_after;
};

} // namespace drover::simulator
