#pragma once

#include "app/simulator/text.h"

namespace drover::test {

/// A shared access signature for `resource` that outlives every test.
inline std::string sasFor(const std::string &resource, const std::string &key, const std::string &policy = {})
{
    const std::string expiry = "4102444800";
    const std::string signature
        = simulator::base64(simulator::hmacSha256(*simulator::fromBase64(key), resource + "\n" + expiry));
    return "SharedAccessSignature sr=" + resource + "&sig=" + simulator::percentEncode(signature) + "&se=" + expiry
        + (policy.empty() ? "" : "&skn=" + policy);
}

} // namespace drover::test
