#include "models/plan/checks.h"

#include "models/core/words.h"
#include "models/plan/undo.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

Check drifted(const QString &id, const QString &title, const Finding &finding)
{
    return {
        .id = id, .title = title, .verdict = finding.verdict, .evidence = finding.evidence, .remedy = finding.remedy};
}

QString isOrAre(qint64 count, const QString &noun)
{
    return counted(count, noun) + (count == 1 ? u" is"_s : u" are"_s);
}

/// What is missing where a part of the fleet was not seen may well be there.
std::optional<Finding> unseen(const Facts &facts, const QString &missing)
{
    const auto gap = std::ranges::find(facts.fleet.gaps, false, &fleet::Gap::aside);
    if (gap == facts.fleet.gaps.end())
        return std::nullopt;
    return block(u"%1 not seen, because a part of the fleet could not be read: %2: %3"_s.arg(missing, gap->what, gap->why),
        u"Mend that, then try again: the plan may still hold."_s);
}

Finding enrollmentDrift(const Facts &facts)
{
    qint64 gone = 0;
    qint64 changed = 0;
    qint64 taken = 0;
    QString example;
    for (size_t i = 0; i < facts.steps.size(); ++i) {
        const Step &step = facts.steps[i];
        // What is removed is written by this very plan before.
        if (step.strategy == Strategy::Remove)
            continue;
        const fleet::Enrollment *record = facts.records[i];
        const bool isSplitOut = step.strategy == Strategy::SplitOut;
        const bool exists = isSplitOut && facts.fleet.individuals.contains(step.enrollment.toLower());
        const bool other = record != nullptr && !isSplitOut && record->etag != step.etag;
        gone += record == nullptr ? 1 : 0;
        changed += other ? 1 : 0;
        taken += exists ? 1 : 0;
        if (example.isEmpty() && (record == nullptr || other || exists))
            example = step.enrollment;
    }
    if (gone + changed + taken == 0)
        return pass(
            u"%1 as when the plan was made."_s.arg(isOrAre(static_cast<qint64>(facts.steps.size()), u"enrollment"_s)));
    if (gone > 0) {
        if (const std::optional<Finding> hidden = unseen(facts, isOrAre(gone, u"enrollment"_s)))
            return *hidden;
    }
    return block(
        u"Since the plan was made %1 of its enrollments were changed, %2 are gone and %3 were created by somebody else; the first is \"%4\"."_s
            .arg(grouped(changed), grouped(gone), grouped(taken), example),
        u"Make the plan anew."_s);
}

/// Where a device is that is not at its source any more.
bool isAtTarget(const Facts &facts, const PlannedDevice &device)
{
    const QByteArray hub = device.target.text().toUtf8();
    const QByteArray id = device.deviceId.toUtf8();
    return facts.fleet.devices
        ->find({hub.constData(), static_cast<size_t>(hub.size())}, {id.constData(), static_cast<size_t>(id.size())})
        .has_value();
}

Finding deviceDrift(const Facts &facts)
{
    qint64 arrived = 0;
    qint64 lost = 0;
    for (size_t i = 0; i < facts.devices.size(); ++i) {
        if (facts.rows[i])
            continue;
        ++(isAtTarget(facts, facts.devices[i]) ? arrived : lost);
    }
    const std::optional<Finding> hidden = lost > 0 ? unseen(facts, isOrAre(lost, u"device"_s)) : std::nullopt;
    if (hidden)
        return *hidden;
    if (lost > 0)
        return block(u"%1 no longer where the plan says."_s.arg(isOrAre(lost, u"device"_s)), u"Make the plan anew."_s);
    if (arrived > 0)
        return warn(u"%1 at the target already."_s.arg(isOrAre(arrived, u"device"_s)),
            u"Nothing to do: they are verified and not told to register."_s);
    return pass(u"%1 where the plan says."_s.arg(isOrAre(static_cast<qint64>(facts.devices.size()), u"device"_s)));
}

Finding sameFleet(const Plan &plan, const fleet::Fleet &fleet)
{
    if (plan.dpsHost.compare(fleet.dps.host, Qt::CaseInsensitive) == 0)
        return pass(u"The plan was made for %1."_s.arg(plan.dpsHost));
    return block(u"The plan was made for %1, this fleet has %2."_s.arg(plan.dpsHost, fleet.dps.host),
        u"Connect to the fleet that the plan was made for."_s);
}

/// Devices that could not be moved are not part of the plan, so only the old answer still tells of them.
void keepBlocks(std::vector<Check> &checks, const Plan &plan)
{
    if (plan.devices.empty() && plan.verdict() == Verdict::Block) {
        checks = plan.checks;
        return;
    }
    for (const Check &old : plan.checks) {
        const auto now
            = std::find_if(checks.begin(), checks.end(), [&old](const Check &check) { return check.id == old.id; });
        const bool isOfEnrollments = std::any_of(enrollmentChecks().begin(), enrollmentChecks().end(),
            [&old](const CheckSpec &spec) { return old.id == QLatin1StringView(spec.id); });
        if (now != checks.end() && old.verdict == Verdict::Block && (isOfEnrollments || old.id == "id-mismatch"_L1))
            *now = old;
    }
}

} // namespace

std::vector<Check> recheck(const Plan &plan, const fleet::Fleet &fleet, Instant now)
{
    Facts facts = factsOf(fleet, plan.options, plan.steps, plan.devices, now);
    facts.atTarget = std::count_if(plan.skipped.begin(), plan.skipped.end(),
        [](const Skipped &skipped) { return skipped.reason.startsWith("already at"_L1); });
    facts.undoes = !plan.undoes.isEmpty();
    std::vector<Check> checks = runChecks(facts);
    keepBlocks(checks, plan);
    checks.push_back(drifted(u"same-fleet"_s, u"Plan and fleet belong together"_s, sameFleet(plan, fleet)));
    checks.push_back(drifted(u"enrollment-drift"_s, u"Enrollments are unchanged"_s, enrollmentDrift(facts)));
    for (const Check &old : plan.checks) {
        if (old.id == undoDrift)
            checks.push_back(old);
    }
    checks.push_back(drifted(u"device-drift"_s, u"Devices are where they were"_s, deviceDrift(facts)));
    return checks;
}

} // namespace drover::plan
