#pragma once

#include "app/simulator/signingkey.h"

#include <initializer_list>
#include <memory>
#include <unordered_map>

namespace drover::simulator {

/// Two keys, base64, either of which is good.
struct KeyPair {
    std::string primary;
    std::string secondary;
};

/// Whether a key is base64 of 16 to 64 bytes, as both services want it of devices.
bool goodKey(const std::string &key);

/// The key of one member of an enrollment group.
std::string deriveKey(std::string_view groupKey, std::string_view registrationId);

/// Where a device's keys come from; a group's members derive theirs only when somebody asks.
struct KeySource {
    std::shared_ptr<const KeyPair> keys;
    bool derived = false;

    KeyPair pairFor(std::string_view registrationId) const;
};

/// What a shared access policy permits.
enum Right : unsigned {
    RegistryRead = 1,
    RegistryWrite = 2,
    ServiceConnect = 4,
    DeviceConnect = 8,
    ServiceConfig = 16,
    EnrollmentRead = 32,
    EnrollmentWrite = 64,
    RegistrationStatusRead = 128,
    RegistrationStatusWrite = 256,
};

/// "RegistryWrite, ServiceConnect", as the management plane tells it.
std::string rightsText(unsigned rights);

struct Policy {
    std::string name;
    KeyPair keys;
    unsigned rights;
};

/// A SharedAccessSignature, its parts in whatever order they were sent.
struct SasToken {
    std::string resource;
    std::string signature;
    std::string policy;
    std::int64_t expiry = 0;

    static std::optional<SasToken> parse(std::string_view authorization);
    bool isFor(std::string_view uri) const;
    bool expired(std::int64_t now) const { return expiry <= now; }
    bool signedWith(std::string_view key) const;
    bool signedWith(const KeyPair &keys) const { return signedWith(keys.primary) || signedWith(keys.secondary); }
};

/// Issues bearer tokens and knows its own again.
class TokenIssuer {
public:
    TokenIssuer(const std::string &secret, std::string tenant, std::string client);

    /// A token of the service principal.
    std::string issue(std::string_view audience, std::int64_t now, std::int64_t lifetime) const;
    /// A token that says what the caller says.
    std::string sign(const Json &claims) const;
    /// What a token of ours says, if an Authorization header carries one for one of these audiences.
    std::optional<Json> claims(std::string_view authorization, std::initializer_list<std::string_view> audiences,
        std::int64_t now) const;
    /// Whether an Authorization header carries a token of ours for one of these audiences.
    bool accepts(std::string_view authorization, std::initializer_list<std::string_view> audiences,
        std::int64_t now) const;
    /// The JSON Web Key Set that verifies all tokens.
    Json publicKeys() const;

private:
    /// What a token of ours says, expired or not; null for any other.
    const Json *verified(const std::string &token) const;
    /// The same for one that is in force and for one of these audiences.
    const Json *inForce(std::string_view authorization, std::initializer_list<std::string_view> audiences, std::int64_t now) const;

    SigningKey m_key;
    std::string m_tenant;
    std::string m_client;
    /// Clients send the same token with every call: its signature is verified once.
    mutable std::unordered_map<std::string, Json> m_verified;
};

} // namespace drover::simulator
