#pragma once

#include "models/core/clock.h"

#include <QString>

namespace drover::ui {

/// Thousands separators of the locale.
QString number(qint64 value);
/// "71 %"; `digits` after the point.
QString percent(double share, int digits = 0);
/// "2 min 40 s", "3 h 5 min".
QString duration(Duration span);
/// "4 s ago".
QString ago(Duration age);
/// "14:03:11" in local time; "14:03" without seconds.
QString clockTime(Instant at, bool seconds = true);
/// `one` or `many` with the number in front: "1 device", "2,200 devices".
QString counted(qint64 count, const QString &one, const QString &many);

} // namespace drover::ui
