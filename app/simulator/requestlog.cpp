#include "app/simulator/requestlog.h"

namespace drover::simulator {

void RequestLog::add(LogEntry entry)
{
    ++m_counts[{entry.service, entry.route, entry.status}];
    m_last.push_back(std::move(entry));
    if (m_last.size() > most)
        m_last.pop_front();
}

std::string RequestLog::lines() const
{
    std::string text;
    for (const LogEntry &entry : m_last) {
        const Json line = {{"time", isoTime(entry.time)}, {"service", entry.service}, {"host", entry.host},
            {"method", entry.method}, {"route", entry.route}, {"path", entry.path}, {"client", entry.client}, {"status", entry.status},
            {"ms", entry.milliseconds}};
        text += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    return text;
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
