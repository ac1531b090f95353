#include "app/simulator/names.h"

#include <algorithm>

namespace drover::simulator {

namespace {

bool isLetterOrDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool isOf(std::string_view text, std::string_view besides)
{
    return std::ranges::all_of(text, [&](char c) { return isLetterOrDigit(c) || besides.contains(c); });
}

bool isLabel(std::string_view name, std::size_t longest)
{
    constexpr std::size_t shortest = 3;
    return name.size() >= shortest && name.size() <= longest && isOf(name, "-") && isLetterOrDigit(name.front())
        && isLetterOrDigit(name.back());
}

constexpr std::size_t longestId = 128;

} // namespace

bool goodRegistrationId(std::string_view id)
{
    return !id.empty() && id.size() <= longestId && isOf(id, "-._:") && (isLetterOrDigit(id.back()) || id.back() == '-');
}

bool goodDeviceId(std::string_view id)
{
    return !id.empty() && id.size() <= longestId && isOf(id, "-:.+%_#*?!(),=@;$'");
}

bool goodHubName(std::string_view name) { return isLabel(name, 50); }
bool goodDpsName(std::string_view name) { return isLabel(name, 64); }

} // namespace drover::simulator
