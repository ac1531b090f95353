#pragma once

#include <QString>

namespace drover::migration {

/// Who is at the keyboard, as the system knows them: kept with runs and approvals. The environment may claim another name,
/// so it is not asked.
QString operatorName();

} // namespace drover::migration
