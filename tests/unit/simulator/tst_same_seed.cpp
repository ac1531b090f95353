#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"
#include "tests/unit/simulator/sas.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;

namespace {

constexpr const char *busy = R"({
    "name": "busy",
    "stamps": [{ "name": "a", "capacity": 100 }, { "name": "b", "capacity": 100 }, { "name": "c", "capacity": 100, "sku": "S2" }],
    "groups": [{ "name": "pumps", "stamp": "a", "count": 40, "idPattern": "pump-##", "offline": 0.2, "deaf": 0.1 },
               { "name": "valves", "stamp": "b", "count": 20, "idPattern": "valve-##", "reprovision": "reset" }],
    "individuals": [{ "name": "gates", "stamp": "c", "count": 5, "idPattern": "gate-#" }],
    "habits": { "returnAfter": [30, 300] },
    "faults": [{ "host": "azure-devices.net", "status": 503, "share": 0.05 }]
})";
constexpr std::size_t requests = 400;
const std::string management = "management.azure.com";
const std::string devicePlane = "global.azure-devices-provisioning.net";

/// One request of the script; all that it holds is the same whenever it is made.
struct Step {
    std::string method;
    std::string host;
    std::string path;
    Json body {};
    std::map<std::string, std::string> headers {};
    int pause = 0;
};

/// Draws requests of every plane: good ones, bad ones, and such as depend on those before.
class Script {
public:
    Script(const World &world, std::uint64_t seed)
        : m_world(world)
        , m_random(seed)
    {
    }

    Step next()
    {
        static constexpr std::array kinds {&Script::enrollment, &Script::group, &Script::identity, &Script::twin,
            &Script::bulk, &Script::query, &Script::method, &Script::job, &Script::device, &Script::resource,
            &Script::simulator, &Script::nonsense};
        Step step = (this->*kinds[static_cast<std::size_t>(m_random.between(0, kinds.size() - 1))])();
        step.pause = static_cast<int>(m_random.between(0, 9)) - 6;
        return step;
    }

private:
    const Hub &anyHub() { return *m_world.hubs[static_cast<std::size_t>(m_random.between(0, 2))]; }
    std::string number(int most) { return std::to_string(m_random.between(1, most)); }
    std::string pump() { return "pump-" + std::string(m_random.chance(0.5) ? "0" : "1") + number(9); }
    bool maybe() { return m_random.chance(0.5); }
    std::map<std::string, std::string> anyway() { return maybe() ? decltype(Step::headers) {{"if-match", "*"}} : decltype(Step::headers) {}; }

    Step enrollment()
    {
        const std::string id = maybe() ? pump() : "gate-" + number(6);
        if (m_random.chance(0.2))
            return {"DELETE", m_world.dps.serviceHost, "/enrollments/" + id, {}, anyway()};
        if (m_random.chance(0.3))
            return {"GET", m_world.dps.serviceHost, "/enrollments/" + id};
        return {"PUT", m_world.dps.serviceHost, "/enrollments/" + id,
            {{"registrationId", id}, {"attestation", {{"type", "symmetricKey"}}}, {"iotHubs", Json::array({anyHub().host})},
                {"allocationPolicy", "static"}}, anyway()};
    }
    Step group()
    {
        const std::string id = maybe() ? "pumps" : "new-" + number(3);
        if (maybe())
            return {"POST", m_world.dps.serviceHost, maybe() ? "/registrations/pumps/query" : "/enrollmentGroups/query",
                {{"query", "SELECT *"}}, {{"x-ms-max-item-count", number(20)}}};
        if (maybe())
            return {"POST", m_world.dps.serviceHost, "/enrollmentGroups/" + id + "/attestationmechanism"};
        return {"PUT", m_world.dps.serviceHost, "/enrollmentGroups/" + id,
            {{"enrollmentGroupId", id}, {"attestation", {{"type", "symmetricKey"}}}, {"iotHubs", Json::array({anyHub().host})}}, anyway()};
    }
    Step identity()
    {
        const std::string id = maybe() ? pump() : "made-" + number(4);
        const char *method = maybe() ? "GET" : maybe() ? "PUT" : "DELETE";
        return {method, anyHub().host, "/devices/" + id,
            *method == 'P' ? Json {{"deviceId", id}, {"status", maybe() ? "enabled" : "disabled"}} : Json(), anyway()};
    }
    Step twin()
    {
        const Json change = {{"tags", {{"floor", m_random.between(1, 9)}}}, {"properties", {{"desired", {{"reprovision", number(9)}}}}}};
        return {maybe() ? "PATCH" : "GET", anyHub().host, "/twins/" + pump(), change};
    }
    Step bulk()
    {
        const Json items = Json::array({{{"id", "made-" + number(4)}, {"importMode", maybe() ? "create" : "delete"}},
            {{"id", pump()}, {"importMode", "updateTwin"}, {"tags", {{"n", number(9)}}}}});
        return {"POST", anyHub().host, "/devices", items};
    }
    Step query()
    {
        const char *text = maybe() ? "SELECT * FROM devices WHERE connectionState = 'Connected'"
            : maybe()              ? "SELECT status, COUNT() AS n FROM devices GROUP BY status"
                                   : "SELECT * FROM devices.jobs";
        return {"POST", anyHub().host, "/devices/query", {{"query", text}}, {{"x-ms-max-item-count", number(30)}}};
    }
    Step method()
    {
        return {"POST", anyHub().host, "/twins/" + pump() + "/methods", {{"methodName", maybe() ? "Reprovision" : "ping"}, {"payload", 7}}};
    }
    Step job()
    {
        const std::string id = "job-" + number(4);
        if (maybe())
            return {"GET", anyHub().host, maybe() ? "/jobs/v2/" + id : "/jobs/v2/query"};
        return {"PUT", anyHub().host, "/jobs/v2/" + id,
            {{"jobId", id}, {"type", "scheduleDeviceMethod"}, {"queryCondition", "*"}, {"cloudToDeviceMethod", {{"methodName", "ping"}}}}};
    }
    /// What a device does by HTTP: it registers, polls and asks, with its own signature.
    Step device()
    {
        const std::string id = pump();
        const std::string resource = m_world.dps.idScope + "/registrations/" + id;
        const std::string key = deriveKey(m_world.populations.front().secret->primary, id);
        const std::map<std::string, std::string> headers {{"authorization", drover::test::sasFor(resource, key, "registration")}};
        if (maybe())
            return {"PUT", devicePlane, "/" + resource + "/register", {{"registrationId", id}}, headers};
        return maybe() ? Step {"POST", devicePlane, "/" + resource, {{"registrationId", id}}, headers}
                       : Step {"GET", devicePlane, "/" + resource + "/operations/5." + number(9), {}, headers};
    }
    Step resource()
    {
        const std::string group = "/subscriptions/" + m_world.tenant.subscriptionId + "/resourceGroups/" + m_world.tenant.resourceGroup;
        const std::string hub = group + "/providers/Microsoft.Devices/IotHubs/" + (maybe() ? anyHub().name : "fresh-" + number(2));
        const std::string version = "?api-version=2023-06-30";
        const Json body = {{"location", "West Europe"}, {"sku", {{"name", "S1"}, {"capacity", m_random.between(1, 3)}}}};
        if (m_random.chance(0.3))
            return {"PUT", management, hub + version, body};
        if (m_random.chance(0.1))
            return {"DELETE", management, group + "/providers/Microsoft.Devices/IotHubs/fresh-1" + version};
        return maybe() ? Step {"POST", management, hub + "/listkeys" + version} : Step {"GET", management, hub + (maybe() ? "/quotaMetrics" : "") + version};
    }
    Step simulator()
    {
        if (m_random.chance(0.3))
            return {"POST", "simulator", "/_sim/hubs/b/outage", Json::object({{"on", maybe()}})};
        return maybe() ? Step {"GET", "simulator", "/_sim/truth"} : Step {"GET", "simulator", "/_sim/devices/" + pump()};
    }
    Step nonsense()
    {
        return {maybe() ? "POST" : "BREW", maybe() ? anyHub().host : "nowhere.example", "/" + number(9), Json::array({1})};
    }

