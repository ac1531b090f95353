#include "app/inventory/inventory.h"

#include "app/inventory/pages.h"
#include "app/inventory/stamps.h"

#include <QCoroFuture>
#include <QSet>
#include <QtConcurrentRun>

#include <algorithm>
#include <deque>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::inventory {
namespace {

using backend::HttpResponse;
using fleet::Enrollment;
using fleet::Fleet;
using fleet::HubHealth;
using fleet::Stamp;
using Partial = std::function<void(std::shared_ptr<const Fleet>, Progress)>;
/// Asks for the page behind a continuation.
using Fetch = std::function<QCoro::Task<Result<HttpResponse>>(QByteArray continuation)>;
using Parse = Result<Facts> (*)(const QByteArray &json, const QByteArray &owner);

constexpr int pageSize = 1000;
constexpr int groupsAtOnce = 4;
constexpr auto publishEvery = 100ms;

/// One look, from its first call to its last.
class Look final {
public:
    Look(Services &services, Partial partial, std::stop_token stop)
        : m_services(services)
        , m_partial(std::move(partial))
        , m_stop(std::move(stop))
    {
    }

    QCoro::Task<Result<Fleet>> run();

private:
    enum class Source { Hub, Ties, Dps };

    QCoro::Task<> readDps();
    QCoro::Task<> readStamps();
    QCoro::Task<> readEnrollments(Enrollment::Kind kind);
    QCoro::Task<> readGroups();
    QCoro::Task<> readHub(Stamp stamp);
    QCoro::Task<> readDevices();
    QCoro::Task<> readPages(Fetch fetch, Parse parse, QByteArray owner, Source source);
    static QString whatOf(const QByteArray &owner, Source source)
    {
        return (source == Source::Ties ? u"Modules and children on %1"_s : u"Devices of %1"_s)
            .arg(QString::fromUtf8(owner));
    }
    void keep(Enrollment enrollment);
    bool merge(const Result<Facts> &facts, const QByteArray &owner, Source source);
    void mergeIndividuals();
    QByteArray hubOf(const Enrollment &enrollment, const QByteArray &deviceId) const;
    void missed(const QString &what, const Error &error, bool aside = false);
    void publish(const QString &doing, bool atOnce = false);
    std::optional<qint64> expected() const;

