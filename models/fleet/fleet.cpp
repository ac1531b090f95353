#include "models/fleet/fleet.h"

#include <algorithm>

namespace drover::fleet {
namespace {

template <typename Match>
const Stamp *firstStamp(const std::vector<Stamp> &stamps, Match match)
{
    const auto found = std::find_if(stamps.cbegin(), stamps.cend(), match);
    return found == stamps.cend() ? nullptr : &*found;
}

} // namespace

const Stamp *Fleet::stamp(const StampName &wanted) const
{
    return firstStamp(stamps, [&wanted](const Stamp &candidate) { return candidate.name == wanted; });
}

const Stamp *Fleet::stampOfHub(const HubHostName &hub) const
{
    return stampOfHub(QStringView(hub.text()));
}

const Stamp *Fleet::stampOfHub(QStringView hub) const
{
    if (hub.isEmpty())
        return nullptr;
    return firstStamp(
        stamps, [hub](const Stamp &candidate) { return hub.compare(candidate.hub.text(), Qt::CaseInsensitive) == 0; });
}

} // namespace drover::fleet
