#include "app/simulator/signingkey.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <stdexcept>

namespace drover::simulator {

namespace {

struct Free {
    void operator()(BIGNUM *number) const { BN_clear_free(number); }
    void operator()(BN_CTX *context) const { BN_CTX_free(context); }
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_PKEY_CTX *context) const { EVP_PKEY_CTX_free(context); }
    void operator()(OSSL_PARAM_BLD *builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM *parameters) const { OSSL_PARAM_free(parameters); }
};
template <typename Type>
using Owned = std::unique_ptr<Type, Free>;
using Number = Owned<BIGNUM>;

constexpr unsigned publicExponent = 65537;

void require(bool good)
{
    if (!good)
        throw std::runtime_error("OpenSSL cannot make a signing key");
}

Number number()
{
    Number made(BN_new());
    require(made != nullptr);
    return made;
}

/// The first fitting prime from a starting point that the secret tells.
Number prime(std::string_view secret, const char *name, BN_CTX *context)
{
    std::string bytes;
    for (int i = 0; i < 4; ++i)
        bytes += hmacSha256(secret, std::string(name) + std::to_string(i));
    // The two top bits make the product of two such primes exactly 2048 bits long.
    bytes.front() = static_cast<char>(static_cast<unsigned char>(bytes.front()) | 0xc0);
    bytes.back() = static_cast<char>(static_cast<unsigned char>(bytes.back()) | 1);
    Number candidate(
        BN_bin2bn(reinterpret_cast<const unsigned char *>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
    require(candidate != nullptr);
    while (BN_mod_word(candidate.get(), publicExponent) == 1 || BN_check_prime(candidate.get(), context, nullptr) != 1)
        require(BN_add_word(candidate.get(), 2) == 1);
    return candidate;
}

Number minusOne(const BIGNUM *value)
{
    Number less(BN_dup(value));
    require(less && BN_sub_word(less.get(), 1) == 1);
    return less;
}

std::string bytesOf(const BIGNUM *value)
{
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char *>(bytes.data()));
    return bytes;
}

EVP_PKEY *keyFrom(OSSL_PARAM_BLD *builder)
{
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY *key = nullptr;
    require(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1
        && EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
    return key;
}

} // namespace

SigningKey::SigningKey(std::string_view secret)
{
    const Owned<BN_CTX> context(BN_CTX_new());
    const Number p = prime(secret, "p", context.get());
    const Number q = prime(secret, "q", context.get());
    const Number e = number();
    const Number n = number();
    const Number phi = number();
    require(BN_set_word(e.get(), publicExponent) == 1 && BN_mul(n.get(), p.get(), q.get(), context.get()) == 1);
    const Number p1 = minusOne(p.get());
    const Number q1 = minusOne(q.get());
    require(BN_mul(phi.get(), p1.get(), q1.get(), context.get()) == 1);
    const Number d(BN_mod_inverse(nullptr, e.get(), phi.get(), context.get()));
    const Number dp = number();
    const Number dq = number();
    const Number inverse(BN_mod_inverse(nullptr, q.get(), p.get(), context.get()));
    require(d && inverse && BN_mod(dp.get(), d.get(), p1.get(), context.get()) == 1
        && BN_mod(dq.get(), d.get(), q1.get(), context.get()) == 1);
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    const std::pair<const char *, const BIGNUM *> parts[] = {{OSSL_PKEY_PARAM_RSA_N, n.get()},
        {OSSL_PKEY_PARAM_RSA_E, e.get()}, {OSSL_PKEY_PARAM_RSA_D, d.get()}, {OSSL_PKEY_PARAM_RSA_FACTOR1, p.get()},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, q.get()}, {OSSL_PKEY_PARAM_RSA_EXPONENT1, dp.get()},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, dq.get()}, {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, inverse.get()}};
    for (const auto &[name, value] : parts)
        require(OSSL_PARAM_BLD_push_BN(builder.get(), name, value) == 1);
    m_key
        = std::shared_ptr<void>(keyFrom(builder.get()), [](void *key) { EVP_PKEY_free(static_cast<EVP_PKEY *>(key)); });
    m_modulus = bytesOf(n.get());
}

std::string SigningKey::sign(std::string_view text) const
{
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    std::string signature(m_modulus.size(), '\0');
    std::size_t length = signature.size();
    require(context
        && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, static_cast<EVP_PKEY *>(m_key.get())) == 1
        && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &length,
               reinterpret_cast<const unsigned char *>(text.data()), text.size())
            == 1);
    return signature;
}

bool SigningKey::verifies(std::string_view text, std::string_view signature) const
{
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    return context
        && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, static_cast<EVP_PKEY *>(m_key.get()))
        == 1
        && EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char *>(signature.data()), signature.size(),
               reinterpret_cast<const unsigned char *>(text.data()), text.size())
        == 1;
}

std::string SigningKey::id() const
{
    return base64Url(hmacSha256("key id", m_modulus)).substr(0, 27);
}

Json SigningKey::publicKey() const
{
    return {
        {"kty", "RSA"}, {"use", "sig"}, {"alg", "RS256"}, {"kid", id()}, {"n", base64Url(m_modulus)}, {"e", "AQAB"}};
}

} // namespace drover::simulator
