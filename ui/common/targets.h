#pragma once

#include "models/fleet/deviceset.h"
#include "models/plan/plan.h"

#include <vector>

namespace drover::ui {

/// MIME type of a dragged device set; the data is the set's text in UTF-8.
inline constexpr auto setMimeType = "application/x-drover-set";

/// What the board must know of a set while it is dragged.
struct SetFacts {
    qint64 devices = 0;
    std::vector<HubHostName> sources;
};

/// What one stamp says to a set.
struct Offer {
    StampName stamp;
    QString title;
    plan::Fit fit;
};

/// Looks the set up in the index: once a drag, not once a mouse move.
Result<SetFacts> factsOf(const fleet::Fleet &fleet, const fleet::DeviceSet &set);

/// What every stamp says, in the fleet's order. A locked production stamp refuses to take and to give.
std::vector<Offer> offers(const fleet::Fleet &fleet, const SetFacts &set, bool productionUnlocked);

/// "fits", "warns" or "refused".
QString verdictWord(plan::Verdict verdict);

} // namespace drover::ui
