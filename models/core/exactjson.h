#pragma once

#include "models/core/json.h"

namespace drover {

/// Numbers are kept as text, which no double could hold: `1.10`, `1e400`, an integer of thirty digits.
enum class Numbers : quint8 {
    /// As they are written; those that survive parsing anyhow stay numbers.
    AsWritten,
    /// Each by its value, to be compared: `1`, `1.0` and `10e-1` are one.
    ByValue
};

/// Like parseJson(), and toExactBytes() gives every number back as it was written.
std::optional<Json> parseExactJson(const QByteArray &text, Numbers numbers = Numbers::AsWritten);
QByteArray toExactBytes(const Json &json);

} // namespace drover
