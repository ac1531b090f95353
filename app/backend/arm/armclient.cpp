#include "app/backend/arm/armclient.h"

#include "models/core/json.h"

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

constexpr auto hubsVersion = "2023-06-30"_L1;
constexpr auto dpsVersion = "2022-02-05"_L1;
/// No subscription has so many pages: whoever sends more sends the same ones again.
constexpr int mostPages = 1000;

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

Call call(const QString &host, const QString &route, const QString &pathAndQuery)
{
    Call read(Service::Arm, "GET", host, u"GET "_s + route, pathAndQuery);
    read.quota = Quota::ArmReads;
    read.repeatable = true;
    return read;
}

Failure malformed(const QString &what)
{
    return fail(ErrorKind::Malformed, u"Azure Resource Manager sent %1 that cannot be read."_s.arg(what),
        u"Try again; report it if it lasts."_s);
}

fleet::Application applicationOf(const QString &text)
{
    return text == "own"_L1    ? fleet::Application::Own
        : text == "gateway"_L1 ? fleet::Application::Gateway
                               : fleet::Application::None;
}

fleet::HubHealth::State stateOf(const QString &state)
{
    if (state.compare("Active"_L1, Qt::CaseInsensitive) == 0)
        return fleet::HubHealth::State::Active;
    return state.contains("FailingOver"_L1, Qt::CaseInsensitive) ? fleet::HubHealth::State::FailingOver
                                                                 : fleet::HubHealth::State::Unknown;
}

void readTags(const Json &tags, fleet::Stamp &stamp)
{
    if (const QString title = textMember(tags, "stamp"); StampName::parse(title)) {
        stamp.title = title;
        stamp.name = *StampName::parse(title);
    }
    stamp.ring = fleet::ringOf(textMember(tags, "stamp-ring")).value_or(fleet::Ring::Production);
    stamp.generation = textMember(tags, "stamp-generation");
    stamp.application = applicationOf(textMember(tags, "stamp-application"));
    bool isNumber = false;
    const qint64 capacity = textMember(tags, "stamp-capacity").toLongLong(&isNumber);
    if (isNumber && capacity >= 0)
        stamp.capacity = capacity;
}

std::optional<fleet::Stamp> stampOf(const Json &json)
{
    static const Json none = Json::object();
    const Json *const properties = member(json, "properties");
    const auto host = HubHostName::parse(properties ? textMember(*properties, "hostName") : QString());
    const QString name = textMember(json, "name");
    if (!host || !StampName::parse(name))
        return std::nullopt;
    fleet::Stamp stamp;
    stamp.title = name;
    stamp.name = *StampName::parse(name);
    stamp.hub = *host;
    stamp.region = textMember(json, "location");
    stamp.health.state = stateOf(textMember(*properties, "state"));
    if (const Json *sku = member(json, "sku")) {
        stamp.sku.name = textMember(*sku, "name");
        if (const Json *units = member(*sku, "capacity"); units && units->is_number_integer())
            stamp.sku.units = units->get<int>();
    }
    const Json *const tags = member(json, "tags");
    readTags(tags ? *tags : none, stamp);
    return stamp;
}

/// "/subscriptions/S/resourceGroups/G/…" -> "G"
QString resourceGroupOf(const QString &id)
{
    const QStringList parts = id.split(u'/', Qt::SkipEmptyParts);
    return parts.size() > 3 && parts[2].compare("resourceGroups"_L1, Qt::CaseInsensitive) == 0 ? parts[3] : QString();
}

fleet::Allocation allocationOf(const QString &text)
{
    const QString folded = text.toLower();
    return folded == "geolatency"_L1 ? fleet::Allocation::GeoLatency
        : folded == "static"_L1      ? fleet::Allocation::Static
                                     : fleet::Allocation::Hashed;
}

std::vector<HubHostName> linkedHubs(const Json &properties)
{
    std::vector<HubHostName> linked;
    const Json *const hubs = member(properties, "iotHubs");
    for (const Json &hub : hubs && hubs->is_array() ? *hubs : Json::array()) {
        if (const auto host = HubHostName::parse(textMember(hub, "name")))
            linked.push_back(*host);
    }
    return linked;
}

} // namespace

ArmClient::ArmClient(Door &door, QString host, QString subscription)
    : m_door(door)
    , m_host(std::move(host))
    , m_subscription(std::move(subscription))
{
}

