#pragma once

#include "app/simulator/azure.h"
#include "app/simulator/options.h"

namespace drover::simulator {

/// The one listener. Everything runs in the thread that calls run().
class Server {
public:
    Server(Azure &azure, const Options &options);
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    /// Binds and makes the certificates; what went wrong, or nothing.
    std::optional<std::string> listen();
    std::uint16_t port() const;
    /// The CA that clients must trust; empty if the certificate was given or there is no TLS.
    const std::string &caPem() const;
    /// Serves until a signal, or until what the options name is gone.
    void run();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace drover::simulator
