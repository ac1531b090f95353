#include "app/simulator/armkeys.h"

#include <algorithm>

namespace drover::simulator {

namespace {

Json shown(const Policy &policy)
{
    return {{"keyName", policy.name}, {"primaryKey", policy.keys.primary}, {"secondaryKey", policy.keys.secondary},
        {"rights", rightsText(policy.rights)}};
}

} // namespace

Response policyList(const std::vector<Policy> &policies)
{
    Json value = Json::array();
    for (const Policy &policy : policies)
        value.push_back(shown(policy));
    return Response::json(Json::object({{"value", std::move(value)}}));
}

Response onePolicy(const std::vector<Policy> &policies, const std::string &name)
{
    const auto found = std::ranges::find_if(policies, [&](const Policy &one) { return sameText(one.name, name); });
    return found == policies.end() ? deviceError(404, "404001", "The key '" + name + "' was not found.")
                                   : Response::json(shown(*found));
}

std::optional<unsigned> rightsOf(const std::string &text)
{
    unsigned rights = 0;
    for (const std::string &part : split(text, ',')) {
        const std::string name = trimmed(part);
        unsigned right = RegistryRead;
        while (right <= RegistrationStatusWrite && !sameText(rightsText(right), name))
            right <<= 1;
        if (right > RegistrationStatusWrite)
            return std::nullopt;
        rights |= right;
    }
    return rights;
}

ReadPolicies readPolicies(const Json &rules, World &world)
{
    if (!rules.is_array())
        return {{}, "authorizationPolicies must be an array."};
    ReadPolicies result;
    for (const Json &rule : rules) {
        const std::string name = textOf(rule, "keyName");
        const std::optional<unsigned> rights = rightsOf(textOf(rule, "rights"));
        if (name.empty() || !rights)
            return {{}, "Each authorization policy needs a keyName and rights."};
        const KeyPair fresh = world.freshKeys();
        const auto key = [&](const char *which, const std::string &otherwise) {
            const std::string given = textOf(rule, which);
            return given.empty() ? otherwise : given;
        };
        const KeyPair keys{key("primaryKey", fresh.primary), key("secondaryKey", fresh.secondary)};
        if (fromBase64(keys.primary).value_or("").empty() || fromBase64(keys.secondary).value_or("").empty())
            return {{}, "The keys of the policy '" + name + "' are not base64."};
        result.policies.push_back({name, keys, *rights});
    }
    return result;
}

} // namespace drover::simulator
