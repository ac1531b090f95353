#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;

namespace {

constexpr const char *ninePumps = R"({"name":"two","stamps":[{"name":"a","capacity":9}],
    "groups":[{"name":"pumps","stamp":"a","count":9,"idPattern":"pump-#"}]})";

Json module(const char *id) { return {{"deviceId", "pump-1"}, {"moduleId", id}}; }

} // namespace

class TestHubService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void modulesLiveAndDieWithTheirDevice()
    {
        Door door;
        const std::string hub = door.hub("a");
        const std::string path = "/devices/pump-1/modules/m1";
        QCOMPARE(door.send("PUT", hub, "/devices/none/modules/m1", {{"deviceId", "none"}, {"moduleId", "m1"}}).status, 404);
        const Response made = door.send("PUT", hub, path, module("m1"));
        QCOMPARE(made.status, 200);
        QVERIFY(!textOf(Door::bodyOf(made)["authentication"]["symmetricKey"], "primaryKey").empty());
        QCOMPARE(door.send("PUT", hub, path, module("m1")).status, 409);
        QCOMPARE(door.send("PUT", hub, path, module("m1"), {{"if-match", "\"stale\""}}).status, 412);
        QCOMPARE(door.send("PUT", hub, path, module("m1"), {{"if-match", "\"*\""}}).status, 200);
        QCOMPARE(Door::bodyOf(door.send("GET", hub, "/devices/pump-1/modules")).size(), std::size_t {1});
        const Json query = {{"query", "SELECT * FROM devices.modules WHERE moduleId = 'm1'"}};
        QCOMPARE(Door::bodyOf(door.send("POST", hub, "/devices/query", query)).size(), std::size_t {1});
        door.send("DELETE", hub, "/devices/pump-1", Json(), {{"if-match", "*"}});
        door.send("PUT", hub, "/devices/pump-1", {{"deviceId", "pump-1"}});
        QCOMPARE(Door::bodyOf(door.send("GET", hub, "/devices/pump-1/modules")).size(), std::size_t {0});
        QCOMPARE(door.send("GET", hub, path).status, 404);
    }

    void aChildNamesAnIotEdgeDeviceOfItsHub()
    {
        Door door;
        const std::string hub = door.hub("a");
        const Json edge = {{"deviceId", "gate-1"}, {"capabilities", {{"iotEdge", true}}}};
        const std::string scope = textOf(Door::bodyOf(door.send("PUT", hub, "/devices/gate-1", edge)), "deviceScope");
        QVERIFY(scope.starts_with("ms-azure-iot-edge://gate-1-"));
        const auto child = [&](const std::string &parent) {
            return door.send("PUT", hub, "/devices/pump-1", {{"deviceId", "pump-1"}, {"deviceScope", parent}}, {{"if-match", "*"}});
        };
        QCOMPARE(child(scope + "1").status, 400);
        QCOMPARE(child("ms-azure-iot-edge://pump-2-637000000000000001").status, 400);
        QCOMPARE(child("nonsense").status, 400);
        QCOMPARE(child(scope).status, 200);
        const Json tied = {{"query", "SELECT deviceId, deviceScope, parentScopes, capabilities FROM devices "
                                     "WHERE capabilities.iotEdge = true OR deviceScope != ''"}};
        const Json rows = Door::bodyOf(door.send("POST", hub, "/devices/query", tied));
        QCOMPARE(rows.size(), std::size_t {2});
        QCOMPARE(rows[0], Json({{"deviceId", "gate-1"}, {"deviceScope", scope}, {"capabilities", {{"iotEdge", true}}}}));
        QCOMPARE(rows[1], Json({{"deviceId", "pump-1"}, {"deviceScope", scope}, {"parentScopes", {scope}},
                              {"capabilities", {{"iotEdge", false}}}}));
        QCOMPARE(textOf(Door::bodyOf(door.send("GET", hub, "/twins/pump-1")), "deviceScope"), scope);
        QCOMPARE(child("").status, 200);
        QVERIFY(!Door::bodyOf(door.send("GET", hub, "/devices/pump-1")).contains("deviceScope"));
    }

    void theFirstFewOfAQueryMayTakeMorePagesThanOne()
    {
        Door door(ninePumps);
        door.world.enforceQuotas = false;
        const auto rows = [&](const char *text, const char *page) {
            std::vector<std::string> ids;
            std::string next;
            int pages = 0;
            do {
                const Response answer = door.send("POST", door.hub("a"), "/devices/query", {{"query", text}},
                    {{"x-ms-max-item-count", page}, {"x-ms-continuation", next}});
                for (const Json &row : Door::bodyOf(answer))
                    ids.push_back(textOf(row, "deviceId"));
                next = Door::headerOf(answer, "x-ms-continuation");
            } while (!next.empty() && ++pages < 20);
            return ids.size();
        };
        for (const char *page : {"1", "2", "5", "6", "100"}) {
            QCOMPARE(rows("SELECT TOP 5 * FROM devices", page), std::size_t {5});
            QCOMPARE(rows("SELECT TOP 100 * FROM devices", page), std::size_t {9});
            QCOMPARE(rows("SELECT TOP 9 deviceId FROM devices", page), std::size_t {9});
        }
        for (const char *wrong : {"SELECT TOP -1 * FROM devices", "SELECT TOP 0 * FROM devices", "SELECT TOP 1.5 * FROM devices", "SELECT TOP * FROM devices"})
            QCOMPARE(door.send("POST", door.hub("a"), "/devices/query", {{"query", wrong}}).status, 400);
        const Json grouped = Door::bodyOf(door.send("POST", door.hub("a"), "/devices/query",
            {{"query", "SELECT TOP 2 deviceId, COUNT() AS n FROM devices GROUP BY deviceId"}}));
        QCOMPARE(grouped.size(), std::size_t {2});
    }

    void whatIsUnderWayGoesOnWhenTheClockIsPutBack()
    {
        Door door;
        int happened = 0;
        door.world.timeline.at(door.world.now() + 5'000, [&] { ++happened; });
        door.azure.simulator().moveClock(-3'600'000);
        door.pass(4);
        QCOMPARE(happened, 0);
        door.world.timeline.at(door.world.now() + 5'000, [&] { ++happened; });
        door.pass(1);
        QCOMPARE(happened, 1);
        QCOMPARE(*door.world.timeline.next() - door.world.now(), Millis {4'000});
        door.pass(4);
        QCOMPARE(happened, 2);
    }

    void moduleTwinsHaveVersions()
    {
        Door door;
        const std::string hub = door.hub("a");
        door.send("PUT", hub, "/devices/pump-1/modules/m1", module("m1"));
        const std::string path = "/twins/pump-1/modules/m1";
        const Json before = Door::bodyOf(door.send("GET", hub, path));
        QCOMPARE(textOf(before, "moduleId"), std::string("m1"));
        const Json change = {{"properties", {{"desired", {{"on", true}}}}}};
        const Json after = Door::bodyOf(door.send("PATCH", hub, path, change));
        QCOMPARE(after["properties"]["desired"]["$version"].get<int>(), before["properties"]["desired"]["$version"].get<int>() + 1);
        QCOMPARE(door.send("PATCH", hub, path, change, {{"if-match", "\"" + textOf(before, "etag") + "\""}}).status, 412);
        QCOMPARE(door.send("POST", hub, path + "/methods", {{"methodName", "x"}}).status, 404);
        QCOMPARE(door.send("DELETE", hub, "/devices/pump-1/modules/m1").status, 204);
        QCOMPARE(door.send("GET", hub, path).status, 404);
    }

    void messagesWaitForADeviceThatIsOffline()
    {
        Door door;
        const std::string hub = door.hub("a");
        door.send("PUT", hub, "/devices/asleep", {{"deviceId", "asleep"}});
        for (int i = 0; i < 50; ++i)
            QCOMPARE(door.send("POST", hub, "/devices/asleep/messages/deviceBound", Json("hi")).status, 204);
        QCOMPARE(door.send("POST", hub, "/devices/asleep/messages/deviceBound", Json("hi")).status, 403);
        QCOMPARE(Door::bodyOf(door.send("GET", hub, "/devices/asleep"))["cloudToDeviceMessageCount"].get<int>(), 50);
        const Json purged = Door::bodyOf(door.send("DELETE", hub, "/devices/asleep/commands"));
        QCOMPARE(purged["totalMessagesPurged"].get<int>(), 50);
        QCOMPARE(Door::bodyOf(door.send("DELETE", hub, "/devices/asleep/commands"))["totalMessagesPurged"].get<int>(), 0);
        QCOMPARE(door.send("DELETE", hub, "/devices/none/commands").status, 404);
        QCOMPARE(door.send("POST", hub, "/devices/pump-1/messages/deviceBound", Json("hi")).status, 204);
        QCOMPARE(door.world.hub("a")->find("pump-1")->queued, std::uint8_t {0});
    }

    void configurationsAreKeptByEtag()
    {
        Door door;
        const std::string hub = door.hub("a");
        const Json record = {{"id", "c1"}, {"content", {{"deviceContent", Json::object()}}}, {"priority", 10}};
        QCOMPARE(Door::bodyOf(door.send("GET", hub, "/configurations")).size(), std::size_t {0});
        const Json made = Door::bodyOf(door.send("PUT", hub, "/configurations/c1", record));
        QCOMPARE(made["priority"].get<int>(), 10);
        QCOMPARE(door.send("PUT", hub, "/configurations/c1", record).status, 409);
        QCOMPARE(door.send("PUT", hub, "/configurations/c1", record, {{"if-match", textOf(made, "etag")}}).status, 200);
        QCOMPARE(door.send("PUT", hub, "/configurations/c1", record, {{"if-match", textOf(made, "etag")}}).status, 412);
        QCOMPARE(Door::bodyOf(door.send("GET", hub, "/configurations", Json())).size(), std::size_t {1});
        QCOMPARE(door.send("DELETE", hub, "/configurations/c1").status, 204);
        QCOMPARE(door.send("GET", hub, "/configurations/c1").status, 404);
    }

    void whatWasGroupedIsPagedToo()
    {
        Door door;
        const std::string hub = door.hub("a");
        const Json query = {{"query", "SELECT deviceId, COUNT() AS n FROM devices GROUP BY deviceId"}};
        const Response first = door.send("POST", hub, "/devices/query", query, {{"x-ms-max-item-count", "1"}});
        QCOMPARE(Door::bodyOf(first).size(), std::size_t {1});
        const std::string token = Door::headerOf(first, "x-ms-continuation");
        const Response last = door.send("POST", hub, "/devices/query", query, {{"x-ms-max-item-count", "1"}, {"x-ms-continuation", token}});
        QCOMPARE(textOf(Door::bodyOf(last)[0], "deviceId"), std::string("pump-2"));
        QVERIFY(Door::headerOf(last, "x-ms-continuation").empty());
    }

    void aBulkTwinChangeIsHeldToTheTwinsEtag()
    {
        Door door;
        Json item = {{"id", "pump-1"}, {"importMode", "updateTwinIfMatchETag"}, {"twinETag", "stale"}, {"tags", {{"floor", 2}}}};
        QCOMPARE(door.send("POST", door.hub("a"), "/devices", Json::array({item})).status, 400);
        QVERIFY(!door.world.hub("a")->find("pump-1")->twin->tags.contains("floor"));
        item["twinETag"] = door.world.hub("a")->find("pump-1")->twin->etag();
        QCOMPARE(door.send("POST", door.hub("a"), "/devices", Json::array({item})).status, 200);
        QVERIFY(door.world.hub("a")->find("pump-1")->twin->tags.contains("floor"));
    }

    void aTimeoutBeyondAnIntegerIsOutOfRange()
    {
        Door door;
        const Json method = {{"methodName", "m"}, {"responseTimeoutInSeconds", 4'294'967'326}};
        QCOMPARE(door.send("POST", door.hub("a"), "/twins/pump-1/methods", method).status, 400);
    }

    void orderingIsRefused()
    {
        Door door;
        const Json query = {{"query", "SELECT * FROM devices ORDER BY deviceId"}};
        QCOMPARE(door.send("POST", door.hub("a"), "/devices/query", query).status, 400);
    }
};

DROVER_TEST(TestHubService)
#include "tst_hub_service.moc"
