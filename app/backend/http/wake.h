#pragma once

#include <coroutine>
#include <utility>

namespace drover::backend {

/// Something one coroutine awaits and somebody fires, once, on the same thread.
class Wake final {
public:
    Wake() = default;
    Wake(const Wake &) = delete;
    Wake &operator=(const Wake &) = delete;

    void fire()
    {
        m_fired = true;
        if (const std::coroutine_handle<> waiting = std::exchange(m_waiting, nullptr))
            waiting.resume();
    }

    bool await_ready() const noexcept { return m_fired; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { m_waiting = waiting; }
    void await_resume() const noexcept { }

private:
    bool m_fired = false;
    std::coroutine_handle<> m_waiting;
};

} // namespace drover::backend
