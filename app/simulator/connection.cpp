#include "app/simulator/connection.h"

#include "app/simulator/httpmessages.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/error.hpp>

namespace drover::simulator {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::size_t headerLimit = 32 * 1024;
constexpr std::size_t bodyLimit = 1024 * 1024;
constexpr std::size_t drainLimit = 64 * 1024 * 1024;
/// Bodies of this size take milliseconds to read.
constexpr std::size_t largeBody = 64 * 1024;
constexpr std::chrono::seconds handshakeTimeout {10};
constexpr std::chrono::seconds idleTimeout {120};
constexpr std::chrono::seconds stallTimeout {600};
constexpr std::string_view goOn = "HTTP/1.1 100 Continue\r\n\r\n";

auto quiet(boost::system::error_code &error) { return asio::redirect_error(asio::use_awaitable, error); }

} // namespace

Connection::Connection(tcp::socket socket, SSL_CTX *tls, ConnectionContext &context)
    : m_socket(std::move(socket))
    , m_wire(tls ? tlsWire(m_socket.native_handle(), tls) : plainWire(m_socket.native_handle()))
    , m_context(context)
{
    Error ignored;
    m_socket.native_non_blocking(true, ignored);
    m_context.crowd.enter(*this);
}

Connection::~Connection() { m_context.crowd.leave(*this); }

void Connection::hangUp()
{
    m_hungUp = true;
    Error ignored;
    m_socket.cancel(ignored);
}

