#pragma once

#include "models/fleet/deviceset.h"

namespace drover::engine {

/// Parses a set and, for `file:`, reads its ids (64 MB at most): models touch no files.
Result<fleet::DeviceSet> readSet(const QString &text);

/// A whole file, at most so many bytes; one sentence when it cannot be had.
Result<QByteArray> readFile(const QString &path, qint64 limit);
/// Written beside its place and renamed, so that a full disk never leaves half a file.
Result<void> writeFile(const QString &path, const QByteArray &content);
/// The same, for nobody else's eyes (0600) where it makes the file.
Result<void> writePrivateFile(const QString &path, const QByteArray &content);

} // namespace drover::engine
