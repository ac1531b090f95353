#include "app/simulator/wire.h"

#include "app/simulator/tls.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>

namespace drover::simulator {

namespace {

using Step = Progress::Step;

class PlainWire final : public Wire {
public:
    explicit PlainWire(int socket)
        : m_socket(socket)
    {
    }

    Progress handshake() override { return {}; }
    Progress read(std::span<char> into) override
    {
        return progress(::recv(m_socket, into.data(), into.size(), MSG_DONTWAIT), Step::WantsRead);
    }
    Progress write(std::string_view bytes) override
    {
        return progress(::send(m_socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL), Step::WantsWrite);
    }
    bool holdsBytes() const override { return false; }
    std::vector<std::string> certificates() const override { return {}; }
    void farewell() override { ::shutdown(m_socket, SHUT_WR); }

private:
    static Progress progress(ssize_t result, Step wants)
    {
        if (result > 0)
            return {Step::Done, static_cast<std::size_t>(result)};
        const bool later = result < 0 && (errno == EAGAIN || errno == EINTR);
        return {later ? wants : Step::Closed};
    }

    int m_socket;
};

class TlsWire final : public Wire {
public:
    TlsWire(int socket, SSL_CTX *context)
        : m_tls(SSL_new(context), SSL_free)
    {
        if (!m_tls)
            return;
        SSL_set_fd(m_tls.get(), socket);
        SSL_set_accept_state(m_tls.get());
    }

    Progress handshake() override { return m_tls ? progress(SSL_do_handshake, m_tls.get()) : Progress {Step::Closed}; }
    Progress read(std::span<char> into) override
    {
        std::size_t bytes = 0;
        Progress result = progress(SSL_read_ex, m_tls.get(), into.data(), into.size(), &bytes);
        result.bytes = bytes;
        return result;
    }
    Progress write(std::string_view text) override
    {
        std::size_t bytes = 0;
        Progress result = progress(SSL_write_ex, m_tls.get(), text.data(), text.size(), &bytes);
        result.bytes = bytes;
        return result;
    }
    bool holdsBytes() const override { return SSL_has_pending(m_tls.get()) == 1; }
    std::vector<std::string> certificates() const override { return clientChain(m_tls.get()); }
    void farewell() override
    {
        forgetErrors();
        SSL_shutdown(m_tls.get());
    }

private:
    /// What an earlier connection left behind would be taken for this one's error.
    static void forgetErrors()
    {
        if (ERR_peek_error() != 0)
            ERR_clear_error();
    }

    template <typename Call, typename... Arguments>
    static Progress progress(Call call, SSL *tls, Arguments... arguments)
    {
        forgetErrors();
        const int result = call(tls, arguments...);
        if (result == 1)
            return {};
        switch (SSL_get_error(tls, result)) {
        case SSL_ERROR_WANT_READ: return {Step::WantsRead};
        case SSL_ERROR_WANT_WRITE: return {Step::WantsWrite};
        default: return {Step::Closed};
        }
    }

    std::unique_ptr<SSL, decltype(&SSL_free)> m_tls;
};

} // namespace

std::unique_ptr<Wire> plainWire(int socket) { return std::make_unique<PlainWire>(socket); }

std::unique_ptr<Wire> tlsWire(int socket, SSL_CTX *context) { return std::make_unique<TlsWire>(socket, context); }

} // namespace drover::simulator
