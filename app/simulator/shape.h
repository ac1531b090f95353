#pragma once

#include "app/simulator/text.h"

#include <span>

namespace drover::simulator {

/// What a member of a document must be where it is there at all; null counts as absent.
struct ShapeMember {
    /// "reprovisionPolicy.updateHubAssignment"
    std::string_view path;
    enum class Kind : std::uint8_t { Object, List, Text, Boolean } kind;
    /// The texts it may be, in any case; any if there are none.
    std::vector<std::string_view> texts {};
};

/// The first member that is not as it must be, in one sentence.
std::optional<std::string> wrongShape(const Json &document, std::span<const ShapeMember> members);

} // namespace drover::simulator
