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
