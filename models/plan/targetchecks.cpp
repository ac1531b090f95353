#include "models/plan/checks.h"

#include "models/core/words.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::HubHealth;
using fleet::Stamp;

/// Share of a ceiling above which a person should know.
constexpr double nearlyFull = 0.9;
/// Identities that a hub holds unless support raised it.
constexpr qint64 publicMaximum = 1'000'000;

template <typename Look>
Finding eachTarget(const Facts &facts, Look look)
{
    std::vector<Finding> findings;
    for (const TargetFacts &target : facts.targets)
        findings.push_back(look(target));
    return joined(findings, u"No device arrives anywhere."_s);
}

QString nameOf(const TargetFacts &target)
{
    return titleOf(target.stamp, target.hub);
}

Finding targetLinked(const Facts &facts)
{
    const fleet::Dps &dps = facts.fleet.dps;
    return eachTarget(facts, [&dps](const TargetFacts &target) {
        if (!dps.linked)
            return warn(u"Whether %1 is linked to %2 could not be asked."_s.arg(target.hub.text(), dps.name),
                u"Look at the linked hubs in the portal, or give Drover reader access to the DPS resource."_s);
        if (std::find(dps.linked->begin(), dps.linked->end(), target.hub) == dps.linked->end())
            return block(u"%1 is not among the %2 linked to %3."_s.arg(
                             target.hub.text(), counted(static_cast<qint64>(dps.linked->size()), u"hub"_s), dps.name),
                u"Link the hub to the DPS instance first."_s);
        return pass(u"%1 is linked to %2."_s.arg(target.hub.text(), dps.name));
    });
}

Finding dpsActive(const Facts &facts)
{
    const fleet::Dps &dps = facts.fleet.dps;
    if (dps.state.compare(u"Active", Qt::CaseInsensitive) == 0)
        return pass(u"%1 is active."_s.arg(dps.name));
    return block(u"%1 is in the state \"%2\"."_s.arg(dps.name, dps.state),
        u"Wait until the DPS instance is active, then look again."_s);
}

Finding targetReachable(const TargetFacts &target)
{
    const HubHealth health = target.stamp ? target.stamp->health : HubHealth();
    switch (health.state) {
    case HubHealth::State::Active:
        return pass(u"%1 answers."_s.arg(nameOf(target)));
    case HubHealth::State::FailingOver:
        return block(
            u"%1 is failing over to its other region."_s.arg(nameOf(target)), u"Wait for the end of the failover."_s);
    case HubHealth::State::Outage:
        return block(
            u"%1 does not answer (%2)."_s.arg(nameOf(target), health.trouble.isEmpty() ? u"outage"_s : health.trouble),
            u"Choose another target, or wait until the hub answers."_s);
    case HubHealth::State::Unknown:
        break;
    }
    return warn(
        u"Nobody has seen yet whether %1 answers."_s.arg(nameOf(target)), u"Refresh the fleet before the run."_s);
}

Finding hubReachable(const Facts &facts)
{
    std::vector<Finding> findings;
    for (const TargetFacts &target : facts.targets)
        findings.push_back(targetReachable(target));
    for (const SourceFacts &source : facts.sources) {
        const bool down = source.stamp && source.stamp->health.state != HubHealth::State::Active
            && source.stamp->health.state != HubHealth::State::Unknown;
        if (!down)
            continue;
        // A device that keeps its data is compared with what its twin was.
        const bool keeps = std::ranges::any_of(facts.steps, [](const Step &step) { return step.policy == fleet::Reprovision::Migrate; });
        findings.push_back(warn(u"%1 does not answer: its %2 cannot be told to register%3."_s.arg(titleOf(source.stamp, source.hub),
                                    counted(source.leaving, u"device"_s),
                                    keeps ? u" and move when they give up on it; before their wave a run pauses and asks, because their twins cannot be kept"_s
                                          : u" and move when they give up on it"_s),
            u"Expect a slow move: devices look for DPS after 15 to 30 minutes without their hub."_s));
    }
    return joined(findings, u"No hub is concerned."_s);
}