    const World &m_world;
    Random m_random;
};

/// Everything of an answer but the times of the log and of the host's clock, which none of these steps asks for.
std::string written(const Outcome &outcome)
{
    std::string text = std::to_string(static_cast<int>(outcome.kind)) + " " + std::to_string(outcome.response.status) + " after "
        + std::to_string(outcome.response.delay) + "\n";
    for (const auto &[name, value] : outcome.response.headers)
        text += name + ": " + value + "\n";
    return text + outcome.response.body + "\n";
}

struct Replay {
    std::vector<std::string> answers;
    std::map<int, int> statuses;
    std::uint64_t moved = 0;
};

Replay replay(std::uint64_t seed)
{
    Door door(busy, seed);
    Script script(door.world, 99);
    Replay result;
    for (std::size_t i = 0; i < requests; ++i) {
        Step step = script.next();
        if (step.host == management)
            step.headers["authorization"] = "Bearer " + door.world.tokens->issue("https://management.azure.com", Clock::wallSeconds(), 3'600);
        const Outcome outcome = door.outcome(step.method, step.host, step.path, step.body, step.headers);
        ++result.statuses[outcome.response.status / 100];
        result.answers.push_back(written(outcome));
        door.pass(std::max(0, step.pause) * 10);
        // A device that was told to wait asks how it goes.
        if (const std::string place = Door::headerOf(outcome.response, "Location"); step.host == devicePlane && !place.empty())
            result.answers.push_back(written(door.outcome("GET", devicePlane, place.substr(place.find('/', 8)), Json(), step.headers)));
    }
    for (const auto &hub : door.world.hubs)
        result.moved += hub->assignments;
    return result;
}

} // namespace

class TestSameSeed : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void twoFreshServersOfOneSeedAnswerByteForByteTheSame()
    {
        const Replay one = replay(7);
        const Replay two = replay(7);
        QCOMPARE(two.answers.size(), one.answers.size());
        for (std::size_t i = 0; i < one.answers.size(); ++i)
            QCOMPARE(QByteArray::fromStdString(two.answers[i]), QByteArray::fromStdString(one.answers[i]));
        // Else the script would prove little.
        QVERIFY(one.statuses.at(2) > 100);
        QVERIFY(one.statuses.at(4) > 50);
        QVERIFY(one.statuses.at(5) > 0);
        QVERIFY(one.moved > 5);
    }

    void anotherSeedTellsAnotherStory()
    {
        QVERIFY(replay(7).answers != replay(8).answers);
    }
};

DROVER_TEST(TestSameSeed)
#include "tst_same_seed.moc"
