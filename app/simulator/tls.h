#pragma once

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

} // namespace drover::simulator
