#include "app/simulator/connectionloop.h"

namespace drover::simulator {

boost::asio::awaitable<void> servePlain(PlainStream stream, ConnectionContext &context)
{
    Connection connection(stream, context);
    co_await connection.serve();
    boost::system::error_code error;
    stream.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_both, error);
}

} // namespace drover::simulator
