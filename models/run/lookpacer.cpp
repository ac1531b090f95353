#include "models/run/lookpacer.h"

#include <algorithm>

namespace drover::run {
namespace {

constexpr Duration longest = std::chrono::seconds(15);
constexpr Duration longestWaiting = std::chrono::minutes(1);

} // namespace

Duration LookPacer::after(const LookTaken &look)
{
    const Duration most = look.onlyWaiting ? longestWaiting : longest;
    m_idle = look.news ? first : std::min<Duration>(m_idle * 3 / 2, most);
    if (!look.closing)
        return std::max(m_idle, plan::pauseAfterLook(look.calls, look.dpsCalls, m_dpsCallsPerMinute));
    const Duration share(static_cast<qint64>(look.dpsCalls / std::max(m_dpsCallsPerMinute, 0.1) * 60'000));
    return std::max(m_idle, share);
}

} // namespace drover::run
