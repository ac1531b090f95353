#include "app/simulator/hublimits.h"
#include "app/simulator/hubservice.h"

namespace drover::simulator {

namespace {

/// Seconds as the body gives them, or nothing if out of range.
std::optional<int> seconds(const Json &body, const char *member, int usual, int least, int most)
{
    const auto found = body.find(member);
    if (found == body.end() || found->is_null())
        return usual;
    if (!found->is_number_integer() || *found < least || *found > most)
        return std::nullopt;
    return found->get<int>();
}

} // namespace

Response HubService::getTwin(Call &call)
{
    const Identity *identity = call.hub->find(call.id());
    if (!identity)
        return nested(404001, "Device " + call.id() + " not registered");
    return Response::text(shownTwin(call.id(), *identity)).with("ETag", "\"" + identity->twin->etag() + "\"");
}

Response HubService::patchTwin(Call &call) { return changeTwin(call, false); }

Response HubService::putTwin(Call &call) { return changeTwin(call, true); }

Response HubService::changeTwin(Call &call, bool replace)
{
    const Identity *identity = call.hub->find(call.id());
    if (!identity)
        return nested(404001, "Device " + call.id() + " not registered");
    if (const auto wrong = wrongTwinChange(call.body))
        return nested(400004, *wrong);
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (!ifMatch.empty() && ifMatch != "*" && ifMatch != identity->twin->etag())
        return nested(412001, "Precondition failed: the twin was changed meanwhile.");
    if (const auto wrong = wrongTwin(*changedTwin(*identity->twin, call.body, replace, m_world.now())))
        return nested(400004, *wrong);
    applyTwinChange(*call.hub, call.id(), call.body, replace);
    return getTwin(call);
}

void HubService::applyTwinChange(Hub &hub, const std::string &id, const Json &change, bool replace)
{
    Identity &identity = *hub.find(id);
    identity.twin = changedTwin(*identity.twin, change, replace, m_world.now());
    if (!identity.connected || identity.device == noDevice)
        return;
    const auto properties = change.find("properties");
    if (properties != change.end() && properties->is_object() && properties->contains("desired"))
        m_life.desiredChanged(identity.device, (*properties)["desired"]);
}

Response HubService::method(Call &call)
{
    const std::string name = textOf(call.body, "methodName");
    if (name.empty())
        return nested(400004, "methodName is missing.");
    const std::optional<int> responseTimeout = seconds(call.body, "responseTimeoutInSeconds", 30, 5, 300);
    const std::optional<int> connectTimeout = seconds(call.body, "connectTimeoutInSeconds", 0, 0, 300);
    if (!responseTimeout || !connectTimeout)
        return nested(400004, "A timeout is out of range.");
    if (!fitsMethod(call.body.value("payload", Json())))
        return nested(413001, "The payload is larger than 131072 bytes.");
    const Identity *identity = call.hub->find(call.id());
    if (!identity)
        return nested(404001, "Device " + call.id() + " not registered");
    if (!identity->connected || identity->device == noDevice) {
        Response offline = nested(404103, "Timed out waiting for device to connect.");
        offline.delay = *connectTimeout * 1000;
        return offline;
    }
    const auto answer = m_life.call(identity->device, name, call.body.value("payload", Json()));
    if (!answer) {
        Response late = nested(504101, "Timed out waiting for the response from device.");
        late.delay = *responseTimeout * 1000;
        return late;
    }
    Response response = Response::json({{"status", answer->status}, {"payload", answer->payload}});
    response.delay = m_world.random.between(20, 120);
    return response;
}

} // namespace drover::simulator
