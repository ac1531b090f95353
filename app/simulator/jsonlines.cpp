#include "app/simulator/jsonlines.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace drover::simulator {

namespace {

std::size_t lineAt(std::string_view text, std::size_t offset)
{
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

/// Walks over valid JSON and remembers the deepest place on the way to the path.
class Finder {
public:
    Finder(std::string_view text, std::string_view path)
        : m_text(text)
        , m_path(path)
    {
    }

    std::size_t offset()
    {
        value("");
        return m_found;
    }

private:
    void space()
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").contains(m_text[m_at]))
            ++m_at;
    }
    bool at(char c)
    {
        space();
        return m_at < m_text.size() && m_text[m_at] == c;
    }
    std::string_view quoted()
    {
        const std::size_t start = ++m_at;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        return m_text.substr(start, std::min(m_at++, m_text.size()) - start);
    }
    void note(const std::string &place, std::size_t offset)
    {
        const bool onTheWay = m_path.starts_with(place)
            && (m_path.size() == place.size() || m_path[place.size()] == '.' || m_path[place.size()] == '[');
        if (onTheWay && place.size() > m_deepest) {
            m_deepest = place.size();
            m_found = offset;
        }
    }
    void object(const std::string &place)
    {
        ++m_at;
        while (!at('}') && m_at < m_text.size()) {
            const std::size_t start = m_at;
            const std::string member = (place.empty() ? "" : place + ".") + std::string(quoted());
            note(member, start);
            if (at(':'))
                ++m_at;
            value(member);
            if (at(','))
                ++m_at;
        }
        ++m_at;
    }
    void list(const std::string &place)
    {
        ++m_at;
        for (int index = 0; !at(']') && m_at < m_text.size(); ++index) {
            const std::string element = place + "[" + std::to_string(index) + "]";
            note(element, m_at);
            value(element);
            if (at(','))
                ++m_at;
        }
        ++m_at;
    }
    void value(const std::string &place)
    {
        if (at('{'))
            return object(place);
        if (at('['))
            return list(place);
        if (at('"')) {
            quoted();
            return;
        }
        while (m_at < m_text.size() && !std::string_view(",]}").contains(m_text[m_at]))
            ++m_at;
    }

    std::string_view m_text;
    std::string_view m_path;
    std::size_t m_at = 0;
    std::size_t m_deepest = 0;
    std::size_t m_found = 0;
};

} // namespace

std::size_t lineOfMember(std::string_view text, std::string_view path) { return lineAt(text, Finder(text, path).offset()); }

std::size_t lineOfMistake(std::string_view text)
{
    try {
        static_cast<void>(nlohmann::json::parse(text, [](int, auto, auto &) { return false; }));
    } catch (const nlohmann::json::parse_error &problem) {
        return lineAt(text, std::min(problem.byte, text.size()));
    } catch (const nlohmann::json::exception &) {
        // A number too large for any type; it comes without its place.
    }
    return 1;
}

} // namespace drover::simulator
