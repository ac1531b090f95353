#pragma once

#include "models/core/error.h"
#include "models/run/event.h"

#include <QByteArray>

namespace drover::run {

/// Compact and self-describing enough to be refused: version, kind, instant, fields.
QByteArray encode(const Event &event);
/// Malformed for bytes that no version of ours wrote.
Result<Event> decode(const QByteArray &bytes);

} // namespace drover::run
