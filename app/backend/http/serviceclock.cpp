#include "app/backend/http/serviceclock.h"

#include <algorithm>

namespace drover::backend {

using namespace std::chrono;

ServiceClock::ServiceClock(double speed)
    : m_speed(std::max(speed, 1.0))
    , m_origin(floor<milliseconds>(system_clock::now()))
    , m_started(steady_clock::now())
{
}

Instant ServiceClock::now() const
{
    const duration<double, std::milli> passed = steady_clock::now() - m_started;
    return m_origin + milliseconds(static_cast<long long>(passed.count() * m_speed));
}

void ServiceClock::keepUpWith(Instant service)
{
    // A Date header has whole seconds and has been under way for some tenths of a real one.
    const auto noise = seconds(2) + milliseconds(static_cast<long long>(500 * m_speed));
    const Duration ahead = service - now();
    if (ahead > noise)
        m_origin += ahead;
}

} // namespace drover::backend
