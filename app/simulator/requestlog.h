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
    /// Numbers of the entries that are kept: the oldest, and the one that the next entry will have.
    std::uint64_t begin() const { return m_begin; }
    std::uint64_t end() const { return m_begin + m_last.size(); }
    /// Appends a JSON object a line for the entries from that number on, so many at most, those that were dropped
    /// meanwhile left out; gives the number to go on with.
    std::uint64_t appendLines(std::string &text, std::uint64_t from, std::uint64_t last, std::size_t count) const;
    /// The "requests" of `/_sim/truth`.
    Json counts() const;

private:
    static constexpr std::size_t most = 10'000;
    static constexpr std::size_t longestName = 128;
    static constexpr std::size_t longestPath = 1'024;
    std::deque<LogEntry> m_last;
    std::uint64_t m_begin = 0;
    std::map<std::tuple<std::string, std::string, int>, std::uint64_t, std::less<>> m_counts;
};

} // namespace drover::simulator