    Services &m_services;
    Partial m_partial;
    std::stop_token m_stop;
    Fleet m_fleet;
    fleet::DeviceIndex m_index;
    std::deque<QString> m_groupsLeft;
    std::optional<Error> m_firstError;
    int m_answers = 0;
    Instant m_published = {};
    Duration m_publishPause = {};
};

QCoro::Task<Result<Fleet>> Look::run()
{
    const backend::Connection &connection = m_services.connection();
    m_fleet.name = connection.name;
    m_fleet.simulated = connection.simulated;
    m_fleet.dps.name = connection.dps.host.section(u'.', 0, 0);
    m_fleet.dps.host = connection.dps.host;
    m_fleet.dps.idScope = connection.idScope;
    m_fleet.dps.limits = connection.dpsLimits;
    QCoro::Task<> dps = readDps();
    co_await readStamps();
    co_await dps;
    m_services.applyLimits(m_fleet.stamps, m_fleet.dps.limits);
    publish(u"Reading enrollments"_s, true);
    QCoro::Task<> groups = readEnrollments(Enrollment::Kind::Group);
    co_await readEnrollments(Enrollment::Kind::Individual);
    co_await groups;
    publish(u"Reading devices"_s, true);
    co_await readDevices();
    mergeIndividuals();
    if (m_stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, u"The look at the fleet was stopped."_s);
    if (m_answers == 0 && m_firstError)
        co_return Failure(*m_firstError);
    publish(u"Done"_s, true);
    m_fleet.devices = std::make_shared<const fleet::DeviceIndex>(std::move(m_index));
    co_return std::move(m_fleet);
}

QCoro::Task<> Look::readDps()
{
    const auto &access = m_services.connection().arm;
    if (!access || !m_services.arm())
        co_return;
    Result<fleet::Dps> told = co_await m_services.arm()->dps(access->resourceGroup, access->dpsName, m_stop);
    if (!told) {
        missed(u"Which hubs the provisioning service links"_s, told.error());
        co_return;
    }
    ++m_answers;
    told->host = m_fleet.dps.host;
    told->limits = m_fleet.dps.limits;
    if (told->idScope.isEmpty())
        told->idScope = m_fleet.dps.idScope;
    m_fleet.dps = std::move(*told);
}

QCoro::Task<> Look::readStamps()
{
    StampsSeen seen = co_await whoTheStampsAre(m_services, {}, m_stop);
    std::ranges::move(seen.gaps, std::back_inserter(m_fleet.gaps));
    m_fleet.stamps = seen.stamps;
    m_services.applyLimits(m_fleet.stamps, m_fleet.dps.limits);
    publish(u"Counting devices"_s, true);
    m_fleet.stamps = co_await withHealth(m_services, std::move(seen.stamps), m_stop);
    for (const Stamp &stamp : m_fleet.stamps) {
        m_answers += stamp.health.trouble.isEmpty() ? 1 : 0;
        if (!stamp.health.trouble.isEmpty() && !m_firstError)
            m_firstError = Error{.kind = ErrorKind::Offline,
                .what = stamp.health.trouble,
                .remedy = u"Check the connection and the hub."_s};
    }
}

QCoro::Task<> Look::readEnrollments(Enrollment::Kind kind)
{
    const QString what = kind == Enrollment::Kind::Group ? u"Enrollment groups"_s : u"Individual enrollments"_s;
    QByteArray continuation;
    QSet<QByteArray> seen;
    do {
        auto page = co_await m_services.dps().list(kind, continuation, m_stop);
        if (!page) {
            missed(what, page.error());
            co_return;
        }
        ++m_answers;
        for (Enrollment &enrollment : page->items)
            keep(std::move(enrollment));
        continuation = page->continuation;
        if (seen.contains(continuation)) {
            missed(what, {.kind = ErrorKind::Malformed, .what = u"The service sends the same page again and again."_s});
            co_return;
        }
        seen.insert(continuation);
        publish(u"Reading enrollments"_s);
    } while (!continuation.isEmpty());
}

void Look::keep(Enrollment enrollment)
{
    auto &records = enrollment.kind == Enrollment::Kind::Group ? m_fleet.groups : m_fleet.individuals;
    const QString key = enrollment.id.toLower();
    records.insert_or_assign(key, std::move(enrollment));
}

QCoro::Task<> Look::readDevices()
{
    for (const auto &[id, group] : m_fleet.groups)
        m_groupsLeft.push_back(group.id);
    std::vector<QCoro::Task<>> readers;
    for (const Stamp &stamp : m_fleet.stamps)
        readers.push_back(readHub(stamp));
    for (int i = 0; i < groupsAtOnce; ++i)
        readers.push_back(readGroups());
    for (QCoro::Task<> &reader : readers)
        co_await reader;
}

QCoro::Task<> Look::readGroups()
{
    while (!m_groupsLeft.empty()) {
        const QString group = m_groupsLeft.front();
        m_groupsLeft.pop_front();
        Fetch fetch = [this, group](QByteArray continuation) {
            return m_services.dps().registrationsRaw(group, std::move(continuation), m_stop);
        };
        co_await readPages(std::move(fetch), factsOfRegistrationPage, group.toUtf8(), Source::Dps);
    }
}

QCoro::Task<> Look::readHub(Stamp stamp)
{
    const QString host = stamp.hub.text();
    backend::HubClient *const hub = m_services.hub(host);
    if (!hub || stamp.health.state == HubHealth::State::Outage) {
        missed(u"Devices of %1"_s.arg(host), {.kind = ErrorKind::Offline, .what = stamp.health.trouble});
        co_return;
    }
    const auto asking = [this, hub](const QString &query) -> Fetch {
        return [this, hub, query](QByteArray continuation) {
            return hub->queryRaw(query, pageSize, std::move(continuation), m_stop);
        };
    };
    co_await readPages(asking(u"SELECT deviceId, status, connectionState, lastActivityTime, tags FROM devices"_s),
        factsOfHubPage, host.toUtf8(), Source::Hub);
    if (!stamp.sku.hasTwins())
        co_return;
    co_await readPages(asking(u"SELECT deviceId, deviceScope, parentScopes, capabilities FROM devices "
                               "WHERE capabilities.iotEdge = true OR deviceScope != ''"_s),
        factsOfTiesPage, host.toUtf8(), Source::Ties);
    co_await readPages(
        asking(u"SELECT deviceId, moduleId FROM devices.modules"_s), factsOfTiesPage, host.toUtf8(), Source::Ties);
}

/// While one page is parsed on the pool, the next one is already asked for.
QCoro::Task<> Look::readPages(Fetch fetch, Parse parse, QByteArray owner, Source source)
{
    const QString what = whatOf(owner, source);
    QByteArray continuation;
    QSet<QByteArray> seen;
    std::optional<QFuture<Result<Facts>>> parsing;
    bool more = true;
    while (more) {
        const Result<HttpResponse> page = co_await fetch(continuation);
        if (parsing) {
            const Result<Facts> facts = co_await *parsing;
            parsing.reset();
            more = merge(facts, owner, source);
        }
        if (!page) {
            missed(u"%1 after the first %2 pages"_s.arg(what).arg(seen.size()), page.error(), source == Source::Ties);
            co_return;
        }
        ++m_answers;
        parsing = QtConcurrent::run(parse, page->body, owner);
        continuation = page->header("x-ms-continuation");
        if (seen.contains(continuation)) {
            missed(what,
                {.kind = ErrorKind::Malformed, .what = u"The service sends the same page again and again."_s},
                source == Source::Ties);
            more = false;
        }
        seen.insert(continuation);
        more = more && !continuation.isEmpty();
    }
    const Result<Facts> facts = co_await *parsing;
    merge(facts, owner, source);
}

bool Look::merge(const Result<Facts> &facts, const QByteArray &owner, Source source)
{
    if (!facts) {
        missed(whatOf(owner, source), facts.error(), source == Source::Ties);
        return false;
    }
    for (const fleet::DeviceFact &fact : *facts) {
        if (source == Source::Dps)
            m_index.mergeDps(fact);
        else
            m_index.mergeHub(fact);
    }
    publish(u"Reading devices"_s);
    return true;
}

/// There is no list of individual registrations: a device is taken to be where it was found.
void Look::mergeIndividuals()
{
    for (const auto &[id, enrollment] : m_fleet.individuals) {
        fleet::DeviceFact fact;
        fact.registrationId = enrollment.id.toUtf8();
        fact.deviceId = enrollment.deviceId.isEmpty() ? fact.registrationId : enrollment.deviceId.toUtf8();
        fact.group = QByteArray("");
        fact.hub = hubOf(enrollment, fact.deviceId);
        m_index.mergeDps(fact);
    }
}

QByteArray Look::hubOf(const Enrollment &enrollment, const QByteArray &deviceId) const
{
    const auto has = [this, &deviceId](const QByteArray &hub) {
        return m_index
            .find({hub.constData(), static_cast<size_t>(hub.size())},
                {deviceId.constData(), static_cast<size_t>(deviceId.size())})
            .has_value();
    };
    // Its own hubs first: another hub may have a device of the same name.
    for (const HubHostName &hub : enrollment.hubs) {
        if (has(hub.text().toUtf8()))
            return hub.text().toUtf8();
    }
    for (const Stamp &stamp : m_fleet.stamps) {
        if (has(stamp.hub.text().toUtf8()))
            return stamp.hub.text().toUtf8();
    }
    return enrollment.hubs.size() == 1 ? enrollment.hubs.front().text().toUtf8() : QByteArray();
}

void Look::missed(const QString &what, const Error &error, bool aside)
{
    if (error.kind == ErrorKind::Cancelled)
        return;
    m_fleet.gaps.push_back({what, error.what, aside});
    if (!m_firstError)
        m_firstError = error;
}

std::optional<qint64> Look::expected() const
{
    qint64 sum = 0;
    for (const Stamp &stamp : m_fleet.stamps) {
        if (!stamp.health.identities)
            return std::nullopt;
        sum += *stamp.health.identities;
    }
    return sum;
}

/// The index is copied, so the larger it is the rarer that happens: never more than a tenth of the time.
void Look::publish(const QString &doing, bool atOnce)
{
    const Clock &clock = m_services.clock();
    const Instant now = clock.now();
    if (!m_partial || (!atOnce && now - m_published < m_publishPause))
        return;
    Fleet copy = m_fleet;
    copy.devices = std::make_shared<const fleet::DeviceIndex>(m_index);
    copy.taken = now;
    copy.clockSkew = m_services.door().skew();
    m_partial(std::make_shared<const Fleet>(std::move(copy)), {m_index.size(), expected(), doing});
    m_published = clock.now();
    const auto shortest
        = Duration(static_cast<long long>(static_cast<double>(Duration(publishEvery).count()) * clock.speed()));
    m_publishPause = std::max(shortest, (m_published - now) * 10);
}

} // namespace

QCoro::Task<Result<Fleet>> look(Services &services, Partial partial, std::stop_token stop)
{
    Look look(services, std::move(partial), std::move(stop));
    Result<Fleet> fleet = co_await look.run();
    if (fleet) {
        fleet->taken = services.clock().now();
        fleet->clockSkew = services.door().skew();
    }
    co_return fleet;
}

} // namespace drover::inventory
