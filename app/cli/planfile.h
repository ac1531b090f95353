#pragma once

#include "models/plan/plan.h"

namespace drover::cli {

/// Reads a plan that a person names; a broken or altered one is a Usage error with a sentence.
Result<plan::Plan> readPlan(const QString &file);

} // namespace drover::cli
