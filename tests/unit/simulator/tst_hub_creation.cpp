#include "tests/support/testmain.h"
#include "tests/unit/simulator/manager.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;
using drover::test::Manager;

namespace {

Json record(const char *sku = "S1") { return {{"location", "West Europe"}, {"sku", {{"name", sku}, {"capacity", 1}}}, {"tags", {{"stamp", "new"}}}}; }

} // namespace

class TestHubCreation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aHubIsMadeInAWhileAndThenServes()
    {
        Door door;
        const Manager manager(door);
        const Response made = manager.send("PUT", manager.hub("fresh"), record());
        QCOMPARE(made.status, 201);
        QCOMPARE(manager.stateOf("fresh"), std::string("Activating"));
        QCOMPARE(door.send("GET", "fresh.azure-devices.net", "/devices").status, 503);
        QCOMPARE(manager.progress(made), std::string("Running"));
        QCOMPARE(manager.send("PUT", manager.hub("fresh"), record()).status, 409);
        door.pass(10);
        QCOMPARE(manager.progress(made), std::string("Succeeded"));
        QCOMPARE(manager.stateOf("fresh"), std::string("Active"));
        QCOMPARE(door.send("PUT", "fresh.azure-devices.net", "/devices/d", {{"deviceId", "d"}}).status, 200);
        QCOMPARE(Door::bodyOf(manager.send("POST", manager.hub("fresh") + "/listkeys"))["value"].size(), std::size_t {5});
        QCOMPARE(textOf(Door::bodyOf(manager.send("GET", manager.hub("fresh")))["tags"], "stamp"), std::string("new"));
    }

    void aHubThatWasDeletedIsGoneEverywhere()
    {
        Door door;
        const Manager manager(door);
        const std::string name = door.world.hub("a")->name;
        const std::string host = door.hub("a");
        const Response removed = manager.send("DELETE", manager.hub(name));
        QCOMPARE(removed.status, 202);
        QVERIFY(!Door::headerOf(removed, "Location").empty());
        QCOMPARE(manager.stateOf(name), std::string("Deleting"));
        door.pass(10);
        QCOMPARE(manager.progress(removed), std::string("Succeeded"));
        QCOMPARE(manager.send("GET", manager.hub(name)).status, 404);
        QCOMPARE(manager.send("DELETE", manager.hub(name)).status, 404);
        QCOMPARE(door.send("GET", host, "/devices").status, 404);
        // DPS still names it, and cannot assign to it.
        QCOMPARE(textOf(Door::bodyOf(door.send("GET", door.dps(), "/registrations/pump-1")), "assignedHub"), host);
        door.pass(600);
        QCOMPARE(Door::bodyOf(door.send("GET", door.dps(), "/registrations/pump-1"))["errorCode"].get<int>(), 404210);
    }

    void devicesOfADeletedHubFindTheOneTheirEnrollmentNames()
    {
        Door door;
        const Manager manager(door);
        Json group = Door::bodyOf(door.send("GET", door.dps(), "/enrollmentGroups/pumps"));
        group["iotHubs"] = Json::array({door.hub("b")});
        QCOMPARE(door.send("PUT", door.dps(), "/enrollmentGroups/pumps", group, {{"if-match", "*"}}).status, 200);
        manager.send("DELETE", manager.hub(door.world.hub("a")->name));
        door.pass(600);
        QCOMPARE(door.world.hub("b")->connected, std::size_t {2});
        for (const Device &device : door.world.devices)
            QCOMPARE(int(device.homes), 1);
    }

    void aNameMayBeUsedAgain()
    {
        Door door;
        const Manager manager(door);
        manager.send("PUT", manager.hub("fresh"), record());
        door.pass(10);
        door.send("PUT", "fresh.azure-devices.net", "/devices/d", {{"deviceId", "d"}});
        manager.send("DELETE", manager.hub("fresh"));
        door.pass(10);
        QCOMPARE(manager.send("PUT", manager.hub("fresh"), record()).status, 201);
        door.pass(10);
        QCOMPARE(door.send("GET", "fresh.azure-devices.net", "/devices/d").status, 404);
    }

    void whatIsNoHubIsRefused_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        const auto row = [](const char *what, const char *name, const Json &body, int status) {
            QTest::newRow(what) << QByteArray(name) << QByteArray::fromStdString(body.dump()) << status;
        };
        row("a bad name", "-fresh", record(), 400);
        row("no location", "fresh", {{"sku", record()["sku"]}}, 400);
        row("no size", "fresh", {{"location", "x"}}, 400);
        row("an unknown size", "fresh", record("S9"), 400);
        row("the name of another subscription's hub", "drover-two-spare", record(), 409);
        row("a free one", "fresh", record("F1"), 201);
        row("a basic one", "fresh", record("B2"), 201);
    }
    void whatIsNoHubIsRefused()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        Door door;
        const Manager manager(door);
        QCOMPARE(manager.send("PUT", manager.hub(name.toStdString()), Json::parse(body.toStdString())).status, status);
    }

    void aSubscriptionHasFiftyHubsOneOfThemFree()
    {
        Door door;
        const Manager manager(door);
        QCOMPARE(manager.send("PUT", manager.hub("free-1"), record("F1")).status, 201);
        const Response second = manager.send("PUT", manager.hub("free-2"), record("F1"));
        QCOMPARE(textOf(Door::bodyOf(second), "code"), std::string("400019"));
        for (int i = 3; i < 50; ++i)
            QCOMPARE(manager.send("PUT", manager.hub("hub-" + std::to_string(i)), record()).status, 201);
        QCOMPARE(manager.send("PUT", manager.hub("hub-50"), record()).status, 400);
        const Json usages = Door::bodyOf(manager.send("GET", manager.subscription() + manager.devices() + "/usages"))["value"];
        QCOMPARE(usages[0]["currentValue"].get<int>(), 1);
        QCOMPARE(usages[1]["currentValue"].get<int>(), 49);
    }

    void aHubTellsTheSizesThatItMayBeChangedTo()
    {
        Door door;
        const Manager manager(door);
        const auto skus = [&](const std::string &name) {
            std::string names;
            for (const Json &one : Door::bodyOf(manager.send("GET", manager.hub(name) + "/skus"))["value"])
                names += textOf(one["sku"], "name");
            return names;
        };
        QCOMPARE(skus(door.world.hub("a")->name), std::string("S1S2S3"));
        manager.send("PUT", manager.hub("basic"), record("B1"));
        QCOMPARE(skus("basic"), std::string("B1B2B3S1S2S3"));
        QCOMPARE(manager.send("GET", manager.hub("none") + "/skus").status, 404);
    }

    void namesAreAvailableOrNot()
    {
        Door door;
        const Manager manager(door);
        const auto hub = [&](const std::string &name) {
            return Door::bodyOf(manager.send("POST", manager.subscription() + manager.devices() + "/checkNameAvailability", {{"name", name}}));
        };
        QCOMPARE(hub("fresh")["nameAvailable"].get<bool>(), true);
        QCOMPARE(textOf(hub(door.world.hub("a")->name), "reason"), std::string("AlreadyExists"));
        QCOMPARE(textOf(hub("a_b"), "reason"), std::string("Invalid"));
    }

    void aNameInTheDnsBelongsToOneTrafficManagerProfile()
    {
        Door door;
        Manager manager(door);
        manager.version = "2022-04-01";
        const std::string group = "/resourceGroups/" + door.world.tenant.resourceGroup;
        const auto put = [&](const std::string &name, const std::string &dnsName) {
            const Json dns = {{"relativeName", dnsName}, {"ttl", 30}};
            const Json monitor = {{"protocol", "HTTPS"}, {"port", 443}, {"path", "/"}};
            const Json properties = {{"trafficRoutingMethod", "Priority"}, {"dnsConfig", dns}, {"monitorConfig", monitor}};
            return manager.send("PUT", manager.subscription() + group + "/providers/Microsoft.Network/trafficmanagerprofiles/" + name,
                {{"location", "global"}, {"properties", properties}}).status;
        };
        QCOMPARE(put("one", "fleet"), 201);
        QCOMPARE(put("one", "fleet"), 200);
        QCOMPARE(put("two", "Fleet"), 409);
        QCOMPARE(put("two", "other"), 201);
        QCOMPARE(put("two", "fleet"), 409);
    }

    void eachPrincipalHasABucketOfItsOwn()
    {
        Door door;
        const Manager robot(door);
        const Json claims = {{"aud", "https://management.azure.com"}, {"oid", "a person"}, {"nbf", Clock::wallSeconds() - 60}, {"exp", Clock::wallSeconds() + 3'600}};
        const Manager person(door, door.world.tokens->sign(claims));
        for (int i = 0; i < 250; ++i)
            QCOMPARE(robot.send("GET", robot.hub("none")).status, 404);
        const Response refused = robot.send("GET", robot.hub("none"));
        QCOMPARE(refused.status, 429);
        QCOMPARE(textOf(Door::bodyOf(refused)["error"], "code"), std::string("SubscriptionRequestsThrottled"));
        QCOMPARE(Door::headerOf(refused, "Retry-After"), std::string("1"));
        QCOMPARE(person.send("GET", person.hub("none")).status, 404);
        // Writes fill a bucket of their own.
        QCOMPARE(robot.send("POST", robot.hub("none") + "/listkeys").status, 404);
        door.pass(1);
        QCOMPARE(robot.send("GET", robot.hub("none")).status, 404);
    }
};

DROVER_TEST(TestHubCreation)
#include "tst_hub_creation.moc"
