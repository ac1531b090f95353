#pragma once

#include "models/core/clock.h"
#include "models/core/error.h"

#include <QString>

namespace drover {

/// 412380 -> "412,380".
QString grouped(qint64 number);
/// "1 device", "2,200 devices".
QString counted(qint64 number, const QString &noun);
/// 0.734 -> "73 %".
QString percent(double share);
/// What went wrong and what to do, as sentences.
QString sentencesOf(const Error &error);
/// As a person gave it: 99.5 % stays that.
QString percentGiven(double share);
/// "42 s", "5 min", "1 h 20 min": how plans and reports tell time.
QString shown(Duration span);
/// "40 s", "7 minutes", "2 hours", by the nearest; the sign is left out.
QString roughly(Duration span);

} // namespace drover
