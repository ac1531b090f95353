#pragma once

#include "models/run/notices.h"

namespace drover::report {

/// Shows a notice as the desktop shows such (org.freedesktop.Notifications); does nothing where there is no desktop.
/// A gate that failed or asks stays until it is dismissed.
void showOnDesktop(const run::Notice &notice);

} // namespace drover::report
