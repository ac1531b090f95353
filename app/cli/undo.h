#pragma once

#include "app/cli/session.h"

namespace drover::cli {

/// Plans the way back of an ended run and carries it out; the exit code.
QCoro::Task<int> undoNow(Session *session, engine::Engine *engine, QString run);

} // namespace drover::cli
