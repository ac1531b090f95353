#pragma once

#include "models/core/clock.h"
#include "models/core/ids.h"

#include <optional>

namespace drover::fleet {

/// Life-cycle lane of a stamp; production is guarded.
enum class Ring { Test, Canary, Production };

/// How the stamp's application is reached: not at all, at its own URL, or behind the shared gateway.
enum class Application { None, Own, Gateway };

/// IoT Hub edition, "S1" and its units.
struct Sku {
    QString name;
    int units = 1;

    bool operator==(const Sku &) const = default;
    /// Basic and free-standing telemetry tiers have no twins and no direct methods.
    bool hasTwins() const { return !name.startsWith(u'B'); }
};

/// What was last seen of a stamp's hub. Absent numbers were not told.
struct HubHealth {
    enum class State { Unknown, Active, FailingOver, Outage };
    State state = State::Unknown;
    std::optional<qint64> identities;
    std::optional<qint64> connected;
    /// The hub's own maximum (quotaMetrics TotalDeviceCount).
    std::optional<qint64> maximum;
    std::optional<qint64> messagesToday;
    std::optional<qint64> messagesPerDay;
    Instant seen = {};
    /// Why the last look failed, empty when it did not.
    QString trouble;
};

struct Stamp {
    StampName name;
    /// As written by its owner; `name` is folded.
    QString title;
    Ring ring = Ring::Production;
    QString region;
    QString generation;
    Application application = Application::None;
    HubHostName hub;
    Sku sku;
    /// Devices the stamp was built for; absent when its owner declared none.
    std::optional<qint64> capacity;
    HubHealth health;
    /// Devices on their way here in plans that run now.
    qint64 arriving = 0;

    /// Declared capacity or the hub's own maximum, whichever is smaller; absent when neither is known.
    std::optional<qint64> ceiling() const;
    qint64 population() const { return health.identities.value_or(0); }
};

/// Throttles of one hub per its edition and units, as the public table says.
struct HubLimits {
    double registryPerMinute = 0;
    double queriesPerMinute = 0;
    double methodsPerSecond = 0;
    double twinReadsPerSecond = 0;
    double twinUpdatesPerSecond = 0;
    double connectionsPerSecond = 0;
    qint64 messagesPerDay = 0;
};
HubLimits limitsOf(const Sku &sku);

/// Limits of one DPS instance; both rates are a minute's. The documented ones, which support may have raised.
struct DpsLimits {
    /// More than anybody was ever given.
    static constexpr double most = 1'000'000;
    double operationsPerMinute = 1000;
    double registrationsPerMinute = 1000;
    qint64 individualEnrollments = 1'000'000;
    bool operator==(const DpsLimits &) const = default;
};

QString ringName(Ring ring);
std::optional<Ring> ringOf(QStringView text);

} // namespace drover::fleet
