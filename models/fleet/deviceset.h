#pragma once

#include "models/core/error.h"
#include "models/fleet/fleet.h"

namespace drover::fleet {

/// A named selection, as text: `group:NAME`, `where:QUERY`, `file:IDS.csv`, `stamp:NAME`, `ids:ID ID`.
struct DeviceSet {
    enum class Kind { Group, Where, File, Stamp, Ids };
    Kind kind = Kind::Group;
    /// Group or stamp name, query text, or file name.
    QString text;
    /// Contents of the file, or the picked ids one a line, read by whoever may touch files; empty for other kinds.
    QByteArray ids;

    static Result<DeviceSet> parse(const QString &text);
    QString toString() const;
};

/// What a set means now: rows of the index, in index order, each once.
struct Selection {
    std::vector<DeviceIndex::Row> rows;
    /// Things a person should know: duplicate lines, ids of other letter case, …
    std::vector<QString> notes;
};

/// Usage error naming line and id when a file names a device that is not there (other letter case is told apart),
/// when a group, stamp or query is not one.
Result<Selection> select(const Fleet &fleet, const DeviceSet &set);

/// How many a set means, and the hubs they are on.
struct SetFacts {
    qint64 devices = 0;
    std::vector<HubHostName> sources;
};

/// Looks the set up in the index: once a drag, not once a mouse move.
Result<SetFacts> factsOf(const Fleet &fleet, const DeviceSet &set);

/// The WHERE subset of IoT Hub's query language on the local index: and, or, not, parentheses, = != <> < > <= >=,
/// IN, NIN, is_defined(), STARTSWITH(); fields deviceId, status, connectionState, lastActivityTime, tags.…, and our own
/// `stamp`, `hub`, `group`. Usage error with the column when the text is not of that language.
Result<std::vector<DeviceIndex::Row>> where(const Fleet &fleet, const QString &query);

} // namespace drover::fleet
