#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

/// Shared access policies as Resource Manager tells and takes them, of hubs and provisioning services alike.
Response policyList(const std::vector<Policy> &policies);
Response onePolicy(const std::vector<Policy> &policies, const std::string &name);
/// The policies of a PUT, absent keys made up; what is wrong with them otherwise.
struct ReadPolicies {
    std::vector<Policy> policies;
    std::string error;
};
ReadPolicies readPolicies(const Json &rules, World &world);
/// The rights named by "RegistryWrite, ServiceConnect"; nothing if a name is unknown.
std::optional<unsigned> rightsOf(const std::string &text);

} // namespace drover::simulator
