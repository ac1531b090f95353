#pragma once

#include "models/core/id.h"

namespace drover {

/// DPS folds case: "Pump-7" and "pump-7" are one registration.
struct RegistrationRule {
    static std::optional<QString> canonical(QStringView text);
};

/// IoT Hub does not: "Pump-7" and "pump-7" are two devices.
struct DeviceRule {
    static std::optional<QString> canonical(QStringView text);
};

struct HubHostRule {
    static std::optional<QString> canonical(QStringView text);
};

/// What operators call a stamp: up to 64 letters, digits, dots, dashes and underscores; case is folded for comparing.
struct StampRule {
    static std::optional<QString> canonical(QStringView text);
};

/// An enrollment group's id follows the rule of registration ids.
struct GroupRule {
    static std::optional<QString> canonical(QStringView text);
};

using StampName = Id<StampRule>;
using GroupId = Id<GroupRule>;
using RegistrationId = Id<RegistrationRule>;
using DeviceId = Id<DeviceRule>;
using HubHostName = Id<HubHostRule>;

} // namespace drover
