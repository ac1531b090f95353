#include "app/simulator/hublimits.h"
#include "app/simulator/hubservice.h"
#include "app/simulator/names.h"

namespace drover::simulator {

namespace {

/// As the limits of IoT Hub have it.
constexpr std::size_t mostModules = 50;

} // namespace

void HubService::addModuleRoutes()
{
    add("GET", "/devices/{id}/modules", RegistryRead, Meter::Registry, &HubService::listModules);
    add("GET", "/devices/{id}/modules/{moduleId}", RegistryRead, Meter::Registry, &HubService::getModule);
    add("PUT", "/devices/{id}/modules/{moduleId}", RegistryWrite, Meter::Registry, &HubService::putModule);
    add("DELETE", "/devices/{id}/modules/{moduleId}", RegistryWrite, Meter::Registry, &HubService::removeModule);
    add("GET", "/twins/{id}/modules/{moduleId}", ServiceConnect, Meter::TwinReads, &HubService::getModuleTwin);
    add("PATCH", "/twins/{id}/modules/{moduleId}", ServiceConnect, Meter::TwinUpdates, &HubService::patchModuleTwin);
    add("PUT", "/twins/{id}/modules/{moduleId}", ServiceConnect, Meter::TwinUpdates, &HubService::putModuleTwin);
    add("POST", "/twins/{id}/modules/{moduleId}/methods", ServiceConnect, Meter::Methods, &HubService::moduleMethod);
}

Response HubService::listModules(Call &call)
{
    if (!call.hub->find(call.id()))
        return notFound(call.id());
    Json result = Json::array();
    if (const auto held = call.hub->modules.find(call.id()); held != call.hub->modules.end()) {
        for (const auto &[id, module] : held->second)
            result.push_back(shownModule(call.id(), id, module));
    }
    return Response::json(result);
}

Response HubService::getModule(Call &call)
{
    if (!call.hub->find(call.id()))
        return notFound(call.id());
    const Identity *module = call.hub->findModule(call.id(), call.args[1]);
    if (!module)
        return error("ModuleNotFound", 404010, call.args[1]);
    return Response::json(shownModule(call.id(), call.args[1], *module)).with("ETag", "\"" + module->etagText() + "\"");
}

Response HubService::putModule(Call &call)
{
    const std::string &moduleId = call.args[1];
    if (!call.hub->find(call.id()))
        return notFound(call.id());
    if (textOf(call.body, "deviceId") != call.id() || textOf(call.body, "moduleId") != moduleId || !goodDeviceId(moduleId))
        return error("ArgumentInvalid", 400004, "deviceId and moduleId must be valid and those in the path.");
    if (const auto wrong = wrongIdentity(call.body))
        return error("ArgumentInvalid", 400004, *wrong);
    const Identity *present = call.hub->findModule(call.id(), moduleId);
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (present && ifMatch.empty())
        return error("ModuleAlreadyExistsOnDevice", 409301, moduleId);
    if (!present && !ifMatch.empty() && ifMatch != "*")
        return error("ModuleNotFound", 404010, moduleId);
    if (present && ifMatch != "*" && ifMatch != present->etagText())
        return error("PreconditionFailed", 412001, "Precondition failed: Module version did not match.");
    Hub::Registry &modules = call.hub->modules[call.id()];
    if (!present && modules.size() >= mostModules)
        return error("TooManyModulesOnDevice", 400302, "A device has at most 50 modules.");
    Identity &module = modules[moduleId];
    if (!present) {
        module.generation = m_world.next();
        auto twin = std::make_shared<Twin>();
        twin->updated = m_world.now();
        module.twin = std::move(twin);
    }
    module.etag = m_world.next();
    module.keys = keysFrom(m_world, call.body, module.keys, moduleId);
    return getModule(call);
}

Response HubService::removeModule(Call &call)
{
    const Identity *present = call.hub->findModule(call.id(), call.args[1]);
    if (!present)
        return error("ModuleNotFound", 404010, call.args[1]);
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (!ifMatch.empty() && ifMatch != "*" && ifMatch != present->etagText())
        return error("PreconditionFailed", 412001, "Precondition failed: Module version did not match.");
    call.hub->modules[call.id()].erase(call.args[1]);
    return Response::empty();
}

Response HubService::getModuleTwin(Call &call)
{
    const Identity *module = call.hub->findModule(call.id(), call.args[1]);
    if (!module)
        return nested(404010, "Module " + call.args[1] + " not registered");
    return Response::text(shownModuleTwin(call.id(), call.args[1], *module)).with("ETag", "\"" + module->twin->etag() + "\"");
}

Response HubService::patchModuleTwin(Call &call) { return changeModuleTwin(call, false); }

Response HubService::putModuleTwin(Call &call) { return changeModuleTwin(call, true); }

Response HubService::changeModuleTwin(Call &call, bool replace)
{
    Identity *module = call.hub->findModule(call.id(), call.args[1]);
    if (!module)
        return nested(404010, "Module " + call.args[1] + " not registered");
    if (const auto wrong = wrongTwinChange(call.body))
        return nested(400004, *wrong);
    const std::string ifMatch = bareEtag(call.request.header("if-match"));
    if (!ifMatch.empty() && ifMatch != "*" && ifMatch != module->twin->etag())
        return nested(412001, "Precondition failed: the twin was changed meanwhile.");
    const TwinRef changed = changedTwin(*module->twin, call.body, replace, m_world.now());
    if (const auto wrong = wrongTwin(*changed))
        return nested(400004, *wrong);
    module->twin = changed;
    return getModuleTwin(call);
}

/// No module ever connects here.
Response HubService::moduleMethod(Call &call)
{
    const Identity *module = call.hub->findModule(call.id(), call.args[1]);
    return module ? nested(404103, "Timed out waiting for device to connect.")
                  : nested(404010, "Module " + call.args[1] + " not registered");
}

} // namespace drover::simulator
