#pragma once

#include "models/fleet/rules.h"

#include <memory>

namespace drover::engine {

/// Where the rules of a fleet are looked for unless a file is named: rules/DPS-HOST.json in the data folder.
Result<QString> rulesPath(const QString &dpsHost);

/// The rules of a fleet: from the named file, which must be there, else from its own place; null when there are none.
/// Rules that cannot be read are an error: a rule that does not hold because of a slip would be worse than none.
Result<std::shared_ptr<const fleet::Rules>> rulesFor(const QString &dpsHost, const QString &file);

} // namespace drover::engine
