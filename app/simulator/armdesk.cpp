#include "app/simulator/armdesk.h"

#include <algorithm>
#include <array>

namespace drover::simulator {

namespace {

/// .NET's names of the statuses, as the provider writes them.
const char *statusName(int status)
{
    switch (status) {
    case 400:
        return "BadRequest";
    case 404:
        return "NotFound";
    case 409:
        return "Conflict";
    case 412:
        return "PreconditionFailed";
    default:
        return "Error";
    }
}

} // namespace

Response armError(int status, const std::string &code, const std::string &message)
{
    return Response::json(Json::object({{"error", {{"code", code}, {"message", message}}}}), status);
}

Response deviceError(int status, const std::string &code, const std::string &message)
{
    return Response::json({{"code", code}, {"httpStatusCode", statusName(status)}, {"message", message}}, status);
}

Response resourceNotFound(const std::string &type, const std::string &name, const std::string &group)
{
    return armError(404, "ResourceNotFound",
        "The Resource '" + type + "/" + name + "' under resource group '" + group
            + "' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix");
}

const Json *member(const Json &object, const char *name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool areTags(const Json &tags)
{
    return tags.is_object() && std::ranges::all_of(tags, [](const Json &value) { return value.is_string(); });
}

std::optional<std::string> unknownMember(const Json &resource)
{
    static constexpr std::array known{"id", "name", "type", "location", "tags", "kind", "sku", "plan", "properties",
        "identity", "managedBy", "managedByExtended", "zones", "extendedLocation", "scale", "etag", "systemData",
        "resourcegroup", "subscriptionid"};
    for (const auto &[name, value] : resource.items()) {
        if (std::ranges::none_of(known, [&](const char *one) { return sameText(one, name); }))
            return name;
    }
    return std::nullopt;
}

std::string armEtag(std::uint64_t number)
{
    return base64(std::to_string(1'000'000 + number));
}

bool samePlace(std::string_view a, std::string_view b)
{
    const auto plain = [](std::string_view text) {
        std::string result = lower(text);
        std::erase(result, ' ');
        return result;
    };
    return plain(a) == plain(b);
}

void ArmDesk::add(const char *method, std::string path, std::function<Response(Call &)> answer)
{
    m_router.add({method, std::move(path), 0, Meter::None,
        [this, answer = std::move(answer)](Call &call) {
            Response response = answer(call);
            for (const auto &[name, value] : quotaHeaders)
                response.with(name, value);
            const std::string id = m_world.random.uuid();
            return response.with("Cache-Control", "no-cache")
                .with("x-ms-request-id", id)
                .with("x-ms-correlation-request-id", id);
        },
        {}});
}

Response ArmDesk::begin(const Call &call, const std::string &resourceId, Response answer, std::function<void()> change)
{
    constexpr std::size_t most = 1000;
    const std::string id = m_world.random.uuid();
    m_operations.push_back({id});
    if (m_operations.size() > most)
        m_operations.pop_front();
    m_world.timeline.at(m_world.now() + m_world.random.between(2000, 6000), [this, id, change = std::move(change)] {
        change();
        for (Operation &one : m_operations)
            one.done |= one.id == id;
    });
    const std::string url = "https://" + call.request.host + resourceId + "/operationresults/" + id
        + "?asyncinfo=true&api-version=" + call.request.parameter("api-version");
    return answer.with("Azure-AsyncOperation", url).with("Retry-After", "1");
}

Response ArmDesk::poll(const Call &call) const
{
    const auto found = std::ranges::find(m_operations, call.args.back(), &Operation::id);
    if (found == m_operations.end())
        return armError(404, "OperationNotFound", "The operation '" + call.args.back() + "' was not found.");
    Response response = Response::json(Json::object({{"status", found->done ? "Succeeded" : "Running"}}));
    return found->done ? response : response.with("Retry-After", "1");
}

} // namespace drover::simulator
