#include "app/backend/http/gate.h"

#include <algorithm>

namespace drover::backend {

Gate::Gate(const Clock &clock, const Limit &limit)
    : m_clock(clock)
    , m_limit(limit)
    , m_bucket(clock.paced(), limit)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Gate::letThrough);
}

QCoro::Task<bool> Gate::pass(int cost, std::stop_token stop)
{
    if (stop.stop_requested())
        co_return false;
    const Instant now = m_clock.paced();
    if (m_queue.empty() && m_bucket.untilReady(now, cost) == Duration::zero()) {
        m_bucket.take(now, cost);
        co_return true;
    }
    const auto waiting = std::make_shared<Waiting>(cost);
    m_queue.push_back(waiting);
    if (m_queue.size() == 1)
        letThrough();
    const std::stop_callback onStop(stop, [this, waiting] {
        QMetaObject::invokeMethod(this, [this, waiting] { leave(waiting); }, Qt::QueuedConnection);
    });
    co_await waiting->wake;
    co_return waiting->granted;
}

void Gate::setLimit(const Limit &limit)
{
    m_limit = limit;
    applyLimit();
}

void Gate::applyLimit()
{
    m_bucket.setLimit(m_clock.paced(), m_limit * m_governor.share());
    letThrough();
}

void Gate::learn(int status, std::optional<std::chrono::milliseconds> took)
{
    constexpr int tooMany = 429;
    constexpr int serverSide = 500;
    const double before = m_governor.share();
    const Instant now = m_clock.paced();
    if (status == tooMany)
        m_governor.refused(now);
    else if (status == 0 || (status >= serverSide && took))
        m_governor.troubled(now);
    else if (took)
        m_governor.answered(now, *took);
    else
        m_governor.answered(now);
    if (before != m_governor.share())
        applyLimit();
}

void Gate::block(Duration span)
{
    m_bucket.block(m_clock.paced() + span);
}

void Gate::letThrough()
{
    std::vector<std::shared_ptr<Waiting>> granted;
    while (!m_queue.empty()) {
        const Instant now = m_clock.paced();
        const Duration wait = m_bucket.untilReady(now, m_queue.front()->cost);
        if (wait > Duration::zero()) {
            m_timer.start(m_clock.real(wait));
            break;
        }
        m_bucket.take(now, m_queue.front()->cost);
        m_queue.front()->granted = true;
        granted.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    // Last, because whoever wakes may come back to this queue.
    for (const auto &waiting : granted)
        waiting->wake.fire();
}

void Gate::leave(const std::shared_ptr<Waiting> &waiting)
{
    const auto place = std::ranges::find(m_queue, waiting);
    if (place == m_queue.end())
        return;
    m_queue.erase(place);
    letThrough();
    waiting->wake.fire();
}

} // namespace drover::backend
