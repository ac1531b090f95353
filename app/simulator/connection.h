#pragma once

#include "app/simulator/azure.h"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace drover::simulator {

/// What a connection asks of the server.
struct ConnectionContext {
    Azure &azure;
    /// Added to every answer, for real.
    std::chrono::milliseconds latency;
    /// How long a client may take over a request, and over an answer.
    std::chrono::seconds requestTimeout;
    /// Called after each request: something may be due sooner than before.
    std::function<void()> handled;
};

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

boost::asio::awaitable<void> servePlain(PlainStream stream, ConnectionContext &context);
boost::asio::awaitable<void> serveTls(TlsStream stream, ConnectionContext &context);

} // namespace drover::simulator
