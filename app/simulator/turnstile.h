#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <functional>

namespace drover::simulator {

/// Work that takes milliseconds passes here, piece by piece: between two pieces the server looks after everybody else.
class Turnstile {
public:
    explicit Turnstile(boost::asio::io_context &io)
        : m_io(io)
    {
    }

    boost::asio::awaitable<void> pass()
    {
        const auto line = [this](auto handler) {
            m_waiting.emplace_back(std::move(handler));
            next();
        };
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(line, boost::asio::use_awaitable);
    }

private:
    void next()
    {
        if (m_busy || m_waiting.empty())
            return;
        m_busy = true;
        boost::asio::post(m_io, [this] {
            auto first = std::move(m_waiting.front());
            m_waiting.pop_front();
            m_busy = false;
            next();
            first();
        });
    }

    boost::asio::io_context &m_io;
    std::deque<std::move_only_function<void()>> m_waiting;
    bool m_busy = false;
};

} // namespace drover::simulator
