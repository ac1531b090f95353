#include "app/simulator/idpattern.h"

#include "app/simulator/text.h"

#include <algorithm>
#include <charconv>

namespace drover::simulator {

IdPattern::IdPattern(std::string_view text)
{
    const std::size_t start = std::min(text.find('#'), text.size());
    const std::size_t end = std::min(text.find_first_not_of('#', start), text.size());
    m_before = text.substr(0, start);
    m_after = text.substr(end);
    m_width = end - start;
}

std::string IdPattern::id(std::uint32_t number) const
{
    if (m_width == 0)
        return m_before;
    std::string digits = std::to_string(number);
    if (digits.size() < m_width)
        digits.insert(0, m_width - digits.size(), '0');
    return m_before + digits + m_after;
}

std::optional<std::uint32_t> IdPattern::numberIn(std::string_view id) const
{
    const std::size_t fixed = m_before.size() + m_after.size();
    if (id.size() < fixed + m_width || !sameText(id.substr(0, m_before.size()), m_before)
        || !sameText(id.substr(id.size() - m_after.size()), m_after))
        return std::nullopt;
    const std::string_view digits = id.substr(m_before.size(), id.size() - fixed);
    if (m_width == 0)
        return digits.empty() ? std::optional<std::uint32_t>(0) : std::nullopt;
    if (digits.size() > m_width && digits.front() == '0')
        return std::nullopt;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

bool IdPattern::mayMeet(const IdPattern &other) const
{
    const std::size_t common = std::min(m_before.size(), other.m_before.size());
    return sameText(std::string_view(m_before).substr(0, common), std::string_view(other.m_before).substr(0, common));
}

} // namespace drover::simulator
