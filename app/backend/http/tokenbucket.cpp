#include "app/backend/http/tokenbucket.h"

#include <algorithm>
#include <cmath>

namespace drover::backend {
namespace {

constexpr double minuteMs = 60'000;
/// Below this a token is whole: refills are sums of fractions.
constexpr double epsilon = 1e-6;

} // namespace

TokenBucket::TokenBucket(Instant born, double perMinute, double burst)
    : m_perMinute(std::max(perMinute, epsilon))
    , m_burst(std::max(burst, 1.0))
    , m_seen(born)
{
}

double TokenBucket::levelAt(Instant now) const
{
    if (now <= m_seen)
        return m_level;
    const double refill = static_cast<double>((now - m_seen).count()) / minuteMs * m_perMinute;
    return std::min(m_burst, m_level + refill);
}

Duration TokenBucket::untilReady(Instant now, double cost) const
{
    const Duration blocked = std::max(m_blocked - now, Duration::zero());
    const double missing = std::min(cost, m_burst) - levelAt(now);
    if (missing <= epsilon)
        return blocked;
    return std::max(blocked, Duration(static_cast<long long>(std::ceil(missing / m_perMinute * minuteMs))));
}

void TokenBucket::take(Instant now, double cost)
{
    m_level = levelAt(now) - cost;
    m_seen = std::max(m_seen, now);
}

void TokenBucket::block(Instant until)
{
    m_blocked = std::max(m_blocked, until);
}

void TokenBucket::setLimit(Instant now, double perMinute, double burst)
{
    const double level = levelAt(now);
    m_seen = std::max(m_seen, now);
    m_perMinute = std::max(perMinute, epsilon);
    m_burst = std::max(burst, 1.0);
    m_level = std::min(level, m_burst);
}

} // namespace drover::backend
