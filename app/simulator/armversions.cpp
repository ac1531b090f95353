#include "app/simulator/armversions.h"

#include "app/simulator/text.h"

#include <algorithm>

namespace drover::simulator {

namespace {

const std::vector<std::string_view> hubVersions {"2016-02-03", "2017-01-19", "2017-07-01", "2018-01-22", "2018-04-01",
    "2019-03-22", "2019-03-22-preview", "2019-07-01-preview", "2019-11-04", "2020-03-01", "2020-06-15",
    "2020-07-10-preview", "2020-08-01", "2020-08-31", "2020-08-31-preview", "2021-02-01-preview", "2021-03-03-preview",
    "2021-03-31", "2021-07-01", "2021-07-01-preview", "2021-07-02", "2021-07-02-preview", "2022-04-30-preview",
    "2022-11-15-preview", "2023-06-30", "2023-06-30-preview", "2025-08-01-preview"};
const std::vector<std::string_view> dpsVersions {"2017-08-21-preview", "2017-11-15", "2018-01-22", "2020-01-01",
    "2020-03-01", "2020-09-01-preview", "2021-10-15", "2022-02-05", "2022-12-12", "2023-03-01-preview",
    "2025-02-01-preview"};
const std::vector<std::string_view> trafficVersions {"2015-04-28-preview", "2015-11-01", "2017-03-01", "2017-05-01",
    "2017-09-01-preview", "2018-02-01", "2018-03-01", "2018-04-01", "2018-08-01", "2022-04-01", "2022-04-01-preview",
    "2024-04-01-preview"};

const std::vector<ArmType> &types()
{
    static const std::vector<ArmType> all {
        {"", "", {"2014-04-01", "2015-01-01", "2015-11-01", "2016-06-01", "2018-05-01", "2018-06-01", "2019-03-01",
                     "2019-05-01", "2019-06-01", "2019-10-01", "2019-11-01", "2020-01-01", "2020-06-01", "2020-10-01",
                     "2021-01-01", "2021-04-01", "2022-09-01", "2022-12-01", "2023-07-01", "2024-03-01"}},
        {"Microsoft.Devices", "IotHubs", hubVersions},
        {"Microsoft.Devices", "checkNameAvailability", hubVersions},
        {"Microsoft.Devices", "usages", hubVersions},
        {"Microsoft.Devices", "provisioningServices", dpsVersions},
        {"Microsoft.Devices", "checkProvisioningServiceNameAvailability", dpsVersions},
        {"Microsoft.Network", "trafficmanagerprofiles", trafficVersions},
        {"Microsoft.Network", "checkTrafficManagerNameAvailability", trafficVersions},
        {"Microsoft.ResourceGraph", "resources", {"2018-09-01-preview", "2019-04-01", "2020-04-01-preview",
                                                     "2021-03-01", "2021-06-01-preview", "2022-10-01", "2024-04-01"}},
        {"Microsoft.Insights", "metrics", {"2016-09-01", "2017-05-01-preview", "2018-01-01", "2019-07-01", "2021-05-01",
                                              "2023-10-01", "2024-02-01"}},
        {"Microsoft.Insights", "metricDefinitions", {"2016-03-01", "2017-05-01-preview", "2018-01-01", "2021-05-01",
                                                        "2023-10-01", "2024-02-01"}},
    };
    return all;
}

} // namespace

bool ArmType::serves(std::string_view version) const
{
    return std::ranges::any_of(versions, [&](std::string_view known) { return sameText(known, version); });
}

std::size_t armProviderAt(const std::vector<std::string> &segments)
{
    for (std::size_t i = segments.size(); i > 0; --i) {
        if (sameText(segments[i - 1], "providers"))
            return i - 1;
    }
    return segments.size();
}

const ArmType *armTypeOf(const std::vector<std::string> &segments)
{
    const std::size_t at = armProviderAt(segments);
    const std::string_view provider = at + 1 < segments.size() ? std::string_view(segments[at + 1]) : "";
    const std::string_view type = at + 2 < segments.size() ? std::string_view(segments[at + 2]) : "";
    const auto found = std::ranges::find_if(types(),
        [&](const ArmType &one) { return sameText(one.provider, provider) && sameText(one.type, type); });
    return found == types().end() ? nullptr : &*found;
}

bool armProviderKnown(std::string_view provider)
{
    return std::ranges::any_of(types(), [&](const ArmType &one) { return sameText(one.provider, provider); });
}

} // namespace drover::simulator
