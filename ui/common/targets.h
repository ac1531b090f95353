#pragma once

#include "models/fleet/deviceset.h"
#include "models/plan/plan.h"

#include <vector>

namespace drover::ui {

/// MIME type of a dragged device set; the data is the set's text in UTF-8.
inline constexpr auto setMimeType = "application/x-drover-set";

/// What one stamp says to a set.
struct Offer {
    StampName stamp;
    QString title;
    plan::Fit fit;
};

/// What every stamp says, in the fleet's order. A locked production stamp refuses to take and to give.
std::vector<Offer> offers(const fleet::Fleet &fleet, const fleet::SetFacts &set, bool productionUnlocked);

/// "fits", "warns" or "refused".
QString verdictWord(plan::Verdict verdict);

} // namespace drover::ui
