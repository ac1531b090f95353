#pragma once

#include "models/core/error.h"
#include "models/core/ids.h"

#include <QByteArray>
#include <QStringList>

#include <vector>

namespace drover::fleet {

enum class Attestation { None, Tpm, X509, SymmetricKey };
/// Default: the record names none, so the DPS instance's own policy holds.
enum class Allocation { Default, Hashed, GeoLatency, Static, Custom };
enum class Reprovision { Migrate, Reset, Never };

/// One record of DPS: a group, or an individual. `raw` is the record as read, without keys, members in their order.
struct Enrollment {
    enum class Kind { Group, Individual };
    Kind kind = Kind::Individual;
    /// Enrollment group id or registration id, as the service spells it.
    QString id;
    /// The individual's own device id; empty = same as the registration id.
    QString deviceId;
    Attestation attestation = Attestation::None;
    Allocation allocation = Allocation::Default;
    Reprovision reprovision = Reprovision::Migrate;
    bool enabled = true;
    bool edge = false;
    /// Lower-case host names; empty = every linked hub.
    std::vector<HubHostName> hubs;
    QString etag;
    QByteArray raw;
};

/// Reads a DPS record; Malformed with the member's name when it cannot be one.
Result<Enrollment> parseEnrollment(const QByteArray &json);

/// The same record, changed in the planned fields alone: `iotHubs` becomes the target, legacy `iotHubHostName` and the
/// read-only registration state are taken out, `keys` (an attestation mechanism as told by the service, may be empty) is
/// put back. Every other member survives as it was, known to us or not.
Result<QByteArray> repointed(const QByteArray &raw, const HubHostName &target, const QByteArray &keys);

/// A record as it was kept, ready to be written over the version `etag`: the read-only registration state is taken out,
/// `keys` are put back. Every other member is as it was.
Result<QByteArray> restored(const QByteArray &kept, const QByteArray &keys, const QString &etag);

/// Names of the members in which two versions of a record differ, read-only ones aside.
QStringList differingMembers(const QByteArray &one, const QByteArray &other);

/// A new individual enrollment that takes one device out of a symmetric-key group: derived keys, the group's policy,
/// twin and capabilities, `iotHubs` = target.
Result<QByteArray> splitOut(const QByteArray &groupRaw, const QByteArray &groupKeys, const QString &registrationId,
    const HubHostName &target);

/// base64(HMAC-SHA256(base64-decode(key), registration id)); the text is the device's own spelling: case matters here.
QByteArray derivedKey(const QByteArray &base64GroupKey, const QByteArray &registrationId);

} // namespace drover::fleet
