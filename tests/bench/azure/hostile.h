#pragma once

namespace drover::bench {

/// How long one polite client waits while others abuse the server.
void hostile();
/// How long it waits while somebody asks about a million devices.
void scans();

} // namespace drover::bench
