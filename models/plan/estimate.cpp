#include "models/plan/estimate.h"

#include "models/core/words.h"
#include "models/plan/looks.h"
#include "models/plan/triggers.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

// The time of a run from the limits that the services document and from what devices are known to do.
namespace drover::plan {
namespace {

constexpr double minute = 60;
/// What a budget lets through of its share, as calls are spread evenly.
constexpr double usableOfDps = 0.985;
constexpr double usableOfHub = 0.89;
/// A device that was told is connected to its new hub after this.
constexpr double arrival = 1.5;
/// Of individual enrollments, two listings and some single reads tell what the page of a group tells at once.
constexpr double arrivalAlone = 6;
/// A write, a few calls in a row, a first look.
constexpr double oneStep = 1.5;
constexpr double firstLook = 2.5;
/// From the end of a job until the next one comes to its first device.
constexpr double betweenJobs = 2.2;
constexpr qint64 pageSize = 1000;
constexpr qint64 bulkSize = 10;

struct Limit {
    double seconds = 0;
    QString name;
};

double parts(qint64 count, qint64 size)
{
    return std::ceil(static_cast<double>(count) / static_cast<double>(size));
}

bool isJob(TriggerKind kind)
{
    return kind == TriggerKind::Job || kind == TriggerKind::TwinJob;
}

/// Queries that bring the twins of so many devices of a hub: by name, or its whole listing where that is less.
double queriesFor(qint64 devices, qint64 population)
{
    if (devices <= 0)
        return 0;
    constexpr double surelyCheap = 3;
    const double named = parts(devices, devicesPerJob);
    return named <= surelyCheap ? named : std::min(named, parts(std::max(devices, population), pageSize));
}

class Estimator final {
public:
    explicit Estimator(const Work &work)
        : m_work(work)
        , m_perMinute(std::max(1.0, work.dps.registrationsPerMinute * work.options.dpsShare))
    {
    }

    Estimate estimate()
    {
        Estimate result;
        double whole = before();
        result.before = span(whole);
        for (const qint64 devices : m_work.waves) {
            const double free = wave(devices, &devices == &m_work.waves.back());
            const double seconds = free + heldBack(whole, devices, free);
            result.waves.push_back(span(seconds));
            whole += seconds;
        }
        result.whole = span(whole);
        result.lag = span(lookPause() + lookTime(lookArrivals()));
        result.bottleneck = slowest();
        return result;
    }

private:
    static Duration span(double seconds) { return Duration(std::llround(seconds * 1000)); }
    double share(qint64 devices) const
    {
        return static_cast<double>(devices) / static_cast<double>(std::max<qint64>(1, m_work.devices));
    }
    double queriesPerSecond(const fleet::Sku &sku) const
    {
        return std::max(0.01, fleet::limitsOf(sku).queriesPerMinute * m_work.options.hubShare * usableOfHub / minute);
    }

    /// Twins of all devices that may follow a group at once, hub beside hub; those of others are read while a wave is under way.
    double before() const
    {
        double longest = 0;
        if (m_work.groups.empty())
            return oneStep;
        for (const LeavingWork &hub : m_work.leaving)
            longest = std::max(longest, queriesFor(hub.devices, hub.population) / queriesPerSecond(hub.sku));
        return longest + oneStep;
    }

    /// Enrollments of a wave; a group's is one.
    Limit writing(qint64 devices) const
    {
        const double operations = static_cast<double>(m_work.singleWrites + m_work.keyReads + m_work.removals) * share(devices);
        const double perSecond = m_work.dps.operationsPerMinute * m_work.options.dpsShare * usableOfDps / minute;
        return {operations / std::max(0.01, perSecond),
            u"DPS operations %1/min"_s.arg(grouped(qRound64(m_work.dps.operationsPerMinute)))};
    }

    int jobSize(const LeavingWork &hub) const
    {
        return devicesInJob(hub.jobDevicesPerSecond * hub.jobsAtOnce, m_perMinute);
    }

