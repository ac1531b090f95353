#include "models/plan/difference.h"

#include "models/core/words.h"
#include "models/plan/eta.h"
#include "models/plan/plannames.h"

#include <QStringList>

#include <map>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

constexpr qsizetype mostExamples = 3;

/// "412 devices (meter-1, meter-2, meter-3, …)", empty for none.
class Sample final {
public:
    void add(const QString &name)
    {
        if (++m_count <= mostExamples)
            m_names.append(name);
    }
    QString words(const QString &noun) const
    {
        if (m_count == 0)
            return {};
        return u"%1 (%2%3)"_s.arg(counted(m_count, noun), m_names.join(u", "_s), m_count > mostExamples ? u", …"_s : QString());
    }

private:
    qint64 m_count = 0;
    QStringList m_names;
};

class Differences final {
public:
    void add(const QString &what, const QString &before, const QString &after)
    {
        if (before != after)
            m_all.push_back({what, before, after});
    }
    /// What only one of them has.
    void addOneSided(const QString &what, const Sample &before, const Sample &after, const QString &noun)
    {
        add(what, before.words(noun), after.words(noun));
    }
    std::vector<Difference> take() { return std::move(m_all); }

private:
    std::vector<Difference> m_all;
};

QString movesOf(const Plan &plan)
{
    QStringList moves;
    for (const Move &move : plan.moves)
        moves.append(u"%1 → %2"_s.arg(move.set.toString(), move.to.text()));
    return moves.join(u", "_s);
}

QString wavesOf(const Plan &plan)
{
    QStringList sizes;
    for (const Wave &wave : plan.waves)
        sizes.append(grouped(wave.devices));
    return sizes.join(u" + "_s);
}

QString timeOf(const Plan &plan)
{
    return u"%1 to %2, limited by %3"_s.arg(shown(plan.eta.shortest), shown(plan.eta.longest), plan.eta.bottleneck);
}

QString limitsOf(const Gate &gate)
{
    QStringList limits;
    for (const FailureLimit &limit : gate.limits)
        limits.append(u"\"%1\" more than %2"_s.arg(limit.cause).arg(limit.most));
    return limits.join(u", "_s);
}

void compareOptions(const Options &before, const Options &after, Differences &all)
{
    const auto minutes = [](Duration span) { return roughly(span); };
    all.add(u"gate"_s, percentGiven(before.gate.success), percentGiven(after.gate.success));
    all.add(u"gate waits"_s, minutes(before.gate.within), minutes(after.gate.within));
    all.add(u"soak"_s, minutes(before.gate.soak), minutes(after.gate.soak));
    all.add(u"deadline of offline devices"_s, minutes(before.deadline), minutes(after.deadline));
    all.add(u"direct method"_s, before.method, after.method);
    all.add(u"share of the DPS quota"_s, percent(before.dpsShare), percent(after.dpsShare));
    all.add(u"registrations a minute"_s, grouped(qRound64(before.dps.registrationsPerMinute)), grouped(qRound64(after.dps.registrationsPerMinute)));
    all.add(u"DPS operations a minute"_s, grouped(qRound64(before.dps.operationsPerMinute)), grouped(qRound64(after.dps.operationsPerMinute)));
    all.add(u"share of the hubs' quotas"_s, percent(before.hubShare), percent(after.hubShare));
    const auto yes = [](bool is) { return is ? u"yes"_s : u"no"_s; };
    all.add(u"followers accepted"_s, yes(before.acceptFollowers), yes(after.acceptFollowers));
    all.add(u"strict waves"_s, yes(before.strictWaves), yes(after.strictWaves));
    const auto number = [](int most) { return most > 0 ? grouped(most) : QString(); };
    all.add(u"smallest sample of a gate"_s, number(before.gate.sample), number(after.gate.sample));
    const auto set = [](Duration span) { return span > Duration::zero() ? roughly(span) : QString(); };
    all.add(u"time to connect"_s, set(before.gate.connectWithin), set(after.gate.connectWithin));
    all.add(u"failures that a gate does not take"_s, limitsOf(before.gate), limitsOf(after.gate));
    all.add(u"most failed devices"_s, number(before.blast.mostFailed), number(after.blast.mostFailed));
    all.add(u"most devices failed or under way to a stamp"_s, number(before.blast.mostPerStamp), number(after.blast.mostPerStamp));
    all.add(u"most devices an hour"_s, number(before.blast.mostAnHour), number(after.blast.mostAnHour));
}

