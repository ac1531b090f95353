#pragma once

#include "app/cli/arguments.h"
#include "app/engine/engine.h"

namespace drover::cli {

/// The options of `plan` that shape it.
std::vector<Option> planOptions();
/// Pairs --set with --to in the order they stand.
Result<std::vector<engine::Wish>> wishesOf(const Invocation &asked);
/// Waves, gate and the rest; Usage error naming what cannot be read.
Result<plan::Options> optionsOf(const Invocation &asked);

} // namespace drover::cli
