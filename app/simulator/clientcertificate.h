#pragma once

#include "app/simulator/text.h"

namespace drover::simulator {

/// What an X.509 certificate says.
struct CertificateInfo {
    std::string commonName;
    std::string subject;
    std::string issuer;
    std::string sha1;
    std::string sha256;
    std::string serial;
    int version = 3;
    Millis notBefore = 0;
    Millis notAfter = 0;

    /// As an enrollment's "info" tells it.
    Json shown() const;
};

/// A certificate as an enrollment holds it, PEM or bare base64, in DER.
std::optional<std::string> derOf(const std::string &text);
/// Nothing if it is no certificate.
std::optional<CertificateInfo> certificateInfo(const std::string &der);
/// Whether the certificate carries the issuer's signature.
bool isSignedBy(const std::string &der, const std::string &issuerDer);

/// The certificates of an x509 attestation, primary and secondary, in DER; `kind` is "clientCertificates" or
/// "signingCertificates".
std::vector<std::string> attestedCertificates(const Json &attestation, const char *kind);

} // namespace drover::simulator
