#include "models/core/ids.h"

#include <algorithm>

namespace drover {
namespace {

constexpr qsizetype maxLength = 128;

bool isAsciiAlnum(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
}

/// Text of 1 to 128 ASCII letters, digits and characters of extra. No regular expression: this runs a million
/// times.
bool isPlain(QStringView text, QStringView extra)
{
    const auto allowed = [extra](QChar c) { return isAsciiAlnum(c) || extra.contains(c); };
    return !text.isEmpty() && text.size() <= maxLength && std::all_of(text.begin(), text.end(), allowed);
}

} // namespace

std::optional<QString> RegistrationRule::canonical(QStringView text)
{
    if (!isPlain(text, u"._:-") || !isAsciiAlnum(text.front()) || !(isAsciiAlnum(text.back()) || text.back() == u'-'))
        return std::nullopt;
    return text.toString().toLower();
}

std::optional<QString> DeviceRule::canonical(QStringView text)
{
    return isPlain(text, u"-.%_#*?!(),:=@$'+;") ? std::optional(text.toString()) : std::nullopt;
}

std::optional<QString> HubHostRule::canonical(QStringView text)
{
    return isPlain(text, u".-") && text.contains(u'.') ? std::optional(text.toString().toLower()) : std::nullopt;
}

std::optional<QString> StampRule::canonical(QStringView text)
{
    return text.size() <= 64 && isPlain(text, u"._-") ? std::optional(text.toString().toLower()) : std::nullopt;
}

std::optional<QString> GroupRule::canonical(QStringView text)
{
    return RegistrationRule::canonical(text);
}

} // namespace drover
