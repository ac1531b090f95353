#pragma once

#include <QString>

namespace drover::run {

/// "12,480"
QString grouped(qint64 number);
/// "1 device", "12,480 devices"
QString counted(qint64 number, QStringView noun);

} // namespace drover::run
