#include "app/backend/identity/connection.h"

#include <QMessageAuthenticationCode>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

constexpr qint64 lifetimeSeconds = 600;

const Policy *policyFor(const Connection &connection, Service service, const QString &host)
{
    if (service == Service::Dps)
        return &connection.dps;
    const auto hub = std::ranges::find_if(
        connection.hubs, [&host](const Policy &policy) { return policy.host.compare(host, Qt::CaseInsensitive) == 0; });
    return hub == connection.hubs.end() ? nullptr : &*hub;
}

/// A token is made for every call: it costs some microseconds, and none is ever shown near its end.
Result<QByteArray> authorization(const Connection &connection, const Clock &clock, Service service, const QString &host)
{
    if (service == Service::Arm) {
        if (!connection.arm)
            return fail(ErrorKind::Unauthorized, u"There is no access to Azure Resource Manager."_s,
                u"Give a bearer token in the connection."_s);
        return "Bearer " + connection.arm->bearerToken;
    }
    const Policy *const policy = policyFor(connection, service, host);
    if (!policy || policy->key.isEmpty())
        return fail(ErrorKind::Unauthorized, u"There is no key for %1."_s.arg(host),
            u"Add its connection string to the connection."_s);
    // A local Azure's clock runs ahead of the wall's; the token has to outlive both.
    const auto wall
        = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
    const auto serviceNow = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
    const auto lifetime = static_cast<qint64>(lifetimeSeconds * clock.speed());
    return sharedAccessSignature(*policy, std::max<qint64>(wall, serviceNow) + lifetime);
}

} // namespace

QByteArray sharedAccessSignature(const Policy &policy, qint64 expiry)
{
    const QByteArray resource = QUrl::toPercentEncoding(policy.host);
    const QByteArray end = QByteArray::number(expiry);
    const QByteArray mac = QMessageAuthenticationCode::hash(
        resource + '\n' + end, QByteArray::fromBase64(policy.key), QCryptographicHash::Sha256);
    return "SharedAccessSignature sr=" + resource + "&sig=" + mac.toBase64().toPercentEncoding() + "&se=" + end
        + "&skn=" + QUrl::toPercentEncoding(policy.name);
}

Authorizer authorizer(std::shared_ptr<const Connection> connection, const Clock &clock)
{
    return
        [connection = std::move(connection), &clock](Service service, QString host) -> QCoro::Task<Result<QByteArray>> {
            co_return authorization(*connection, clock, service, host);
        };
}

} // namespace drover::backend
