#pragma once

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace drover::test {

/// A certificate and its key, by an issuer or by itself.
struct Issued {
    explicit Issued(const char *name, const Issued *issuer = nullptr)
        : key(EVP_EC_gen("P-256"), EVP_PKEY_free)
        , certificate(X509_new(), X509_free)
    {
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), 7);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3'600);
        X509_set_pubkey(certificate.get(), key.get());
        X509_NAME *subject = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>(name), -1, -1, 0);
        X509_set_issuer_name(certificate.get(), issuer ? X509_get_subject_name(issuer->certificate.get()) : subject);
        X509_sign(certificate.get(), issuer ? issuer->key.get() : key.get(), EVP_sha256());
        unsigned char *bytes = nullptr;
        const int length = i2d_X509(certificate.get(), &bytes);
        der.assign(reinterpret_cast<char *>(bytes), static_cast<std::size_t>(length));
        OPENSSL_free(bytes);
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
    std::unique_ptr<X509, decltype(&X509_free)> certificate;
    std::string der;
};

} // namespace drover::test
