#pragma once

#include "app/simulator/text.h"

#include <deque>
#include <map>
#include <tuple>

namespace drover::simulator {

/// One request that was answered.
struct LogEntry {
    Millis time = 0;
    std::string service;
    std::string host;
    std::string method;
    std::string route;
    std::string path;
    /// What the client calls itself.
    std::string client;
    int status = 0;
    double milliseconds = 0;
};

/// The last requests, and counts of all of them.
class RequestLog {
public:
    void add(LogEntry entry);
    /// One JSON object a line, oldest first.
    std::string lines() const;
    /// The "requests" of `/_sim/truth`.
    Json counts() const;

private:
    static constexpr std::size_t most = 10'000;
    static constexpr std::size_t longestName = 128;
    static constexpr std::size_t longestPath = 1'024;
    std::deque<LogEntry> m_last;
    std::map<std::tuple<std::string, std::string, int>, std::uint64_t, std::less<>> m_counts;
};

} // namespace drover::simulator
