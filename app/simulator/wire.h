#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drover::simulator {

/// How far a client's socket let us get. Nothing here ever blocks.
struct Progress {
    enum class Step : std::uint8_t { Done, WantsRead, WantsWrite, Closed };

    Step step = Step::Done;
    std::size_t bytes = 0;
};

/// The bytes of one client on a socket that somebody else owns.
class Wire {
public:
    Wire() = default;
    virtual ~Wire() = default;
    Wire(const Wire &) = delete;
    Wire &operator=(const Wire &) = delete;

    virtual Progress handshake() = 0;
    virtual Progress read(std::span<char> into) = 0;
    virtual Progress write(std::string_view bytes) = 0;
    /// Whether bytes came that were not read yet: the socket itself then may have nothing to tell.
    virtual bool holdsBytes() const = 0;
    /// The client's certificate and those that it sent along, DER.
    virtual std::vector<std::string> certificates() const = 0;
    /// Says good-bye as far as that goes without waiting.
    virtual void farewell() = 0;
};

std::unique_ptr<Wire> plainWire(int socket);
std::unique_ptr<Wire> tlsWire(int socket, SSL_CTX *context);

} // namespace drover::simulator
