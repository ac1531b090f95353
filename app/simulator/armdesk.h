#pragma once

#include "app/simulator/service.h"

namespace drover::simulator {

/// Resource Manager's own error, and that of the providers that follow it.
Response armError(int status, const std::string &code, const std::string &message);
/// The flat error of the provider Microsoft.Devices.
Response deviceError(int status, const std::string &code, const std::string &message);
Response resourceNotFound(const std::string &type, const std::string &name, const std::string &group);
/// A member of an object; null if there is none or it is null.
const Json *member(const Json &object, const char *name);
/// Whether all values are texts.
bool areTags(const Json &tags);
/// The first member that no resource has, or nothing.
std::optional<std::string> unknownMember(const Json &resource);
std::string armEtag(std::uint64_t number);
/// "West Europe" and "westeurope" are one place.
bool samePlace(std::string_view a, std::string_view b);

/// What the parts of the management plane share: routes, names and operations that take a while.
class ArmDesk {
public:
    ArmDesk(World &world, Router &router)
        : m_world(world)
        , m_router(router)
    {
    }

    World &world() { return m_world; }
    const World &world() const { return m_world; }
    /// Adds a route whose answers carry the headers that all of them carry.
    void add(const char *method, std::string path, std::function<Response(Call &)> answer);
    std::string subscriptionId() const { return "/subscriptions/" + m_world.tenant.subscriptionId; }
    std::string groupId() const { return subscriptionId() + "/resourceGroups/" + m_world.tenant.resourceGroup; }

    /// Lets a change happen a little later; the answer tells where to ask how it goes.
    Response begin(const Call &call, const std::string &resourceId, Response answer, std::function<void()> change);
    /// The answer to who asks.
    Response poll(const Call &call) const;

    /// Who sent the request in hand, and what is left to him.
    std::string principal;
    std::vector<std::pair<std::string, std::string>> quotaHeaders;

private:
    struct Operation {
        std::string id;
        bool done = false;
    };

    World &m_world;
    Router &m_router;
    std::deque<Operation> m_operations;
};

constexpr const char *subscriptionPath = "/subscriptions/{subscription}";
constexpr const char *groupPath = "/subscriptions/{subscription}/resourceGroups/{group}";

} // namespace drover::simulator
