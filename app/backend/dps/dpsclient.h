#pragma once

#include "app/backend/http/door.h"
#include "app/backend/http/page.h"
#include "models/fleet/enrollment.h"

namespace drover::backend {

/// Registration state as the service API tells it.
struct Registration {
    QString registrationId;
    QString deviceId;
    /// Lower case; empty when never assigned.
    QString assignedHub;
    /// unassigned, assigning, assigned, failed, disabled
    QString status;
    /// initialAssignment, deviceDataMigrated, deviceDataReset, reprovisionedToInitialAssignment
    QString substatus;
    int errorCode = 0;
    QString errorMessage;
    QString lastUpdated;
    QString etag;
};

struct BulkItemError {
    QString id;
    int code = 0;
    QString status;
};

enum class BulkMode { Create, UpdateIfMatchETag, Delete };

/// One DPS instance (service API 2021-10-01). Writes are never repeated here: an Offline write means "not known".
class DpsClient final {
public:
    static constexpr int bulkSize = 10;

    DpsClient(Door &door, QString host);

    const QString &host() const { return m_host; }
    QCoro::Task<Result<Page<fleet::Enrollment>>> list(
        fleet::Enrollment::Kind kind, QByteArray continuation, std::stop_token stop);
    QCoro::Task<Result<fleet::Enrollment>> get(fleet::Enrollment::Kind kind, QString id, std::stop_token stop);
    /// The attestation mechanism with its keys; keep it in memory only.
    QCoro::Task<Result<QByteArray>> attestation(fleet::Enrollment::Kind kind, QString id, std::stop_token stop);
    /// The new record. An empty etag creates; any other is sent as If-Match in exactly one pair of quotes.
    QCoro::Task<Result<fleet::Enrollment>> put(
        fleet::Enrollment::Kind kind, QString id, QByteArray body, QString etag, std::stop_token stop);
    /// NotFound may mean that this very call did it: the network layer may send a DELETE twice when a connection dies.
    QCoro::Task<Result<void>> remove(fleet::Enrollment::Kind kind, QString id, QString etag, std::stop_token stop);
    /// At most ten individual enrollments; those that are not in the answer's list were done.
    QCoro::Task<Result<std::vector<BulkItemError>>> bulk(
        BulkMode mode, std::vector<QByteArray> bodies, std::stop_token stop);
    QCoro::Task<Result<Registration>> registration(QString registrationId, std::stop_token stop);
    /// The same page as it came, for whoever reads hundreds of thousands.
    QCoro::Task<Result<HttpResponse>> registrationsRaw(QString group, QByteArray continuation, std::stop_token stop);
    QCoro::Task<Result<Page<Registration>>> registrationsOf(
        QString group, QByteArray continuation, std::stop_token stop);
    /// Registers in the device's place; `host` is the device endpoint, `authorization` a token made with its key. What
    /// comes of it stands in its registration.
    QCoro::Task<Result<void>> registerFor(
        QString host, QString idScope, QString registrationId, QByteArray authorization, std::stop_token stop);

private:
    Door &m_door;
    QString m_host;
};

} // namespace drover::backend
