#pragma once

#include <string_view>

namespace drover::simulator {

/// Of a registration or an enrollment group: 1 to 128 letters, digits and "-._:", a letter, digit or "-" last.
bool goodRegistrationId(std::string_view id);
/// Of a device or module: 1 to 128 letters, digits and "-:.+%_#*?!(),=@;$'".
bool goodDeviceId(std::string_view id);
/// Of a hub: 3 to 50 letters, digits and "-", no "-" first or last.
bool goodHubName(std::string_view name);
/// Of a provisioning service: 3 to 64 letters, digits and "-", no "-" first or last.
bool goodDpsName(std::string_view name);

} // namespace drover::simulator