QCoro::Task<Result<std::vector<fleet::Stamp>>> ArmClient::stamps(std::stop_token stop)
{
    const QString route = u"/subscriptions/{subscription}/providers/Microsoft.Devices/IotHubs"_s;
    QString next = u"/subscriptions/%1/providers/Microsoft.Devices/IotHubs?api-version=%2"_s.arg(
        encoded(m_subscription), hubsVersion);
    std::vector<fleet::Stamp> stamps;
    for (int page = 0; !next.isEmpty() && page < mostPages; ++page) {
        const Result<HttpResponse> answer = co_await m_door.send(call(m_host, route, next), stop);
        if (!answer)
            co_return Failure(answer.error());
        const auto json = parseJson(answer->body);
        const Json *const value = json ? member(*json, "value") : nullptr;
        if (!value || !value->is_array())
            co_return malformed(u"a list of hubs"_s);
        for (const Json &hub : *value) {
            std::optional<fleet::Stamp> stamp = stampOf(hub);
            if (!stamp)
                co_return malformed(u"a hub"_s);
            m_resourceGroups[stamp->hub] = resourceGroupOf(textMember(hub, "id"));
            stamps.push_back(std::move(*stamp));
        }
        const QUrl link(textMember(*json, "nextLink"), QUrl::StrictMode);
        if (!link.isEmpty() && link.host() != m_host)
            co_return malformed(u"a next page on another host"_s);
        next = link.isEmpty() ? QString()
                              : QString::fromLatin1(link.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority));
    }
    co_return stamps;
}

QString ArmClient::resourceGroup(const HubHostName &hub) const
{
    return m_resourceGroups.value(hub);
}

QCoro::Task<Result<fleet::HubHealth>> ArmClient::quotaMetrics(
    QString resourceGroup, QString hubName, std::stop_token stop)
{
    const QString route
        = u"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Devices/IotHubs/{name}/quotaMetrics"_s;
    const QString path
        = u"/subscriptions/%1/resourceGroups/%2/providers/Microsoft.Devices/IotHubs/%3/quotaMetrics?api-version=%4"_s
              .arg(encoded(m_subscription), encoded(resourceGroup), encoded(hubName), hubsVersion);
    const Result<HttpResponse> answer = co_await m_door.send(call(m_host, route, path), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    const Json *const value = json ? member(*json, "value") : nullptr;
    if (!value || !value->is_array())
        co_return malformed(u"quota metrics"_s);
    fleet::HubHealth health;
    for (const Json &metric : *value) {
        const QString name = textMember(metric, "name");
        const Json *const current = member(metric, "currentValue");
        const Json *const most = member(metric, "maxValue");
        if (!current || !most || !current->is_number() || !most->is_number())
            continue;
        if (name == "TotalDeviceCount"_L1) {
            health.identities = current->get<qint64>();
            health.maximum = most->get<qint64>();
        } else if (name == "TotalMessages"_L1) {
            health.messagesToday = current->get<qint64>();
            health.messagesPerDay = most->get<qint64>();
        }
    }
    co_return health;
}

QCoro::Task<Result<fleet::Dps>> ArmClient::dps(QString resourceGroup, QString name, std::stop_token stop)
{
    const QString route
        = u"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Devices/provisioningServices/{name}"_s;
    const QString path
        = u"/subscriptions/%1/resourceGroups/%2/providers/Microsoft.Devices/provisioningServices/%3?api-version=%4"_s
              .arg(encoded(m_subscription), encoded(resourceGroup), encoded(name), dpsVersion);
    const Result<HttpResponse> answer = co_await m_door.send(call(m_host, route, path), stop);
    if (!answer)
        co_return Failure(answer.error());
    const auto json = parseJson(answer->body);
    const Json *const properties = json ? member(*json, "properties") : nullptr;
    if (!properties)
        co_return malformed(u"a provisioning service"_s);
    fleet::Dps dps;
    dps.name = textMember(*json, "name");
    dps.host = textMember(*properties, "serviceOperationsHostName").toLower();
    dps.idScope = textMember(*properties, "idScope");
    dps.state = textMember(*properties, "state");
    dps.linked = linkedHubs(*properties);
    dps.defaultAllocation = allocationOf(textMember(*properties, "allocationPolicy"));
    co_return dps;
}

} // namespace drover::backend
