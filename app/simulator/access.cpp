#include "app/simulator/access.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace drover::simulator {

bool goodKey(const std::string &key)
{
    const auto bytes = fromBase64(key);
    return bytes && bytes->size() >= 16 && bytes->size() <= 64;
}

std::string deriveKey(std::string_view groupKey, std::string_view registrationId)
{
    return base64(hmacSha256(fromBase64(groupKey).value_or(""), registrationId));
}

KeyPair KeySource::pairFor(std::string_view registrationId) const
{
    if (!keys)
        return {};
    if (!derived)
        return *keys;
    return {deriveKey(keys->primary, registrationId), deriveKey(keys->secondary, registrationId)};
}

std::string rightsText(unsigned rights)
{
    static constexpr std::pair<unsigned, std::string_view> names[] = {{RegistryRead, "RegistryRead"},
        {RegistryWrite, "RegistryWrite"}, {ServiceConnect, "ServiceConnect"}, {DeviceConnect, "DeviceConnect"},
        {ServiceConfig, "ServiceConfig"}, {EnrollmentRead, "EnrollmentRead"}, {EnrollmentWrite, "EnrollmentWrite"},
        {RegistrationStatusRead, "RegistrationStatusRead"}, {RegistrationStatusWrite, "RegistrationStatusWrite"}};
    std::string text;
    for (const auto &[right, name] : names) {
        if (rights & right)
            text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return text;
}

std::optional<SasToken> SasToken::parse(std::string_view authorization)
{
    constexpr std::string_view scheme = "SharedAccessSignature ";
    if (authorization.size() < scheme.size() || !sameText(authorization.substr(0, scheme.size()), scheme))
        return std::nullopt;
    SasToken token;
    for (const std::string &part : split(authorization.substr(scheme.size()), '&')) {
        const std::size_t equals = part.find('=');
        if (equals == std::string::npos)
            return std::nullopt;
        const std::string name = trimmed(part.substr(0, equals));
        const std::string value = part.substr(equals + 1);
        if (name == "sr")
            token.resource = value;
        else if (name == "sig")
            token.signature = percentDecode(value);
        else if (name == "skn")
            token.policy = percentDecode(value);
        else if (name == "se" && std::from_chars(value.data(), value.data() + value.size(), token.expiry).ec != std::errc())
            return std::nullopt;
    }
    if (token.resource.empty() || token.signature.empty() || token.expiry == 0)
        return std::nullopt;
    return token;
}

bool SasToken::isFor(std::string_view uri) const { return sameText(percentDecode(resource), uri); }

bool SasToken::signedWith(std::string_view key) const
{
    const std::optional<std::string> bytes = fromBase64(key);
    return bytes && !bytes->empty() && base64(hmacSha256(*bytes, resource + "\n" + std::to_string(expiry))) == signature;
}

TokenIssuer::TokenIssuer(const std::string &secret, std::string tenant, std::string client)
    : m_key(secret)
    , m_tenant(std::move(tenant))
    , m_client(std::move(client))
{
}

std::string TokenIssuer::issue(std::string_view audience, std::int64_t now, std::int64_t lifetime) const
{
    return sign({{"aud", std::string(audience)}, {"iss", "https://sts.windows.net/" + m_tenant + "/"},
        {"iat", now - 60}, {"nbf", now - 60}, {"exp", now + lifetime}, {"appid", m_client}, {"appidacr", "1"},
        {"idtyp", "app"}, {"oid", m_client}, {"sub", m_client}, {"tid", m_tenant}, {"ver", "1.0"}});
}

std::string TokenIssuer::sign(const Json &claims) const
{
    const Json header = {{"typ", "JWT"}, {"alg", "RS256"}, {"kid", m_key.id()}};
    const std::string content = base64Url(header.dump()) + "." + base64Url(claims.dump());
    return content + "." + base64Url(m_key.sign(content));
}

bool TokenIssuer::accepts(
    std::string_view authorization, std::initializer_list<std::string_view> audiences, std::int64_t now) const
{
    return inForce(authorization, audiences, now) != nullptr;
}

std::optional<Json> TokenIssuer::claims(
    std::string_view authorization, std::initializer_list<std::string_view> audiences, std::int64_t now) const
{
    const Json *said = inForce(authorization, audiences, now);
    return said ? std::optional(*said) : std::nullopt;
}

const Json *TokenIssuer::inForce(
    std::string_view authorization, std::initializer_list<std::string_view> audiences, std::int64_t now) const
{
    if (authorization.size() < 7 || !sameText(authorization.substr(0, 7), "Bearer "))
        return nullptr;
    const Json *said = verified(trimmed(authorization.substr(7)));
    if (!said || said->value("exp", std::int64_t {0}) <= now)
        return nullptr;
    std::string audience = textOf(*said, "aud");
    if (audience.ends_with('/'))
        audience.pop_back();
    const bool known = std::ranges::any_of(audiences, [&](std::string_view one) { return sameText(one, audience); });
    return known ? said : nullptr;
}

const Json *TokenIssuer::verified(const std::string &token) const
{
    if (const auto found = m_verified.find(token); found != m_verified.end())
        return &found->second;
    const std::size_t dot = token.rfind('.');
    const std::size_t first = token.find('.');
    if (first == std::string::npos || first == dot)
        return nullptr;
    if (!m_key.verifies(token.substr(0, dot), fromBase64Url(token.substr(dot + 1)).value_or("")))
        return nullptr;
    Json said = Json::parse(fromBase64Url(token.substr(first + 1, dot - first - 1)).value_or(""), nullptr, false);
    if (!said.is_object())
        return nullptr;
    // Tokens are made anew all the time; a few hundred in use at once are many.
    if (m_verified.size() >= 256)
        m_verified.clear();
    return &m_verified.emplace(token, std::move(said)).first->second;
}

Json TokenIssuer::publicKeys() const { return Json::object({{"keys", Json::array({m_key.publicKey()})}}); }

} // namespace drover::simulator
