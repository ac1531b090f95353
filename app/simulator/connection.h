#pragma once

#include "app/simulator/azure.h"
#include "app/simulator/crowd.h"
#include "app/simulator/turnstile.h"
#include "app/simulator/wire.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace drover::simulator {

/// What a connection asks of the server.
struct ConnectionContext {
    Azure &azure;
    Crowd &crowd;
    Turnstile &turnstile;
    /// Added to every answer, for real.
    std::chrono::milliseconds latency;
    /// How long a client may take over a request, and over an answer.
    std::chrono::seconds requestTimeout;
    /// Called after each request: something may be due sooner than before.
    std::function<void()> handled;
};

/// Serves one client, request after request.
class Connection final : public Guest {
public:
    Connection(boost::asio::ip::tcp::socket socket, SSL_CTX *tls, ConnectionContext &context);
    ~Connection() override;

    boost::asio::awaitable<void> serve();
    void hangUp() override;

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using Error = boost::system::error_code;

    boost::asio::awaitable<bool> handshake();
    boost::asio::awaitable<bool> one();
    /// No error but a request, or why there is none.
    boost::asio::awaitable<Error> read(Parser &parser);
    boost::asio::awaitable<Outcome> answer(Request request);
    boost::asio::awaitable<void> wait(Millis simulated);
    boost::asio::awaitable<bool> send(const Response &response, unsigned version, bool keepAlive, bool head);
    boost::asio::awaitable<void> turnAway(Response response);
    boost::asio::awaitable<void> sendHalf(const Response &response);
    boost::asio::awaitable<void> stall();

    /// False once the client is gone or was hung up on.
    boost::asio::awaitable<bool> ready(Progress::Step step);
    /// How many bytes came; none if the client is gone.
    boost::asio::awaitable<std::size_t> receive(std::span<char> into);
    boost::asio::awaitable<bool> transmit(std::string_view bytes);

    boost::asio::ip::tcp::socket m_socket;
    std::unique_ptr<Wire> m_wire;
    ConnectionContext &m_context;
    std::vector<std::string> m_certificates;
    boost::beast::flat_buffer m_buffer;
    bool m_hungUp = false;
};

} // namespace drover::simulator
