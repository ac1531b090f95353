#pragma once

#include "models/fleet/setsonstamps.h"

#include <QPixmap>

namespace drover::ui {

/// The small card that follows the cursor; drawn once a drag, whatever the size of the set.
QPixmap dragPixmap(const fleet::SetOnStamp &set, qreal ratio);

} // namespace drover::ui
