#pragma once

#include "app/migration/azureeffects.h"

// What one look at the devices has seen so far; shared by the files that look.
namespace drover::migration {

using run::DeviceIndex;
using run::Sighting;

struct AzureEffects::Looking {
    const run::RunMachine &known;
    std::stop_token stop;
    QHash<DeviceIndex, Sighting> seen;
    int calls = 0;
    int dpsCalls = 0;
    QSet<DeviceIndex> turnedAwayBefore = {};
    std::optional<Error> trouble = {};
    bool ahead = false;

    /// Where devices are sent says more than where they come from.
    void note(const Error &error, bool whereTheyGo = true)
    {
        if (error.kind == ErrorKind::Cancelled || (ahead && !whereTheyGo))
            return;
        trouble = error;
        ahead = whereTheyGo;
    }
    Sighting &at(DeviceIndex index)
    {
        Sighting &sighting = seen[index];
        sighting.device = index;
        return sighting;
    }
    Sighting::Registration registration(DeviceIndex index) const
    {
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->registration != Sighting::Registration::Unknown;
        return fresh ? now->registration : known.known(index).registration;
    }
    bool isAssigned(DeviceIndex index) const { return registration(index) == Sighting::Registration::OnTarget; }
    bool isConnected(DeviceIndex index) const
    {
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->target != Sighting::Target::Unknown;
        return (fresh ? now->target : known.known(index).target) == Sighting::Target::Connected;
    }
    bool isGone(DeviceIndex index) const
    {
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->source != Sighting::Source::Unknown;
        return (fresh ? now->source : known.known(index).source) == Sighting::Source::Absent;
    }
    /// DPS could not assign it the last time because a service was ill or busy, or before this run. It may have been there before.
    bool wasTurnedAway(DeviceIndex index) const
    {
        if (turnedAwayBefore.contains(index))
            return true;
        if (registration(index) != Sighting::Registration::Failed)
            return false;
        const auto now = seen.constFind(index);
        const bool fresh = now != seen.cend() && now->registration == Sighting::Registration::Failed;
        return run::isTransient(fresh ? now->code : known.known(index).code);
    }
    /// DPS says so, or the target does where DPS cannot.
    bool isThere(DeviceIndex index, bool grouped) const
    {
        return isAssigned(index) || (isConnected(index) && (!grouped || wasTurnedAway(index)));
    }
    /// Nothing the target can say is missing.
    bool isSettledAtTarget(DeviceIndex index) const
    {
        const Sighting::Facts &facts = known.known(index);
        return facts.target == Sighting::Target::Connected
            && (facts.twin == Sighting::Twin::AsPolicySays || facts.twin == Sighting::Twin::NotKept);
    }
    bool wasTold(DeviceIndex index) const
    {
        const run::DeviceState state = known.state(index);
        return state != run::DeviceState::Enrolled && state != run::DeviceState::Waiting;
    }
};

/// Looks under way at one time.
inline constexpr size_t looksUnderWay = 32;

template <typename Fits>
std::vector<DeviceIndex> thoseOf(const std::vector<DeviceIndex> &devices, Fits fits)
{
    std::vector<DeviceIndex> found;
    std::ranges::copy_if(devices, std::back_inserter(found), fits);
    return found;
}

} // namespace drover::migration
