#pragma once

#include "models/core/error.h"

#include <QByteArray>

#include <vector>

namespace drover::fleet {

struct ListedId {
    QByteArray id;
    int line = 0;
};

struct IdList {
    std::vector<ListedId> ids;
    /// Nothing names the column, and lines have others.
    bool isFirstOfMany = false;
};

/// The ids of a file: one a line, or the CSV column deviceId / registrationId, or the first one. Blank lines are left
/// out.
Result<IdList> readIds(const QByteArray &contents);

} // namespace drover::fleet
