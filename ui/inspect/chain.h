#pragma once

#include "ui/inspect/inspection.h"

class QWidget;

namespace drover::ui {

/// The nodes from enrollment to application with the arrows between them.
QWidget *makeChain(const std::vector<ChainNode> &nodes);

} // namespace drover::ui
