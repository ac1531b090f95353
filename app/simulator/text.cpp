#include "app/simulator/text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <memory>

namespace drover::simulator {

namespace {

char lowerChar(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char small = lowerChar(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// OpenSSL looks an algorithm up by name each time, unless one keeps it; that took longer than the sums themselves.
std::string sha256(std::string_view first, std::string_view second)
{
    static const EVP_MD *const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> sum(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string result(32, '\0');
    EVP_DigestInit_ex2(sum.get(), algorithm, nullptr);
    EVP_DigestUpdate(sum.get(), first.data(), first.size());
    EVP_DigestUpdate(sum.get(), second.data(), second.size());
    EVP_DigestFinal_ex(sum.get(), reinterpret_cast<unsigned char *>(result.data()), nullptr);
    return result;
}

} // namespace

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), lowerChar);
    return result;
}

bool sameText(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lowerChar, lowerChar);
}

bool lessFolded(std::string_view a, std::string_view b)
{
    const auto byte = [](char c) { return static_cast<unsigned char>(lowerChar(c)); };
    return std::ranges::lexicographical_compare(a, b, {}, byte, byte);
}

std::uint64_t hashFolded(std::string_view text)
{
    // FNV-1a
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(lowerChar(c))) * 1099511628211ULL;
    return hash;
}

std::string percentDecode(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0) {
            result += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::string percentEncode(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '~') {
            result += c;
            continue;
        }
        char escape[4];
        std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
        result += escape;
    }
    return result;
}

std::string base64(std::string_view bytes)
{
    std::string result(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(result.data()),
        reinterpret_cast<const unsigned char *>(bytes.data()), static_cast<int>(bytes.size()));
    result.resize(static_cast<std::size_t>(length));
    return result;
}

std::optional<std::string> fromBase64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    std::string result(text.size() / 4 * 3 + 1, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char *>(result.data()),
        reinterpret_cast<const unsigned char *>(text.data()), static_cast<int>(text.size()));
    if (length < 0)
        return std::nullopt;
    const auto padding = static_cast<std::size_t>(std::ranges::count(text, '='));
    result.resize(static_cast<std::size_t>(length) - std::min<std::size_t>(padding, static_cast<std::size_t>(length)));
    return result;
}

std::string base64Url(std::string_view bytes)
{
    std::string result = base64(bytes);
    std::ranges::replace(result, '+', '-');
    std::ranges::replace(result, '/', '_');
    result.erase(result.find_last_not_of('=') + 1);
    return result;
}

std::optional<std::string> fromBase64Url(std::string_view text)
{
    std::string plain(text);
    std::ranges::replace(plain, '-', '+');
    std::ranges::replace(plain, '_', '/');
    plain.append((4 - plain.size() % 4) % 4, '=');
    return fromBase64(plain);
}

std::string hmacSha256(std::string_view keyBytes, std::string_view text)
{
    constexpr std::size_t block = 64;
    std::string key = keyBytes.size() > block ? sha256(keyBytes, {}) : std::string(keyBytes);
    key.resize(block, '\0');
    const auto padded = [&key](char pad) {
        std::string result = key;
        for (char &byte : result)
            byte = static_cast<char>(byte ^ pad);
        return result;
    };
    return sha256(padded('\x5c'), sha256(padded('\x36'), text));
}

std::string isoTime(Millis time)
{
    using namespace std::chrono;
    const sys_time<milliseconds> point {milliseconds(time)};
    const auto day = floor<days>(point);
    const year_month_day date(day);
    const hh_mm_ss clock(point - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return text;
}

std::string httpDate(Millis time)
{
    using namespace std::chrono;
    static constexpr const char *dayNames[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char *monthNames[]
        = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const sys_time<seconds> point = floor<seconds>(sys_time<milliseconds>(milliseconds(time)));
    const auto day = floor<days>(point);
    const year_month_day date(day);
    const hh_mm_ss clock(point - day);
    char text[48];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", dayNames[weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()), monthNames[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return text;
}

std::optional<Millis> fromIsoTime(const std::string &text)
{
    using namespace std::chrono;
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6)
        return std::nullopt;
    const year_month_day date {std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok())
        return std::nullopt;
    const auto point = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
    return duration_cast<milliseconds>(point.time_since_epoch()).count();
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find(separator, start);
        parts.emplace_back(text.substr(start, end == std::string_view::npos ? end : end - start));
        if (end == std::string_view::npos)
            return parts;
        start = end + 1;
    }
}

std::string trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string bareEtag(std::string_view text)
{
    std::string result = trimmed(text);
    if (result.starts_with("W/"))
        result.erase(0, 2);
    if (result.size() >= 2 && result.front() == '"' && result.back() == '"')
        result = result.substr(1, result.size() - 2);
    return result;
}

std::string jsonText(std::string_view text)
{
    return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string textOf(const Json &object, const char *member)
{
    if (!object.is_object())
        return {};
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace drover::simulator
