#include "models/plan/checks.h"

#include "models/core/words.h"

#include <array>
#include <map>

using namespace Qt::StringLiterals;

// Limits of a move's reach that waves alone would break.
namespace drover::plan {
namespace {

/// Devices of the largest wave that go to one target.
struct Largest {
    int wave = 0;
    qint64 devices = 0;
    HubHostName hub;
};

Largest largestArrival(const Facts &facts)
{
    std::map<std::pair<int, HubHostName>, qint64> counts;
    for (const PlannedDevice &device : facts.devices)
        ++counts[{device.wave, device.target}];
    Largest largest;
    for (const auto &[place, devices] : counts) {
        if (devices > largest.devices)
            largest = {.wave = place.first, .devices = devices, .hub = place.second};
    }
    return largest;
}

Finding perStamp(const Facts &facts, int most)
{
    const Largest largest = largestArrival(facts);
    const QString name = titleOf(facts.fleet.stampOfHub(largest.hub), largest.hub);
    const QString evidence = u"Wave %1 has %2 under way to %3 at a time, %4 are allowed."_s.arg(largest.wave + 1)
                                 .arg(counted(largest.devices, u"device"_s), name, grouped(most));
    if (largest.devices > most)
        return block(evidence, u"Cut smaller waves, with --waves or --ramp, or allow more."_s);
    return pass(evidence);
}

/// A run paces itself; only devices that nobody tells may still be too many.
Finding perHour(const Facts &facts, int most)
{
    const QString held = u"At most %1 are told within an hour."_s.arg(counted(most, u"device"_s));
    for (const GroupFacts &group : facts.groups) {
        if (group.strategy == Strategy::RepointGroup && !facts.options.strictWaves && group.members > most)
            return warn(
                held + u" Group \"%1\" is re-pointed at once, and any of its %2 that register by themselves move with nobody to hold them."_s
                           .arg(group.name, counted(group.members, u"device"_s)),
                u"Plan with --strict-waves; the run pauses when more have moved."_s);
    }
    return pass(held);
}

Finding perRun(const Facts &facts, int most)
{
    const auto all = static_cast<double>(facts.devices.size());
    const auto taken = static_cast<qint64>((1 - facts.options.gate.success) * all);
    const QString evidence = u"The run pauses when more than %1 have failed; its gates alone would take %2."_s.arg(
        counted(most, u"device"_s), grouped(taken));
    return pass(evidence);
}

Finding blastRadius(const Facts &facts)
{
    const BlastRadius &blast = facts.options.blast;
    std::vector<Finding> findings;
    if (blast.mostPerStamp > 0)
        findings.push_back(perStamp(facts, blast.mostPerStamp));
    if (blast.mostAnHour > 0)
        findings.push_back(perHour(facts, blast.mostAnHour));
    if (blast.mostFailed > 0)
        findings.push_back(perRun(facts, blast.mostFailed));
    return joined(findings, u"No limits were set beside those of Azure and the stamps."_s);
}

constexpr std::array catalogue{
    CheckSpec{"blast-radius", "Limits of the move's reach", blastRadius},
};

} // namespace

std::span<const CheckSpec> blastChecks()
{
    return catalogue;
}

} // namespace drover::plan
