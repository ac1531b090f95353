#include "models/plan/undo.h"

#include "models/core/json.h"
#include "models/core/words.h"
#include "models/plan/attached.h"
#include "models/plan/eta.h"
#include "models/plan/requests.h"
#include "models/plan/resolver.h"
#include "models/plan/triggers.h"
#include "models/plan/waves.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::DeviceIndex;
using fleet::Enrollment;

/// How an enrollment that the run may have written is found now.
struct Found {
    enum class State { Untouched, AsWritten, AsBefore, Changed };
    State state = State::Untouched;
    const Enrollment *now = nullptr;
    /// With Changed: what differs.
    QString what = {};
};

const Enrollment *entryOf(const std::map<QString, Enrollment> &all, const QString &id)
{
    const auto found = all.find(id.toLower());
    return found == all.end() ? nullptr : &found->second;
}

/// Whatever keys it got, they are not part of what is compared.
QByteArray withoutAttestation(const QByteArray &raw)
{
    std::optional<Json> record = parseJson(raw);
    if (record && record->is_object())
        record->erase("attestation");
    return record ? toBytes(*record) : raw;
}

/// Where one device of the run is.
struct Place {
    std::optional<DeviceIndex::Row> away;
    std::optional<DeviceIndex::Row> home;
};

class Undoer final {
public:
    Undoer(const fleet::Fleet &fleet, const Past &past)
        : m_fleet(fleet)
        , m_past(past)
    {
    }

    void take()
    {
        for (size_t i = 0; i < m_past.plan.steps.size(); ++i)
            m_found.push_back(find(m_past.plan.steps[i], m_past.traces[i]));
        findHandedBack();
        m_stepOf.assign(m_found.size(), -1);
        std::vector<Returning> returning;
        for (const PlannedDevice &device : m_past.plan.devices)
            judge(device, returning);
        // Those that are there and online first: a first wave must mean something.
        std::ranges::sort(returning, {}, [](const Returning &each) { return std::pair(each.rank, each.device); });
        for (const Returning &each : returning)
            bring(*each.device);
        for (size_t i = 0; i < m_found.size(); ++i) {
            if (m_found[i].state == Found::State::AsWritten && m_past.plan.steps[i].strategy != Strategy::SplitOut)
                stepFor(i, m_past.plan.steps[i].target);
        }
    }

    std::vector<Step> steps;
    std::vector<PlannedDevice> devices;
    std::vector<Skipped> skipped;

    Finding drift(bool withoutChanged) const
    {
        QStringList sentences;
        qint64 changed = 0;
        for (size_t i = 0; i < m_found.size(); ++i) {
            if (m_found[i].state != Found::State::Changed)
                continue;
            constexpr qint64 most = 6;
            if (++changed <= most)
                sentences.append(u"%1: %2"_s.arg(m_past.plan.steps[i].enrollment, m_found[i].what));
        }
        if (changed == 0)
            return pass(u"What the run wrote is as it left it."_s);
        const QString evidence = u"%1 changed since the run: %2."_s.arg(
            counted(changed, u"enrollment"_s) + (changed == 1 ? u" was"_s : u" were"_s), sentences.join(u"; "_s));
        return withoutChanged
            ? warn(evidence, u"They stay as they are, and so do their devices."_s)
            : block(evidence, u"Look at them, or leave them and their devices out (--without-changed)."_s);
    }

    /// A device whose own enrollment is deleted is its group's again: that must not send it anywhere else.
    Finding groups() const
    {
        std::map<QString, qint64> wrong;
        qint64 handed = 0;
        for (const Step &step : steps) {
            if (step.strategy != Strategy::Remove)
                continue;
            ++handed;
            const std::optional<Enrollment> group = groupAfter(step.group);
            const bool fits = group && group->enabled && group->hubs == std::vector<HubHostName>{step.target};
            wrong[step.group] += fits ? 0 : 1;
        }
        for (const auto &[group, count] : wrong) {
            if (count > 0)
                return block(u"Enrollment group \"%1\" is not there, is disabled, or does not name the hub that %2 came from: "
                             "handed back to it they would go elsewhere."_s.arg(group, counted(count, u"device"_s)),
                    u"Put the group right first; the devices stay where they are until then."_s);
        }
        return pass(handed == 0 ? u"No device was split out of a group."_s
                                : u"%1 split out are handed back to a group that names their hub."_s.arg(
                                      counted(handed, u"device"_s)));
    }

private:
    struct Returning {
        const PlannedDevice *device = nullptr;
        int rank = 0;
    };

