#include "app/simulator/requestlog.h"

#include <algorithm>

namespace drover::simulator {

namespace {

/// A client may write paths and hosts as long as its whole request.
void shorten(std::string &text, std::size_t most)
{
    if (text.size() <= most)
        return;
    text.resize(most - 3);
    text += "...";
    text.shrink_to_fit();
}

} // namespace

void RequestLog::add(LogEntry entry)
{
    shorten(entry.host, longestName);
    shorten(entry.method, longestName);
    shorten(entry.path, longestPath);
    const auto found = m_counts.find(std::tie(entry.service, entry.route, entry.status));
    ++(found == m_counts.end() ? m_counts[{entry.service, entry.route, entry.status}] : found->second);
    m_last.push_back(std::move(entry));
    if (m_last.size() > most) {
        m_last.pop_front();
        ++m_begin;
    }
}

std::uint64_t RequestLog::appendLines(std::string &text, std::uint64_t from, std::uint64_t last, std::size_t count) const
{
    std::uint64_t number = std::max(from, begin());
    for (last = std::min({last, end(), number + count}); number < last; ++number) {
        const LogEntry &entry = m_last[number - m_begin];
        const Json line = {{"time", isoTime(entry.time)}, {"service", entry.service}, {"host", entry.host},
            {"method", entry.method}, {"route", entry.route}, {"path", entry.path}, {"client", entry.client}, {"status", entry.status},
            {"ms", entry.milliseconds}};
        text += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    return number;
}

Json RequestLog::counts() const
{
    Json result = Json::array();
    for (const auto &[key, count] : m_counts) {
        const auto &[service, route, status] = key;
        result.push_back({{"service", service}, {"route", route}, {"status", status}, {"count", count}});
    }
    return result;
}

} // namespace drover::simulator
