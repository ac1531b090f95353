#pragma once

#include "app/backend/http/door.h"
#include "app/backend/http/page.h"

namespace drover::backend {

/// A twin as one document; `tags`, `desired`, `reported` are compact JSON without $metadata and $version.
struct Twin {
    QString deviceId;
    QString etag;
    bool connected = false;
    bool enabled = true;
    QString lastActivity;
    QString connectionStateUpdated;
    /// The IoT Edge device that it is a child of; empty for none.
    QString parent;
    QByteArray tags;
    QByteArray desired;
    QByteArray reported;
};

struct Identity {
    QString deviceId;
    QString generationId;
    QString etag;
    bool connected = false;
    bool enabled = true;
    bool edge = false;
    QString lastActivity;
    QString connectionStateUpdated;
};

struct HubStatistics {
    qint64 total = 0;
    qint64 enabled = 0;
    qint64 disabled = 0;
    qint64 connected = 0;
};

struct MethodAnswer {
    /// The device's own status.
    int status = 0;
    QByteArray payload;
};

/// A job as the hub tells it.
struct HubJob {
    /// queued, scheduled, running, completed, failed, cancelled …
    QString status;
    int devices = 0;
    int pending = 0;

    bool isOver() const;
};

/// What a job came to for one device; the code is Azure's, zero when there is none.
struct JobOutcome {
    QString deviceId;
    bool completed = false;
    int status = 0;
    int code = 0;
};

/// One IoT hub (service API 2021-04-12).
class HubClient final {
public:
    HubClient(Door &door, QString host);

    const QString &host() const { return m_host; }
    QCoro::Task<Result<HubStatistics>> statistics(std::stop_token stop);
    /// How many devices it holds: one call, where statistics() take two.
    QCoro::Task<Result<qint64>> population(std::stop_token stop);
    QCoro::Task<Result<Identity>> identity(QString deviceId, std::stop_token stop);
    QCoro::Task<Result<Twin>> twin(QString deviceId, std::stop_token stop);
    /// Raw JSON objects of one page: the caller parses what it asked for.
    QCoro::Task<Result<HttpResponse>> queryRaw(
        QString query, int pageSize, QByteArray continuation, std::stop_token stop, int attempts = usualAttempts);
    QCoro::Task<Result<Page<Twin>>> twins(
        QString query, int pageSize, QByteArray continuation, std::stop_token stop, int attempts = usualAttempts);
    /// Whose the modules are that the query names, an entry for each but those that come by themselves.
    QCoro::Task<Result<Page<QString>>> moduleOwners(
        QString query, int pageSize, QByteArray continuation, std::stop_token stop);
    /// NotFound with code 404103 when the device is not online, 404001 when the hub does not know it, 504101 when it
    /// did not answer.
    QCoro::Task<Result<MethodAnswer>> invoke(QString deviceId, QString method, QByteArray payload,
        std::chrono::seconds responseTimeout, std::stop_token stop);
    /// A job under our own id. Conflict with code 409104 when there is one of that id.
    QCoro::Task<Result<void>> createJob(QString id, QByteArray body, std::stop_token stop);
    QCoro::Task<Result<HubJob>> job(QString id, std::stop_token stop);
    QCoro::Task<Result<void>> cancelJob(QString id, std::stop_token stop);
    /// All devices that the job has come to.
    QCoro::Task<Result<std::vector<JobOutcome>>> jobOutcomes(QString id, std::stop_token stop);
    /// Merges into the twin; may be repeated.
    QCoro::Task<Result<void>> patchTwin(QString deviceId, QByteArray patch, std::stop_token stop);
    /// Sets the identity's status with a reason, under the version that it just had. Conflict when somebody else was
    /// quicker; nothing is written when it is so already.
    QCoro::Task<Result<void>> setEnabled(QString deviceId, bool enabled, QString reason, std::stop_token stop);

private:
    Door &m_door;
    QString m_host;
};

} // namespace drover::backend