    QByteArray expected(const Step &step, const Trace &trace) const
    {
        if (step.strategy != Strategy::SplitOut)
            return fleet::repointed(trace.before, step.target, {}).value_or(QByteArray());
        const Enrollment *group = entryOf(m_fleet.groups, step.group);
        constexpr auto anyKeys = R"({"symmetricKey":{"primaryKey":"AAAA","secondaryKey":"AAAA"}})";
        return fleet::splitOut(group ? group->raw : QByteArray("{}"), anyKeys, step.enrollment, step.target)
            .value_or(QByteArray());
    }

    Found find(const Step &step, const Trace &trace) const
    {
        using enum Found::State;
        if (trace.write == Trace::Write::Never || step.strategy == Strategy::Remove)
            return {};
        const bool isSplitOut = step.strategy == Strategy::SplitOut;
        const Enrollment *now
            = entryOf(step.strategy == Strategy::RepointGroup ? m_fleet.groups : m_fleet.individuals, step.enrollment);
        if (!now) {
            // What was not loaded may well be there.
            const bool gone = isSplitOut && std::ranges::all_of(m_fleet.gaps, &fleet::Gap::aside);
            return {.state = gone ? AsBefore : Changed, .what = u"it is not there any more"_s};
        }
        const QByteArray wanted = expected(step, trace);
        const QStringList differs = isSplitOut
            ? fleet::differingMembers(withoutAttestation(wanted), withoutAttestation(now->raw))
            : fleet::differingMembers(wanted, now->raw);
        if (differs.isEmpty())
            return {.state = AsWritten, .now = now};
        if (!isSplitOut && fleet::differingMembers(trace.before, now->raw).isEmpty())
            return {.state = trace.write == Trace::Write::Perhaps ? Untouched : AsBefore, .now = now};
        return {.state = Changed, .now = now, .what = u"%1 %2"_s.arg(differs.join(u", "_s), differs.size() == 1 ? u"differs"_s : u"differ"_s)};
    }

    /// Split-outs whose enrollment the run deleted again: their devices go with their group.
    void findHandedBack()
    {
        std::map<QString, size_t> groups;
        std::map<QString, size_t> splitOuts;
        for (size_t i = 0; i < m_found.size(); ++i) {
            m_rulingStep.push_back(i);
            const Step &step = m_past.plan.steps[i];
            if (step.strategy == Strategy::RepointGroup)
                groups.emplace(step.enrollment.toLower(), i);
            else if (step.strategy == Strategy::SplitOut)
                splitOuts.emplace(step.enrollment.toLower(), i);
        }
        for (size_t i = 0; i < m_found.size(); ++i) {
            const Step &step = m_past.plan.steps[i];
            const auto splitOut = splitOuts.find(step.enrollment.toLower());
            const auto group = groups.find(step.group.toLower());
            const bool handedBack = step.strategy == Strategy::Remove && m_past.traces[i].write != Trace::Write::Never
                && !entryOf(m_fleet.individuals, step.enrollment);
            if (!handedBack || splitOut == splitOuts.end() || group == groups.end())
                continue;
            m_rulingStep[splitOut->second] = group->second;
            m_found[splitOut->second] = {};
        }
    }

    /// The group as this plan leaves it.
    std::optional<Enrollment> groupAfter(const QString &name) const
    {
        for (const Step &step : steps) {
            if (step.strategy != Strategy::RepointGroup || step.enrollment.compare(name, Qt::CaseInsensitive) != 0)
                continue;
            const Result<Enrollment> restored = fleet::parseEnrollment(step.record);
            return restored ? std::optional(*restored) : std::nullopt;
        }
        const Enrollment *now = entryOf(m_fleet.groups, name);
        return now ? std::optional(*now) : std::nullopt;
    }

