#include "models/fleet/ties.h"

namespace drover::fleet {

QByteArray edgeOfScope(std::string_view scope)
{
    constexpr std::string_view prefix = "ms-azure-iot-edge://";
    const size_t end = scope.rfind('-');
    if (!scope.starts_with(prefix) || end == std::string_view::npos || end <= prefix.size())
        return {};
    return {scope.data() + prefix.size(), static_cast<qsizetype>(end - prefix.size())};
}

bool isSystemModule(std::string_view moduleId)
{
    return moduleId.starts_with('$');
}

} // namespace drover::fleet
