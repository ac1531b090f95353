#pragma once

#include "app/migration/audit.h"
#include "app/migration/owner.h"
#include "models/fleet/fleet.h"
#include "models/plan/plan.h"

namespace drover::engine {

/// Stamps of the plan whose owners ask for a second person. The way back of a run asks for none: it was part of what was
/// approved, and may be needed at night.
QStringList askingForApproval(const plan::Plan &plan, const fleet::Fleet &fleet);

/// What the audit keeps when a person approves exactly this plan.
migration::Deed approvalOf(const plan::Plan &plan, const migration::Owner &person, const QString &why);

/// Tells of the approval that the plan has, in the check that asks for one.
void noteApproval(std::vector<plan::Check> &checks, const migration::Audit &audit, const QString &planHash, const QString &person);

/// Blocked unless the audit is whole and holds an approval of that plan by somebody else than who runs it.
Result<void> approvedByAnother(const migration::Audit &audit, const QString &planHash, const QString &person);

} // namespace drover::engine
