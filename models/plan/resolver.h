#pragma once

#include "models/plan/draft.h"

namespace drover::plan {

/// One device of one move: the row that DPS stands for, or a row with the reason why it cannot be moved.
struct Member {
    fleet::DeviceIndex::Row row = 0;
    int move = 0;
    /// Its check is empty when nothing is in the way.
    Obstacle obstacle = {};
};

/// Sets to devices, each registration once. Adds what a person should know to the draft's notes.
Result<std::vector<Member>> resolve(const fleet::Fleet &fleet, const std::vector<Move> &moves, Draft &draft);

/// Marks a member that is only an identity left behind: skipped, and no reason to block.
QString leftoverCheck();

const fleet::Enrollment *individualOf(const fleet::Fleet &fleet, const QString &registrationId);
/// For each row: has it an individual enrollment, which then wins over its group?
std::vector<bool> individuallyEnrolled(const fleet::Fleet &fleet);
/// Registered members of each group of the index.
std::vector<qint64> groupSizes(const fleet::Fleet &fleet, const std::vector<bool> &individual);

} // namespace drover::plan
