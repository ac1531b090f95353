#include "models/plan/attached.h"
#include "models/plan/eta.h"
#include "models/plan/requests.h"
#include "models/plan/triggers.h"
#include "models/plan/waves.h"

#include "models/core/words.h"
#include "models/fleet/setsonstamps.h"

#include <QRegularExpression>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

/// Steps and origin of one move, for its sentence.
struct MoveCount {
    int devices = 0;
    std::set<int> steps[3];
    /// Split-outs that are handed back to their group.
    qint64 handBacks = 0;
    std::map<QString, qint64> from;
};

std::vector<MoveCount> countMoves(const Draft &draft, size_t moves)
{
    std::vector<MoveCount> counts(moves);
    std::set<QString> removed;
    for (const Step &step : draft.steps) {
        if (step.strategy == Strategy::Remove)
            removed.insert(step.enrollment);
    }
    for (size_t i = 0; i < draft.devices.size(); ++i) {
        const PlannedDevice &device = draft.devices[i];
        MoveCount &count = counts[static_cast<size_t>(draft.moveOf[i])];
        ++count.devices;
        ++count.from[device.source.text()];
        const Strategy strategy = draft.steps[static_cast<size_t>(device.step)].strategy;
        count.steps[static_cast<size_t>(strategy)].insert(device.step);
        count.handBacks += removed.contains(draft.steps[static_cast<size_t>(device.step)].enrollment) ? 1 : 0;
    }
    return counts;
}

QString fromOf(const fleet::Fleet &fleet, const MoveCount &count)
{
    std::vector<std::pair<qint64, QString>> places;
    for (const auto &[hub, devices] : count.from)
        places.emplace_back(-devices, titleOf(fleet.stampOfHub(hub), HubHostName::parse(hub).value_or(HubHostName())));
    std::sort(places.begin(), places.end());
    QStringList names;
    for (const auto &[devices, name] : places)
        names.append(name);
    return names.isEmpty() ? u"nowhere"_s : names.join(u", "_s);
}

QString howOf(const MoveCount &count)
{
    const auto groups = static_cast<qint64>(count.steps[0].size());
    const auto individuals = static_cast<qint64>(count.steps[1].size());
    const auto splitOuts = static_cast<qint64>(count.steps[2].size());
    QStringList parts;
    if (groups > 0)
        parts.append(u"re-point %1"_s.arg(counted(groups, u"enrollment group"_s)));
    if (individuals > 0)
        parts.append(u"re-point %1"_s.arg(counted(individuals, u"individual enrollment"_s)));
    if (splitOuts > 0)
        parts.append(u"split %1 out of the group"_s.arg(counted(splitOuts, u"device"_s))
            + (count.handBacks > 0 ? u" until the last wave"_s : QString()));
    if (parts.isEmpty())
        return u"nothing to write"_s;
    return parts.join(u", "_s) + u" · "_s + counted(groups + individuals + splitOuts + count.handBacks, u"write"_s);
}

/// What hangs on a stamp by its title there, many ids by the first; any other set as it was written.
QString nameOf(const fleet::DeviceSet &set, int devices)
{
    constexpr int few = 3;
    static const QRegularExpression between(u"[\\s,]+"_s);
    if (set.kind == fleet::DeviceSet::Kind::Ids && devices > few)
        return u"%1 and %2 more"_s.arg(QString::fromUtf8(set.ids).section(between, 0, 0), grouped(devices - 1));
    return fleet::titleOnStamp(set).value_or(set.toString());
}

std::vector<MoveSummary> summariesOf(const fleet::Fleet &fleet, const std::vector<Move> &moves, const Draft &draft)
{
    const std::vector<MoveCount> counts = countMoves(draft, moves.size());
    std::vector<MoveSummary> summaries;
    for (size_t i = 0; i < moves.size(); ++i)
        summaries.push_back({.set = nameOf(moves[i].set, counts[i].devices),
            .from = fromOf(fleet, counts[i]),
            .to = moves[i].to,
            .devices = counts[i].devices,
            .how = howOf(counts[i])});
    return summaries;
}

/// Who follows a re-pointed group without being planned, and from where.
QString followersNote(const Facts &facts, const GroupFacts &group)
{
    QStringList places;
    for (const auto &[hub, count] : group.followersFrom)
        places.append(u"%1 from %2"_s.arg(
            grouped(count), titleOf(facts.fleet.stampOfHub(hub), HubHostName::parse(hub).value_or(HubHostName()))));
    return u"%1 of group \"%2\" are not in the plan and follow when they register again: %3."_s.arg(
        counted(group.followers(), u"device"_s), group.name, places.join(u", "_s));
}

/// What waves mean for a group that moves whole.
QString wavesNote(const Facts &facts, const GroupFacts &group)
{
    if (facts.options.strictWaves)
        return u"Waves are strict: devices of group \"%1\" leave it wave by wave, and it is re-pointed after the last gate, "
               "with the last wave. A device that registers by itself before its wave stays where it is."_s.arg(group.name);
    return u"Group \"%1\" is re-pointed as a whole with its first wave. Waves limit which devices are told to "
           "register; one that registers by itself meanwhile moves early. Where that is not acceptable, plan with "
           "--strict-waves."_s.arg(group.name);
}

std::vector<Room> roomsOf(const Facts &facts)
{
    std::vector<Room> rooms;
    for (const TargetFacts &target : facts.targets) {
        if (target.stamp && target.stamp->ceiling())
            rooms.push_back({target.hub, titleOf(target.stamp, target.hub), target.population, *target.stamp->ceiling()});
    }
    return rooms;
}

