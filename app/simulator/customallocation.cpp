#include "app/simulator/allocation.h"
#include "app/simulator/provisioning.h"

#include <algorithm>

namespace drover::simulator {

namespace {

constexpr int allocationFailed = 400207;
constexpr int hubNotSpecified = 400208;
constexpr int webhookUnauthorized = 400209;

} // namespace

void Provisioning::askWebhook(
    const Claim &claim, const Registration &registration, const Enrollment &enrollment, const Done &done)
{
    Json context = {{"registrationId", registration.id}};
    if (registration.hub >= 0) {
        context["currentIotHubHostName"] = m_world.hubs[static_cast<std::size_t>(registration.hub)]->host;
        context["currentDeviceId"] = registration.deviceId();
    }
    context[claim.certificate ? "x509" : "symmetricKey"] = Json::object();
    if (!claim.payload.is_null())
        context["payload"] = claim.payload;
    Json linked = Json::array();
    const bool mustStay = stays(registration, enrollment);
    for (const int hub : mustStay ? std::vector<int> {registration.hub} : candidateHubs(m_world, enrollment))
        linked.push_back(m_world.hubs[static_cast<std::size_t>(hub)]->host);
    const Json body = {{enrollment.group ? "enrollmentGroup" : "individualEnrollment", enrollment.shown()},
        {"deviceRuntimeContext", std::move(context)}, {"linkedHubs", std::move(linked)}};
    const auto definition = enrollment.record.find("customAllocationDefinition");
    const std::string url = definition == enrollment.record.end() ? std::string() : textOf(*definition, "webhookUrl");
    const auto answered = [this, claim, done](int status, const std::string &text) {
        heardFromWebhook(claim, status, text);
        done(m_world.dps.registrationFor(claim.registrationId, m_world.now()));
    };
    if (m_world.callWebhook)
        m_world.callWebhook(url, body.dump(-1, ' ', false, Json::error_handler_t::replace), answered);
    else
        answered(0, {});
}

void Provisioning::heardFromWebhook(const Claim &claim, int status, const std::string &body)
{
    Registration &registration = m_world.dps.registrationFor(claim.registrationId, m_world.now());
    registration.updated = m_world.now();
    const Enrollment *enrollment = m_world.dps.find(claim.group, claim.enrollmentId);
    if (!enrollment)
        return fail(registration, claim.group ? 404204 : 404201, "The enrollment is gone.");
    if (status == 401 || status == 403)
        return fail(registration, webhookUnauthorized, "Custom allocation failed with status code: " + std::to_string(status));
    if (status < 200 || status > 299) {
        return fail(registration, allocationFailed,
            status == 0 ? "Custom allocation failed: the webhook does not answer."
                        : "Custom allocation failed with status code: " + std::to_string(status));
    }
    const std::optional<Json> answer = parsedJson(body);
    if (!answer || !answer->is_object())
        return fail(registration, allocationFailed, "Custom allocation failed: the webhook's answer is no JSON object.");
    const std::string host = textOf(*answer, "iotHubHostName");
    const int hub = host.empty() ? -1 : m_world.hubIndex(host);
    const bool mustStay = stays(registration, *enrollment);
    const std::vector<int> allowed = mustStay ? std::vector<int> {registration.hub} : candidateHubs(m_world, *enrollment);
    if (host.empty())
        return fail(registration, hubNotSpecified, "Custom allocation failed: the webhook names no IoT hub.");
    if (std::ranges::find(allowed, hub) == allowed.end() || !sameText(host, m_world.hubs[static_cast<std::size_t>(hub)]->host))
        return fail(registration, hubNotSpecified, "Custom allocation failed: the webhook names " + host + ", which is not among linkedHubs.");
    const auto twin = answer->find("initialTwin");
    const bool ownTwin = twin != answer->end() && twin->is_object();
    assign(registration, *enrollment, claim, {hub, ownTwin ? *answer : enrollment->record});
    const auto payload = answer->find("payload");
    if (registration.status == RegistrationStatus::Assigned && payload != answer->end() && !payload->is_null())
        registration.note = std::make_shared<const RegistrationNote>(std::string(), *payload);
}

} // namespace drover::simulator
