#include "app/backend/http/governor.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace drover::backend {
namespace {

constexpr double afterRefusal = 0.7;
constexpr double afterTrouble = 0.85;
constexpr double climb = 0.05;
/// Answers to calls that were under way together are one sign, not many.
constexpr Duration betweenCuts = 3s;
constexpr Duration betweenSteps = 5s;
/// Slow is several times the usual, and by so much more that a person would notice.
constexpr double timesUsual = 4;
constexpr double noticeable = 400;

} // namespace

void Governor::refused(Instant now)
{
    cut(now, afterRefusal);
}

void Governor::troubled(Instant now)
{
    cut(now, afterTrouble);
}

void Governor::cut(Instant now, double factor)
{
    const bool sameSign = m_share < 1 && now - m_cut < betweenCuts;
    if (sameSign)
        return;
    m_share = std::max(least, m_share * factor);
    m_changed = m_cut = now;
}

bool Governor::isSlow() const
{
    return m_lately > timesUsual * m_usual + noticeable;
}

void Governor::answered(Instant now, std::chrono::milliseconds took)
{
    constexpr double memory = 0.1;
    constexpr double forgetting = 0.001;
    const auto ms = static_cast<double>(took.count());
    m_usual = m_usual < 0 || ms < m_usual ? ms : m_usual + (ms - m_usual) * forgetting;
    m_lately = m_lately < 0 ? ms : m_lately + (ms - m_lately) * memory;
    if (isSlow())
        cut(now, afterTrouble);
    else
        answered(now);
}

void Governor::answered(Instant now)
{
    if (m_share >= 1 || now - m_changed < betweenSteps)
        return;
    m_share = std::min(1.0, m_share + climb);
    m_changed = now;
}

} // namespace drover::backend
