#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drover::simulator {

/// A kind of resource, and the api-versions that its provider serves. Resource Manager itself has an empty name.
struct ArmType {
    std::string_view provider;
    std::string_view type;
    std::vector<std::string_view> versions;

    bool serves(std::string_view version) const;
};

/// The kind that a path is about: that of its last provider. Null if nobody serves it.
const ArmType *armTypeOf(const std::vector<std::string> &segments);
/// Whether somebody serves anything of this provider.
bool armProviderKnown(std::string_view provider);
/// Where the last "providers" stands; the number of segments if nowhere.
std::size_t armProviderAt(const std::vector<std::string> &segments);

} // namespace drover::simulator
