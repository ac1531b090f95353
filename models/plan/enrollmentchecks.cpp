#include "models/plan/checks.h"

#include "models/core/words.h"

#include <array>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::Allocation;
using fleet::Attestation;
using fleet::Enrollment;

/// Counts the steps whose record is there and fits.
template <typename Match>
qint64 stepsThat(const Facts &facts, Match match)
{
    qint64 count = 0;
    for (const Enrollment *record : facts.records)
        count += record != nullptr && match(*record) ? 1 : 0;
    return count;
}

qint64 stepCount(const Facts &facts)
{
    return static_cast<qint64>(facts.steps.size());
}

Finding enrollmentEnabled(const Facts &facts)
{
    const qint64 disabled = stepsThat(facts, [](const Enrollment &record) { return !record.enabled; });
    if (disabled > 0)
        return block(u"%1 of %2 are disabled: DPS refuses their devices."_s.arg(
                         grouped(disabled), counted(stepCount(facts), u"enrollment"_s)),
            u"Enable them first, or leave their devices out."_s);
    return pass(u"%1 to change, all enabled."_s.arg(counted(stepCount(facts), u"enrollment"_s)));
}

Finding reprovisionPolicy(const Facts &facts)
{
    const qint64 never
        = stepsThat(facts, [](const Enrollment &record) { return record.reprovision == fleet::Reprovision::Never; });
    const qint64 reset
        = stepsThat(facts, [](const Enrollment &record) { return record.reprovision == fleet::Reprovision::Reset; });
    if (never > 0)
        return block(u"%1 never re-provision: their devices would stay."_s.arg(counted(never, u"enrollment"_s)),
            u"Set the reprovision policy to migrate or reset first."_s);
    if (reset > 0)
        return warn(
            u"%1 reset on re-provisioning: twins start from the enrollment's initial twin, reported properties and "
            "tags of today are lost."_s.arg(counted(reset, u"enrollment"_s)),
            u"Set the policy to migrate if the twins matter."_s);
    return pass(u"All re-provision and migrate their data."_s);
}

Finding allocationPolicy(const Facts &facts)
{
    const qint64 open = stepsThat(facts, [](const Enrollment &record) { return record.hubs.empty(); });
    const qint64 several = stepsThat(facts,
        [](const Enrollment &record) { return record.hubs.size() > 1 && record.allocation != Allocation::Static; });
    if (open + several == 0)
        return pass(u"Every enrollment names one hub; the target takes its place."_s);
    return pass(u"%1 now choose among several hubs (%2 among all linked ones); they will name the target alone."_s.arg(
        counted(open + several, u"enrollment"_s), grouped(open)));
}

Finding staticList(const Facts &facts)
{
    const qint64 lists = stepsThat(facts,
        [](const Enrollment &record) { return record.allocation == Allocation::Static && record.hubs.size() > 1; });
    if (lists == 0)
        return pass(u"No static enrollment names more than one hub."_s);
    return warn(
        u"%1 with static allocation name several hubs, which Azure does not allow to mean anything; the list becomes the target alone."_s
            .arg(counted(lists, u"enrollment"_s)),
        u"Nothing to do, unless the list was meant."_s);
}

Finding wholeOrSubset(const Facts &facts)
{
    std::vector<Finding> findings;
    for (const GroupFacts &group : facts.groups) {
        if (group.strategy == Strategy::SplitOut) {
            findings.push_back(pass(u"%1 of the %2 of group \"%3\" leave it for individual enrollments."_s.arg(
                grouped(group.planned), counted(group.members, u"device"_s), group.name)));
        } else if (group.followers() == 0 && facts.handsBack()) {
            findings.push_back(pass(u"Group \"%1\" moves whole: %2, those of its first waves split out of it until its last."_s.arg(
                group.name, counted(group.members, u"device"_s))));
        } else if (group.followers() == 0) {
            findings.push_back(
                pass(u"Group \"%1\" moves whole: %2."_s.arg(group.name, counted(group.members, u"device"_s))));
        } else {
            const QString evidence = u"%1 of group \"%2\" are not in this plan and follow when they register."_s.arg(
                counted(group.followers(), u"device"_s), group.name);
            findings.push_back(facts.options.acceptFollowers
                    ? warn(evidence, u"You accepted this; take the whole group to move them in waves."_s)
                    : block(evidence, u"Make the plan anew: the group has changed since."_s));
        }
    }
    return joined(findings, u"No enrollment group is concerned."_s);
}

