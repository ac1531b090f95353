#include "models/plan/attached.h"
#include "models/plan/triggers.h"

#include "models/core/words.h"

#include <array>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::DeviceIndex;
using Row = DeviceIndex::Row;

constexpr auto longOffline = std::chrono::days(7);
constexpr auto smallSkew = std::chrono::seconds(60);
constexpr auto largeSkew = std::chrono::minutes(5);

Finding dpsLimits(const Facts &facts)
{
    const fleet::DpsLimits &limits = facts.fleet.dps.limits;
    const auto devices = static_cast<qint64>(facts.devices.size());
    const auto enrollments = static_cast<qint64>(facts.fleet.individuals.size()) + facts.splitOuts;
    if (enrollments > limits.individualEnrollments)
        return block(
            u"%1 individual enrollments would be %2 more than the %3 of one DPS instance."_s.arg(grouped(enrollments),
                grouped(enrollments - limits.individualEnrollments), grouped(limits.individualEnrollments)),
            u"Move whole groups, or ask support to raise the limit."_s);
    const QString evidence = u"%1 at %2 a minute; %3 at %4 operations a minute."_s.arg(
        counted(devices, u"registration"_s), grouped(qRound64(limits.registrationsPerMinute)),
        counted(facts.individualWrites + facts.groupWrites + facts.splitOuts, u"enrollment write"_s),
        grouped(qRound64(limits.operationsPerMinute * facts.options.dpsShare)));
    return limits.registrationsPerMinute <= 0 || limits.operationsPerMinute <= 0
        ? block(evidence, u"Correct the limits of the DPS instance."_s)
        : pass(evidence);
}

Finding alreadyAtTarget(const Facts &facts)
{
    if (facts.atTarget == 0)
        return pass(u"No device is at its target already."_s);
    const QString evidence = u"%1 at the target already and left out."_s.arg(
        facts.atTarget == 1 ? u"1 device is"_s : grouped(facts.atTarget) + u" devices are"_s);
    return facts.devices.empty() ? block(evidence, u"There is nothing to move: choose another set or another target."_s)
                                 : pass(evidence);
}

Finding idMismatch(const Facts &facts)
{
    qint64 other = 0;
    qint64 spelled = 0;
    qint64 ofGroups = 0;
    for (const PlannedDevice &device : facts.devices) {
        if (device.registrationId == device.deviceId)
            continue;
        if (device.registrationId.compare(device.deviceId, Qt::CaseInsensitive) == 0) {
            ++spelled;
            continue;
        }
        ++other;
        ofGroups += facts.steps[static_cast<size_t>(device.step)].strategy == Strategy::RepointIndividual ? 0 : 1;
    }
    if (ofGroups > 0)
        return block(
            u"%1 of enrollment groups have a device ID that is not their registration ID, which groups do not allow."_s
                .arg(counted(ofGroups, u"device"_s)),
            u"Refresh the fleet; if it stays so, give them individual enrollments."_s);
    if (spelled > 0)
        return warn(u"%1 spell their device ID in other letter case than their registration ID."_s.arg(
                        counted(spelled, u"device"_s)),
            u"Keys are derived from the device's own spelling: watch the first wave."_s);
    return pass(other == 0 ? u"Device IDs equal registration IDs."_s
                           : u"%1 register under another name than their device ID; both are known."_s.arg(
                                 counted(other, u"device"_s)));
}

Finding triggerSupported(const Facts &facts)
{
    const bool byMethod = facts.options.triggers.empty()
        || std::ranges::find(facts.options.triggers, TriggerKind::Method) != facts.options.triggers.end()
        || std::ranges::find(facts.options.triggers, TriggerKind::Job) != facts.options.triggers.end();
    if (byMethod && facts.options.method.isEmpty())
        return warn(u"No method is told to the devices: they move when they register by themselves."_s,
            u"Name the direct method that makes the devices register again."_s);
    qint64 deaf = 0;
    for (const SourceFacts &source : facts.sources)
        deaf += source.hub.isNull() || (source.stamp && !source.stamp->sku.hasTwins()) ? source.leaving : 0;
    if (deaf > 0)
        return warn(u"%1 have no hub with direct methods: they move when they register by themselves."_s.arg(
                        counted(deaf, u"device"_s)),
            u"Expect these to be slow, or restart them."_s);
    if (!byMethod)
        return pass(u"Devices are told as asked: %1."_s.arg(wordsOf(facts.options.triggers)));
    return pass(u"Devices are told by the direct method \"%1\"."_s.arg(facts.options.method));
}

