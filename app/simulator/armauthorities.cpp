#include "app/simulator/armauthorities.h"

#include "app/simulator/clientcertificate.h"

namespace drover::simulator {

namespace {

constexpr const char *dpsType = "Microsoft.Devices/provisioningServices";
constexpr const char *dpsPath = "/providers/Microsoft.Devices/provisioningServices/{name}";
/// "Azure IoT Hub Device Provisioning Service limits".
constexpr std::size_t mostAuthorities = 25;

/// A certificate that a client sent: PEM or DER, in base64, or PEM as it is.
std::optional<std::string> sentCertificate(const Json &body)
{
    const std::string sent = textOf(body, "certificate");
    if (auto der = derOf(sent))
        return der;
    return derOf(fromBase64(sent).value_or(std::string()));
}

} // namespace

ArmAuthorities::ArmAuthorities(ArmDesk &desk)
    : m_desk(desk)
{
    add("GET", "", [this](const Call &) { return list(); });
    add("PUT", "/{certificate}", [this](const Call &call) { return put(call); });
    addOne("GET", "", &ArmAuthorities::get);
    addOne("DELETE", "", &ArmAuthorities::remove);
    addOne("POST", "/generateVerificationCode", &ArmAuthorities::giveCode);
    addOne("POST", "/verify", &ArmAuthorities::verify);
}

void ArmAuthorities::add(const char *method, const std::string &tail, std::function<Response(const Call &)> answer)
{
    m_desk.add(method, std::string(groupPath) + dpsPath + "/certificates" + tail, [this, answer = std::move(answer)](Call &call) {
        return sameText(call.args[2], dps().name) ? answer(call) : resourceNotFound(dpsType, call.args[2], call.args[1]);
    });
}

void ArmAuthorities::addOne(const char *method, const std::string &tail, AuthorityAnswer answer)
{
    add(method, "/{certificate}" + tail, [this, answer](const Call &call) {
        const auto found = dps().authorities.find(lower(call.args[3]));
        return found != dps().authorities.end() ? (this->*answer)(call, found->second)
                                                : deviceError(404, "404211", "The certificate '" + call.args[3] + "' was not found.");
    });
}

Json ArmAuthorities::shown(const Authority &authority) const
{
    const CertificateInfo info = certificateInfo(authority.der).value_or(CertificateInfo {});
    return {{"id", m_desk.groupId() + "/providers/" + dpsType + "/" + dps().name + "/certificates/" + authority.name},
        {"name", authority.name}, {"type", std::string(dpsType) + "/Certificates"}, {"etag", armEtag(authority.etag)},
        {"properties",
            {{"subject", info.commonName}, {"expiry", httpDate(info.notAfter)}, {"thumbprint", info.sha1},
                {"isVerified", authority.verified}, {"created", httpDate(authority.created)},
                {"updated", httpDate(authority.updated)}, {"certificate", base64(authority.der)}}}};
}

Response ArmAuthorities::list() const
{
    Json value = Json::array();
    for (const auto &[key, authority] : dps().authorities)
        value.push_back(shown(authority));
    return Response::json(Json::object({{"value", std::move(value)}}));
}

Response ArmAuthorities::get(const Call &, Authority &authority) { return Response::json(shown(authority)); }

std::optional<Response> ArmAuthorities::stale(const Call &call, const Authority &authority) const
{
    const std::string match = bareEtag(call.request.header("if-match"));
    if (match.empty() || match == "*" || match == armEtag(authority.etag))
        return std::nullopt;
    return deviceError(412, "412001", "The certificate was changed since it was read.");
}

Response ArmAuthorities::put(const Call &call)
{
    const Json *properties = member(call.body, "properties");
    const auto der = properties ? sentCertificate(*properties) : std::nullopt;
    if (!der)
        return deviceError(400, "400001", "The properties must have a certificate, PEM or DER in base64.");
    auto &all = dps().authorities;
    const std::string key = lower(call.args[3]);
    const auto present = all.find(key);
    if (present == all.end() && all.size() >= mostAuthorities)
        return deviceError(400, "400001", "A provisioning service has at most 25 certificates.");
    if (present != all.end()) {
        if (auto refusal = stale(call, present->second))
            return std::move(*refusal);
    }
    const Millis now = m_desk.world().now();
    const Millis created = present == all.end() ? now : present->second.created;
    const bool verified = properties->value("isVerified", Json()) == Json(true);
    all[key] = {call.args[3], *der, verified, {}, m_desk.world().next(), created, now};
    return Response::json(shown(all[key]));
}

Response ArmAuthorities::remove(const Call &call, Authority &authority)
{
    if (auto refusal = stale(call, authority))
        return std::move(*refusal);
    dps().authorities.erase(lower(call.args[3]));
    return Response::empty(200);
}

Response ArmAuthorities::giveCode(const Call &call, Authority &authority)
{
    if (auto refusal = stale(call, authority))
        return std::move(*refusal);
    authority.code = m_desk.world().random.uuid();
    std::erase(authority.code, '-');
    authority.etag = m_desk.world().next();
    Json answer = shown(authority);
    answer["properties"]["verificationCode"] = authority.code;
    return Response::json(answer);
}

/// Who holds the authority's key can sign a certificate whose common name is the code.
Response ArmAuthorities::verify(const Call &call, Authority &authority)
{
    if (auto refusal = stale(call, authority))
        return std::move(*refusal);
    const auto proof = sentCertificate(call.body);
    const auto info = proof ? certificateInfo(*proof) : std::nullopt;
    if (!info || authority.code.empty() || !sameText(info->commonName, authority.code) || !isSignedBy(*proof, authority.der))
        return deviceError(400, "400001", "The certificate is not one of the verification code, signed by the authority.");
    authority.verified = true;
    authority.code.clear();
    authority.etag = m_desk.world().next();
    authority.updated = m_desk.world().now();
    return Response::json(shown(authority));
}

} // namespace drover::simulator
