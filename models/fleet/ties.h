#pragma once

#include <QByteArray>

#include <string_view>

namespace drover::fleet {

/// What hangs on a device at its hub and stays there when DPS moves it.
struct Ties {
    bool edge = false;
    /// Without those that come with every IoT Edge device by themselves.
    int modules = 0;
    /// The IoT Edge device that it is a child of; empty for none.
    QByteArray parent;
    bool operator==(const Ties &) const = default;
};

/// The device id in "ms-azure-iot-edge://ID-GENERATION"; empty for any other text.
QByteArray edgeOfScope(std::string_view scope);
/// "$edgeAgent" and "$edgeHub".
bool isSystemModule(std::string_view moduleId);

} // namespace drover::fleet
