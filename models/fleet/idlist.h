#pragma once

#include "models/core/error.h"

#include <QByteArray>

#include <vector>

namespace drover::fleet {

struct ListedId {
    QByteArray id;
    int line = 0;
};

/// The ids of a file: one a line, or the CSV column deviceId / registrationId, or the first one. Blank lines are left
/// out.
Result<std::vector<ListedId>> readIds(const QByteArray &contents);

} // namespace drover::fleet
