#pragma once

#include "app/backend/http/door.h"
#include "models/fleet/fleet.h"

#include <QSslCertificate>

namespace drover::backend {

/// A shared access policy; `key` lives in memory only.
struct Policy {
    QString host;
    QString name;
    QByteArray key;
};

/// Resource Manager access: where to look, and the bearer token to show.
struct ArmAccess {
    QString host = QStringLiteral("management.azure.com");
    QString subscriptionId;
    QString resourceGroup;
    QString dpsName;
    QByteArray bearerToken;
};

/// All that is needed to reach one fleet.
struct Connection {
    QString name;
    bool simulated = false;
    double speed = 1;
    /// Loopback "host:port" every connection is made to; empty = the real hosts.
    QString redirect;
    QList<QSslCertificate> authorities;
    Policy dps;
    QString idScope;
    QString globalDeviceHost;
    /// As the endpoints file has them, else the documented ones.
    fleet::DpsLimits dpsLimits;
    std::vector<Policy> hubs;
    std::optional<ArmAccess> arm;
    /// Stamps as the fleet file tells them; ARM tags go before it where both are there.
    std::vector<fleet::Stamp> stamps;
};

/// Reads an endpoints file (see endpoints.example in the README). One sentence and a remedy for a broken one.
Result<Connection> readEndpoints(const QString &file);
/// `HostName=…;SharedAccessKeyName=…;SharedAccessKey=…`, one DPS and at least one hub.
Result<Connection> fromConnectionStrings(const QStringList &strings);

/// SAS for a host; the signed text equals the sr sent. Expiry in seconds since 1970 of the *service's* clock.
QByteArray sharedAccessSignature(const Policy &policy, qint64 expiry);
/// Picks SAS or bearer by service and host from a connection; tokens live ten minutes and are renewed before they end.
Authorizer authorizer(std::shared_ptr<const Connection> connection, const Clock &clock);

} // namespace drover::backend