    /// Where devices are told as they are written: from the last write until the job that waits for it is over. The faster
    /// jobs are than writes, the fewer devices gather for the next one.
    double lastJob(qint64 wave) const
    {
        if (m_work.singleWrites == 0)
            return 0;
        double longest = 0;
        for (const LeavingWork &hub : m_work.leaving) {
            const double devices = static_cast<double>(hub.devices) * share(wave);
            const double rate = hub.jobDevicesPerSecond * hub.jobsAtOnce;
            const double written = devices / std::max(0.01, writing(wave).seconds);
            const double gathered = written < rate ? written * betweenJobs / (1 - written / rate) : devices;
            const bool jobs = isJob(hub.first) && !(hub.first == TriggerKind::Job && wave <= soonerByMethodAlone);
            if (jobs)
                longest = std::max(longest, std::min({gathered, devices, double(jobSize(hub))}) / rate + betweenJobs);
        }
        return longest;
    }

    Limit telling(const LeavingWork &hub, qint64 wave) const
    {
        const double devices = static_cast<double>(hub.devices) * share(wave);
        const fleet::HubLimits limits = fleet::limitsOf(hub.sku);
        const int sooner = m_work.groups.empty() ? soonerByMethodAlone : soonerByMethod;
        if (isJob(hub.first) && !(hub.first == TriggerKind::Job && wave <= sooner)) {
            const int size = jobSize(hub);
            const double count = std::ceil(devices / size) / hub.jobsAtOnce;
            return {devices / (hub.jobDevicesPerSecond * hub.jobsAtOnce) + count * betweenJobs,
                u"jobs on %1 %2 devices/s"_s.arg(hub.title, grouped(qRound64(hub.jobDevicesPerSecond * hub.jobsAtOnce)))};
        }
        double perSecond = 0;
        QString name;
        switch (hub.first) {
        case TriggerKind::Twin:
            perSecond = limits.twinUpdatesPerSecond;
            name = u"twin updates on %1 %2/s"_s;
            break;
        case TriggerKind::Disable:
            perSecond = limits.registryPerMinute / minute / 4;
            name = u"registry operations on %1, four a device, %2/s"_s;
            break;
        case TriggerKind::Register:
        case TriggerKind::Wait:
            return {};
        default:
            perSecond = limits.methodsPerSecond;
            name = u"direct methods on %1 %2/s"_s;
        }
        const double usable = std::max(0.01, perSecond * m_work.options.hubShare * usableOfHub);
        return {devices / usable, name.arg(hub.title, grouped(qRound64(perSecond)))};
    }

    Limit registering(qint64 wave) const
    {
        // The first seconds' worth may go at once.
        const double burst = m_perMinute / 30;
        return {std::max(0.0, static_cast<double>(wave) - burst) / m_perMinute * minute,
            u"DPS registrations %1/min"_s.arg(grouped(qRound64(m_work.dps.registrationsPerMinute)))};
    }

    /// What the plan itself allows.
    Limit hourly(qint64 devices) const
    {
        constexpr double hour = 3600;
        const int most = m_work.options.blast.mostAnHour;
        const double beyond = most > 0 ? std::max(0.0, static_cast<double>(devices - most)) : 0;
        return {beyond * hour / std::max(1, most), u"the limit of %1 devices an hour"_s.arg(grouped(most))};
    }

    /// How much longer a wave takes because no more than so many devices may be told within any hour. One device after another:
    /// those of earlier waves count, too.
    double heldBack(double start, qint64 devices, double seconds)
    {
        constexpr double hour = 3600;
        const auto most = static_cast<size_t>(std::max(0, m_work.options.blast.mostAnHour));
        if (most == 0)
            return 0;
        double late = 0;
        for (qint64 device = 0; device < devices; ++device) {
            const double free = start + seconds * static_cast<double>(device) / static_cast<double>(devices);
            const double told = m_told.size() < most ? free : std::max(free, m_told[m_told.size() - most] + hour);
            m_told.push_back(told);
            late = told - free;
        }
        return late;
    }

    double groupPages() const
    {
        double pages = 0;
        for (const qint64 members : m_work.groups)
            pages += parts(members, pageSize);
        return pages;
    }

    double lookPerMinute() const
    {
        return std::max(0.1, m_work.dps.operationsPerMinute * m_work.options.lookShare);
    }

    qint64 lookArrivals() const { return static_cast<qint64>(lookPause() * m_perMinute / minute); }

    double lookPause() const
    {
        const auto pages = static_cast<int>(groupPages());
        return static_cast<double>(pauseAfterLook(pages + 2, pages, lookPerMinute()).count()) / 1000;
    }

