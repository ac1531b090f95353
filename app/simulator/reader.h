#pragma once

#include "app/simulator/text.h"

namespace drover::simulator {

/// Reads the members of one object of a scenario and notes the first thing that is wrong, with its place.
class Reader {
public:
    Reader(const Json &object, std::string place, std::string &error)
        : m_object(object)
        , m_place(std::move(place))
        , m_error(error)
    {
        if (!object.is_object())
            fail("must be an object");
    }

    /// Empty only where that is usual.
    std::string text(const char *member, std::optional<std::string> usual = std::nullopt);
    std::int64_t number(const char *member, std::int64_t least, std::int64_t most, std::optional<std::int64_t> usual);
    double real(const char *member, double least, double most, double usual);
    double share(const char *member) { return real(member, 0, 1, 0); }
    bool flag(const char *member, bool usual);
    std::pair<Millis, Millis> span(const char *member, std::pair<Millis, Millis> usual);
    /// Null if absent.
    Json value(const char *member);
    std::vector<Json> list(const char *member);
    void fail(const std::string &message, const char *member = nullptr);
    /// Complains about members that were not asked for.
    void done();
    const std::string &place() const { return m_place; }

private:
    const Json *find(const char *member);

    const Json &m_object;
    std::string m_place;
    std::string &m_error;
    std::vector<std::string> m_known;
};

} // namespace drover::simulator