    Place placeOf(const PlannedDevice &device) const
    {
        const QByteArray id = device.deviceId.toUtf8();
        const auto on = [this, &id](const HubHostName &hub) {
            const QByteArray host = hub.text().toUtf8();
            return m_fleet.devices->find({host.constData(), static_cast<size_t>(host.size())},
                {id.constData(), static_cast<size_t>(id.size())});
        };
        return {.away = on(device.target), .home = on(device.source)};
    }

    void judge(const PlannedDevice &device, std::vector<Returning> &returning)
    {
        using enum Found::State;
        const size_t ruling = m_rulingStep[static_cast<size_t>(device.step)];
        const Found &found = m_found[ruling];
        const bool isSplitOut = m_past.plan.steps[ruling].strategy == Strategy::SplitOut;
        const Place place = placeOf(device);
        QString reason;
        if (found.state == Untouched)
            reason = u"the run did not change its enrollment"_s;
        else if (found.state == Changed)
            reason = u"its enrollment was changed since: %1"_s.arg(found.what);
        else if (device.source.isNull())
            reason = u"it was on no hub before"_s;
        else if (found.state == AsBefore && isSplitOut)
            reason = u"its own enrollment is gone already"_s;
        else if (found.state == AsBefore && place.home && !place.away)
            reason = u"it is home already"_s;
        if (!reason.isEmpty()) {
            skipped.push_back({.registrationId = device.registrationId, .deviceId = device.deviceId, .reason = reason, .isChanged = found.state == Changed});
            return;
        }
        const bool online = place.away && (m_fleet.devices->flags(*place.away) & DeviceIndex::Connected);
        returning.push_back({.device = &device, .rank = online ? 0 : place.away ? 1 : 2});
    }

    void bring(const PlannedDevice &device)
    {
        PlannedDevice back = device;
        back.source = device.target;
        back.target = device.source;
        back.step = stepFor(m_rulingStep[static_cast<size_t>(device.step)], device.source);
        back.wave = 0;
        const Place place = placeOf(device);
        back.home = place.home && !place.away;
        devices.push_back(std::move(back));
    }

    /// The step that takes that step of the run back; the first device says where home is.
    int stepFor(size_t old, const HubHostName &home)
    {
        if (m_stepOf[old] >= 0)
            return m_stepOf[old];
        m_stepOf[old] = static_cast<int>(steps.size());
        const Step &was = m_past.plan.steps[old];
        const Enrollment &now = *m_found[old].now;
        const bool isSplitOut = was.strategy == Strategy::SplitOut;
        const QByteArray kept = isSplitOut ? QByteArray() : m_past.traces[old].before;
        const Result<Enrollment> before = fleet::parseEnrollment(kept);
        steps.push_back({.strategy = isSplitOut ? Strategy::RepointIndividual : was.strategy,
            .enrollment = now.id,
            .group = {},
            .etag = now.etag,
            .target = home,
            .policy = before ? before->reprovision : now.reprovision,
            .wave = 0,
            .record = kept});
        if (isSplitOut)
            steps.push_back({.strategy = Strategy::Remove,
                .enrollment = now.id,
                .group = was.group,
                .etag = {},
                .target = home,
                .policy = now.reprovision,
                .wave = 0});
        return m_stepOf[old];
    }

    const fleet::Fleet &m_fleet;
    const Past &m_past;
    std::vector<Found> m_found;
    /// The step that decides where the devices of a step go now: itself, or the group they were handed back to.
    std::vector<size_t> m_rulingStep;
    std::vector<int> m_stepOf;
};

/// Steps without a device of their own belong to the first wave, removals to the wave of the step before them.
void settleWaves(std::vector<Step> &steps)
{
    for (size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].wave == std::numeric_limits<int>::max())
            steps[i].wave = steps[i].strategy == Strategy::Remove ? steps[i - 1].wave : 0;
    }
}

