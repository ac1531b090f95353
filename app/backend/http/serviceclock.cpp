#include "app/backend/http/serviceclock.h"

#include <algorithm>

#include <time.h>

namespace drover::backend {

using namespace std::chrono;

namespace {

/// Time since the machine's start, sleep included: std::chrono::steady_clock stands still while a laptop sleeps, and
/// tokens signed with its time would be refused afterwards.
nanoseconds sinceBoot()
{
    timespec now = {};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

} // namespace

ServiceClock::ServiceClock(double speed)
    : m_speed(std::max(speed, 1.0))
    , m_origin(floor<milliseconds>(system_clock::now()))
    , m_started(sinceBoot())
{
}

Duration ServiceClock::passed() const
{
    const duration<double, std::milli> real = sinceBoot() - m_started;
    return milliseconds(static_cast<long long>(real.count() * m_speed));
}

Instant ServiceClock::now() const
{
    return paced() + m_ahead;
}

Instant ServiceClock::paced() const
{
    return m_origin + passed();
}

void ServiceClock::keepUpWith(Instant service)
{
    // A Date header has whole seconds and has been under way for some tenths of a real one.
    const auto noise = seconds(2) + milliseconds(static_cast<long long>(500 * m_speed));
    const Duration ahead = service - now();
    if (ahead > noise)
        m_ahead += ahead;
}

} // namespace drover::backend
