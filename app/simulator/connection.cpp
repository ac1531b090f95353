#include "app/simulator/connection.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <sstream>

namespace drover::simulator {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t headerLimit = 32 * 1024;
constexpr std::size_t bodyLimit = 1024 * 1024;
constexpr std::chrono::seconds idleTimeout {120};
constexpr std::chrono::seconds requestTimeout {30};
constexpr std::chrono::seconds stallTimeout {600};

using Parser = http::request_parser<http::string_body>;
using Answer = http::response<http::string_body>;

auto quiet(error_code &error) { return asio::redirect_error(asio::use_awaitable, error); }

Request requestFrom(const http::request<http::string_body> &message)
{
    const auto view = [](auto text) { return std::string_view(text.data(), text.size()); };
    Request request = Request::parse(std::string(view(message.method_string())), view(message[http::field::host]),
        view(message.target()));
    for (const auto &field : message)
        request.headers[lower(view(field.name_string()))] = std::string(view(field.value()));
    request.body = message.body();
    return request;
}

Answer answerFrom(const Response &response, unsigned version, bool keepAlive, bool head)
{
    Answer answer(static_cast<http::status>(response.status), version);
    for (const auto &[name, value] : response.headers)
        answer.set(name, value);
    answer.keep_alive(keepAlive);
    if (head) {
        answer.content_length(response.body.size());
        return answer;
    }
    answer.body() = response.body;
    if (response.status != 204)
        answer.content_length(response.body.size());
    return answer;
}

/// What a request that cannot be read is answered with, if at all.
std::optional<int> statusFor(const error_code &error)
{
    if (error == http::error::header_limit)
        return 431;
    if (error == http::error::body_limit)
        return 413;
    const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
    return malformed && error != http::error::end_of_stream && error != http::error::partial_message
        ? std::optional(400)
        : std::nullopt;
}

template <typename Stream>
class Connection {
public:
    Connection(Stream &stream, ConnectionContext &context)
        : m_stream(stream)
        , m_context(context)
    {
    }

    asio::awaitable<void> serve()
    {
        bool open = true;
        while (open)
            open = co_await one();
    }

private:
    void expire(std::chrono::seconds after) { beast::get_lowest_layer(m_stream).expires_after(after); }

    asio::awaitable<bool> one()
    {
        Parser parser;
        parser.header_limit(headerLimit);
        parser.body_limit(bodyLimit);
        error_code error = co_await read(parser);
        if (error) {
            if (const auto status = statusFor(error))
                co_await send(Response::json(Json::object({{"message", error.message()}}), *status), 11, false, false);
            co_return false;
        }
        const auto &message = parser.get();
        const bool head = message.method() == http::verb::head;
        if (message[http::field::host].empty()) {
            co_await send(Response::json(Json::object({{"message", "the Host header is missing"}}), 400), 11, false, head);
            co_return false;
        }
        const Outcome outcome = m_context.azure.handle(requestFrom(message));
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

    asio::awaitable<error_code> read(Parser &parser)
    {
        error_code error;
        expire(idleTimeout);
        co_await http::async_read_header(m_stream, m_buffer, parser, quiet(error));
        if (error)
            co_return error;
        if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
            http::response<http::empty_body> go(http::status::continue_, 11);
            co_await http::async_write(m_stream, go, quiet(error));
        }
        expire(requestTimeout);
        if (!error && !parser.is_done())
            co_await http::async_read(m_stream, m_buffer, parser, quiet(error));
        co_return error;
    }

    asio::awaitable<void> wait(Millis simulated)
    {
        const auto span = m_context.azure.world().clock.realTime(simulated) + m_context.latency;
        if (span <= std::chrono::microseconds(0))
            co_return;
        beast::get_lowest_layer(m_stream).expires_never();
        asio::steady_timer timer(co_await asio::this_coro::executor, span);
        error_code error;
        co_await timer.async_wait(quiet(error));
    }

    asio::awaitable<bool> send(const Response &response, unsigned version, bool keepAlive, bool head)
    {
        const Answer answer = answerFrom(response, version, keepAlive, head);
        http::response_serializer<http::string_body> serializer(answer);
        error_code error;
        expire(requestTimeout);
        if (head)
            co_await http::async_write_header(m_stream, serializer, quiet(error));
        else
            co_await http::async_write(m_stream, serializer, quiet(error));
        co_return !error && answer.keep_alive();
    }

    asio::awaitable<bool> sendHalf(const Response &response)
    {
        std::ostringstream text;
        text << answerFrom(response, 11, true, false);
        std::string bytes = text.str();
        bytes.resize(bytes.size() - (response.body.size() + 1) / 2);
        error_code error;
        expire(requestTimeout);
        co_await asio::async_write(m_stream, asio::buffer(bytes), quiet(error));
        co_return false;
    }

    /// Says nothing until the client gives up.
    asio::awaitable<bool> stall()
    {
        error_code error;
        char ignored[256];
        expire(stallTimeout);
        while (!error)
            co_await m_stream.async_read_some(asio::buffer(ignored), quiet(error));
        co_return false;
    }

    Stream &m_stream;
    ConnectionContext &m_context;
    beast::flat_buffer m_buffer;
};

} // namespace

asio::awaitable<void> servePlain(PlainStream stream, ConnectionContext &context)
{
    Connection connection(stream, context);
    co_await connection.serve();
    error_code error;
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
}

asio::awaitable<void> serveTls(TlsStream stream, ConnectionContext &context)
{
    error_code error;
    beast::get_lowest_layer(stream).expires_after(requestTimeout);
    co_await stream.async_handshake(asio::ssl::stream_base::server, quiet(error));
    if (error)
        co_return;
    Connection connection(stream, context);
    co_await connection.serve();
    beast::get_lowest_layer(stream).socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
}

} // namespace drover::simulator