    /// One look at the devices of a wave.
    double lookTime(qint64 devices) const
    {
        constexpr double ready = 10;
        double seconds = std::max(0.0, groupPages() - ready) / lookPerMinute() * minute + 0.05 * groupPages();
        for (const ArrivingWork &hub : m_work.arriving) {
            const double queries = queriesFor(static_cast<qint64>(static_cast<double>(hub.devices) * share(devices)), hub.population + hub.devices);
            seconds += std::max(0.0, queries - 1) / queriesPerSecond(hub.sku) + 0.1;
        }
        for (const LeavingWork &hub : m_work.leaving) {
            const double queries = queriesFor(static_cast<qint64>(static_cast<double>(hub.devices) * share(devices)), hub.population);
            seconds += std::max(0.0, queries - 1) / queriesPerSecond(hub.sku) + 0.1;
        }
        return seconds;
    }

    double wave(qint64 devices, bool last) const
    {
        // Who is handed back to a group registers once more.
        const qint64 registrations = devices + (last ? m_work.removals / 2 : 0);
        double work = std::max({writing(devices).seconds + lastJob(devices), registering(registrations).seconds});
        for (const LeavingWork &hub : m_work.leaving)
            work = std::max(work, telling(hub, devices).seconds);
        const qint64 unseen = std::min(devices, std::max<qint64>(lookArrivals(), 1));
        // The last arrivals are seen by the second look after everybody was told.
        const double again = std::max(firstLook, groupPages() / lookPerMinute() * minute);
        const bool alone = m_work.singleWrites > 0 && devices > 1;
        const double closing = (alone ? arrivalAlone : arrival) + firstLook + lookTime(unseen) + (devices > 1 ? again / 2 : 0);
        const double soak = last ? 0 : static_cast<double>(m_work.options.gate.soak.count()) / 1000;
        return oneStep + work + closing + soak;
    }

    /// Named by the public number, whatever share of it a run takes.
    QString slowest() const
    {
        if (m_work.devices == 0)
            return u"nothing to move"_s;
        std::vector<Limit> limits{registering(m_work.devices), writing(m_work.devices), hourly(m_work.devices)};
        for (const LeavingWork &hub : m_work.leaving)
            limits.push_back(telling(hub, m_work.devices));
        for (const ArrivingWork &hub : m_work.arriving) {
            limits.push_back({queriesFor(hub.devices, hub.population) / queriesPerSecond(hub.sku),
                u"queries on %1 %2/min"_s.arg(hub.title, grouped(qRound64(fleet::limitsOf(hub.sku).queriesPerMinute)))});
        }
        return std::ranges::max_element(limits, {}, &Limit::seconds)->name;
    }

    const Work &m_work;
    double m_perMinute;
    /// When each device is told, in seconds from the start; only under a limit of devices an hour.
    std::vector<double> m_told;
};

} // namespace

Estimate estimated(const Work &work)
{
    return work.devices == 0 ? Estimate{.bottleneck = u"nothing to move"_s} : Estimator(work).estimate();
}

int callsOf(const Work &work)
{
    if (work.devices == 0)
        return 0;
    const Estimate estimate = estimated(work);
    double pages = 0;
    for (const qint64 members : work.groups)
        pages += parts(members, pageSize);
    const double telling = static_cast<double>((estimate.whole - estimate.before).count()) / 1000;
    const double pause = std::max(1.0, static_cast<double>(estimate.lag.count()) / 1000);
    const double looks = telling / pause + 2 * static_cast<double>(work.waves.size());
    // A split-out that is handed back is read, deleted, told and looked for again: half of that is among the removals.
    const double handBacks = static_cast<double>(work.removals);
    double calls = 3.0 * static_cast<double>(work.groups.size()) + parts(work.singleWrites, bulkSize)
        + static_cast<double>(work.keyReads + work.removals) + handBacks + looks * pages
        + static_cast<double>(std::min<qint64>(work.singleWrites, registrationsRead));
    for (const LeavingWork &hub : work.leaving) {
        const double told = static_cast<double>(hub.devices);
        calls += queriesFor(hub.devices, hub.population) + looks;
        calls += isJob(hub.first) ? 4 * parts(hub.devices, devicesPerJob) : hub.first == TriggerKind::Wait ? 0 : told;
    }
    return static_cast<int>(calls + looks * static_cast<double>(work.arriving.size()));
}

} // namespace drover::plan