Finding customAllocation(const Facts &facts)
{
    const qint64 custom
        = stepsThat(facts, [](const Enrollment &record) { return record.allocation == Allocation::Custom; });
    if (custom > 0)
        return block(u"A webhook chooses the hub of %1."_s.arg(counted(custom, u"enrollment"_s)),
            u"Move these devices with the webhook, or change the allocation policy first."_s);
    return pass(u"No webhook decides about these devices."_s);
}

Finding attestation(const Facts &facts)
{
    const qint64 keys
        = stepsThat(facts, [](const Enrollment &record) { return record.attestation == Attestation::SymmetricKey; });
    const qint64 certificates
        = stepsThat(facts, [](const Enrollment &record) { return record.attestation == Attestation::X509; });
    const qint64 chips
        = stepsThat(facts, [](const Enrollment &record) { return record.attestation == Attestation::Tpm; });
    return pass(u"Attestation stays as it is: %1 with symmetric keys, %2 with certificates, %3 with TPM."_s.arg(
        grouped(keys), grouped(certificates), grouped(chips)));
}

Finding etagsKnown(const Facts &facts)
{
    qint64 unknown = 0;
    for (const Step &step : facts.steps)
        unknown += step.strategy != Strategy::SplitOut && step.strategy != Strategy::Remove && step.etag.isEmpty() ? 1 : 0;
    if (unknown > 0)
        return block(u"%1 came without an ETag, so a change by somebody else would go unseen."_s.arg(
                         counted(unknown, u"enrollment"_s)),
            u"Refresh the fleet and plan again."_s);
    return pass(u"Every write carries the ETag that was read."_s);
}

Finding orphanedRegistrations(const Facts &)
{
    return pass(u"Every registration belongs to an enrollment that exists."_s);
}

Finding setNotEmpty(const Facts &facts)
{
    return pass(
        u"%1 in the sets."_s.arg(counted(static_cast<qint64>(facts.devices.size()) + facts.atTarget, u"device"_s)));
}

Finding inDps(const Facts &facts)
{
    return pass(
        u"DPS knows all %1 that will move."_s.arg(counted(static_cast<qint64>(facts.devices.size()), u"device"_s)));
}

Finding oneMoveEach(const Facts &)
{
    return pass(u"No device and no group is in two moves."_s);
}

constexpr std::array catalogue{
    CheckSpec{"set-not-empty", "Sets hold devices", setNotEmpty},
    CheckSpec{"one-move-each", "One move for each device", oneMoveEach},
    CheckSpec{"in-dps", "Devices are in DPS", inDps},
    CheckSpec{"orphaned-registrations", "Registrations have an enrollment", orphanedRegistrations},
    CheckSpec{"enrollment-enabled", "Enrollments are enabled", enrollmentEnabled},
    CheckSpec{"reprovision-policy", "Reprovision policy", reprovisionPolicy},
    CheckSpec{"allocation-policy", "Allocation policy", allocationPolicy},
    CheckSpec{"static-list", "Static allocation names one hub", staticList},
    CheckSpec{"custom-allocation", "No custom allocation", customAllocation},
    CheckSpec{"whole-or-subset", "Groups move whole or split", wholeOrSubset},
    CheckSpec{"attestation", "Attestation can move", attestation},
    CheckSpec{"etags-known", "ETags are known", etagsKnown},
};

} // namespace

std::span<const CheckSpec> enrollmentChecks()
{
    return catalogue;
}

} // namespace drover::plan
