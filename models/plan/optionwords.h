#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

/// "1" is one device, "10%" a share of the devices; "all" alone is a single wave. Usage naming the part that is none.
Result<std::vector<double>> wavesOf(const QString &text);
QString wordsOf(const std::vector<double> &shares);

/// "2", or "3,10": the factor, and the size of the first wave.
Result<Ramp> rampOf(const QString &text);
QString wordsOf(const Ramp &ramp);

/// "twin" takes none of that kind in a wave, "offline=5" takes five.
Result<std::vector<FailureLimit>> failureLimitsOf(const QStringList &texts);
QString wordsOf(const std::vector<FailureLimit> &limits);

} // namespace drover::plan
