#pragma once

#include "app/simulator/access.h"
#include "app/simulator/devicecertificates.h"
#include "app/simulator/idpattern.h"

#include <utility>

namespace drover::simulator {

/// Devices of one make: they share a secret, a way of answering and a twin.
struct Population {
    std::string name;
    /// The group that its devices register by; empty if they have individual enrollments.
    std::string group;
    std::shared_ptr<const KeyPair> secret;
    /// Deaf devices answer 501 unless they ignore methods altogether.
    bool deafIgnore = false;
    IdPattern ids {};
    /// The number in the first id.
    std::uint32_t firstNumber = 1;
    /// Where its devices stand among all devices, one after the other.
    std::uint32_t firstDevice = 0;
    std::uint32_t count = 0;
    /// What its devices hold instead of keys; null if they have keys.
    std::shared_ptr<const DeviceCertificates> certificates {};
};

/// What the devices of a scenario do, spans in simulated milliseconds.
struct Habits {
    using Span = std::pair<Millis, Millis>;

    std::vector<std::string> reprovisionMethods {"Reprovision"};
    std::string desiredTrigger = "reprovision";
    Span registerAfter {200, 3'000};
    Span connectAfter {200, 2'000};
    Span retryAfterFailure {60'000, 300'000};
    /// How long a device puts up with a hub that is down before it asks DPS.
    Span outagePatience {3'600'000, 28'800'000};
    /// When devices that are offline at first come back; never if both are 0.
    Span returnAfter {0, 0};
};

/// One simulated device. There are many of them, so that its id is told by World::registrationIdOf.
struct Device {
    std::uint16_t population = 0;
    std::int16_t hub = -1;
    bool powered = true;
    bool deaf = false;
    bool registering = false;
    /// How many hubs have an identity of it.
    std::uint8_t homes = 0;
    /// Counts its plans: an event of an older plan is void.
    std::uint32_t plan = 0;
};

} // namespace drover::simulator
