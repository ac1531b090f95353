#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;

namespace {

Json individual(const std::string &id, const std::string &hub)
{
    return {{"registrationId", id}, {"attestation", {{"type", "symmetricKey"}}}, {"allocationPolicy", "static"},
        {"iotHubs", Json::array({hub})}};
}

/// Registers by its individual enrollment, or by the group.
Json enroll(Door &door, const std::string &id, bool group)
{
    Provisioning provisioning(door.world);
    Json state;
    provisioning.begin({id, group, group ? "pumps" : id}, [&](const Registration &done) { state = provisioning.state(done); });
    door.pass(2);
    return state;
}

void pointGroupTo(Door &door, const char *stamp)
{
    door.world.dps.find(true, "pumps")->record["iotHubs"] = Json::array({door.hub(stamp)});
}

} // namespace

/// Each question that Microsoft's documents leave open, answered both ways.
class TestSwitches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void splitOutMigratesOrStartsAnew()
    {
        for (const bool migrates : {true, false}) {
            Door door;
            door.world.behavior.splitOutMigrates = migrates;
            door.send("PUT", door.dps(), "/enrollments/pump-1", individual("pump-1", door.hub("b")));
            QCOMPARE(textOf(enroll(door, "pump-1", false), "substatus"),
                std::string(migrates ? "deviceDataMigrated" : "initialAssignment"));
            QCOMPARE(door.world.hub("a")->find("pump-1") == nullptr, migrates);
        }
    }

    void bulkCountsItsItemsOrOnce()
    {
        for (const bool items : {true, false}) {
            Door door;
            door.world.behavior.bulkCountsItems = items;
            const Json bulk = {{"mode", "create"}, {"enrollments", Json::array({individual("x", door.hub("a")), individual("y", door.hub("a"))})}};
            door.send("POST", door.dps(), "/enrollments", bulk);
            QCOMPARE(door.world.dps.operationQuota.truth()["highest"].get<int>(), items ? 2 : 1);
        }
    }

    void throttlingTellsRetryAfterOrNot()
    {
        for (const bool tells : {true, false}) {
            Door door;
            door.world.behavior.throttleTellsRetryAfter = tells;
            door.world.dps.operationQuota = Quota("dps", "operations", 1, 60'000);
            door.send("GET", door.dps(), "/enrollments/x");
            const Response refused = door.send("GET", door.dps(), "/enrollments/x");
            QCOMPARE(refused.status, 429);
            QCOMPARE(Door::headerOf(refused, "Retry-After").empty(), !tells);
        }
    }

    void dpsIsHeldToTheRegistryQuotaOrNot()
    {
        for (const bool held : {true, false}) {
            Door door;
            door.world.behavior.dpsUsesRegistryQuota = held;
            door.world.hub("b")->quotas.registry = Quota("b", "registry", 0, 60'000);
            pointGroupTo(door, "b");
            const Json state = enroll(door, "pump-1", true);
            QCOMPARE(textOf(state, "status"), std::string(held ? "failed" : "assigned"));
            if (held)
                QCOMPARE(state["errorCode"].get<int>(), 429001);
        }
    }

    void aRefusalTellsTheHubsCodeOrOneWithoutMeaning()
    {
        for (const char *told : {"hub", "dps"}) {
            Door door;
            door.world.behavior.refusalTold = told;
            door.world.hub("b")->registryMaximum = 0;
            pointGroupTo(door, "b");
            QCOMPARE(enroll(door, "pump-1", true)["errorCode"].get<int>(), told == std::string("hub") ? 403002 : 500001);
        }
    }

    void aPutWithoutKeysKeepsRegeneratesOrIsRejected()
    {
        for (const char *way : {"keep", "regenerate", "reject"}) {
            Door door;
            const Json record = individual("x", door.hub("a"));
            door.send("PUT", door.dps(), "/enrollments/x", record);
            const std::string before = door.world.dps.find(false, "x")->keys->primary;
            door.world.behavior.putWithoutKeys = way;
            const Response again = door.send("PUT", door.dps(), "/enrollments/x", record, {{"if-match", "*"}});
            QCOMPARE(again.status, way == std::string("reject") ? 400 : 200);
            QCOMPARE(door.world.dps.find(false, "x")->keys->primary == before, way != std::string("regenerate"));
        }
    }

    void disablingTravelsOrNot()
    {
        for (const bool travels : {true, false}) {
            Door door;
            door.world.behavior.disabledTravels = travels;
            door.send("PUT", door.hub("a"), "/devices/pump-1", {{"deviceId", "pump-1"}, {"status", "disabled"}}, {{"if-match", "*"}});
            pointGroupTo(door, "b");
            enroll(door, "pump-1", true);
            QCOMPARE(door.world.hub("b")->find("pump-1")->enabled, !travels);
            QCOMPARE(door.world.hub("b")->disabled, std::size_t {travels ? 1U : 0U});
        }
    }

    void disablingCutsTheConnectionOrNot()
    {
        for (const bool cuts : {true, false}) {
            Door door;
            door.world.behavior.disableCutsConnection = cuts;
            door.send("PUT", door.hub("a"), "/devices/pump-1", {{"deviceId", "pump-1"}, {"status", "disabled"}}, {{"if-match", "*"}});
            QCOMPARE(door.world.hub("a")->find("pump-1")->connected, !cuts);
        }
    }

    void dpsQueriesFilterOrGiveEverything()
    {
        for (const bool filter : {true, false}) {
            Door door;
            door.world.behavior.dpsQueriesFilter = filter;
            for (const char *id : {"x", "y"})
                door.send("PUT", door.dps(), "/enrollments/" + std::string(id), individual(id, door.hub("a")));
            const Json query = {{"query", "SELECT * FROM enrollments WHERE registrationId = 'y'"}};
            QCOMPARE(Door::bodyOf(door.send("POST", door.dps(), "/enrollments/query", query)).size(), std::size_t {filter ? 1U : 2U});
        }
    }

    void theLargestPageOfDpsIsHeld()
    {
        Door door;
        door.world.behavior.largestDpsPage = 1;
        for (const char *id : {"x", "y"})
            door.send("PUT", door.dps(), "/enrollments/" + std::string(id), individual(id, door.hub("a")));
        const std::map<std::string, std::string> wanted = {{"x-ms-max-item-count", "500"}};
        const Response page = door.send("POST", door.dps(), "/enrollments/query", {{"query", "SELECT *"}}, wanted);
        QCOMPARE(Door::bodyOf(page).size(), std::size_t {1});
        QVERIFY(!Door::headerOf(page, "x-ms-continuation").empty());
    }

    void aDeletedRecordIsForgottenOrNot()
    {
        for (const bool forgets : {true, false}) {
            Door door;
            door.world.behavior.deletedRecordForgets = forgets;
            QCOMPARE(door.send("DELETE", door.dps(), "/registrations/pump-1").status, 204);
            QCOMPARE(door.send("GET", door.dps(), "/registrations/pump-1").status, 404);
            pointGroupTo(door, "b");
            QCOMPARE(textOf(enroll(door, "pump-1", true), "substatus"),
                std::string(forgets ? "initialAssignment" : "deviceDataMigrated"));
            QCOMPARE(door.world.hub("a")->find("pump-1") != nullptr, forgets);
            QCOMPARE(door.send("GET", door.dps(), "/registrations/pump-1").status, 200);
        }
    }

    void aLegacyHubNameIsIgnoredObeyedOrRejected()
    {
        for (const char *way : {"ignored", "obeyed", "rejected"}) {
            Door door;
            door.world.behavior.legacyHubName = way;
            Json record = individual("x", door.hub("a"));
            record["iotHubHostName"] = door.hub("b");
            const Response put = door.send("PUT", door.dps(), "/enrollments/x", record);
            QCOMPARE(put.status, way == std::string("rejected") ? 400 : 200);
            if (put.status == 200)
                QCOMPARE(textOf(enroll(door, "x", false), "assignedHub"), door.hub(way == std::string("obeyed") ? "b" : "a"));
        }
    }

    void aSourceThatIsDownLosesTheTwinOrFails()
    {
        for (const char *way : {"reset", "fail"}) {
            Door door;
            door.world.behavior.sourceOutage = way;
            door.send("POST", "simulator", "/_sim/hubs/a/outage", Json::object({{"on", true}}));
            pointGroupTo(door, "b");
            const Json state = enroll(door, "pump-1", true);
            QCOMPARE(textOf(state, "status"), std::string(way == std::string("fail") ? "failed" : "assigned"));
        }
    }

    void eachIsSetAndShownByName()
    {
        Door door;
        const Json all = Door::bodyOf(door.send("GET", "simulator", "/_sim/behavior"));
        QCOMPARE(door.send("POST", "simulator", "/_sim/behavior", all).status, 200);
        QCOMPARE(Door::bodyOf(door.send("GET", "simulator", "/_sim/behavior")).dump(), all.dump());
        for (const Json &wrong : {Json({{"largestDpsPage", 0}}), Json({{"putWithoutKeys", "x"}}), Json({{"other", true}}), Json({{"disabledTravels", 1}})})
            QCOMPARE(door.send("POST", "simulator", "/_sim/behavior", wrong).status, 400);
    }
};

DROVER_TEST(TestSwitches)
#include "tst_switches.moc"
