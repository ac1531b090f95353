#include "app/simulator/quota.h"

#include <algorithm>
#include <cmath>

namespace drover::simulator {

Quota::Quota(std::string service, std::string name, int limit, Millis window)
    : m_service(std::move(service))
    , m_name(std::move(name))
    , m_limit(limit)
    , m_window(window)
{
}

Quota Quota::bucket(std::string service, std::string name, int limit, double perSecond)
{
    Quota quota(std::move(service), std::move(name), limit, 0);
    quota.m_perSecond = perSecond;
    return quota;
}

Millis Quota::take(Millis now, int cost, bool enforced)
{
    if (m_perSecond > 0)
        return takeFromBucket(now, cost, enforced);
    forget(now);
    if (enforced && m_sum + cost > m_limit) {
        ++m_rejected;
        int freed = 0;
        for (const auto &[time, taken] : m_taken) {
            freed += taken;
            if (m_sum - freed + cost <= m_limit)
                return std::max<Millis>(1, time + m_window - now);
        }
        return m_window;
    }
    if (!m_taken.empty() && m_taken.back().first == now)
        m_taken.back().second += cost;
    else
        m_taken.emplace_back(now, cost);
    m_sum += cost;
    m_highest = std::max(m_highest, m_sum);
    return 0;
}

Millis Quota::takeFromBucket(Millis now, int cost, bool enforced)
{
    m_level = std::max(0.0, m_level - static_cast<double>(std::max<Millis>(0, now - m_latest)) / 1000.0 * m_perSecond);
    m_latest = now;
    if (const double missing = m_level + cost - m_limit; enforced && missing > 0) {
        ++m_rejected;
        return std::max<Millis>(1, static_cast<Millis>(std::ceil(missing / m_perSecond * 1000.0)));
    }
    m_level += cost;
    m_highest = std::max(m_highest, static_cast<int>(std::ceil(m_level)));
    return 0;
}

void Quota::forget(Millis now)
{
    // Where the clock is put back, what was taken is as old as it was before.
    if (now < m_latest) {
        for (auto &taken : m_taken)
            taken.first += now - m_latest;
    }
    m_latest = now;
    while (!m_taken.empty() && m_taken.front().first + m_window <= now) {
        m_sum -= m_taken.front().second;
        m_taken.pop_front();
    }
}

Json Quota::truth() const
{
    return {{"service", m_service}, {"quota", m_name}, {"limit", m_limit}, {"highest", m_highest},
        {"rejected", m_rejected}};
}

} // namespace drover::simulator
