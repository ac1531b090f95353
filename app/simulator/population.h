#pragma once

#include "app/simulator/reader.h"
#include "app/simulator/world.h"

namespace drover::simulator {

/// What a scenario says of one enrollment group, or of a row of individual enrollments.
struct PopulationPlan {
    std::string name;
    bool group = false;
    /// Their attestation is x509, not symmetricKey.
    bool certified = false;
    int hub = 0;
    std::uint32_t count = 0;
    std::uint32_t first = 1;
    IdPattern ids;
    double offline = 0;
    double deaf = 0;
    bool deafIgnore = false;
    std::string allocation;
    std::string reprovision;
    /// {tags, desired, reported}; a list in it stands for one of its elements, by the device's number.
    Json twin;
};

/// Reads one; what is wrong with it is noted in `error`.
PopulationPlan readPopulation(Reader reader, bool group, const World &world, std::string &error);
/// A device has one registration and one enrollment: tells the id that an earlier population has, too.
std::optional<std::string> metBefore(const PopulationPlan &plan, const World &world);
/// Makes the enrollments, registrations, identities and devices of the plan.
void settlePopulation(const PopulationPlan &plan, World &world, const KeyPair &keys);

} // namespace drover::simulator
