#include "models/plan/facts.h"

#include "models/plan/resolver.h"

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::DeviceIndex;
using Row = DeviceIndex::Row;

std::string_view viewOf(const QByteArray &text)
{
    return {text.constData(), static_cast<size_t>(text.size())};
}

template <typename Entry>
Entry &entryFor(std::vector<Entry> &entries, const HubHostName &hub, const fleet::Fleet &fleet)
{
    for (Entry &entry : entries) {
        if (entry.hub == hub)
            return entry;
    }
    Entry &entry = entries.emplace_back();
    entry.hub = hub;
    entry.stamp = fleet.stampOfHub(hub);
    return entry;
}

void countDevices(Facts &facts)
{
    const DeviceIndex &index = *facts.fleet.devices;
    facts.rows.reserve(facts.devices.size());
    for (const PlannedDevice &device : facts.devices) {
        const QByteArray id = device.deviceId.toUtf8();
        facts.rows.push_back(index.find(viewOf(device.source.text().toUtf8()), viewOf(id)));
        TargetFacts &target = entryFor(facts.targets, device.target, facts.fleet);
        SourceFacts &source = entryFor(facts.sources, device.source, facts.fleet);
        // One that is there already takes no further room.
        const bool there = !facts.rows.back() && index.find(viewOf(device.target.text().toUtf8()), viewOf(id));
        target.arrivals += there ? 0 : 1;
        source.leaving += there ? 0 : 1;
    }
}

void countSteps(Facts &facts)
{
    std::map<QString, size_t> groupAt;
    for (const Step &step : facts.steps) {
        facts.records.push_back(recordOf(facts.fleet, step));
        qint64 &writes = step.strategy == Strategy::RepointGroup ? facts.groupWrites
            : step.strategy == Strategy::SplitOut                ? facts.splitOuts
            : step.strategy == Strategy::Remove                  ? facts.removals
                                                                 : facts.individualWrites;
        ++writes;
        if (step.strategy == Strategy::RepointIndividual || step.strategy == Strategy::Remove)
            continue;
        const QString &name = step.strategy == Strategy::SplitOut ? step.group : step.enrollment;
        const auto [known, isNew] = groupAt.emplace(name.toLower(), facts.groups.size());
        if (isNew)
            facts.groups.push_back(
                {.name = name, .strategy = step.strategy, .members = 0, .planned = 0, .followersFrom = {}});
        if (step.strategy == Strategy::SplitOut)
            ++facts.groups[known->second].planned;
    }
    for (const PlannedDevice &device : facts.devices) {
        const Step &step = facts.steps[static_cast<size_t>(device.step)];
        if (step.strategy == Strategy::RepointGroup)
            ++facts.groups[groupAt.at(step.enrollment.toLower())].planned;
    }
}

/// For each group of the index the place of its facts and the hub it goes to; -1 when the plan does not touch it.
struct GroupPlace {
    int facts = -1;
    HubHostName target;
};

std::vector<GroupPlace> placesOf(const Facts &facts)
{
    std::vector<GroupPlace> places;
    for (const QString &name : facts.fleet.devices->groups()) {
        GroupPlace place;
        for (size_t i = 0; i < facts.groups.size(); ++i) {
            if (facts.groups[i].name.compare(name, Qt::CaseInsensitive) == 0)
                place.facts = static_cast<int>(i);
        }
        for (const Step &step : facts.steps) {
            if (step.strategy == Strategy::RepointGroup && step.enrollment.compare(name, Qt::CaseInsensitive) == 0)
                place.target = step.target;
        }
        places.push_back(place);
    }
    return places;
}

/// One pass over the index: members of the plan's groups, who follows, and how many devices each target has.
void countIndex(Facts &facts)
{
    const DeviceIndex &index = *facts.fleet.devices;
    const std::vector<GroupPlace> places = placesOf(facts);
    const std::vector<bool> individual = individuallyEnrolled(facts.fleet);
    std::vector<bool> planned(static_cast<size_t>(index.size()));
    for (const std::optional<Row> &row : facts.rows) {
        if (row)
            planned[*row] = true;
    }
    std::vector<qint64> onHub(index.hubs().size());
    for (Row row = 0; row < static_cast<Row>(index.size()); ++row) {
        const quint8 flags = index.flags(row);
        const quint16 hub = index.hubOf(row);
        if ((flags & DeviceIndex::OnHub) && hub < onHub.size())
            ++onHub[hub];
        const quint32 group = index.groupOf(row);
        if (group >= places.size() || places[group].facts < 0 || !(flags & DeviceIndex::InDps) || individual[row])
            continue;
        GroupFacts &of = facts.groups[static_cast<size_t>(places[group].facts)];
        ++of.members;
        const QString at = index.hubName(hub);
        if (of.strategy == Strategy::RepointGroup && !planned[row] && at != places[group].target.text())
            ++of.followersFrom[at];
    }
    for (TargetFacts &target : facts.targets) {
        const std::vector<QString> hubs = index.hubs();
        const auto at = static_cast<size_t>(std::find(hubs.begin(), hubs.end(), target.hub.text()) - hubs.begin());
        target.populationTold = target.stamp && target.stamp->health.identities;
        target.population = target.populationTold ? *target.stamp->health.identities
            : at < onHub.size()                   ? onHub[at]
                                                  : 0;
        for (const GroupPlace &place : places) {
            if (place.facts >= 0 && place.target == target.hub)
                target.followers += facts.groups[static_cast<size_t>(place.facts)].followers();
        }
    }
}

} // namespace

qint64 GroupFacts::followers() const
{
    qint64 sum = 0;
    for (const auto &[hub, count] : followersFrom)
        sum += count;
    return sum;
}

Facts factsOf(const fleet::Fleet &fleet, const Options &options, std::span<const Step> steps,
    std::span<const PlannedDevice> devices, Instant now)
{
    Facts facts{.fleet = fleet,
        .options = options,
        .steps = steps,
        .devices = devices,
        .obstacles = {},
        .tellings = {},
        .now = now,
        .atTarget = 0,
        .targets = {},
        .sources = {},
        .groups = {},
        .records = {},
        .rows = {}};
    countDevices(facts);
    countSteps(facts);
    countIndex(facts);
    return facts;
}

std::vector<StampName> productionOf(const Facts &facts)
{
    std::set<StampName> names;
    const auto add = [&names](const fleet::Stamp *stamp) {
        if (stamp != nullptr && stamp->ring == fleet::Ring::Production)
            names.insert(stamp->name);
    };
    for (const TargetFacts &target : facts.targets)
        add(target.stamp);
    for (const SourceFacts &source : facts.sources)
        add(source.stamp);
    return {names.begin(), names.end()};
}

QString titleOf(const fleet::Stamp *stamp, const HubHostName &hub)
{
    if (stamp != nullptr)
        return stamp->title.isEmpty() ? stamp->name.text() : stamp->title;
    return hub.isNull() ? u"no hub"_s : hub.text();
}

} // namespace drover::plan