Finding tierHasTwins(const Facts &facts)
{
    return eachTarget(facts, [](const TargetFacts &target) {
        const QString sku = target.stamp ? target.stamp->sku.name : QString();
        if (target.stamp && !target.stamp->sku.hasTwins())
            return block(u"%1 is a basic hub (%2): it has no twins and no direct methods."_s.arg(nameOf(target), sku),
                u"Choose a standard hub, or upgrade this one."_s);
        return pass(u"%1 is a standard hub (%2)."_s.arg(nameOf(target), sku.isEmpty() ? u"edition not told"_s : sku));
    });
}

Finding capacity(const Facts &facts)
{
    return eachTarget(facts, [](const TargetFacts &target) {
        const std::optional<qint64> ceiling = target.stamp ? target.stamp->ceiling() : std::nullopt;
        const QString sum = u"%1: %2 + %3"_s.arg(
                                nameOf(target), grouped(target.population), grouped(target.arrivals + target.followers))
            + (target.stamp && target.stamp->arriving > 0 ? u" + %1 under way"_s.arg(grouped(target.stamp->arriving))
                                                          : QString());
        if (!ceiling)
            return warn(u"%1 = %2; its capacity was never declared."_s.arg(sum, counted(target.after(), u"device"_s)),
                u"Tag the hub with its capacity."_s);
        const QString told = u"%1 = %2 of %3."_s.arg(sum, grouped(target.after()), grouped(*ceiling));
        if (target.after() > *ceiling)
            return block(u"%1 %2 too many."_s.arg(told, grouped(target.after() - *ceiling)),
                u"Move fewer devices, choose another stamp, or scale this one."_s);
        if (static_cast<double>(target.after()) > nearlyFull * static_cast<double>(*ceiling))
            return warn(u"%1 It will be nearly full."_s.arg(told), u"Plan another stamp before the next move."_s);
        return pass(told);
    });
}

Finding hubMaximum(const Facts &facts)
{
    return eachTarget(facts, [](const TargetFacts &target) {
        const std::optional<qint64> told = target.stamp ? target.stamp->health.maximum : std::nullopt;
        const qint64 maximum = told.value_or(publicMaximum);
        const QString evidence = u"%1 will hold %2 of the hub's own maximum of %3."_s.arg(
            nameOf(target), grouped(target.after()), grouped(maximum));
        return target.after() > maximum ? block(evidence, u"Move fewer devices; the hub itself refuses more."_s)
                                        : pass(evidence);
    });
}

/// Free room of the other stamps of the ring once the plan is done.
qint64 roomBeside(const Facts &facts, const Stamp &target)
{
    qint64 room = 0;
    for (const Stamp &stamp : facts.fleet.stamps) {
        if (stamp.ring != target.ring || stamp.hub == target.hub || !stamp.ceiling())
            continue;
        qint64 after = stamp.population() + stamp.arriving;
        for (const SourceFacts &source : facts.sources)
            after -= source.hub == stamp.hub ? source.leaving : 0;
        for (const TargetFacts &other : facts.targets)
            after += other.hub == stamp.hub ? other.arrivals + other.followers : 0;
        room += std::max<qint64>(0, *stamp.ceiling() - after);
    }
    return room;
}

Finding headroom(const Facts &facts)
{
    return eachTarget(facts, [&facts](const TargetFacts &target) {
        if (!target.stamp)
            return pass(u"%1 is no stamp of the fleet."_s.arg(target.hub.text()));
        const qint64 room = roomBeside(facts, *target.stamp);
        const QString evidence
            = u"If %1 failed afterwards, the %2 ring's other stamps had room for %3 of its %4."_s.arg(nameOf(target),
                ringName(target.stamp->ring), grouped(std::min(room, target.after())),
                counted(target.after(), u"device"_s));
        return room < target.after() ? warn(evidence, u"Keep enough free capacity in the ring to lose one stamp."_s)
                                     : pass(evidence);
    });
}

