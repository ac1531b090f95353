#include "app/simulator/clientcertificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace drover::simulator {

namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate parsed(const std::string &der)
{
    const auto *bytes = reinterpret_cast<const unsigned char *>(der.data());
    return {d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), X509_free};
}

std::string nameText(const X509_NAME *name)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char *data = nullptr;
    const long length = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

std::string commonName(const X509_NAME *name)
{
    char text[256];
    const int length = X509_NAME_get_text_by_NID(const_cast<X509_NAME *>(name), NID_commonName, text, sizeof text);
    return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
}

std::string hex(const unsigned char *bytes, std::size_t count)
{
    constexpr char digits[] = "0123456789ABCDEF";
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

std::string thumbprint(const X509 *certificate, const EVP_MD *digest)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    return X509_digest(certificate, digest, bytes, &length) == 1 ? hex(bytes, length) : std::string();
}

Millis timeOf(const ASN1_TIME *time)
{
    std::tm parts {};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<Millis>(::timegm(&parts)) * 1000 : 0;
}

} // namespace

Json CertificateInfo::shown() const
{
    return {{"subjectName", subject}, {"sha1Thumbprint", sha1}, {"sha256Thumbprint", sha256}, {"issuerName", issuer},
        {"notBeforeUtc", isoTime(notBefore)}, {"notAfterUtc", isoTime(notAfter)}, {"serialNumber", serial},
        {"version", version}};
}

std::optional<std::string> derOf(const std::string &text)
{
    std::string body;
    constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view end = "-----END CERTIFICATE-----";
    const std::size_t from = text.find(begin);
    body = from == std::string::npos ? text : text.substr(from + begin.size());
    body = body.substr(0, body.find(end));
    std::erase_if(body, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
    std::optional<std::string> der = fromBase64(body);
    return der && !der->empty() && parsed(*der) ? der : std::nullopt;
}

std::optional<CertificateInfo> certificateInfo(const std::string &der)
{
    const Certificate certificate = parsed(der);
    if (!certificate)
        return std::nullopt;
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate.get());
    return CertificateInfo {commonName(X509_get_subject_name(certificate.get())),
        nameText(X509_get_subject_name(certificate.get())), nameText(X509_get_issuer_name(certificate.get())),
        thumbprint(certificate.get(), EVP_sha1()), thumbprint(certificate.get(), EVP_sha256()),
        hex(ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial))),
        static_cast<int>(X509_get_version(certificate.get())) + 1, timeOf(X509_get0_notBefore(certificate.get())),
        timeOf(X509_get0_notAfter(certificate.get()))};
}

bool isSignedBy(const std::string &der, const std::string &issuerDer)
{
    const Certificate certificate = parsed(der);
    const Certificate issuer = parsed(issuerDer);
    if (!certificate || !issuer || X509_check_issued(issuer.get(), certificate.get()) != X509_V_OK)
        return false;
    EVP_PKEY *key = X509_get0_pubkey(issuer.get());
    return key && X509_verify(certificate.get(), key) == 1;
}

std::vector<std::string> attestedCertificates(const Json &attestation, const char *kind)
{
    std::vector<std::string> result;
    if (!sameText(textOf(attestation, "type"), "x509") || !attestation.contains("x509") || !attestation["x509"].is_object())
        return result;
    const Json held = attestation["x509"].value(kind, Json());
    for (const char *which : {"primary", "secondary"}) {
        if (!held.is_object() || !held.contains(which))
            continue;
        if (auto der = derOf(textOf(held[which], "certificate")))
            result.push_back(std::move(*der));
    }
    return result;
}

} // namespace drover::simulator