/// Devices by registration, which is what DPS moves.
std::map<QString, const PlannedDevice *> devicesOf(const Plan &plan)
{
    std::map<QString, const PlannedDevice *> devices;
    for (const PlannedDevice &device : plan.devices)
        devices.emplace(device.registrationId.toLower(), &device);
    return devices;
}

Strategy strategyOf(const Plan &plan, const PlannedDevice &device)
{
    return plan.steps[static_cast<size_t>(device.step)].strategy;
}

void compareDevices(const Plan &before, const Plan &after, Differences &all)
{
    const auto earlier = devicesOf(before);
    const auto later = devicesOf(after);
    Sample gone, come, source, target, wave, strategy;
    for (const auto &[id, device] : earlier) {
        const auto at = later.find(id);
        if (at == later.end()) {
            gone.add(device->deviceId);
            continue;
        }
        const PlannedDevice &now = *at->second;
        if (device->source != now.source)
            source.add(device->deviceId);
        if (device->target != now.target)
            target.add(device->deviceId);
        if (device->wave != now.wave)
            wave.add(device->deviceId);
        if (strategyOf(before, *device) != strategyOf(after, now))
            strategy.add(device->deviceId);
    }
    for (const auto &[id, device] : later) {
        if (!earlier.contains(id))
            come.add(device->deviceId);
    }
    const QString noun = u"device"_s;
    all.addOneSided(u"devices in one of them only"_s, gone, come, noun);
    all.add(u"devices now elsewhere"_s, QString(), source.words(noun));
    all.add(u"devices with another target"_s, QString(), target.words(noun));
    all.add(u"devices in another wave"_s, QString(), wave.words(noun));
    all.add(u"devices with another strategy"_s, QString(), strategy.words(noun));
}

void compareSteps(const Plan &before, const Plan &after, Differences &all)
{
    std::map<QString, const Step *> earlier;
    const auto keyOf = [](const Step &step) {
        return QString::fromLatin1(strategyNames.at(static_cast<size_t>(step.strategy))) + u' ' + step.enrollment.toLower();
    };
    for (const Step &step : before.steps)
        earlier.emplace(keyOf(step), &step);
    Sample changed, come, gone;
    for (const Step &step : after.steps) {
        const auto at = earlier.find(keyOf(step));
        if (at == earlier.end()) {
            come.add(step.enrollment);
            continue;
        }
        if (at->second->etag != step.etag || at->second->policy != step.policy || at->second->record != step.record)
            changed.add(step.enrollment);
        earlier.erase(at);
    }
    for (const auto &[key, step] : earlier)
        gone.add(step->enrollment);
    all.addOneSided(u"enrollment writes in one of them only"_s, gone, come, u"write"_s);
    all.add(u"enrollments that were changed in between"_s, QString(), changed.words(u"enrollment"_s));
}

void compareChecks(const Plan &before, const Plan &after, Differences &all)
{
    const auto words = [](const Check &check) {
        const QString verdict = QString::fromLatin1(verdictNames.at(static_cast<size_t>(check.verdict)));
        return check.verdict == Verdict::Pass ? verdict : verdict + u": "_s + check.evidence;
    };
    std::map<QString, const Check *> earlier;
    for (const Check &check : before.checks)
        earlier.emplace(check.id, &check);
    for (const Check &check : after.checks) {
        const auto at = earlier.find(check.id);
        all.add(u"check \"%1\""_s.arg(check.title), at == earlier.end() ? QString() : words(*at->second), words(check));
        if (at != earlier.end())
            earlier.erase(at);
    }
    for (const auto &[id, check] : earlier)
        all.add(u"check \"%1\""_s.arg(check->title), words(*check), QString());
}

} // namespace

std::vector<Difference> differences(const Plan &before, const Plan &after)
{
    Differences all;
    all.add(u"fleet"_s, before.fleet, after.fleet);
    all.add(u"DPS"_s, before.dpsHost, after.dpsHost);
    all.add(u"takes back run"_s, before.undoes, after.undoes);
    all.add(u"moves"_s, movesOf(before), movesOf(after));
    compareOptions(before.options, after.options, all);
    all.add(u"devices"_s, grouped(std::ssize(before.devices)), grouped(std::ssize(after.devices)));
    compareDevices(before, after, all);
    all.add(u"devices left out"_s, grouped(std::ssize(before.skipped)), grouped(std::ssize(after.skipped)));
    compareSteps(before, after, all);
    compareChecks(before, after, all);
    all.add(u"waves"_s, wavesOf(before), wavesOf(after));
    all.add(u"calls"_s, grouped(before.calls), grouped(after.calls));
    all.add(u"time"_s, timeOf(before), timeOf(after));
    return all.take();
}

} // namespace drover::plan
