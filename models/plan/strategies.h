#pragma once

#include "models/plan/draft.h"

namespace drover::plan {

/// How one enrollment is changed, or why it cannot be.
struct Decision {
    Strategy strategy = Strategy::RepointIndividual;
    /// Absent check = it can be moved.
    std::optional<Obstacle> obstacle;
};

/// Members of a group, as many as DPS told, and those of them that the move holds.
struct GroupCount {
    qint64 members = 0;
    qint64 selected = 0;
};

Decision decideIndividual(const fleet::Enrollment &enrollment);
/// nullptr when the registrations name a group that no longer exists.
Decision decideGroup(const fleet::Enrollment *group, const QString &name, GroupCount count, const Options &options);

} // namespace drover::plan
