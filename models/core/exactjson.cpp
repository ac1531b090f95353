#include "models/core/exactjson.h"

#include <string_view>

namespace drover {
namespace {

/// Begins a string that stands for a number: U+FDD0, a code point that no text may use in interchange.
constexpr std::string_view mark = "\xEF\xB7\x90";

bool isOfNumber(char letter)
{
    return (letter >= '0' && letter <= '9') || letter == '-' || letter == '+' || letter == '.' || letter == 'e' || letter == 'E';
}

/// By JSON's grammar.
bool isNumber(std::string_view text)
{
    size_t at = 0;
    const auto digits = [&] {
        const size_t from = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at - from;
    };
    at += text.starts_with('-') ? 1 : 0;
    const bool leadingZero = at < text.size() && text[at] == '0';
    const size_t whole = digits();
    if (whole == 0 || (leadingZero && whole > 1))
        return false;
    if (at < text.size() && text[at] == '.' && (++at, digits() == 0))
        return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1 : 0;
        if (digits() == 0)
            return false;
    }
    return at == text.size();
}

/// Whether parsing and writing gives the same text.
bool survives(std::string_view number)
{
    constexpr size_t safeDigits = 15;
    const bool plain = number.find_first_not_of("0123456789") == std::string_view::npos;
    if (plain && number.size() <= safeDigits)
        return true;
    const Json parsed = Json::parse(number, nullptr, false);
    return parsed.is_number() && parsed.dump() == number;
}

/// Digits without zeros at either end, and a power of ten: equal texts are equal values.
std::string canonical(std::string_view number)
{
    const size_t exponentAt = std::min(number.find_first_of("eE"), number.size());
    std::string digits;
    qint64 power = 0;
    bool fraction = false;
    for (const char letter : number.substr(0, exponentAt)) {
        fraction = fraction || letter == '.';
        if (letter < '0' || letter > '9')
            continue;
        power -= fraction ? 1 : 0;
        if (letter != '0' || !digits.empty())
            digits += letter;
    }
    if (digits.empty())
        return "0";
    for (; digits.back() == '0'; ++power)
        digits.pop_back();
    if (exponentAt < number.size()) {
        bool fits = false;
        const std::string_view exponent = number.substr(exponentAt + 1);
        const qint64 told = QByteArray(exponent.data(), qsizetype(exponent.size())).toLongLong(&fits);
        if (!fits)
            return std::string(number);
        power += told;
    }
    return (number.front() == '-' ? "-" : "") + digits + "e" + std::to_string(power);
}

/// The end of the string that begins here, behind its closing quote.
size_t behindString(std::string_view text, size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at)
        at += text[at] == '\\' ? 1 : 0;
    return std::min(at + 1, text.size());
}

/// The same document with strings for the numbers that parsing would spoil; empty when there are none.
std::string marked(std::string_view text, Numbers numbers)
{
    std::string result;
    size_t copied = 0;
    for (size_t at = 0; at < text.size();) {
        if (text[at] == '"') {
            at = behindString(text, at);
        } else if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
            const size_t from = at;
            while (at < text.size() && isOfNumber(text[at]))
                ++at;
            const std::string_view number = text.substr(from, at - from);
            // What is no number is left for the parser to refuse.
            if (!isNumber(number) || (numbers == Numbers::AsWritten && survives(number)))
                continue;
            result.append(text.substr(copied, from - copied)).append("\"").append(mark);
            result.append(numbers == Numbers::ByValue ? canonical(number) : std::string(number)).append("\"");
            copied = at;
        } else {
            ++at;
        }
    }
    return copied == 0 ? result : result.append(text.substr(copied));
}

} // namespace

std::optional<Json> parseExactJson(const QByteArray &text, Numbers numbers)
{
    const std::string other = marked({text.constData(), size_t(text.size())}, numbers);
    return parseJson(other.empty() ? text : QByteArray::fromStdString(other));
}

QByteArray toExactBytes(const Json &json)
{
    const QByteArray text = toBytes(json);
    if (!text.contains(QByteArray(mark.data(), qsizetype(mark.size()))))
        return text;
    const std::string_view all(text.constData(), size_t(text.size()));
    QByteArray result;
    for (size_t at = 0; at < all.size();) {
        const size_t end = all[at] == '"' ? behindString(all, at) : std::min(all.find('"', at), all.size());
        const std::string_view piece = all.substr(at, end - at);
        const bool isMarked = piece.size() > mark.size() + 2 && piece.substr(1).starts_with(mark);
        const std::string_view number = isMarked ? piece.substr(1 + mark.size(), piece.size() - mark.size() - 2) : piece;
        const std::string_view kept = isMarked && isNumber(number) ? number : piece;
        result.append(kept.data(), qsizetype(kept.size()));
        at = end;
    }
    return result;
}

} // namespace drover
