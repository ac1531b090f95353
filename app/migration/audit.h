#pragma once

#include "models/core/clock.h"

#include <QByteArray>
#include <QStringList>

#include <vector>

namespace drover::migration {

/// What a person did, or a gate decided. Never with a secret.
struct Deed {
    /// "run started", "pause", "skip", …
    QString act;
    /// Empty: none in particular.
    QString run = {};
    QString person = {};
    QString host = {};
    /// Reason and ticket, as they were given.
    QString why = {};
    QString detail = {};
};

/// One link of the chain: its hash covers everything in it and the hash of the one before.
struct AuditEntry {
    qint64 number = 0;
    Instant at = {};
    Deed deed;
    QByteArray before = {};
    QByteArray hash = {};
};

/// How many entries there should be, and the hash of the last: kept apart from them.
struct AuditHead {
    qint64 number = 0;
    QByteArray hash = {};
};

struct Audit {
    std::vector<AuditEntry> entries;
    AuditHead head;
};

QByteArray hashOf(const AuditEntry &entry);
/// One sentence for each entry that is missing, changed or not where it was; empty for a whole chain.
QStringList faultsOf(const Audit &audit);

} // namespace drover::migration
