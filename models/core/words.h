#pragma once

#include "models/core/clock.h"

#include <QString>

namespace drover {

/// 412380 -> "412,380".
QString grouped(qint64 number);
/// "1 device", "2,200 devices".
QString counted(qint64 number, const QString &noun);
/// 0.734 -> "73 %".
QString percent(double share);
/// "40 s", "7 minutes", "2 hours", by the nearest; the sign is left out.
QString roughly(Duration span);

} // namespace drover
