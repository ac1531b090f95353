#pragma once

#include <QString>

#include <chrono>
#include <expected>
#include <optional>

namespace drover {

/// What went wrong, in the words a caller acts on.
enum class ErrorKind {
    Cancelled,
    Offline, ///< no answer, or a 5xx: whether the request took effect is unknown for a write
    Unauthorized,
    NotFound,
    Conflict, ///< 409, or 412: the record is not the one that was read
    Throttled,
    Rejected, ///< the service understood and said no
    Malformed, ///< an answer or a file that cannot be what it claims to be
    Storage,
    Usage, ///< the person asked for something that does not exist or cannot be
    Blocked, ///< a check forbids it
};

/// A cause and what to do about it, both plain sentences without secrets.
struct Error {
    ErrorKind kind = ErrorKind::Rejected;
    QString what;
    QString remedy = {};
    std::optional<std::chrono::seconds> retryAfter = std::nullopt;
    /// HTTP status, 0 when there was no answer.
    int status = 0;
    /// Azure's own number (404001, 412001, …), 0 when it told none.
    int code = 0;

    bool isTransient() const { return kind == ErrorKind::Offline || kind == ErrorKind::Throttled; }
};

/// A value or the reason there is none. Ignoring one does not compile.
template <typename T>
class [[nodiscard]] Result : public std::expected<T, Error> {
public:
    using std::expected<T, Error>::expected;
};

using Failure = std::unexpected<Error>;

inline Failure fail(ErrorKind kind, QString what, QString remedy = {})
{
    return Failure(Error{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

} // namespace drover
