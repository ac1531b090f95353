#pragma once

#include "models/fleet/deviceindex.h"

#include <QStringList>

namespace drover::engine {

/// Who the index says the person means.
struct Match {
    QString registrationId;
    QString deviceId;
    QString group = {};
    /// Device ids that the text may stand for; the person has to choose.
    QStringList several = {};
    /// There are others that begin with the text.
    bool more = false;
    /// The same id in the letter case that the fleet knows.
    QStringList otherCase = {};
};

/// The device of that id, or else those whose ids begin with the text: `most` of them at most.
Match matchOf(const fleet::DeviceIndex &index, const QString &id, qsizetype most);

} // namespace drover::engine
