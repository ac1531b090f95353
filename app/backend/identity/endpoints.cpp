#include "app/backend/identity/connection.h"

#include "app/backend/identity/fields.h"
#include "models/core/words.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHostAddress>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> readJson(const QString &file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Usage, u"The endpoints file %1 cannot be read: %2."_s.arg(file, source.errorString()),
            u"Check the name; drover-azure --endpoints FILE writes one."_s);
    const QByteArray text = source.readAll();
    try {
        return Json::parse(text.constData(), text.constData() + text.size());
    } catch (const Json::parse_error &error) {
        const QByteArray before
            = text.first(std::clamp<qsizetype>(static_cast<qsizetype>(error.byte) - 1, 0, text.size()));
        const auto line = before.count('\n') + 1;
        const auto column = before.size() - before.lastIndexOf('\n');
        return fail(ErrorKind::Malformed, u"%1 is not JSON: line %2, column %3."_s.arg(file).arg(line).arg(column),
            u"Correct it there, or write it anew."_s);
    }
}

bool isLoopback(const QString &redirect)
{
    const QUrl url(u"https://"_s + redirect, QUrl::StrictMode);
    const QString host = url.host();
    return url.isValid() && url.port() > 0 && url.path().isEmpty() && url.userInfo().isEmpty()
        && (host == "localhost"_L1 || QHostAddress(host).isLoopback());
}

Policy policy(const Fields &fields, const char *hostMember)
{
    const QString host = fields.text(hostMember).toLower();
    if (!host.isEmpty() && !HubHostName::parse(host))
        fields.complain(hostMember, u"is not a host name"_s);
    return {host, fields.text("policy"), fields.key("key")};
}

fleet::Application applicationOf(const QString &text)
{
    return text == "own"_L1    ? fleet::Application::Own
        : text == "gateway"_L1 ? fleet::Application::Gateway
                               : fleet::Application::None;
}

fleet::Stamp stamp(const Fields &fields)
{
    fleet::Stamp stamp;
    stamp.title = fields.text("name");
    if (const auto name = StampName::parse(stamp.title))
        stamp.name = *name;
    else
        fields.complain("name", u"is not a stamp's name"_s);
    if (const auto ring = fleet::ringOf(fields.optionalText("ring", u"production"_s)))
        stamp.ring = *ring;
    else
        fields.complain("ring", u"must be test, canary or production"_s);
    if (const auto hub = HubHostName::parse(fields.text("hub")))
        stamp.hub = *hub;
    else
        fields.complain("hub", u"is not a host name"_s);
    stamp.region = fields.optionalText("region");
    stamp.generation = fields.optionalText("generation");
    stamp.application = applicationOf(fields.optionalText("application"));
    stamp.sku.name = fields.optionalText("sku", u"S1"_s);
    stamp.sku.units = static_cast<int>(fields.optionalNumber("units").value_or(1));
    if (const auto capacity = fields.optionalNumber("capacity"))
        stamp.capacity = static_cast<qint64>(*capacity);
    return stamp;
}

/// Without a token there is no access; the rest of the section may be there for other programs.
std::optional<ArmAccess> armAccess(const Fields &fields)
{
    ArmAccess access;
    access.bearerToken = fields.optionalText("bearerToken").toLatin1();
    if (access.bearerToken.isEmpty())
        return std::nullopt;
    access.host = fields.optionalText("host", access.host).toLower();
    access.subscriptionId = fields.text("subscriptionId");
    access.resourceGroup = fields.text("resourceGroup");
    access.dpsName = fields.text("dpsName");
    return access;
}

void readAuthorities(const Fields &fields, const QString &file, Connection &connection)
{
    const QString name = fields.optionalText("caFile");
    if (name.isEmpty())
        return;
    const QString path = QFileInfo(file).dir().absoluteFilePath(name);
    connection.authorities = QSslCertificate::fromPath(path);
    if (connection.authorities.isEmpty() && !QFileInfo(path).isReadable())
        fields.complain("caFile", u"names %1, which is not there or may not be read"_s.arg(path));
    else if (connection.authorities.isEmpty())
        fields.complain("caFile", u"names %1, which holds no certificate"_s.arg(path));
}

void readFleet(const Fields &fields, Connection &connection)
{
    if (!fields.has("fleet"))
        return;
    const Fields fleet = fields.object("fleet");
    connection.name = fleet.optionalText("name", connection.name);
    for (const Fields &entry : fleet.array("stamps"))
        connection.stamps.push_back(stamp(entry));
}

void readServices(const Fields &fields, Connection &connection)
{
    const Fields dps = fields.object("dps");
    connection.dps = policy(dps, "serviceHost");
    connection.idScope = dps.text("idScope");
    connection.globalDeviceHost = dps.optionalText("globalDeviceHost");
    const auto limit = [&dps](const char *name, double &value) {
        const double told = dps.optionalNumber(name).value_or(value);
        if (told >= 1 && told <= fleet::DpsLimits::most)
            value = told;
        else
            dps.complain(name, u"must be from 1 to %1"_s.arg(grouped(qint64(fleet::DpsLimits::most))));
    };
    limit("operationsPerMinute", connection.dpsLimits.operationsPerMinute);
    limit("registrationsPerMinute", connection.dpsLimits.registrationsPerMinute);
    for (const Fields &hub : fields.array("hubs"))
        connection.hubs.push_back(policy(hub, "host"));
    if (connection.hubs.empty())
        fields.complain("hubs", u"must name at least one hub"_s);
    if (fields.has("arm"))
        connection.arm = armAccess(fields.object("arm"));
}

} // namespace

Result<Connection> readEndpoints(const QString &file)
{
    const Result<Json> json = readJson(file);
    if (!json)
        return Failure(json.error());
    std::optional<Error> trouble;
    const Fields fields(*json, {}, trouble);
    Connection connection;
    if (fields.optionalText("scheme", u"https"_s) != "https"_L1)
        fields.complain("scheme", u"must be https: keys and tokens are sent inside TLS only"_s);
    connection.redirect = fields.optionalText("redirect");
    connection.simulated = !connection.redirect.isEmpty();
    if (connection.simulated && !isLoopback(connection.redirect))
        fields.complain("redirect", u"must be a loopback host:port, or keys would leave this machine"_s);
    connection.speed = fields.optionalNumber("speed").value_or(1);
    if (connection.speed < 1 || (!connection.simulated && connection.speed > 1))
        fields.complain("speed", u"must be 1, or more with a redirect"_s);
    readServices(fields, connection);
    readAuthorities(fields, file, connection);
    connection.name = connection.dps.host.section(u'.', 0, 0);
    readFleet(fields, connection);
    if (trouble) {
        trouble->what = u"%1: %2"_s.arg(file, trouble->what);
        return Failure(*trouble);
    }
    return connection;
}

} // namespace drover::backend
