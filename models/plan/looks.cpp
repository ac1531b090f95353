#include "models/plan/looks.h"

#include <algorithm>

namespace drover::plan {
namespace {

constexpr Duration shortest = std::chrono::seconds(2);
constexpr Duration longest = std::chrono::minutes(2);
constexpr qint64 pageSize = 1000;
constexpr qint64 namesAQuery = 500;

qint64 parts(qint64 count, qint64 size)
{
    return (count + size - 1) / size;
}

} // namespace

Duration pauseAfterLook(int calls, int dpsCalls, double dpsCallsPerMinute)
{
    // Twice the calls, four times the pause: a run's calls grow more slowly than its devices.
    const Duration cheap = std::clamp<Duration>(std::chrono::milliseconds(500LL * calls * calls), shortest, longest);
    const double minutes = dpsCalls / std::max(dpsCallsPerMinute, 0.1);
    return std::max(cheap, Duration(static_cast<qint64>(minutes * 60'000)));
}

int callsOfLook(qint64 groupMembers, qint64 arrivals)
{
    return static_cast<int>(parts(groupMembers, pageSize) + 2 * std::max<qint64>(1, parts(arrivals, namesAQuery)));
}

} // namespace drover::plan
