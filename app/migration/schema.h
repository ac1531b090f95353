#pragma once

#include "app/migration/database.h"

namespace drover::migration {

/// Makes the tables of a new journal, takes an older one forward, and refuses a newer or a foreign one with a sentence.
Result<void> prepareFile(Database &database);
Result<void> prepareServer(Database &database);

} // namespace drover::migration
