#pragma once

#include "app/simulator/world.h"

namespace drover::simulator {

/// The scenarios that are part of the program: name and JSON text.
struct BuiltInScenario {
    std::string_view name;
    std::string_view text;
};
const std::vector<BuiltInScenario> &builtInScenarios();

/// A world as a scenario describes it, or what is wrong: file, place, remedy.
struct LoadedWorld {
    std::unique_ptr<World> world;
    std::string error;
};

/// `nameOrFile`: a built-in name, or the path of a JSON file.
LoadedWorld loadScenario(const std::string &nameOrFile, const ClockStart &clock, std::uint64_t seed);
LoadedWorld readScenario(const std::string &name, std::string_view text, const ClockStart &clock, std::uint64_t seed);

} // namespace drover::simulator
