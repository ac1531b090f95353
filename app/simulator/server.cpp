#include "app/simulator/server.h"

#include "app/simulator/connection.h"
#include "app/simulator/tls.h"
#include "app/simulator/webhook.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace drover::simulator {

namespace asio = boost::asio;
using boost::system::error_code;
using asio::ip::tcp;

namespace {

/// As many as are wanted, if the system lets us have the descriptors.
std::size_t mostGuests(const Options &options)
{
    constexpr rlim_t others = 64;
    rlimit limit {};
    const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 2 * others;
    return std::min<std::size_t>(static_cast<std::size_t>(options.connections), known ? limit.rlim_cur - others : others);
}

} // namespace

struct Server::Parts {
    Parts(Azure &served, const Options &wanted)
        : azure(served)
        , options(wanted)
        , crowd(mostGuests(wanted))
        , connections {served, crowd, turnstile, std::chrono::milliseconds(wanted.latency),
              std::chrono::seconds(wanted.requestTimeout), [this] { arm(); }}
    {
    }

    std::optional<std::string> prepareTls();
    asio::awaitable<void> accept();
    asio::awaitable<void> serve(tcp::socket socket);
    void watchCrowd();
    void arm();
    void runTimeline();
    void watchParent();
    void watchStdin();

    Azure &azure;
    const Options options;
    /// Outlives the connections, and those end with their loop.
    Crowd crowd;
    asio::io_context io {1};
    Turnstile turnstile {io};
    asio::steady_timer sweep {io};
    bool sweeping = false;
    asio::ssl::context tls {asio::ssl::context::tls_server};
    tcp::acceptor acceptor {io};
    asio::signal_set signals {io};
    asio::steady_timer timeline {io};
    asio::steady_timer parent {io};
    asio::posix::stream_descriptor input {io};
    char ignored[256] {};
    std::optional<Millis> armedFor;
    std::string ca;
    ConnectionContext connections;
};

std::optional<std::string> Server::Parts::prepareTls()
{
    error_code error;
    setManners(tls.native_handle());
    askForClientCertificates(tls.native_handle());
    if (!options.certificateFile.empty()) {
        tls.use_certificate_chain_file(options.certificateFile, error);
        if (!error)
            tls.use_private_key_file(options.keyFile, asio::ssl::context::pem, error);
        return error ? std::optional("cannot use the certificate: " + error.message()
                     + "; --tls-cert and --tls-key are PEM files that belong together")
                     : std::nullopt;
    }
    const auto made = makeCertificates({"*.azure-devices.net", "*.azure-devices-provisioning.net",
        "management.azure.com", "login.microsoftonline.com", "simulator", "localhost"});
    if (!made)
        return "OpenSSL could not make the certificates";
    ca = made->ca;
    tls.use_certificate_chain(asio::buffer(made->certificate), error);
    if (!error)
        tls.use_private_key(asio::buffer(made->key), asio::ssl::context::pem, error);
    return error ? std::optional("OpenSSL refuses its own certificate: " + error.message()) : std::nullopt;
}

asio::awaitable<void> Server::Parts::accept()
{
    for (;;) {
        error_code error;
        tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted)
            co_return;
        if (error) {
            // Out of descriptors, most likely: others will be closed.
            asio::steady_timer pause(io, std::chrono::milliseconds(20));
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        if (!crowd.makeRoom())
            continue;
        socket.set_option(tcp::no_delay(true), error);
        asio::co_spawn(io, serve(std::move(socket)), asio::detached);
    }
}

asio::awaitable<void> Server::Parts::serve(tcp::socket socket)
{
    Connection connection(std::move(socket), options.plain ? nullptr : tls.native_handle(), connections);
    watchCrowd();
    co_await connection.serve();
}

void Server::Parts::watchCrowd()
{
    if (sweeping || crowd.empty())
        return;
    sweeping = true;
    sweep.expires_after(std::chrono::milliseconds(200));
    sweep.async_wait([this](error_code) {
        sweeping = false;
        crowd.sweep();
        watchCrowd();
    });
}

void Server::Parts::arm()
{
    const std::optional<Millis> next = azure.world().timeline.next();
    if (!next || (armedFor && *armedFor <= *next))
        return;
    armedFor = next;
    timeline.expires_after(azure.world().clock.realTime(std::max<Millis>(0, *next - azure.world().now())));
    timeline.async_wait([this](error_code error) {
        if (!error)
            runTimeline();
    });
}

void Server::Parts::runTimeline()
{
    constexpr int batch = 500;
    armedFor.reset();
    azure.world().timeline.runDue(azure.world().now(), batch);
    arm();
}

void Server::Parts::watchParent()
{
    if (::kill(options.parent, 0) != 0 && errno == ESRCH)
        return io.stop();
    parent.expires_after(std::chrono::milliseconds(500));
    parent.async_wait([this](error_code error) {
        if (!error)
            watchParent();
    });
}

void Server::Parts::watchStdin()
{
    input.async_read_some(asio::buffer(ignored), [this](error_code error, std::size_t) {
        if (error)
            io.stop();
        else
            watchStdin();
    });
}

Server::Server(Azure &azure, const Options &options)
    : m_parts(std::make_unique<Parts>(azure, options))
{
}

Server::~Server() = default;

std::optional<std::string> Server::listen()
{
    Parts &parts = *m_parts;
    if (!parts.options.plain) {
        if (auto problem = parts.prepareTls())
            return problem;
    }
    const std::string place = parts.options.address + ":" + std::to_string(parts.options.port);
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(parts.options.address, error), parts.options.port);
    if (!error)
        parts.acceptor.open(endpoint.protocol(), error);
    if (!error)
        parts.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        parts.acceptor.bind(endpoint, error);
    if (!error)
        parts.acceptor.listen(1024, error);
    return error ? std::optional("cannot listen on " + place + ": " + error.message()
                 + "; use --listen 127.0.0.1:0 for a free port")
                 : std::nullopt;
}

std::uint16_t Server::port() const { return m_parts->acceptor.local_endpoint().port(); }

const std::string &Server::caPem() const { return m_parts->ca; }

void Server::run()
{
    Parts &parts = *m_parts;
    parts.signals.add(SIGINT);
    parts.signals.add(SIGTERM);
    parts.signals.async_wait([&parts](error_code, int) { parts.io.stop(); });
    parts.azure.simulator().clockMoved = [&parts] {
        parts.armedFor.reset();
        parts.arm();
    };
    parts.azure.world().callWebhook = [&parts](const std::string &url, const std::string &body, auto answer) {
        callWebhook(parts.io, url, parts.azure.world().webhookAuthorities, body, [&parts, answer](int status, const std::string &text) {
            answer(status, text);
            parts.arm();
        });
    };
    asio::co_spawn(parts.io, parts.accept(), asio::detached);
    if (parts.options.parent > 0)
        parts.watchParent();
    if (parts.options.exitWithStdin) {
        parts.input.assign(::dup(STDIN_FILENO));
        parts.watchStdin();
    }
    parts.arm();
    parts.io.run();
}

} // namespace drover::simulator
