#include "app/simulator/devicecertificates.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace drover::simulator {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest digestOf(const std::string &text)
{
    Digest digest {};
    SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data());
    return digest;
}

Key keyFor(const std::string &text)
{
    const Digest seed = digestOf(text);
    return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()), EVP_PKEY_free};
}

void setName(X509_NAME *name, const std::string &commonName)
{
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>(commonName.c_str()), -1, -1, 0);
}

std::string encoded(X509 *certificate)
{
    unsigned char *bytes = nullptr;
    const int length = i2d_X509(certificate, &bytes);
    if (length <= 0)
        throw std::runtime_error("A device certificate could not be made.");
    std::string der(reinterpret_cast<char *>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

struct Wanted {
    std::string subject;
    std::string issuer;
    bool isAuthority = false;
    Millis since = 0;
};

std::string made(const Wanted &wanted, const Key &key, const Key &signer)
{
    constexpr Millis years = 10LL * 365 * 24 * 3600 * 1000;
    const Certificate certificate(X509_new(), X509_free);
    const Digest digest = digestOf(wanted.issuer + '/' + wanted.subject);
    std::uint64_t serial = 0;
    for (std::size_t i = 0; i < sizeof serial; ++i)
        serial = serial << 8 | digest[i];
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), static_cast<time_t>(wanted.since / 1000));
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), static_cast<time_t>((wanted.since + years) / 1000));
    X509_set_pubkey(certificate.get(), key.get());
    setName(X509_get_subject_name(certificate.get()), wanted.subject);
    setName(X509_get_issuer_name(certificate.get()), wanted.issuer);
    if (wanted.isAuthority) {
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
        X509_add_ext(certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    // Ed25519 has its digest built in.
    X509_sign(certificate.get(), signer.get(), nullptr);
    return encoded(certificate.get());
}

} // namespace

DeviceCertificates::DeviceCertificates(std::string secret, std::string name, Millis since)
    : m_secret(std::move(secret))
    , m_name(std::move(name) + " authority")
    , m_since(since)
{
}

std::string DeviceCertificates::authority() const
{
    const Key key = keyFor(m_secret);
    return made({m_name, m_name, true, m_since}, key, key);
}

std::string DeviceCertificates::of(const std::string &registrationId) const
{
    return made({registrationId, m_name, false, m_since}, keyFor(m_secret + '/' + registrationId), keyFor(m_secret));
}

} // namespace drover::simulator