Finding offlineDevices(const Facts &facts)
{
    const DeviceIndex &index = *facts.fleet.devices;
    qint64 offline = 0;
    qint64 longGone = 0;
    for (const std::optional<Row> &row : facts.rows) {
        if (!row || (index.flags(*row) & DeviceIndex::Connected))
            continue;
        ++offline;
        const std::optional<Instant> seen = index.lastActivity(*row);
        longGone += seen && facts.now - *seen > longOffline ? 1 : 0;
    }
    const QString evidence = u"%1 of %2 are offline, %3 for more than 7 days."_s.arg(
        grouped(offline), counted(static_cast<qint64>(facts.devices.size()), u"device"_s), grouped(longGone));
    return longGone > 0 ? warn(evidence, u"They move when they come back; the run waits for them until its deadline."_s)
                        : pass(evidence);
}

Finding clockSkew(const Facts &facts)
{
    if (!facts.fleet.clockSkew)
        return pass(u"The services' clock was not compared."_s);
    const Duration skew = std::chrono::abs(*facts.fleet.clockSkew);
    const QString evidence = u"By Azure's clock, this computer's clock is %1 %2."_s.arg(
        roughly(skew), *facts.fleet.clockSkew > Duration::zero() ? u"slow"_s : u"fast"_s);
    const QString remedy = u"Set this computer's clock; tokens are refused otherwise."_s;
    if (skew > largeSkew)
        return block(evidence, remedy);
    return skew > smallSkew ? warn(evidence, remedy) : pass(evidence);
}

bool touches(const fleet::Gap &gap, const QString &name)
{
    return !name.isEmpty() && gap.what.contains(name, Qt::CaseInsensitive);
}

bool touches(const fleet::Gap &gap, const fleet::Stamp *stamp, const HubHostName &hub)
{
    return touches(gap, hub.text()) || touches(gap, hub.text().section(u'.', 0, 0))
        || (stamp != nullptr && (touches(gap, stamp->name.text()) || touches(gap, stamp->title)));
}

/// A gap about the target or about the members of a group can make the plan wrong; elsewhere it only hides something.
Finding gapFinding(const Facts &facts, const fleet::Gap &gap)
{
    const QString evidence = u"Not loaded: %1 (%2)."_s.arg(gap.what, gap.why);
    const QString remedy = u"Refresh the fleet until nothing is missing."_s;
    if (gap.aside)
        return warn(evidence, u"Refresh the fleet: modules and children of the devices are not counted."_s);
    for (const TargetFacts &target : facts.targets) {
        if (touches(gap, target.stamp, target.hub))
            return block(evidence, remedy);
    }
    for (const GroupFacts &group : facts.groups) {
        if (touches(gap, group.name))
            return block(evidence, remedy);
    }
    return warn(evidence, remedy);
}

Finding dataComplete(const Facts &facts)
{
    std::vector<Finding> findings;
    for (const fleet::Gap &gap : facts.fleet.gaps)
        findings.push_back(gapFinding(facts, gap));
    return joined(findings, u"Every page of the last look was loaded."_s);
}

constexpr std::array catalogue{
    CheckSpec{"already-at-target", "Devices are not there yet", alreadyAtTarget},
    CheckSpec{"id-mismatch", "Device and registration IDs", idMismatch},
    CheckSpec{"dps-limits", "DPS limits", dpsLimits},
    CheckSpec{"edge-devices", "IoT Edge devices, modules and children", edgeDevices},
    CheckSpec{"trigger-supported", "Devices can be told", triggerSupported},
    CheckSpec{"offline-devices", "Offline devices", offlineDevices},
    CheckSpec{"clock-skew", "Clock", clockSkew},
    CheckSpec{"data-complete", "Data is complete", dataComplete},
};

} // namespace

std::span<const CheckSpec> deviceChecks()
{
    return catalogue;
}

} // namespace drover::plan