QString howOf(const std::vector<Step> &steps)
{
    std::array<qint64, 4> counts{};
    for (const Step &step : steps)
        ++counts.at(step.strategy == Strategy::RepointIndividual && !step.record.isEmpty() ? 2 : static_cast<size_t>(step.strategy));
    QStringList parts;
    if (counts[0] > 0)
        parts.append(u"write back %1"_s.arg(counted(counts[0], u"enrollment group"_s)));
    if (counts[2] > 0)
        parts.append(u"write back %1"_s.arg(counted(counts[2], u"individual enrollment"_s)));
    if (counts[3] > 0)
        parts.append(u"re-point and then delete %1"_s.arg(counted(counts[3], u"split-out enrollment"_s)));
    return parts.isEmpty() ? u"nothing to write"_s
                           : parts.join(u", "_s) + u" · "_s + counted(static_cast<qint64>(steps.size()), u"write"_s);
}

std::vector<MoveSummary> summariesOf(const fleet::Fleet &fleet, const Plan &plan)
{
    std::map<std::pair<HubHostName, HubHostName>, int> ways;
    for (const PlannedDevice &device : plan.devices)
        ways[{device.source, device.target}] += device.home ? 0 : 1;
    const auto atHome = std::ranges::count(plan.devices, true, &PlannedDevice::home);
    std::vector<MoveSummary> summaries;
    for (const auto &[way, count] : ways) {
        const fleet::Stamp *home = fleet.stampOfHub(way.second);
        summaries.push_back({.set = u"undo of %1"_s.arg(plan.undoes),
            .from = titleOf(fleet.stampOfHub(way.first), way.first),
            .to = home ? home->name : StampName::parse(way.second.text().section(u'.', 0, 0)).value_or(StampName()),
            .devices = count,
            .how = howOf(plan.steps) + (atHome == 0 ? QString() : u" · %1 at home already"_s.arg(grouped(atHome)))});
    }
    return summaries;
}

Check checkOf(const QString &id, const QString &title, const Finding &finding)
{
    return {.id = id, .title = title, .verdict = finding.verdict, .evidence = finding.evidence, .remedy = finding.remedy};
}

} // namespace

Plan makeUndo(const fleet::Fleet &fleet, const Past &past, bool withoutChanged, Instant now)
{
    Undoer undoer(fleet, past);
    undoer.take();
    const Finding drift = undoer.drift(withoutChanged);
    const Finding groups = undoer.groups();
    Plan plan;
    plan.undoes = past.run;
    plan.fleet = fleet.name;
    plan.dpsHost = fleet.dps.host;
    plan.made = now;
    plan.options = past.plan.options;
    // A group goes back as a whole, as it came.
    plan.options.acceptFollowers = true;
    plan.options.strictWaves = false;
    plan.options.dps = fleet.dps.limits;
    plan.steps = std::move(undoer.steps);
    plan.devices = std::move(undoer.devices);
    plan.skipped = std::move(undoer.skipped);
    plan.waves = cutWaves(plan.devices, plan.steps, plan.options);
    settleWaves(plan.steps);
    plan.attached = attachedOnTheWayBack(past.plan, plan.devices);
    plan.summaries = summariesOf(fleet, plan);
    Facts facts = factsOf(fleet, plan.options, plan.steps, plan.devices, now);
    plan.tellings = tellingsOf(facts);
    facts.tellings = plan.tellings;
    facts.undoes = true;
    plan.checks = runChecks(facts);
    plan.checks.push_back(checkOf(undoDrift, u"Enrollments are as the run left them"_s, drift));
    plan.checks.push_back(
        checkOf(u"undo-group"_s, u"Groups take their devices back to the same hub"_s, groups));
    const Work work = workOf(facts, plan.waves);
    plan.eta = etaOf(work, offlineOf(facts));
    plan.calls = callsOf(work);
    plan.requests = requestsOf(facts, std::vector<int>(plan.devices.size()), plan.dpsHost);
    plan.notes.push_back(u"This takes run %1 back: what it wrote becomes what it had read before."_s.arg(past.run));
    std::ranges::move(explained(facts, plan.tellings), std::back_inserter(plan.notes));
    if (const QString lag = lagOf(work); !lag.isEmpty())
        plan.notes.push_back(lag);
    plan.production = productionOf(facts);
    return plan;
}

} // namespace drover::plan
