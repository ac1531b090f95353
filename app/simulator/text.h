#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::simulator {

/// Members keep their order: what a client sent comes back as it was.
using Json = nlohmann::ordered_json;

/// Simulated milliseconds since 1970.
using Millis = std::int64_t;

std::string lower(std::string_view text);
bool sameText(std::string_view a, std::string_view b);
/// Order and hash of the texts in lower case.
bool lessFolded(std::string_view a, std::string_view b);
std::uint64_t hashFolded(std::string_view text);
std::string percentDecode(std::string_view text);
std::string percentEncode(std::string_view text);
std::string base64(std::string_view bytes);
std::optional<std::string> fromBase64(std::string_view text);
std::string base64Url(std::string_view bytes);
std::optional<std::string> fromBase64Url(std::string_view text);
/// The 32 raw bytes of HMAC-SHA256.
std::string hmacSha256(std::string_view keyBytes, std::string_view text);
/// "2026-01-31T08:15:30.250Z"
std::string isoTime(Millis time);
/// "Sat, 31 Jan 2026 08:15:30 GMT", as a Date header has it.
std::string httpDate(Millis time);
/// Reads "2026-01-31T08:15:30Z"; parts of a second are passed over.
std::optional<Millis> fromIsoTime(const std::string &text);
std::vector<std::string> split(std::string_view text, char separator);
std::string trimmed(std::string_view text);
/// Etag text without the W/ prefix and the quotes that some clients add.
std::string bareEtag(std::string_view text);
/// A JSON text literal, quotes included.
std::string jsonText(std::string_view text);
/// A document that came from outside; nothing if it is no JSON, or so deep or with so many members in one object that
/// only mischief makes it so.
std::optional<Json> parsedJson(std::string_view text);
/// The member's text, or empty if it is absent or no text.
std::string textOf(const Json &object, const char *member);

} // namespace drover::simulator