Finding hubThrottles(const Facts &facts)
{
    const double planned = facts.fleet.dps.limits.registrationsPerMinute * facts.options.dpsShare;
    return eachTarget(facts, [planned](const TargetFacts &target) {
        const double registry = target.stamp ? limitsOf(target.stamp->sku).registryPerMinute : 0;
        const double rate = std::min(planned, static_cast<double>(target.arrivals));
        const QString evidence
            = u"Up to %1 identities a minute arrive at %2; its registry takes %3 operations a minute."_s.arg(
                grouped(qRound64(rate)), nameOf(target), grouped(qRound64(registry)));
        return rate > registry && target.stamp
            ? warn(evidence,
                  u"Whether the DPS's own writes count is not documented: watch the first waves for failed registrations."_s)
            : pass(evidence);
    });
}

qint64 dailyOf(const Stamp &stamp)
{
    return stamp.health.messagesPerDay.value_or(limitsOf(stamp.sku).messagesPerDay);
}

/// Messages that the arriving devices sent today on their old hubs, by their share of those hubs.
double messagesBrought(const Facts &facts, const TargetFacts &target)
{
    double brought = 0;
    qint64 all = 0;
    for (const SourceFacts &source : facts.sources) {
        all += source.leaving;
        if (source.stamp && source.stamp->population() > 0)
            brought += static_cast<double>(source.stamp->health.messagesToday.value_or(0))
                * static_cast<double>(source.leaving) / static_cast<double>(source.stamp->population());
    }
    return all == 0 ? 0 : brought * static_cast<double>(target.arrivals) / static_cast<double>(all);
}

Finding messageQuota(const Facts &facts)
{
    return eachTarget(facts, [&facts](const TargetFacts &target) {
        if (!target.stamp || !target.stamp->health.messagesToday)
            return pass(u"%1 did not tell how many messages it had today."_s.arg(nameOf(target)));
        const double sum = static_cast<double>(*target.stamp->health.messagesToday) + messagesBrought(facts, target);
        const qint64 daily = dailyOf(*target.stamp);
        const QString evidence
            = u"%1 had %2 messages today and would have about %3 with the arrivals, of %4 a day."_s.arg(
                nameOf(target), grouped(*target.stamp->health.messagesToday), grouped(qRound64(sum)), grouped(daily));
        return sum > static_cast<double>(daily) ? warn(evidence, u"Add units to the hub, or move after midnight UTC."_s)
                                                : pass(evidence);
    });
}

Finding production(const Facts &facts)
{
    QStringList names;
    const auto add = [&names](const Stamp *stamp) {
        if (stamp && stamp->ring == fleet::Ring::Production && !names.contains(titleOf(stamp, stamp->hub)))
            names.append(titleOf(stamp, stamp->hub));
    };
    for (const SourceFacts &source : facts.sources)
        add(source.stamp);
    for (const TargetFacts &target : facts.targets)
        add(target.stamp);
    if (names.isEmpty())
        return pass(u"No production stamp is touched."_s);
    return warn(
        u"This plan touches production: %1."_s.arg(names.join(u", "_s)), u"Running it asks for the stamp's name."_s);
}

constexpr std::array catalogue{
    CheckSpec{"target-linked", "Target is linked to the DPS", targetLinked},
    CheckSpec{"dps-active", "DPS is active", dpsActive},
    CheckSpec{"hub-reachable", "Hubs answer", hubReachable},
    CheckSpec{"tier-has-twins", "Hub edition has twins", tierHasTwins},
    CheckSpec{"capacity", "Declared capacity", capacity},
    CheckSpec{"hub-maximum", "Hub's own maximum", hubMaximum},
    CheckSpec{"headroom-n-1", "Ring survives the loss of the target", headroom},
    CheckSpec{"hub-throttles", "Hub registry throttle", hubThrottles},
    CheckSpec{"message-quota", "Messages a day", messageQuota},
    CheckSpec{"production", "Production guard", production},
};

} // namespace

std::span<const CheckSpec> targetChecks()
{
    return catalogue;
}

} // namespace drover::plan
