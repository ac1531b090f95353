#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <string>
#include <vector>

namespace drover::bench {

struct Answer {
    unsigned status = 0;
    std::string body;
    std::string continuation;
};

/// One kept-alive TLS connection to a server on this machine, one request at a time; throws when the connection fails.
class Client final {
public:
    /// Trusts only the CA of that file.
    Client(unsigned short port, const std::string &host, const std::string &caFile);
    Answer send(const std::string &verb, const std::string &target, const std::string &authorization = {}, const std::string &body = {},
        const std::vector<std::pair<std::string, std::string>> &headers = {});

    /// Some bytes as they are; a server that hangs up meanwhile is none of the caller's business.
    void sendRaw(const std::string &bytes);

private:
    boost::asio::io_context m_loop;
    boost::asio::ssl::context m_tls;
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> m_stream;
    boost::beast::flat_buffer m_buffer;
    std::string m_host;
};

/// The floor: a Beast server of a few lines in a process of its own. It reads a request and answers `body` until the
/// connection ends. Gives its process; the port comes in `port`.
int startBareServer(const std::string &certificateFile, const std::string &keyFile, const std::string &body, unsigned short &port);

} // namespace drover::bench
