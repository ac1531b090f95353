#include "app/simulator/connectionloop.h"
#include "app/simulator/tls.h"

namespace drover::simulator {

boost::asio::awaitable<void> serveTls(TlsStream stream, ConnectionContext &context)
{
    boost::system::error_code error;
    boost::beast::get_lowest_layer(stream).expires_after(context.requestTimeout);
    co_await stream.async_handshake(
        boost::asio::ssl::stream_base::server, boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error)
        co_return;
    Connection connection(stream, context, clientChain(stream.native_handle()));
    co_await connection.serve();
    boost::beast::get_lowest_layer(stream).socket().shutdown(boost::asio::ip::tcp::socket::shutdown_both, error);
}

} // namespace drover::simulator
