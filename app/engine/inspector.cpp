#include "app/engine/inspector.h"

#include "app/engine/inspectormatch.h"

#include <QSet>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

/// Hubs tell year 1 of a device that never was there.
bool isReal(const QString &time)
{
    return !time.isEmpty() && !time.startsWith(u"0001-"_s);
}

fleet::RegistrationFact factOf(const backend::Registration &told)
{
    return {told.registrationId, told.deviceId, told.assignedHub, told.status, told.substatus, told.errorCode, told.errorMessage,
        told.lastUpdated};
}

} // namespace

Inspector::Inspector(inventory::Services &services)
    : m_services(services)
{
}

QCoro::Task<Result<Inspection>> Inspector::inspect(QString id, std::shared_ptr<const fleet::Fleet> fleet, std::stop_token stop)
{
    if (!DeviceId::parse(id))
        co_return fail(ErrorKind::Usage, u"\"%1\" can be neither a device ID nor a registration ID."_s.arg(id.left(140)),
            u"Ids are up to 128 letters, digits and some punctuation."_s);
    const Instant start = m_services.clock().now();
    Inspection page;
    page.seen.asked = id;
    const Match match = fleet ? matchOf(*fleet->devices, id, mostMatches) : Match{.registrationId = id, .deviceId = id};
    page.seen.otherCase = match.otherCase;
    if (!match.several.isEmpty()) {
        page.matches = match.several;
        page.more = match.more;
        co_return page;
    }
    co_await askDps(&page.seen, match.registrationId, match.group, stop);
    QString deviceId = match.deviceId;
    if (page.seen.registration && !page.seen.registration->deviceId.isEmpty())
        deviceId = page.seen.registration->deviceId;
    else if (page.seen.enrollment && !page.seen.enrollment->deviceId.isEmpty())
        deviceId = page.seen.enrollment->deviceId;

    std::vector<QCoro::Task<fleet::HubFact>> asked;
    for (const auto &[host, stamp] : hubs(fleet.get()))
        asked.push_back(askHub(host, stamp, deviceId, stop));
    for (QCoro::Task<fleet::HubFact> &answer : asked)
        page.seen.hubs.push_back(co_await answer);
    if (stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, u"The look-up was stopped."_s);
    page.diagnosis = fleet::diagnose(page.seen);
    page.requests = exchangesSince(start, {match.registrationId, deviceId, match.group});
    co_return page;
}

QCoro::Task<> Inspector::askDps(fleet::DeviceEvidence *seen, QString registrationId, QString group, std::stop_token stop)
{
    using Kind = fleet::Enrollment::Kind;
    if (!RegistrationId::parse(registrationId))
        co_return;
    backend::DpsClient &dps = m_services.dps();
    auto individual = dps.get(Kind::Individual, registrationId, stop);
    auto registration = dps.registration(registrationId, stop);
    const Result<fleet::Enrollment> enrollment = co_await individual;
    const Result<backend::Registration> state = co_await registration;
    if (enrollment)
        seen->enrollment = *enrollment;
    else if (enrollment.error().kind != ErrorKind::NotFound)
        seen->dpsTrouble = enrollment.error().what;
    if (state)
        seen->registration = factOf(*state);
    else if (state.error().kind != ErrorKind::NotFound)
        seen->dpsTrouble = state.error().what;
    if (seen->enrollment || group.isEmpty())
        co_return;
    const Result<fleet::Enrollment> shared = co_await dps.get(Kind::Group, group, stop);
    if (shared)
        seen->enrollment = *shared;
}

QCoro::Task<fleet::HubFact> Inspector::askHub(QString host, QString stamp, QString deviceId, std::stop_token stop)
{
    fleet::HubFact fact{.hub = host, .stamp = stamp};
    backend::HubClient *hub = m_services.hub(host);
    if (!hub) {
        fact.trouble = u"this connection has no key for it."_s;
        co_return fact;
    }
    const Result<backend::Identity> identity = co_await hub->identity(deviceId, stop);
    if (!identity) {
        if (identity.error().kind != ErrorKind::NotFound)
            fact.trouble = identity.error().what;
        co_return fact;
    }
    fact.found = true;
    fact.connected = identity->connected;
    fact.enabled = identity->enabled;
    fact.everActive = identity->connected || isReal(identity->lastActivity) || isReal(identity->connectionStateUpdated);
    fact.lastActivity = isReal(identity->lastActivity) ? identity->lastActivity : QString();
    const Result<backend::Twin> twin = co_await hub->twin(deviceId, stop);
    if (twin) {
        fact.tags = twin->tags;
        fact.desired = twin->desired;
        fact.reported = twin->reported;
    }
    co_return fact;
}

std::vector<std::pair<QString, QString>> Inspector::hubs(const fleet::Fleet *fleet) const
{
    const backend::Connection &connection = m_services.connection();
    const std::vector<fleet::Stamp> &stamps = fleet ? fleet->stamps : connection.stamps;
    std::vector<std::pair<QString, QString>> known;
    QSet<QString> seen;
    for (const fleet::Stamp &stamp : stamps)
        if (!stamp.hub.isNull() && !seen.contains(stamp.hub.text())) {
            seen.insert(stamp.hub.text());
            known.emplace_back(stamp.hub.text(), stamp.title.isEmpty() ? stamp.name.text() : stamp.title);
        }
    for (const backend::Policy &policy : connection.hubs)
        if (const QString host = policy.host.toLower(); !seen.contains(host))
            known.emplace_back(host, host);
    return known;
}

std::vector<backend::Exchange> Inspector::exchangesSince(Instant start, const QStringList &about) const
{
    std::vector<backend::Exchange> behind;
    for (const backend::Exchange &exchange : m_services.door().exchanges()) {
        const QString path = QUrl::fromPercentEncoding(exchange.path.toUtf8());
        if (exchange.at < start || std::ranges::none_of(about, [&path](const QString &id) { return !id.isEmpty() && path.contains(id); }))
            continue;
        behind.push_back(exchange);
        // What the person waited for, not what a faster clock counted.
        behind.back().took = m_services.clock().real(exchange.took);
    }
    return behind;
}

} // namespace drover::engine
