#pragma once

#include "app/simulator/access.h"
#include "app/simulator/quota.h"

#include <map>
#include <unordered_map>

namespace drover::simulator {

/// An individual enrollment or an enrollment group; the record is the client's own text.
struct Enrollment {
    std::string id;
    bool group = false;
    Json record;
    /// Null unless the attestation is by symmetric key.
    std::shared_ptr<const KeyPair> keys;
    std::uint64_t etag = 0;
    Millis created = 0;
    Millis updated = 0;

    std::string etagText() const;
    bool enabled() const { return !sameText(textOf(record, "provisioningStatus"), "disabled"); }
    /// The record as GET tells it: without keys, with etag and times.
    Json shown() const;
    /// The attestation mechanism, keys included.
    Json attestation() const;
};

enum class RegistrationStatus : std::uint8_t { Unassigned, Assigning, Assigned, Failed, Disabled };
enum class Substatus : std::uint8_t { None, InitialAssignment, DataMigrated, DataReset, ToInitialAssignment };

/// What few registrations have: a reason of failure, and a custom allocation's words for the device.
struct RegistrationNote {
    std::string errorMessage;
    Json payload;
};

struct Registration;
/// The registrations that one group has served, by lower-case id.
using Members = std::map<std::string, Registration *, std::less<>>;

/// What DPS remembers of a device that registered.
struct Registration {
    std::string id;
    std::string deviceId;
    int hub = -1;
    RegistrationStatus status = RegistrationStatus::Unassigned;
    Substatus substatus = Substatus::None;
    int errorCode = 0;
    /// Null if there is nothing more to say.
    std::shared_ptr<const RegistrationNote> note;
    /// The record was deleted, but DPS still knows where the device is.
    bool deleted = false;
    /// Null if an individual enrollment served it.
    Members *group = nullptr;
    std::uint64_t etag = 0;
    Millis created = 0;
    Millis updated = 0;
};

/// A registration under way, polled by the device.
struct Operation {
    std::string registrationId;
    bool done = false;
    /// The answer once done, a DeviceRegistrationResult.
    Json result;
};

/// The state of one Device Provisioning Service.
struct Dps {
    using Enrollments = std::map<std::string, Enrollment, std::less<>>;

    std::string name;
    std::string serviceHost;
    std::string idScope;
    std::string allocationPolicy = "Hashed";
    std::vector<Policy> policies;
    Enrollments individuals;
    Enrollments groups;
    std::map<std::string, Members, std::less<>> members;
    std::unordered_map<std::string, std::unique_ptr<Registration>> registrations;
    std::unordered_map<std::string, Operation> operations;
    Quota operationQuota {"dps", "operations", 1000, 60'000};
    Quota registrationQuota {"dps", "registrations", 1000, 60'000};

    Enrollments &enrollments(bool group) { return group ? groups : individuals; }
    Enrollment *find(bool group, std::string_view id);
    Registration *registration(std::string_view id);
    /// The registration's record, made if the id is new.
    Registration &registrationFor(const std::string &id, Millis now);
    void serve(Registration &registration, Members *group);
    void forget(Registration &registration);
    const Policy *policy(std::string_view name) const;
};

const char *statusText(RegistrationStatus status);
/// Null for "none".
const char *substatusText(Substatus substatus);

} // namespace drover::simulator
