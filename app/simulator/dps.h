#pragma once

#include "app/simulator/access.h"
#include "app/simulator/quota.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <map>
#include <set>
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
    /// The names of the certificate authorities that its attestation refers to.
    std::vector<std::string> authorities() const;
    /// SHA-256 of the certificates that it holds.
    std::vector<std::string> thumbprints() const;
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

/// Finds and orders registrations by their id, whatever its letter case; none needs a second copy of the id.
struct ById {
    using is_transparent = void;

    static std::string_view id(std::string_view text) { return text; }
    static std::string_view id(const Registration *registration);
    static std::string_view id(const std::unique_ptr<Registration> &registration) { return id(registration.get()); }
};
struct LessById : ById {
    bool operator()(const auto &a, const auto &b) const { return lessFolded(id(a), id(b)); }
};
struct EqualById : ById {
    bool operator()(const auto &a, const auto &b) const { return sameText(id(a), id(b)); }
};
struct HashOfId : ById {
    std::size_t operator()(const auto &one) const { return hashFolded(id(one)); }
};

/// The registrations that one group has served.
using Members = std::set<Registration *, LessById>;

/// What DPS remembers of a device that registered.
struct Registration {
    std::string id;
    /// Null if there is nothing more to say.
    std::shared_ptr<const RegistrationNote> note;
    int hub = -1;
    int errorCode = 0;
    RegistrationStatus status = RegistrationStatus::Unassigned;
    Substatus substatus = Substatus::None;
    /// The record was deleted, but DPS still knows where the device is.
    bool deleted = false;
    /// Null if an individual enrollment served it.
    Members *group = nullptr;
    std::uint64_t etag = 0;
    Millis created = 0;
    Millis updated = 0;

    /// Whether it ever got a device id.
    bool isAssigned() const { return m_assigned; }
    const std::string &deviceId() const { return m_otherId ? *m_otherId : id; }
    void setDeviceId(const std::string &deviceId);

private:
    bool m_assigned = false;
    /// Null for the many whose device id is their registration id.
    std::shared_ptr<const std::string> m_otherId;
};

inline std::string_view ById::id(const Registration *registration) { return registration->id; }

/// A registration under way, polled by the device.
struct Operation {
    std::string registrationId;
    bool done = false;
    /// The answer once done, a DeviceRegistrationResult.
    Json result;
};

/// A certificate authority of the provisioning service.
struct Authority {
    std::string name;
    std::string der;
    /// Whether who uploaded it has proved to hold its key.
    bool verified = false;
    /// What a certificate must be named for that proof; empty if none was asked for.
    std::string code;
    std::uint64_t etag = 0;
    Millis created = 0;
    Millis updated = 0;
};

/// One certificate may be in one enrollment only ("X.509 certificate attestation").
struct CertificateHolder {
    bool group = false;
    std::string id;
};

/// How many there may be of each, as "Azure IoT Hub Device Provisioning Service limits" has it.
struct DpsMaxima {
    std::size_t individuals = 1'000'000;
    std::size_t registrations = 1'000'000;
    /// By kind of attestation: so many by certificates, and so many by symmetric keys.
    std::size_t groups = 100;
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
    boost::unordered_flat_set<std::unique_ptr<Registration>, HashOfId, EqualById> registrations;
    std::unordered_map<std::string, Operation> operations;
    /// By name in lower case.
    std::map<std::string, Authority, std::less<>> authorities;
    /// The holder of a certificate, by SHA-256.
    std::map<std::string, CertificateHolder, std::less<>> certificateHolders;
    DpsMaxima maxima;
    /// Of devices with an operation that can be polled.
    std::map<std::string, Quota, std::less<>> pollQuotas;
    Quota operationQuota {"dps", "operations", 1000, 60'000};
    Quota registrationQuota {"dps", "registrations", 1000, 60'000};

    Enrollments &enrollments(bool group) { return group ? groups : individuals; }
    Enrollment *find(bool group, std::string_view id);
    Registration *registration(std::string_view id);
    /// The registration's record, made if the id is new.
    Registration &registrationFor(const std::string &id, Millis now);
    /// Null unless it is known and verified.
    const Authority *authority(std::string_view wanted) const;
    /// Puts an enrollment in, or one in the place of another.
    void store(Enrollment enrollment);
    void remove(bool group, std::string_view id);
    /// Whether there is room for a further enrollment of this kind.
    bool hasRoomFor(const Enrollment &enrollment) const;
    void serve(Registration &registration, Members *group);
    void forget(Registration &registration);
    const Policy *policy(std::string_view name) const;
};

const char *statusText(RegistrationStatus status);
/// Null for "none".
const char *substatusText(Substatus substatus);

} // namespace drover::simulator
