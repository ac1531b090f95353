#pragma once

#include "ui/common/theme.h"

#include <QString>

namespace drover::ui {

/// The looks of standard widgets and of the roles that labels carry ("quiet", "heading", …).
QString styleSheet(const Tokens &tokens, int textSize);

} // namespace drover::ui
