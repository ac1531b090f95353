#pragma once

#include "models/core/error.h"

#include <QCoroTask>

namespace drover {

/// QCoro asserts `handle != nullptr`. Without this, the comparison of std::expected is a candidate for tasks of a
/// Result<QByteArray> (nullptr makes a QByteArray), and that one's noexcept asks about itself.
template <typename T>
bool operator==(const std::coroutine_handle<QCoro::detail::TaskPromise<Result<T>>> &handle, std::nullptr_t)
{
    return !handle;
}

} // namespace drover