std::vector<QString> notesOf(const Facts &facts, std::vector<QString> notes, size_t waves)
{
    for (const GroupFacts &group : facts.groups) {
        if (group.strategy != Strategy::RepointGroup)
            continue;
        if (waves > 1)
            notes.push_back(wavesNote(facts, group));
        if (group.followers() > 0)
            notes.push_back(followersNote(facts, group));
    }
    if (facts.handsBack())
        notes.push_back(
            u"%1 get an individual enrollment of their own, which wins over the group. It is deleted again once the group "
            "names the target and the device is verified; of a device that does not arrive it stays."_s.arg(
                counted(facts.removals, u"device"_s)));
    else if (facts.splitOuts > 0)
        notes.push_back(u"%1 get an individual enrollment of their own, which from then on wins over the group."_s.arg(
            counted(facts.splitOuts, u"device"_s)));
    return notes;
}

Result<void> validate(const std::vector<Move> &moves, const Options &options)
{
    if (moves.empty())
        return fail(
            ErrorKind::Usage, u"There is no move to plan."_s, u"Name a device set and the stamp it should go to."_s);
    const bool shares = std::all_of(
        options.waves.begin(), options.waves.end(), [](double share) { return share >= 0 && share <= 1; });
    const auto isShare = [](double share) { return share > 0 && share <= 1; };
    if (!shares || !isShare(options.gate.success) || !isShare(options.dpsShare) || !isShare(options.hubShare)
        || !isShare(options.lookShare))
        return fail(ErrorKind::Usage, u"A share of waves, gates or quotas is not between 0 and 100 %."_s,
            u"Correct the options."_s);
    if (options.ramp && !(options.ramp->factor >= leastRampFactor && options.ramp->factor <= mostRampFactor && options.ramp->first >= 1))
        return fail(ErrorKind::Usage, u"A ramp grows by a factor from %1 to %2, from one device on."_s.arg(leastRampFactor).arg(mostRampFactor),
            u"Correct the options."_s);
    const BlastRadius &blast = options.blast;
    if (options.gate.sample < 0 || blast.mostFailed < 0 || blast.mostPerStamp < 0 || blast.mostAnHour < 0)
        return fail(ErrorKind::Usage, u"A number of devices is negative."_s, u"Correct the options."_s);
    if (options.gate.connectWithin < Duration() || options.gate.within < Duration() || options.gate.soak < Duration() || options.deadline < Duration())
        return fail(ErrorKind::Usage, u"A time of the plan is negative."_s, u"Correct the options."_s);
    return {};
}

} // namespace

Verdict Plan::verdict() const
{
    Verdict worst = Verdict::Pass;
    for (const Check &check : checks)
        worst = std::max(worst, check.verdict);
    return worst;
}

Result<Plan> makePlan(const fleet::Fleet &fleet, const std::vector<Move> &moves, const Options &options, Instant now)
{
    if (const Result<void> valid = validate(moves, options); !valid)
        return Failure(valid.error());
    Result<Draft> draft = makeDraft(fleet, moves, options);
    if (!draft)
        return Failure(draft.error());

    Plan plan;
    plan.fleet = fleet.name;
    plan.dpsHost = fleet.dps.host;
    plan.made = now;
    plan.options = options;
    plan.options.dps = fleet.dps.limits;
    plan.moves = moves;
    plan.waves = cutWaves(draft->devices, draft->steps, options);
    if (options.strictWaves)
        splitEarlyWaves(draft->devices, draft->steps, static_cast<int>(plan.waves.size()));
    plan.summaries = summariesOf(fleet, moves, *draft);

    Facts facts = factsOf(fleet, options, draft->steps, draft->devices, now);
    facts.obstacles = draft->obstacles;
    facts.atTarget = draft->atTarget;
    plan.tellings = tellingsOf(facts);
    facts.tellings = plan.tellings;
    plan.checks = runChecks(facts);
    plan.attached = attachedOf(facts);
    plan.rooms = roomsOf(facts);
    const Work work = workOf(facts, plan.waves);
    plan.eta = etaOf(work, offlineOf(facts));
    plan.calls = callsOf(work);
    plan.requests = requestsOf(facts, draft->moveOf, fleet.dps.host);
    plan.notes = notesOf(facts, std::move(draft->notes), plan.waves.size());
    std::ranges::move(explained(facts, plan.tellings), std::back_inserter(plan.notes));
    if (const QString lag = lagOf(work); !lag.isEmpty())
        plan.notes.push_back(lag);
    plan.production = productionOf(facts);

    plan.steps = std::move(draft->steps);
    plan.devices = std::move(draft->devices);
    plan.skipped = std::move(draft->skipped);
    return plan;
}

QString whyTheyStay(const Plan &plan)
{
    constexpr qsizetype mostReasons = 5;
    std::map<QString, int> reasons;
    for (const Skipped &device : plan.skipped)
        ++reasons[device.reason];
    QStringList words;
    for (const auto &[reason, count] : reasons)
        words.append(u"%1, %2"_s.arg(counted(count, u"device"_s), reason));
    const qsizetype more = words.size() - mostReasons;
    if (more > 0)
        words = words.first(mostReasons) + QStringList{u"others for %1"_s.arg(counted(more, u"reason"_s))};
    return words.join(u"; "_s);
}

} // namespace drover::plan
