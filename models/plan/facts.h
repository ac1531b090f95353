#pragma once

#include "models/plan/draft.h"

#include <map>
#include <span>

namespace drover::plan {

/// A hub that devices come to.
struct TargetFacts {
    HubHostName hub;
    /// nullptr when the fleet no longer has a stamp with this hub.
    const fleet::Stamp *stamp = nullptr;
    qint64 arrivals = 0;
    /// Devices of re-pointed groups that are not planned and come when they register by themselves.
    qint64 followers = 0;
    /// Devices there now: told by the hub, else counted in the index.
    qint64 population = 0;
    bool populationTold = false;

    qint64 after() const { return population + (stamp ? stamp->arriving : 0) + arrivals + followers; }
};

/// A hub that devices leave; its name is null for devices that were never assigned.
struct SourceFacts {
    HubHostName hub;
    const fleet::Stamp *stamp = nullptr;
    qint64 leaving = 0;
};

/// A group that is re-pointed, or partly split out.
struct GroupFacts {
    QString name;
    Strategy strategy = Strategy::RepointGroup;
    qint64 members = 0;
    qint64 planned = 0;
    /// Hub names and how many unplanned members are there; "" for never assigned.
    std::map<QString, qint64> followersFrom;

    qint64 followers() const;
};

/// Everything that checks, ETA and notes look at, counted once.
struct Facts {
    const fleet::Fleet &fleet;
    const Options &options;
    std::span<const Step> steps;
    std::span<const PlannedDevice> devices;
    std::span<const Obstacle> obstacles;
    /// How devices are told; empty before it was chosen.
    std::span<const Telling> tellings = {};
    Instant now = {};
    /// The plan takes a run back.
    bool undoes = false;
    qint64 atTarget = 0;

    std::vector<TargetFacts> targets;
    std::vector<SourceFacts> sources;
    std::vector<GroupFacts> groups;
    /// The DPS record of each step, nullptr when it is gone.
    std::vector<const fleet::Enrollment *> records;
    /// Row of each device at its source, absent when it is no longer there.
    std::vector<std::optional<fleet::DeviceIndex::Row>> rows;
    qint64 individualWrites = 0;
    qint64 groupWrites = 0;
    qint64 splitOuts = 0;
    /// Enrollments of split-out devices that the plan deletes again.
    qint64 removals = 0;

    /// Splits devices out of a group and hands them back to it.
    bool handsBack() const { return removals > 0 && splitOuts > 0; }
};

Facts factsOf(const fleet::Fleet &fleet, const Options &options, std::span<const Step> steps,
    std::span<const PlannedDevice> devices, Instant now);

/// Production stamps that devices leave or come to: running asks for one of their names.
std::vector<StampName> productionOf(const Facts &facts);

/// The stamp's title, or the hub's name when no stamp has it.
QString titleOf(const fleet::Stamp *stamp, const HubHostName &hub);

} // namespace drover::plan
