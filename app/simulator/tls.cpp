#include "app/simulator/tls.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>

namespace drover::simulator {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

bool addExtension(X509 *certificate, X509 *issuer, int nid, const std::string &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    const bool added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

Certificate blankCertificate(EVP_PKEY *key, const char *commonName)
{
    constexpr long week = 7L * 24 * 3600;
    Certificate certificate(X509_new(), X509_free);
    unsigned char serial[8];
    RAND_bytes(serial, sizeof serial);
    std::uint64_t number = 0;
    for (const unsigned char byte : serial)
        number = number << 8 | byte;
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), number >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 4 * week);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
        reinterpret_cast<const unsigned char *>(commonName), -1, -1, 0);
    return certificate;
}

template <typename Write>
std::string pem(Write write)
{
    std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    write(out.get());
    char *data = nullptr;
    const long length = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

} // namespace

void setManners(SSL_CTX *context)
{
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_read_ahead(context, 1);
}

void askForClientCertificates(SSL_CTX *context)
{
    constexpr unsigned char name[] = "drover-azure";
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, [](X509_STORE_CTX *, void *) { return 1; }, nullptr);
    SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
    // A resumed session has lost the chain: who showed a certificate shows it again.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_ticket_cb(context, nullptr,
        [](SSL *, SSL_SESSION *session, const unsigned char *, std::size_t, SSL_TICKET_STATUS status, void *) {
            const bool usable = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
            if (!usable || (session && SSL_SESSION_get0_peer(session)))
                return static_cast<SSL_TICKET_RETURN>(SSL_TICKET_RETURN_IGNORE_RENEW);
            return static_cast<SSL_TICKET_RETURN>(
                status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW);
        },
        nullptr);
}

std::vector<std::string> clientChain(SSL *connection)
{
    std::vector<std::string> chain;
    const auto add = [&chain](X509 *certificate) {
        unsigned char *bytes = nullptr;
        const int length = i2d_X509(certificate, &bytes);
        if (length > 0)
            chain.emplace_back(reinterpret_cast<const char *>(bytes), static_cast<std::size_t>(length));
        OPENSSL_free(bytes);
    };
    X509 *leaf = SSL_get0_peer_certificate(connection);
    if (!leaf)
        return chain;
    add(leaf);
    STACK_OF(X509) *rest = SSL_get_peer_cert_chain(connection);
    for (int i = 0; i < sk_X509_num(rest); ++i)
        add(sk_X509_value(rest, i));
    return chain;
}

std::optional<Certificates> makeCertificates(const std::vector<std::string> &hosts)
{
    const Key caKey(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    if (!caKey || !key)
        return std::nullopt;
    const Certificate ca = blankCertificate(caKey.get(), "drover-azure local CA");
    X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
    bool good = addExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && addExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign")
        && addExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash")
        && X509_sign(ca.get(), caKey.get(), EVP_sha256()) > 0;

    const Certificate certificate = blankCertificate(key.get(), "drover-azure");
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(ca.get()));
    std::string names = "IP:127.0.0.1";
    for (const std::string &host : hosts)
        names += ",DNS:" + host;
    good = good && addExtension(certificate.get(), ca.get(), NID_subject_alt_name, names)
        && addExtension(certificate.get(), ca.get(), NID_basic_constraints, "CA:FALSE")
        && addExtension(certificate.get(), ca.get(), NID_key_usage, "critical,digitalSignature")
        && addExtension(certificate.get(), ca.get(), NID_ext_key_usage, "serverAuth")
        && addExtension(certificate.get(), ca.get(), NID_authority_key_identifier, "keyid")
        && X509_sign(certificate.get(), caKey.get(), EVP_sha256()) > 0;
    if (!good)
        return std::nullopt;
    return Certificates {pem([&](BIO *out) { PEM_write_bio_X509(out, ca.get()); }),
        pem([&](BIO *out) { PEM_write_bio_X509(out, certificate.get()); }),
        pem([&](BIO *out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); })};
}

} // namespace drover::simulator
