#include "app/simulator/dpserrors.h"

namespace drover::simulator {

Response dpsError(World &world, int code, const std::string &message)
{
    const Json body = {{"errorCode", code}, {"trackingId", world.random.uuid()}, {"message", message},
        {"info", Json::object()}, {"timestampUtc", isoTime(world.now())}};
    return Response::json(body, code / 1000).with("x-ms-error-code", std::to_string(code));
}

Response dpsThrottled(World &world, Millis wait)
{
    return dpsError(world, 429001, "Too many operations in the last minute.")
        .with("Retry-After", std::to_string((wait + 999) / 1000));
}

bool knownDpsVersion(const std::string &version)
{
    for (const char *known : {"2021-10-01", "2021-06-01", "2019-03-31", "2018-11-01", "2018-09-01-preview"}) {
        if (version == known)
            return true;
    }
    return false;
}

} // namespace drover::simulator
