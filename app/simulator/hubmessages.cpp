#include "app/simulator/hubservice.h"

namespace drover::simulator {

namespace {

constexpr std::uint8_t longestQueue = 50;
constexpr std::size_t largestMessage = 64 * 1024;

} // namespace

void HubService::addMessageRoutes()
{
    add("POST", messagesPath, ServiceConnect, Meter::None, &HubService::sendMessage);
    add("DELETE", "/devices/{id}/commands", ServiceConnect, Meter::None, &HubService::purgeMessages);
}

/// A device that is connected takes a message at once; for others up to 50 wait.
Response HubService::sendMessage(Call &call)
{
    Identity *identity = call.hub->find(call.id());
    if (!identity)
        return notFound(call.id());
    if (call.request.body.size() > largestMessage)
        return error("MessageTooLarge", 413001, "A message has at most 65536 bytes.");
    if (identity->connected)
        return Response::empty();
    if (identity->queued >= longestQueue)
        return error("DeviceMaximumQueueDepthExceeded", 403004, "50 messages wait for the device already.");
    ++identity->queued;
    return Response::empty();
}

Response HubService::purgeMessages(Call &call)
{
    Identity *identity = call.hub->find(call.id());
    if (!identity)
        return notFound(call.id());
    const int purged = identity->queued;
    identity->queued = 0;
    return Response::json({{"totalMessagesPurged", purged}, {"deviceId", call.id()}, {"moduleId", nullptr}});
}

} // namespace drover::simulator
