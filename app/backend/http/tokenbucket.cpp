#include "app/backend/http/tokenbucket.h"

#include <algorithm>
#include <cmath>

namespace drover::backend {
namespace {

constexpr double minuteMs = 60'000;
/// Below this a token is whole: refills are sums of fractions.
constexpr double epsilon = 1e-6;

Limit sane(Limit limit)
{
    limit.perMinute = std::max(limit.perMinute, epsilon);
    limit.burst = std::max(limit.burst, 1.0);
    limit.most = limit.window > Duration::zero() ? std::max(limit.most, 0.0) : 0.0;
    return limit;
}

} // namespace

TokenBucket::TokenBucket(Instant born, const Limit &limit)
    : m_limit(sane(limit))
    , m_seen(born)
{
}

double TokenBucket::levelAt(Instant now) const
{
    if (now <= m_seen)
        return m_level;
    const double refill = static_cast<double>((now - m_seen).count()) / minuteMs * m_limit.perMinute;
    return std::min(m_limit.burst, m_level + refill);
}

Duration TokenBucket::untilReady(Instant now, double cost) const
{
    const Duration wait = std::max({m_blocked - now, untilWindowHasRoom(now, cost), Duration::zero()});
    const double missing = std::min(cost, m_limit.burst) - levelAt(now);
    if (missing <= epsilon)
        return wait;
    return std::max(wait, Duration(static_cast<long long>(std::ceil(missing / m_limit.perMinute * minuteMs))));
}

Duration TokenBucket::untilWindowHasRoom(Instant now, double cost) const
{
    if (m_limit.most <= 0)
        return {};
    double over = std::min(cost, m_limit.most) - m_limit.most;
    for (const Taken &each : m_taken)
        over += each.at + m_limit.window > now ? each.tokens : 0;
    for (const Taken &each : m_taken) {
        if (over <= epsilon)
            break;
        if (each.at + m_limit.window <= now)
            continue;
        over -= each.tokens;
        if (over <= epsilon)
            return each.at + m_limit.window - now;
    }
    return {};
}

void TokenBucket::take(Instant now, double cost)
{
    m_level = levelAt(now) - cost;
    m_seen = std::max(m_seen, now);
    if (m_limit.most <= 0)
        return;
    constexpr int entries = 1000;
    while (!m_taken.empty() && m_taken.front().at + m_limit.window <= now)
        m_taken.pop_front();
    if (m_taken.empty() || now - m_taken.back().since >= m_limit.window / entries)
        m_taken.push_back({now, now, 0});
    m_taken.back().at = std::max(m_taken.back().at, now);
    m_taken.back().tokens += cost;
}

void TokenBucket::block(Instant until)
{
    m_blocked = std::max(m_blocked, until);
}

/// What went under the old limit counts as the same share of the new one: a slower pace slows at once and does not stop.
void TokenBucket::setLimit(Instant now, const Limit &limit)
{
    const double level = levelAt(now);
    const double most = m_limit.most;
    m_seen = std::max(m_seen, now);
    m_limit = sane(limit);
    m_level = std::min(level, m_limit.burst);
    if (m_limit.most <= 0)
        m_taken.clear();
    else if (most > 0)
        std::ranges::for_each(m_taken, [share = m_limit.most / most](Taken &each) { each.tokens *= share; });
}

} // namespace drover::backend
