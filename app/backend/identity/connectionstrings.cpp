#include "app/backend/identity/connection.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

Failure broken(const QString &why)
{
    return fail(ErrorKind::Usage, why,
        u"Copy the connection string as it is: HostName=…;SharedAccessKeyName=…;SharedAccessKey=…"_s);
}

/// The text itself is never part of a complaint: it holds a key.
Result<Policy> parsePolicy(const QString &text)
{
    QMap<QString, QString> parts;
    for (const QString &part : text.trimmed().split(u';', Qt::SkipEmptyParts)) {
        const qsizetype equals = part.indexOf(u'=');
        if (equals > 0)
            parts.insert(part.first(equals).trimmed().toLower(), part.sliced(equals + 1).trimmed());
    }
    for (const QString &name : {u"HostName"_s, u"SharedAccessKeyName"_s, u"SharedAccessKey"_s}) {
        if (parts.value(name.toLower()).isEmpty())
            return broken(u"A connection string has no %1."_s.arg(name));
    }
    const auto host = HubHostName::parse(parts.value(u"hostname"_s));
    if (!host)
        return broken(u"The HostName of a connection string is not a host name."_s);
    const QByteArray key = parts.value(u"sharedaccesskey"_s).toLatin1();
    const auto decoded = QByteArray::fromBase64Encoding(key, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.isEmpty())
        return broken(u"The SharedAccessKey for %1 is not base64."_s.arg(host->text()));
    return Policy{host->text(), parts.value(u"sharedaccesskeyname"_s), key};
}

} // namespace

Result<Connection> fromConnectionStrings(const QStringList &strings)
{
    Connection connection;
    QSet<QString> seen;
    for (const QString &text : strings) {
        Result<Policy> policy = parsePolicy(text);
        if (!policy)
            return Failure(policy.error());
        if (seen.contains(policy->host))
            return broken(u"There are two connection strings for %1."_s.arg(policy->host));
        seen.insert(policy->host);
        if (!policy->host.contains(".azure-devices-provisioning."_L1))
            connection.hubs.push_back(std::move(*policy));
        else if (connection.dps.host.isEmpty())
            connection.dps = std::move(*policy);
        else
            return broken(u"There are connection strings for two provisioning services."_s);
    }
    if (connection.dps.host.isEmpty())
        return broken(u"No connection string is that of a Device Provisioning Service."_s);
    if (connection.hubs.empty())
        return broken(u"No connection string is that of an IoT hub."_s);
    connection.globalDeviceHost = u"global.azure-devices-provisioning.net"_s;
    connection.name = connection.dps.host.section(u'.', 0, 0);
    return connection;
}

} // namespace drover::backend