asio::awaitable<void> Connection::serve()
{
    bool open = co_await handshake();
    m_certificates = open ? m_wire->certificates() : std::vector<std::string>();
    while (open)
        open = co_await one();
    Error ignored;
    m_socket.shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<bool> Connection::handshake()
{
    m_context.crowd.expect(*this, std::min(handshakeTimeout, m_context.requestTimeout));
    for (;;) {
        const Progress progress = m_wire->handshake();
        if (progress.step == Progress::Step::Done)
            co_return true;
        if (!co_await ready(progress.step))
            co_return false;
        co_await m_context.turnstile.pass();
    }
}

asio::awaitable<bool> Connection::one()
{
    Parser parser;
    parser.header_limit(headerLimit);
    parser.body_limit(bodyLimit);
    parser.eager(true);
    if (const Error error = co_await read(parser)) {
        if (const auto status = statusFor(error))
            co_await turnAway(Response::json(Json::object({{"message", error.message()}}), *status));
        co_return false;
    }
    const auto &message = parser.get();
    const unsigned version = message.version();
    const bool keepAlive = message.keep_alive();
    const bool head = message.method() == http::verb::head;
    if (message[http::field::host].empty()) {
        co_await turnAway(Response::json(Json::object({{"message", "the Host header is missing"}}), 400));
        co_return false;
    }
    m_context.crowd.expectNothing(*this);
    const Outcome outcome = co_await answer(requestFrom(parser.release()));
    m_context.crowd.hold(*this, outcome.response.body.size());
    co_await wait(outcome.response.delay);
    switch (outcome.kind) {
    case Outcome::Kind::Drop: co_return false;
    case Outcome::Kind::Stall: co_await stall(); co_return false;
    case Outcome::Kind::Half: co_await sendHalf(outcome.response); co_return false;
    case Outcome::Kind::Send: break;
    }
    co_return co_await send(outcome.response, version, keepAlive, head);
}

asio::awaitable<Outcome> Connection::answer(Request request)
{
    if (request.body.size() >= largeBody)
        co_await m_context.turnstile.pass();
    request.certificates = m_certificates;
    Outcome outcome = m_context.azure.begin(request);
    while (outcome.response.rest) {
        co_await m_context.turnstile.pass();
        outcome.response.proceed();
    }
    m_context.handled();
    co_return outcome;
}

/// A client may idle between requests for long, but not in the middle of one.
asio::awaitable<Connection::Error> Connection::read(Parser &parser)
{
    constexpr std::size_t piece = 4 * 1024;
    Error error;
    bool welcomed = false;
    const bool idle = m_buffer.size() == 0;
    m_context.crowd.expect(*this, idle ? idleTimeout : m_context.requestTimeout);
    if (!idle)
        co_await asio::post(m_socket.get_executor(), asio::use_awaitable);
    for (bool hungry = m_buffer.size() == 0; !parser.is_done(); hungry = m_buffer.size() == 0 || error == http::error::need_more) {
        if (m_buffer.size() > 2 * headerLimit)
            co_return http::error::header_limit;
        if (hungry) {
            const auto space = m_buffer.prepare(parser.is_header_done() ? 4 * piece : piece);
            const std::size_t count = co_await receive({static_cast<char *>(space.data()), space.size()});
            if (count == 0)
                co_return http::error::end_of_stream;
            if (!parser.got_some())
                m_context.crowd.expect(*this, m_context.requestTimeout);
            m_buffer.commit(count);
        }
        m_buffer.consume(parser.put(m_buffer.data(), error));
        if (error && error != http::error::need_more)
            co_return error;
        m_context.crowd.hold(*this, m_buffer.size() + parser.get().body().size());
        if (parser.is_header_done() && !parser.is_done() && !welcomed
            && boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
            welcomed = true;
            co_await transmit(goOn);
        }
    }
    co_return Error();
}

asio::awaitable<void> Connection::wait(Millis simulated)
{
    const auto span = m_context.azure.world().clock.realTime(simulated) + m_context.latency;
    if (span <= std::chrono::microseconds(0))
        co_return;
    asio::steady_timer timer(m_socket.get_executor(), span);
    Error error;
    co_await timer.async_wait(quiet(error));
}

asio::awaitable<bool> Connection::send(const Response &response, unsigned version, bool keepAlive, bool head)
{
    constexpr std::size_t small = 16 * 1024;
    std::string text = headOf(response, version, keepAlive);
    std::string_view rest = head ? std::string_view() : response.body;
    if (rest.size() < small)
        text += std::exchange(rest, {});
    m_context.crowd.expect(*this, m_context.requestTimeout);
    const bool sent = co_await transmit(text) && co_await transmit(rest);
    m_context.crowd.hold(*this, 0);
    if (sent && !keepAlive)
        m_wire->farewell();
    co_return sent && keepAlive;
}

/// Answers and then hears the client out: who is still sending when the socket closes never sees the answer.
asio::awaitable<void> Connection::turnAway(Response response)
{
    char ignored[4096];
    response.with("Date", httpDate(m_context.azure.world().now()));
    co_await send(response, 11, false, false);
    for (std::size_t drained = 0; drained < drainLimit;) {
        const std::size_t count = co_await receive(ignored);
        if (count == 0)
            co_return;
        drained += count;
        co_await asio::post(m_socket.get_executor(), asio::use_awaitable);
    }
}

asio::awaitable<void> Connection::sendHalf(const Response &response)
{
    m_context.crowd.expect(*this, m_context.requestTimeout);
    co_await transmit(halfOf(response));
}

/// Says nothing until the client gives up.
asio::awaitable<void> Connection::stall()
{
    char ignored[256];
    m_context.crowd.expect(*this, stallTimeout);
    while (co_await receive(ignored) > 0) { }
}

asio::awaitable<bool> Connection::ready(Progress::Step step)
{
    if (m_hungUp || step == Progress::Step::Closed)
        co_return false;
    Error error;
    const auto what = step == Progress::Step::WantsWrite ? tcp::socket::wait_write : tcp::socket::wait_read;
    co_await m_socket.async_wait(what, quiet(error));
    co_return !error && !m_hungUp;
}

asio::awaitable<std::size_t> Connection::receive(std::span<char> into)
{
    if (!m_wire->holdsBytes() && !co_await ready(Progress::Step::WantsRead))
        co_return 0;
    for (;;) {
        const Progress progress = m_wire->read(into);
        if (progress.bytes > 0 || !co_await ready(progress.step))
            co_return progress.bytes;
    }
}

asio::awaitable<bool> Connection::transmit(std::string_view bytes)
{
    constexpr std::size_t turn = 128 * 1024;
    std::size_t sinceTurn = 0;
    while (!bytes.empty()) {
        const Progress progress = m_wire->write(bytes.substr(0, turn));
        bytes.remove_prefix(progress.bytes);
        sinceTurn += progress.bytes;
        if (progress.bytes == 0 && !co_await ready(progress.step))
            co_return false;
        if (sinceTurn >= turn) {
            sinceTurn = 0;
            co_await asio::post(m_socket.get_executor(), asio::use_awaitable);
        }
    }
    co_return true;
}

} // namespace drover::simulator
