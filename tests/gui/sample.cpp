#include "tests/gui/sample.h"

#include <numeric>

using namespace Qt::StringLiterals;

namespace drover::test {

using namespace std::chrono_literals;

namespace {

const Instant noon(std::chrono::milliseconds(1'785'765'720'000)); // 3 August 2026, 14:02 UTC

struct Group {
    const char *name;
    int devices;
};

struct Row {
    QString name;
    fleet::Ring ring;
    QString sku;
    int units;
    QString region;
    QString generation;
    fleet::Application application;
    qint64 capacity;
    qint64 connected;
    bool outage;
    std::vector<Group> groups;
};

const std::vector<Row> &rows()
{
    using fleet::Application;
    using fleet::Ring;
    static const std::vector<Row> all {
        {u"lab-eu"_s, Ring::Test, u"S1"_s, 2, u"West Europe"_s, u"3"_s, Application::None, 10'000, 5'980, false,
            {{"pilot-meters", 4'000}, {"cold-chain-v3", 2'200}}},
        {u"lab-us"_s, Ring::Test, u"S1"_s, 1, u"East US"_s, u"3"_s, Application::None, 5'000, 871, false, {{"bench-rigs", 900}}},
        {u"canary-eu"_s, Ring::Canary, u"S2"_s, 1, u"West Europe"_s, u"3"_s, Application::None, 50'000, 19'950, false,
            {{"early-adopters", 12'480}, {"berlin-meters", 7'500}, {"", 500}}},
        {u"eu-1"_s, Ring::Production, u"S2"_s, 4, u"West Europe"_s, u"2–3"_s, Application::Own, 100'000, 70'100, false,
            {{"meters-eu", 58'000}, {"cold-chain", 13'000}}},
        {u"eu-2"_s, Ring::Production, u"S3"_s, 1, u"North Europe"_s, u"3"_s, Application::Own, 100'000, 87'020, false,
            {{"meters-eu-b", 88'100}}},
        {u"us-1"_s, Ring::Production, u"S2"_s, 4, u"East US"_s, {}, Application::Gateway, 100'000, 95'300, false,
            {{"meters-us", 96'400}}},
        {u"us-2"_s, Ring::Production, u"S2"_s, 4, u"West US"_s, {}, Application::Gateway, 100'000, 53'990, false,
            {{"meters-us-west", 54'300}}},
        {u"ap-1"_s, Ring::Production, u"S2"_s, 2, u"Southeast Asia"_s, u"2"_s, Application::Own, 100'000, 0, true,
            {{"meters-ap", 75'000}}},
    };
    return all;
}

HubHostName hubOf(const QString &stamp)
{
    return *HubHostName::parse(stamp + u".azure-devices.net"_s);
}

void addDevices(fleet::DeviceIndex &index, const Row &row, int scale)
{
    const QByteArray hub = hubOf(row.name).text().toLatin1();
    for (const Group &group : row.groups) {
        const QByteArray prefix = *group.name != 0 ? QByteArray(group.name) : QByteArray("berlin");
        for (int i = 0; i < std::max(1, group.devices / scale); ++i) {
            fleet::DeviceFact fact;
            fact.deviceId = prefix + '-' + QByteArray::number(i).rightJustified(5, '0');
            fact.registrationId = fact.deviceId;
            fact.hub = hub;
            fact.group = QByteArray(group.name);
            fact.enabled = true;
            index.mergeDps(fact);
            fact.connected = true;
            index.mergeHub(fact);
        }
    }
}

fleet::Stamp stampOf(const Row &row, int scale)
{
    fleet::Stamp stamp;
    stamp.name = *StampName::parse(row.name);
    stamp.title = row.name;
    stamp.ring = row.ring;
    stamp.region = row.region;
    stamp.generation = row.generation;
    stamp.application = row.application;
    stamp.hub = hubOf(row.name);
    stamp.sku = {.name = row.sku, .units = row.units};
    stamp.capacity = row.capacity / scale;
    stamp.health.state = row.outage ? fleet::HubHealth::State::Outage : fleet::HubHealth::State::Active;
    qint64 devices = 0;
    for (const Group &group : row.groups)
        devices += std::max(1, group.devices / scale);
    stamp.health.identities = devices;
    stamp.health.connected = row.connected / scale;
    return stamp;
}

run::Counts mixed(int verified, int moving, int total)
{
    using run::DeviceState;
    run::Counts counts {};
    const auto at = [&counts](DeviceState state) -> int & { return counts[static_cast<size_t>(state)]; };
    at(DeviceState::Verified) = verified;
    at(DeviceState::Connected) = moving / 8;
    at(DeviceState::Assigned) = moving / 4;
    at(DeviceState::Registering) = moving / 8;
    at(DeviceState::Triggered) = moving / 4;
    at(DeviceState::Enrolled) = moving / 4;
    at(DeviceState::Failed) = verified > 5000 ? 7 : 0;
    at(DeviceState::Waiting) = verified > 1000 ? 84 : 0;
    at(DeviceState::Planned) = total - std::accumulate(counts.begin(), counts.end(), 0);
    return counts;
}

QByteArray populationOf(const run::Counts &counts)
{
    QByteArray states;
    for (const run::DeviceState state : {run::DeviceState::Verified, run::DeviceState::Waiting, run::DeviceState::Failed,
             run::DeviceState::Connected, run::DeviceState::Assigned, run::DeviceState::Registering, run::DeviceState::Triggered,
             run::DeviceState::Enrolled, run::DeviceState::Planned})
        states.append(counts[static_cast<size_t>(state)], static_cast<char>(state));
    // Devices of a wave finish in any order.
    for (qsizetype i = 0; i + 97 < states.size(); i += 53)
        std::swap(states[i], states[i + 1 + (i * 31) % 96]);
    return states;
}

} // namespace

StampName stampName(QStringView text)
{
    return *StampName::parse(text);
}

fleet::DeviceSet groupSet(const QString &name)
{
    return {.kind = fleet::DeviceSet::Kind::Group, .text = name, .ids = {}};
}

std::shared_ptr<const fleet::Fleet> sampleFleet(int scale)
{
    auto fleet = std::make_shared<fleet::Fleet>();
    fleet->name = u"Contoso fleet"_s;
    fleet->simulated = true;
    fleet->taken = noon;
    fleet->dps.name = u"contoso-dps"_s;
    fleet->dps.host = u"contoso-dps.azure-devices-provisioning.net"_s;
    auto index = std::make_shared<fleet::DeviceIndex>();
    std::vector<HubHostName> linked;
    for (const Row &row : rows()) {
        fleet->stamps.push_back(stampOf(row, scale));
        linked.push_back(hubOf(row.name));
        addDevices(*index, row, scale);
    }
    fleet->dps.linked = linked;
    fleet->devices = std::move(index);
    return fleet;
}

plan::Plan samplePlan()
{
    plan::Plan plan;
    plan.fleet = u"Contoso fleet"_s;
    plan.moves = {{.set = groupSet(u"cold-chain-v3"_s), .to = stampName(u"eu-1")},
        {.set = *fleet::DeviceSet::parse(u"where:tags.site = 'berlin'"_s), .to = stampName(u"eu-2")}};
    plan.summaries = {{.set = u"cold-chain-v3"_s, .from = u"lab-eu"_s, .to = stampName(u"eu-1"), .devices = 2'200,
                          .how = u"re-point 1 enrollment group · 1 write"_s},
        {.set = u"site = berlin"_s, .from = u"canary-eu"_s, .to = stampName(u"eu-2"), .devices = 8'000,
            .how = u"part of a group: split out with derived keys · 800 bulk writes"_s}};
    plan.devices.resize(10'200);
    plan.checks = {
        {.id = u"offline"_s, .title = u"84 devices offline longer than 7 days"_s, .verdict = plan::Verdict::Warn,
            .evidence = u"They will wait in their own lane."_s, .remedy = u"Leave them out, or give the run a longer deadline."_s},
        {.id = u"headroom"_s, .title = u"eu-2 will reach 96 % of its capacity"_s, .verdict = plan::Verdict::Warn,
            .evidence = u"Losing eu-1 could not be absorbed afterwards."_s, .remedy = u"Choose a stamp with more room."_s}};
    for (int i = 0; i < 29; ++i)
        plan.checks.push_back({.id = u"pass-%1"_s.arg(i), .title = u"Both hubs linked to the same DPS, policy “migrate data”"_s,
            .verdict = plan::Verdict::Pass, .evidence = {}, .remedy = {}});
    plan.waves = {{.devices = 1, .gate = {}}, {.devices = 102, .gate = {}}, {.devices = 1'020, .gate = {}}, {.devices = 9'077, .gate = {}}};
    plan.eta = {.shortest = 12min, .longest = 15min, .bottleneck = u"DPS registrations 1,000/min"_s};
    plan.calls = 1'214;
    plan.requests = {{.method = u"PUT"_s,
        .url = u"https://contoso-dps.azure-devices-provisioning.net/enrollmentGroups/cold-chain-v3?api-version=2021-10-01"_s,
        .body = R"({"enrollmentGroupId":"cold-chain-v3","iotHubs":["eu-1.azure-devices.net"]})", .count = 1,
        .why = u"re-point the group"_s}};
    plan.notes = {u"Devices that register for the first time while the group is re-pointed go to eu-1 too."_s};
    plan.production = {stampName(u"eu-1"), stampName(u"eu-2")};
    return plan;
}

run::RunStatus sampleStatus()
{
    using Tone = run::RunEvent::Tone;
    using Verdict = run::WaveStatus::Verdict;
    run::RunStatus status;
    status.id = u"run-14"_s;
    status.title = u"Run 14 · site = berlin, cold-chain-v3"_s;
    status.production = true;
    status.phase = run::Phase::Running;
    status.started = noon;
    status.now = noon + 8min + 40s;
    status.total = 10'200;
    for (int second = 0; second <= 520; second += 2) {
        const double share = second < 60 ? 0 : second < 130 ? 0.01 : second < 220 ? 0.1 : 0.1 + 0.53 * (second - 220) / 300.0;
        const int moving = second < 220 ? static_cast<int>(share * 600) : 1'208;
        status.samples.push_back({.at = noon + std::chrono::seconds(second),
            .counts = mixed(static_cast<int>(share * 10'200), moving, status.total)});
    }
    status.counts = status.samples.back().counts;
    status.rate = 962;
    status.limit = 1'000;
    status.pace = 1;
    status.plannedPace = 0.9;
    status.limitName = u"DPS registrations"_s;
    status.left = 2min + 40s;
    status.expectedFrom = noon + 11min;
    status.expectedTo = noon + 12min;
    status.wave = 3;
    const auto closed = [](int devices, Instant at) {
        run::WaveStatus wave {.devices = devices, .counts = {}, .verdict = Verdict::Pass, .closed = at, .sentence = {}};
        wave.counts[static_cast<size_t>(run::DeviceState::Verified)] = devices;
        return wave;
    };
    status.waves = {closed(1, noon + 60s), closed(102, noon + 130s), closed(1'020, noon + 220s),
        {.devices = 9'077, .counts = status.counts, .verdict = Verdict::Open, .closed = {}, .sentence = {}}};
    auto &last = status.waves.back().counts;
    last[static_cast<size_t>(run::DeviceState::Verified)] -= 1'123;
    status.events = {{.at = noon + 1s, .tone = Tone::Neutral, .sentence = u"Snapshot of 8,001 enrollments written to the journal."_s},
        {.at = noon + 60s, .tone = Tone::Good, .sentence = u"Gate 1 passed: canary device berlin-0007 connected at eu-2 after 9 s, twin equal."_s},
        {.at = noon + 130s, .tone = Tone::Good, .sentence = u"Gate 2 passed: 102 of 102 verified."_s},
        {.at = noon + 220s, .tone = Tone::Good, .sentence = u"Gate 3 passed: 1,013 of 1,020 verified (99.3 %), 7 waiting."_s},
        {.at = noon + 410s, .tone = Tone::Bad, .sentence = u"5 devices failed: eu-2 registry limit. They are kept for retry."_s},
        {.at = noon + 500s, .tone = Tone::Warn,
            .sentence = u"DPS asked to slow down (429, Retry-After 4 s). Pace lowered to 900/min, back to 962/min at 14:11:41."_s}};
    status.failures = {{.cause = u"hub answered 429001 after 4 tries"_s, .remedy = u"eu-2 registry writes above 100/min/unit"_s, .devices = 5},
        {.cause = u"enrollment changed by someone else"_s, .remedy = u"412, both versions kept"_s, .devices = 2}};
    status.lanes = {{.state = run::DeviceState::Failed, .cause = u"hub answered 429001 after 4 tries"_s,
                        .remedy = u"eu-2 registry writes above 100/min/unit"_s, .devices = 5,
                        .first = {u"berlin-0012"_s, u"berlin-0044"_s, u"berlin-0310"_s, u"berlin-0871"_s, u"berlin-1404"_s}},
        {.state = run::DeviceState::Failed, .cause = u"enrollment changed by someone else"_s, .remedy = u"412, both versions kept"_s,
            .devices = 2, .first = {u"berlin-2210"_s, u"berlin-2211"_s}},
        {.state = run::DeviceState::Waiting, .cause = u"offline"_s, .remedy = {}, .devices = 84,
            .first = {u"berlin-0007"_s, u"berlin-0019"_s, u"berlin-0023"_s, u"berlin-0101"_s}}};
    status.crossings = {{.from = u"canary-eu"_s, .to = u"eu-2"_s, .fromBefore = 8'000, .fromNow = 624, .toBefore = 0, .toNow = 7'376}};
    status.population = populationOf(status.counts);
    status.calls = 1'096;
    return status;
}

run::RunStatus pausedAtGate()
{
    using run::DeviceState;
    run::RunStatus status = sampleStatus();
    run::WaveStatus &wave = status.waves[2];
    wave.verdict = run::WaveStatus::Verdict::Inconclusive;
    wave.sentence = u"Gate 3 is inconclusive: 932 of 1,020 verified, 4 failed, 84 offline, 0 under way; wanted 98 %."_s;
    wave.counts = {};
    wave.counts[static_cast<size_t>(DeviceState::Verified)] = 932;
    wave.counts[static_cast<size_t>(DeviceState::Failed)] = 4;
    wave.counts[static_cast<size_t>(DeviceState::Waiting)] = 84;
    status.waves[3].counts = {};
    status.waves[3].counts[static_cast<size_t>(DeviceState::Planned)] = 9'077;
    status.counts = {};
    for (const run::WaveStatus &each : status.waves) {
        for (size_t state = 0; state < status.counts.size(); ++state)
            status.counts[state] += each.counts[state];
    }
    std::erase_if(status.samples, [&](const run::Sample &sample) { return sample.at > *wave.closed; });
    status.lanes.erase(status.lanes.begin() + 1);
    status.lanes.front().devices = 4;
    status.phase = run::Phase::Paused;
    status.reason = wave.sentence;
    status.wave = 2;
    status.now = *wave.closed + 20s;
    status.left.reset();
    status.expectedFrom.reset();
    status.expectedTo.reset();
    status.events.resize(3);
    status.events.push_back({.at = *wave.closed, .tone = run::RunEvent::Tone::Warn, .sentence = wave.sentence});
    status.population = populationOf(status.counts);
    return status;
}

run::RunStatus finishedWithFailures()
{
    using run::DeviceState;
    run::RunStatus status = sampleStatus();
    status.counts = {};
    status.counts[static_cast<size_t>(DeviceState::Verified)] = 10'193;
    status.counts[static_cast<size_t>(DeviceState::Failed)] = 7;
    status.lanes.pop_back();
    status.phase = run::Phase::Finished;
    status.reason = u"10,193 of 10,200 devices verified."_s;
    status.now = noon + 13min;
    status.ended = status.now;
    status.waves.back().counts = {};
    status.waves.back().counts[static_cast<size_t>(DeviceState::Verified)] = 9'070;
    status.waves.back().counts[static_cast<size_t>(DeviceState::Failed)] = 7;
    status.waves.back().verdict = run::WaveStatus::Verdict::Pass;
    status.waves.back().closed = status.now;
    status.samples.push_back({.at = status.now, .counts = status.counts});
    status.population = populationOf(status.counts);
    return status;
}

plan::Plan sampleUndo()
{
    plan::Plan plan = samplePlan();
    plan.undoes = u"20260803-140200-7f3a"_s;
    plan.summaries = {{.set = u"site = berlin"_s, .from = u"eu-2"_s, .to = stampName(u"canary-eu"), .devices = 7'376,
        .how = u"as it was before the run: 7,376 records written back"_s}};
    plan.devices.resize(7'376);
    plan.notes.clear();
    plan.checks = {{.id = u"undo-drift"_s, .title = u"Enrollments are as the run left them"_s, .verdict = plan::Verdict::Block,
        .evidence = u"2 enrollments were changed since the run: berlin-2210: iotHubs differs; berlin-2211: iotHubs differs."_s,
        .remedy = u"Look at them, or leave them and their devices out."_s}};
    plan.production = {stampName(u"eu-2")};
    return plan;
}

ui::Inspection sampleInspection()
{
    using ui::Tone;
    return {.id = u"berlin-0412"_s,
        .note = u"registration ID · also 3 devices beginning with this text"_s,
        .tone = Tone::Warn,
        .sentence = u"Assigned to eu-2 nine minutes ago, but it has not connected there, and canary-eu still has its identity."_s,
        .detail = u"DPS says “assigned · initialAssignment”: the old identity was not migrated. The device last sent from canary-eu at 14:01."_s,
        .action = u"Ask it to register again"_s,
        .chain = {{u"Enrollment"_s, u"individual"_s, u"split from berlin-meters"_s, Tone::Neutral, u"names eu-2"_s, Tone::Neutral},
            {u"DPS"_s, u"assigned"_s, u"eu-2 · 14:03"_s, Tone::Neutral, u"not arrived"_s, Tone::Warn},
            {u"Hub eu-2"_s, u"identity, never connected"_s, {}, Tone::Warn, u"left behind"_s, Tone::Bad},
            {u"Hub canary-eu"_s, u"identity, enabled"_s, {}, Tone::Bad, {}, Tone::Neutral}},
        .cards = {{u"Enrollment"_s, Tone::Neutral,
                      {{u"Registration ID"_s, u"berlin-0412"_s}, {u"Kind"_s, u"individual, symmetric key"_s}, {u"Status"_s, u"enabled"_s},
                          {u"Allocation"_s, u"static"_s}, {u"Hubs"_s, u"eu-2"_s}, {u"Re-provision"_s, u"migrate data"_s},
                          {u"ETag"_s, u"\"41009b1c…\""_s}}},
            {u"Registration"_s, Tone::Neutral,
                {{u"Status"_s, u"assigned"_s}, {u"Substatus"_s, u"initialAssignment"_s, Tone::Warn}, {u"Assigned hub"_s, u"eu-2"_s},
                    {u"Device ID"_s, u"berlin-0412"_s}, {u"Updated"_s, u"14:03:11 (9 min ago)"_s}, {u"Error"_s, u"none"_s}}},
            {u"Identity on eu-2"_s, Tone::Warn,
                {{u"Status"_s, u"enabled"_s}, {u"Connection"_s, u"disconnected"_s}, {u"Last activity"_s, u"never"_s},
                    {u"Generation"_s, u"638…114"_s}, {u"Twin"_s, u"3 of 14 values differ"_s, Tone::Warn}}},
            {u"Identity on canary-eu"_s, Tone::Bad,
                {{u"Status"_s, u"enabled"_s}, {u"Connection"_s, u"disconnected"_s}, {u"Last activity"_s, u"14:01:47"_s},
                    {u"Generation"_s, u"637…902"_s}, {u"Gateway cache"_s, u"still canary-eu"_s, Tone::Bad}}}},
        .history = {{u"today 14:03:11"_s, Tone::Warn, u"DPS assigned it to eu-2 (first assignment)"_s},
            {u"today 14:02:58"_s, Tone::Progress, u"Run 14 called “Reprovision”; the device answered 200"_s},
            {u"3 Aug 2026"_s, Tone::Neutral, u"Run 2 moved it lab-eu → canary-eu, verified in 11 s"_s}},
        .requests = {{u"GET /enrollments/berlin-0412"_s, 200, 41}, {u"GET /registrations/berlin-0412"_s, 200, 38},
            {u"GET eu-2 /devices/berlin-0412"_s, 200, 55}, {u"GET canary-eu /devices/berlin-0412"_s, 200, 52}}};
}

} // namespace drover::test
