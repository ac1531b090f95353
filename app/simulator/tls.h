#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <vector>

namespace drover::simulator {

/// A CA of this run's own, and a certificate by it for all host names; PEM.
struct Certificates {
    std::string ca;
    std::string certificate;
    std::string key;
};

/// Nothing if OpenSSL fails.
std::optional<Certificates> makeCertificates(const std::vector<std::string> &hosts);

/// For connections that never block: whole reads, partial writes, and no memory while a client is silent.
void setManners(SSL_CTX *context);
/// Lets clients show a certificate, any certificate: the services judge it, not the handshake.
void askForClientCertificates(SSL_CTX *context);
/// The client's certificate and those that it sent along, DER; empty if it showed none.
std::vector<std::string> clientChain(SSL *connection);

} // namespace drover::simulator
