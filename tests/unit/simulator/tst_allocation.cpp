#include "app/simulator/allocation.h"
#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;

namespace {

constexpr const char *threeHubs = R"({
    "name": "three", "stamps": [{ "name": "a", "capacity": 10, "region": "North", "weight": 1 },
                                { "name": "b", "capacity": 10, "region": "South", "weight": 2 },
                                { "name": "c", "capacity": 10, "region": "South", "weight": 1 }]
})";
constexpr int devices = 20'000;

Enrollment enrollment(const char *policy, Json hubs = Json::array())
{
    return {"e", true, {{"allocationPolicy", policy}, {"iotHubs", std::move(hubs)}}, nullptr, 0, 0, 0};
}

std::string nameOf(int i) { return "device-" + std::to_string(i); }

std::vector<int> counts(const World &world, const Enrollment &one)
{
    std::vector<int> result(world.hubs.size());
    for (int i = 0; i < devices; ++i)
        ++result[static_cast<std::size_t>(allocate(world, one, nameOf(i)).value())];
    return result;
}

bool near(int count, double share) { return std::abs(count - devices * share) < devices * 0.02; }

Json custom(const std::string &id)
{
    return {{"registrationId", id}, {"attestation", {{"type", "symmetricKey"}}}, {"allocationPolicy", "custom"},
        {"customAllocationDefinition", {{"webhookUrl", "http://allocator"}, {"apiVersion", "2021-10-01"}}}};
}

/// Registers through the enrollment "e" while the webhook gives this answer.
Json registered(Door &door, int status, const std::string &answer)
{
    door.world.callWebhook = [=](const std::string &, const std::string &, const World::WebhookAnswer &tell) { tell(status, answer); };
    Provisioning provisioning(door.world);
    Json state;
    provisioning.begin({"e", false, "e"}, [&](const Registration &done) { state = provisioning.state(done); });
    door.pass(2);
    return state;
}

} // namespace

class TestAllocation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hashedGivesEachHubItsWeight()
    {
        const Door door(threeHubs);
        const std::vector<int> found = counts(door.world, enrollment("hashed"));
        QVERIFY(near(found[0], 0.25));
        QVERIFY(near(found[1], 0.5));
        QVERIFY(near(found[2], 0.25));
    }

    void aHubThatIsAddedMovesOnlyItsShare()
    {
        const Door door(threeHubs);
        const Enrollment all = enrollment("hashed");
        const Enrollment two = enrollment("hashed", Json::array({door.hub("a"), door.hub("b")}));
        for (int i = 0; i < devices; ++i) {
            const int now = allocate(door.world, all, nameOf(i)).value();
            if (now != 2)
                QCOMPARE(allocate(door.world, two, nameOf(i)).value(), now);
        }
    }

    void letterCaseOfTheIdDoesNotMatter()
    {
        const Door door(threeHubs);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(allocate(door.world, enrollment("hashed"), "DEVICE-" + std::to_string(i)),
                allocate(door.world, enrollment("hashed"), nameOf(i)));
    }

    void geoLatencySplitsByRegionAndThenByWeight()
    {
        const Door door(threeHubs);
        const std::vector<int> found = counts(door.world, enrollment("geoLatency"));
        QVERIFY(near(found[0], 0.5));
        QVERIFY(near(found[1], 1.0 / 3));
        QVERIFY(near(found[2], 1.0 / 6));
    }

    void aDrainedHubIsChosenByStaticOnly()
    {
        const Door door(threeHubs);
        door.world.hub("b")->allocating = false;
        QCOMPARE(counts(door.world, enrollment("hashed"))[1], 0);
        QCOMPARE(allocate(door.world, enrollment("static", Json::array({door.hub("b")})), "x"), std::optional(1));
        QVERIFY(!allocate(door.world, enrollment("static"), "x"));
    }

    void theWebhookIsToldWhoAsksAndChooses()
    {
        Door door;
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/e", custom("e")).status, 200);
        std::string url;
        Json asked;
        door.world.callWebhook = [&](const std::string &to, const std::string &body, const World::WebhookAnswer &tell) {
            url = to;
            asked = Json::parse(body);
            tell(200, Json({{"iotHubHostName", door.hub("b")}, {"initialTwin", {{"tags", {{"from", "webhook"}}}}}, {"payload", {{"hello", 1}}}}).dump());
        };
        Provisioning provisioning(door.world);
        Json state;
        provisioning.begin({"e", false, "e", {{"model", "m1"}}}, [&](const Registration &done) { state = provisioning.state(done); });
        door.pass(2);
        QCOMPARE(url, std::string("http://allocator"));
        QCOMPARE(textOf(asked["individualEnrollment"], "registrationId"), std::string("e"));
        QVERIFY(!asked["individualEnrollment"]["attestation"].contains("symmetricKey"));
        QCOMPARE(asked["deviceRuntimeContext"].dump(),
            std::string("{\"registrationId\":\"e\",\"symmetricKey\":{},\"payload\":{\"model\":\"m1\"}}"));
        QCOMPARE(asked["linkedHubs"].size(), std::size_t {2});
        QCOMPARE(textOf(state, "assignedHub"), door.hub("b"));
        QCOMPARE(state["payload"].dump(), std::string("{\"hello\":1}"));
        QCOMPARE(textOf(door.world.hub("b")->find("e")->twin->tags, "from"), std::string("webhook"));
    }

    void aWebhookThatFailsGivesAzuresError_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("code");
        QTest::newRow("nobody there") << 0 << QByteArray() << 400207;
        QTest::newRow("says no") << 400 << QByteArray("{}") << 400207;
        QTest::newRow("unauthorized") << 401 << QByteArray("{}") << 400209;
        QTest::newRow("no JSON") << 200 << QByteArray("hello") << 400207;
        QTest::newRow("no hub") << 200 << QByteArray("{\"iotHubHostName\":\"\"}") << 400208;
        QTest::newRow("unknown hub") << 200 << QByteArray("{\"iotHubHostName\":\"x.azure-devices.net\"}") << 400208;
    }
    void aWebhookThatFailsGivesAzuresError()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, answer);
        QFETCH(int, code);
        Door door;
        door.send("PUT", door.dps(), "/enrollments/e", custom("e"));
        const Json state = registered(door, status, answer.toStdString());
        QCOMPARE(textOf(state, "status"), std::string("failed"));
        QCOMPARE(state["errorCode"].get<int>(), code);
        QVERIFY(!textOf(state, "errorMessage").empty());
        QVERIFY(!door.world.hub("a")->find("e"));
    }

    void customWithoutAWebhookIsRefused()
    {
        Door door;
        Json record = custom("e");
        record.erase("customAllocationDefinition");
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/e", record).status, 400);
    }

    void aKeyRotatedUnderneathBreaksTheLink()
    {
        Door door;
        Hub &hub = *door.world.hub("b");
        hub.linkKey = hub.policy(hub.linkPolicy)->keys.primary;
        Json record = custom("e");
        record["allocationPolicy"] = "static";
        record["iotHubs"] = Json::array({hub.host});
        door.send("PUT", door.dps(), "/enrollments/e", record);
        QCOMPARE(textOf(registered(door, 0, {}), "status"), std::string("assigned"));
        for (Policy &policy : hub.policies)
            policy.keys = door.world.freshKeys();
        QCOMPARE(textOf(registered(door, 0, {}), "status"), std::string("failed"));
    }
};

DROVER_TEST(TestAllocation)
#include "tst_allocation.moc"
