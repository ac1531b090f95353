#pragma once

#include "app/simulator/connection.h"
#include "app/simulator/httpmessages.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace drover::simulator {

/// Serves one client, request after request. One file each includes this for TLS and for plain streams: the compiler
/// is slow on it.
template <typename Stream>
class Connection {
public:
    Connection(Stream &stream, ConnectionContext &context, std::vector<std::string> certificates = {})
        : m_stream(stream)
        , m_context(context)
        , m_certificates(std::move(certificates))
    {
    }

    boost::asio::awaitable<void> serve()
    {
        bool open = true;
        while (open)
            open = co_await one();
    }

private:
    using Error = boost::system::error_code;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    static constexpr std::size_t headerLimit = 32 * 1024;
    static constexpr std::size_t bodyLimit = 1024 * 1024;
    static constexpr std::size_t drainLimit = 64 * 1024 * 1024;
    static constexpr std::chrono::seconds idleTimeout {120};
    static constexpr std::chrono::seconds stallTimeout {600};

    static auto quiet(Error &error) { return boost::asio::redirect_error(boost::asio::use_awaitable, error); }
    void expire(std::chrono::seconds after) { boost::beast::get_lowest_layer(m_stream).expires_after(after); }

    boost::asio::awaitable<bool> one()
    {
        Parser parser;
        parser.header_limit(headerLimit);
        parser.body_limit(bodyLimit);
        const Error error = co_await read(parser);
        if (error) {
            if (const auto status = statusFor(error))
                co_await turnAway(Response::json(Json::object({{"message", error.message()}}), *status));
            co_return false;
        }
        const auto &message = parser.get();
        const bool head = message.method() == boost::beast::http::verb::head;
        if (message[boost::beast::http::field::host].empty()) {
            co_await turnAway(Response::json(Json::object({{"message", "the Host header is missing"}}), 400));
            co_return false;
        }
        Request request = requestFrom(message);
        request.certificates = m_certificates;
        const Outcome outcome = m_context.azure.handle(request);
        m_context.handled();
        co_await wait(outcome.response.delay);
        switch (outcome.kind) {
        case Outcome::Kind::Drop: co_return false;
        case Outcome::Kind::Stall: co_return co_await stall();
        case Outcome::Kind::Half: co_return co_await sendHalf(outcome.response);
        case Outcome::Kind::Send: break;
        }
        co_return co_await send(outcome.response, message.version(), message.keep_alive(), head);
    }

    /// A client may idle between requests for long, but not in the middle of one.
    boost::asio::awaitable<Error> read(Parser &parser)
    {
        Error error;
        if (m_buffer.size() == 0) {
            expire(idleTimeout);
            const std::size_t count = co_await m_stream.async_read_some(m_buffer.prepare(4096), quiet(error));
            m_buffer.commit(count);
        }
        expire(m_context.requestTimeout);
        if (!error)
            co_await boost::beast::http::async_read_header(m_stream, m_buffer, parser, quiet(error));
        if (!error && boost::beast::iequals(parser.get()[boost::beast::http::field::expect], "100-continue"))
            co_await boost::asio::async_write(m_stream, boost::asio::buffer(goOn), quiet(error));
        if (!error && !parser.is_done())
            co_await boost::beast::http::async_read(m_stream, m_buffer, parser, quiet(error));
        co_return error;
    }

    boost::asio::awaitable<void> wait(Millis simulated)
    {
        const auto span = m_context.azure.world().clock.realTime(simulated) + m_context.latency;
        if (span <= std::chrono::microseconds(0))
            co_return;
        boost::beast::get_lowest_layer(m_stream).expires_never();
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, span);
        Error error;
        co_await timer.async_wait(quiet(error));
    }

    boost::asio::awaitable<bool> send(const Response &response, unsigned version, bool keepAlive, bool head)
    {
        const AnswerMessage answer = answerFrom(response, version, keepAlive, head);
        boost::beast::http::response_serializer<boost::beast::http::string_body> serializer(answer);
        Error error;
        expire(m_context.requestTimeout);
        if (head)
            co_await boost::beast::http::async_write_header(m_stream, serializer, quiet(error));
        else
            co_await boost::beast::http::async_write(m_stream, serializer, quiet(error));
        co_return !error && answer.keep_alive();
    }

    /// Answers and then hears the client out: who is still sending when the socket closes never sees the answer.
    boost::asio::awaitable<void> turnAway(Response response)
    {
        response.with("Date", httpDate(m_context.azure.world().now()));
        co_await send(response, 11, false, false);
        Error error;
        char ignored[4096];
        expire(m_context.requestTimeout);
        for (std::size_t drained = 0; !error && drained < drainLimit;)
            drained += co_await m_stream.async_read_some(boost::asio::buffer(ignored), quiet(error));
    }

    boost::asio::awaitable<bool> sendHalf(const Response &response)
    {
        const std::string bytes = halfOf(response);
        Error error;
        expire(m_context.requestTimeout);
        co_await boost::asio::async_write(m_stream, boost::asio::buffer(bytes), quiet(error));
        co_return false;
    }

    /// Says nothing until the client gives up.
    boost::asio::awaitable<bool> stall()
    {
        Error error;
        char ignored[256];
        expire(stallTimeout);
        while (!error)
            co_await m_stream.async_read_some(boost::asio::buffer(ignored), quiet(error));
        co_return false;
    }

    static constexpr std::string_view goOn = "HTTP/1.1 100 Continue\r\n\r\n";

    Stream &m_stream;
    ConnectionContext &m_context;
    std::vector<std::string> m_certificates;
    boost::beast::flat_buffer m_buffer;
};

} // namespace drover::simulator
