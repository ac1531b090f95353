#pragma once

#include <QByteArray>

#include <optional>
#include <vector>

namespace drover::backend {

/// The elements of a JSON array, each byte for byte as it was sent; nothing when the text is no array.
/// Elements are told apart, not checked: whoever parses one finds out whether it is sound.
std::optional<std::vector<QByteArray>> elementsOf(const QByteArray &json);

} // namespace drover::backend
