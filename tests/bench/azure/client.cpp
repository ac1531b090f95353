#include "tests/bench/azure/client.h"

#include <cstdlib>

#include <unistd.h>

namespace drover::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

Client::Client(unsigned short port, const std::string &host, const std::string &caFile)
    : m_tls(asio::ssl::context::tls_client)
    , m_stream((m_tls.load_verify_file(caFile), m_tls.set_verify_mode(asio::ssl::verify_peer), asio::ssl::stream<tcp::socket>(m_loop, m_tls)))
    , m_host(host)
{
    m_stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
    m_stream.next_layer().set_option(tcp::no_delay(true));
    SSL_set_tlsext_host_name(m_stream.native_handle(), host.c_str());
    m_stream.handshake(asio::ssl::stream_base::client);
}

Answer Client::send(const std::string &verb, const std::string &target, const std::string &authorization, const std::string &body,
    const std::vector<std::pair<std::string, std::string>> &headers)
{
    http::request<http::string_body> request;
    request.method_string(verb);
    request.target(target);
    request.set(http::field::host, m_host);
    if (!authorization.empty())
        request.set(http::field::authorization, authorization);
    for (const auto &[name, value] : headers)
        request.set(name, value);
    if (!body.empty())
        request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    http::write(m_stream, request);
    http::response_parser<http::string_body> parser;
    parser.body_limit(64 << 20);
    http::read(m_stream, m_buffer, parser);
    const auto &response = parser.get();
    return {response.result_int(), response.body(), std::string(response["x-ms-continuation"])};
}

void Client::sendRaw(const std::string &bytes)
{
    boost::beast::error_code ignored;
    asio::write(m_stream, asio::buffer(bytes), ignored);
}

int startBareServer(const std::string &certificateFile, const std::string &keyFile, const std::string &body, unsigned short &port)
{
    asio::io_context loop;
    tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
    port = acceptor.local_endpoint().port();
    if (const int child = fork(); child != 0)
        return child;
    asio::ssl::context tls(asio::ssl::context::tls_server);
    tls.use_certificate_chain_file(certificateFile);
    tls.use_private_key_file(keyFile, asio::ssl::context::pem);
    asio::ssl::stream<tcp::socket> stream(acceptor.accept(), tls);
    stream.next_layer().set_option(tcp::no_delay(true));
    stream.handshake(asio::ssl::stream_base::server);
    boost::beast::flat_buffer buffer;
    for (boost::beast::error_code error; !error;) {
        http::request<http::string_body> request;
        http::read(stream, buffer, request, error);
        if (error)
            break;
        http::response<http::string_body> response(http::status::ok, 11);
        response.set(http::field::content_type, "application/json; charset=utf-8");
        response.keep_alive(true);
        response.body() = body;
        response.prepare_payload();
        http::write(stream, response, error);
    }
    // Nothing of the parent's state is this process's to tidy up; it stays to be measured until it is killed.
    pause();
    _exit(0);
}

} // namespace drover::bench
