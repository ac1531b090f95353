#pragma once

#include "models/plan/facts.h"

namespace drover::plan {

/// The exact requests, one example of each shape for every move; a re-pointed group's is its own. Keys read "****".
std::vector<Request> requestsOf(const Facts &facts, const std::vector<int> &moveOf, const QString &dpsHost);

} // namespace drover::plan
