#include "models/plan/strategies.h"

#include "models/core/words.h"

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::Allocation;
using fleet::Attestation;
using fleet::Enrollment;
using fleet::Reprovision;

Obstacle obstacle(const QString &check, const QString &reason, const QString &remedy)
{
    return {.check = check, .reason = reason, .devices = 0, .example = {}, .remedy = remedy};
}

QString described(const Enrollment &enrollment)
{
    return enrollment.kind == Enrollment::Kind::Group ? u"enrollment group \"%1\""_s.arg(enrollment.id)
                                                      : u"its individual enrollment"_s;
}

/// What forbids any change of the record to have an effect, whatever the strategy.
std::optional<Obstacle> forbidden(const Enrollment &enrollment)
{
    const QString record = described(enrollment);
    if (!enrollment.enabled)
        return obstacle(u"enrollment-enabled"_s, u"%1 is disabled: DPS refuses the device"_s.arg(record),
            u"Enable the enrollment first, or leave these devices out."_s);
    if (enrollment.allocation == Allocation::Custom)
        return obstacle(u"custom-allocation"_s, u"a webhook chooses the hub of %1, not its list of hubs"_s.arg(record),
            u"Move these devices with the webhook, or change the allocation policy first."_s);
    if (enrollment.reprovision == Reprovision::Never)
        return obstacle(u"reprovision-policy"_s, u"%1 never re-provisions: the device would stay"_s.arg(record),
            u"Set the reprovision policy to migrate or reset first."_s);
    if (enrollment.attestation == Attestation::None)
        return obstacle(u"attestation"_s, u"%1 has no attestation, so nothing can register with it"_s.arg(record),
            u"Correct the enrollment in the DPS first."_s);
    return std::nullopt;
}

} // namespace

Decision decideIndividual(const Enrollment &enrollment)
{
    return {.strategy = Strategy::RepointIndividual, .obstacle = forbidden(enrollment)};
}

Decision decideGroup(const Enrollment *group, const QString &name, GroupCount count, const Options &options)
{
    if (group == nullptr)
        return {.strategy = Strategy::RepointGroup,
            .obstacle = obstacle(u"orphaned-registrations"_s,
                u"its registration names enrollment group \"%1\", which no longer exists"_s.arg(name),
                u"Create an enrollment for these devices, or delete their registrations."_s)};
    if (std::optional<Obstacle> reason = forbidden(*group))
        return {.strategy = Strategy::RepointGroup, .obstacle = std::move(reason)};
    if (group->attestation == Attestation::Tpm)
        return {.strategy = Strategy::RepointGroup,
            .obstacle = obstacle(u"attestation"_s,
                u"enrollment group \"%1\" claims TPM attestation, which groups cannot have"_s.arg(name),
                u"Give each of these devices an individual enrollment."_s)};
    if (count.selected >= count.members || options.acceptFollowers) {
        Decision whole{.strategy = Strategy::RepointGroup, .obstacle = std::nullopt};
        const bool inWaves = options.ramp || !options.waves.empty();
        if (options.strictWaves && inWaves && group->attestation != Attestation::SymmetricKey) {
            whole.obstacle = obstacle(u"whole-or-subset"_s,
                u"strict waves split devices out of enrollment group \"%1\", which takes symmetric keys; it has certificates"_s.arg(name),
                u"Plan without --strict-waves, or in one wave with --waves all."_s);
        }
        return whole;
    }
    if (group->attestation == Attestation::SymmetricKey)
        return {.strategy = Strategy::SplitOut, .obstacle = std::nullopt};
    return {.strategy = Strategy::SplitOut,
        .obstacle = obstacle(u"whole-or-subset"_s,
            u"X.509 subset without certificates: %1 of the %2 of group \"%3\" are selected"_s.arg(
                grouped(count.selected), counted(count.members, u"device"_s), name),
            u"Move the whole group, or accept that its other devices follow (--with-followers)."_s)};
}

} // namespace drover::plan
