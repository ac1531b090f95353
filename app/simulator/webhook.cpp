#include "app/simulator/webhook.h"

#include "app/simulator/text.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace drover::simulator {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::chrono::seconds patience {10};
constexpr std::size_t largestAnswer = 1024 * 1024;

struct Address {
    bool secure = false;
    std::string host;
    std::string port;
    std::string target;
};

std::optional<Address> addressOf(const std::string &url)
{
    Address address;
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos)
        return std::nullopt;
    address.secure = sameText(url.substr(0, scheme), "https");
    if (!address.secure && !sameText(url.substr(0, scheme), "http"))
        return std::nullopt;
    const std::size_t slash = std::min(url.find_first_of("/?", scheme + 3), url.size());
    const std::string authority = url.substr(scheme + 3, slash - scheme - 3);
    const std::size_t colon = authority.rfind(':');
    address.host = authority.substr(0, colon);
    address.port = colon == std::string::npos ? (address.secure ? "443" : "80") : authority.substr(colon + 1);
    address.target = url.substr(slash);
    if (!address.target.starts_with('/'))
        address.target.insert(0, "/");
    return address.host.empty() ? std::nullopt : std::optional(address);
}

auto quiet(error_code &error) { return asio::redirect_error(asio::use_awaitable, error); }

template <typename Stream>
asio::awaitable<std::pair<int, std::string>> exchange(Stream &stream, const Address &address, const std::string &body)
{
    http::request<http::string_body> request(http::verb::post, address.target, 11);
    request.set(http::field::host, address.host);
    request.set(http::field::content_type, "application/json; charset=utf-8");
    request.body() = body;
    request.prepare_payload();
    error_code error;
    co_await http::async_write(stream, request, quiet(error));
    if (error)
        co_return std::pair(0, std::string());
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(largestAnswer);
    co_await http::async_read(stream, buffer, parser, quiet(error));
    if (error)
        co_return std::pair(0, std::string());
    co_return std::pair(static_cast<int>(parser.get().result_int()), parser.get().body());
}

void trust(asio::ssl::context &tls, const std::string &authorities)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(
        BIO_new_mem_buf(authorities.data(), static_cast<int>(authorities.size())), BIO_free);
    X509_STORE *store = SSL_CTX_get_cert_store(tls.native_handle());
    while (X509 *one = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)) {
        X509_STORE_add_cert(store, one);
        X509_free(one);
    }
    // Where the PEM ends, reading it fails.
    ERR_clear_error();
}

asio::awaitable<std::pair<int, std::string>> ask(asio::io_context &io, Address address, std::string authorities, std::string body)
{
    error_code error;
    asio::ip::tcp::resolver resolver(io);
    const auto places = co_await resolver.async_resolve(address.host, address.port, quiet(error));
    beast::tcp_stream tcp(io);
    tcp.expires_after(patience);
    if (!error)
        co_await tcp.async_connect(places, quiet(error));
    if (error)
        co_return std::pair(0, std::string());
    if (!address.secure)
        co_return co_await exchange(tcp, address, body);
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_default_verify_paths(error);
    trust(tls, authorities);
    beast::ssl_stream<beast::tcp_stream> stream(std::move(tcp), tls);
    stream.set_verify_mode(asio::ssl::verify_peer, error);
    stream.set_verify_callback(asio::ssl::host_name_verification(address.host), error);
    SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
    co_await stream.async_handshake(asio::ssl::stream_base::client, quiet(error));
    if (error)
        co_return std::pair(0, std::string());
    co_return co_await exchange(stream, address, body);
}

} // namespace

void callWebhook(asio::io_context &io, std::string url, std::string authorities, std::string body,
    std::function<void(int status, const std::string &body)> answered)
{
    const std::optional<Address> address = addressOf(url);
    if (!address)
        return answered(0, {});
    asio::co_spawn(io, ask(io, *address, std::move(authorities), std::move(body)),
        [answered = std::move(answered)](const std::exception_ptr &bug, const std::pair<int, std::string> &answer) {
            if (bug)
                std::rethrow_exception(bug);
            answered(answer.first, answer.second);
        });
}

} // namespace drover::simulator
