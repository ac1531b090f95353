#include "app/simulator/devicelife.h"
#include "app/simulator/scenario.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

namespace {

constexpr const char *scenario = R"({
    "name": "two", "stamps": [{ "name": "a", "capacity": 10 }, { "name": "b", "capacity": 10, "registryMaximum": 1 }],
    "groups": [{ "name": "pumps", "stamp": "a", "count": 2, "idPattern": "pump-#",
                 "twin": { "tags": { "site": "oslo" }, "reported": { "firmware": "1" } } }]
})";

constexpr const char *withCertificates = R"({
  "name": "two",
  "stamps": [{ "name": "a", "capacity": 10 }, { "name": "b", "capacity": 10 }],
  "KIND": [{ "name": "valves", "stamp": "a", "count": 2, "idPattern": "valve-#", "attestation": "x509" }]
})";

/// Two hubs, two pumps on the first; the clock is put forward by hand.
struct Fleet {
    Fleet()
        : world(readScenario("two", scenario, ClockStart {}, 1).world)
        , provisioning(*world)
        , life(*world, provisioning)
    {
    }

    void pointTo(const char *stamp, bool update, bool migrate)
    {
        Json &record = world->dps.find(true, "pumps")->record;
        record["iotHubs"] = Json::array({world->hub(stamp)->host});
        record["reprovisionPolicy"] = {{"updateHubAssignment", update}, {"migrateDeviceData", migrate}};
    }

    /// What came of the registration; later the device notices that it was moved, and registers by itself.
    Registration enroll(const std::string &id)
    {
        Registration result;
        provisioning.begin({id, true, "pumps"}, [&](const Registration &done) { result = done; });
        settle();
        return result;
    }

    void settle()
    {
        for (int i = 0; i < 20; ++i) {
            world->clock.advance(1'000);
            world->timeline.runDue(world->now(), 1'000);
        }
    }

    std::unique_ptr<World> world;
    Provisioning provisioning;
    DeviceLife life;
};

} // namespace

class TestReprovisioning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void migrateTakesTheTwinAlong()
    {
        Fleet fleet;
        fleet.pointTo("b", true, true);
        const TwinRef before = fleet.world->hub("a")->find("pump-1")->twin;
        const std::uint64_t generation = fleet.world->hub("a")->find("pump-1")->generation;
        const Registration registration = fleet.enroll("pump-1");
        QCOMPARE(registration.substatus, Substatus::DataMigrated);
        QVERIFY(!fleet.world->hub("a")->find("pump-1"));
        QCOMPARE(fleet.world->hub("b")->find("pump-1")->twin, before);
        QVERIFY(fleet.world->hub("b")->find("pump-1")->generation != generation);
    }

    void devicesWithCertificatesMoveWithTheirEnrollments_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::newRow("individuals") << QByteArray("individuals");
        QTest::newRow("a group") << QByteArray("groups");
    }
    void devicesWithCertificatesMoveWithTheirEnrollments()
    {
        QFETCH(QByteArray, kind);
        std::string text = withCertificates;
        text.replace(text.find("KIND"), 4, kind.toStdString());
        const std::unique_ptr<World> world = readScenario("two", text, ClockStart {}, 1).world;
        Provisioning provisioning(*world);
        DeviceLife life(*world, provisioning);
        Dps::Enrollments &enrollments = world->dps.enrollments(kind == "groups");
        for (auto &[id, enrollment] : enrollments) {
            QCOMPARE(textOf(enrollment.record["attestation"], "type"), std::string("x509"));
            QVERIFY(!enrollment.keys);
            enrollment.record["iotHubs"] = Json::array({world->hub("b")->host});
        }
        for (std::uint32_t device = 0; device < world->devices.size(); ++device)
            QVERIFY(life.call(device, world->habits.reprovisionMethods.front(), Json::object())->status == 200);
        for (int i = 0; i < 60; ++i) {
            world->clock.advance(1'000);
            world->timeline.runDue(world->now(), 1'000);
        }
        QCOMPARE(world->hub("a")->registry.size(), std::size_t(0));
        QCOMPARE(world->hub("b")->registry.size(), std::size_t(2));
        QCOMPARE(world->hub("b")->connected, std::size_t(2));
    }

    void resetStartsFromTheInitialTwin()
    {
        Fleet fleet;
        fleet.pointTo("b", true, false);
        QCOMPARE(fleet.enroll("pump-1").substatus, Substatus::DataReset);
        const TwinRef twin = fleet.world->hub("b")->find("pump-1")->twin;
        QVERIFY(twin->reported.empty());
        QCOMPARE(twin->reportedVersion, std::int64_t {1});
        QCOMPARE(textOf(twin->tags, "site"), std::string("oslo"));
        QVERIFY(!fleet.world->hub("a")->find("pump-1"));
    }

    void neverStays()
    {
        Fleet fleet;
        fleet.pointTo("b", false, false);
        const Registration registration = fleet.enroll("pump-1");
        QCOMPARE(registration.substatus, Substatus::InitialAssignment);
        QVERIFY(fleet.world->hub("a")->find("pump-1"));
        QVERIFY(!fleet.world->hub("b")->find("pump-1"));
    }

    void theSameHubAgainIsSaidSo()
    {
        Fleet fleet;
        QCOMPARE(fleet.enroll("PUMP-1").substatus, Substatus::ToInitialAssignment);
        QVERIFY(fleet.world->hub("a")->find("pump-1"));
    }

    void aFullHubFailsTheRegistrationAndMovesNothing()
    {
        Fleet fleet;
        fleet.pointTo("b", true, true);
        fleet.enroll("pump-1");
        const Registration second = fleet.enroll("pump-2");
        QCOMPARE(second.status, RegistrationStatus::Failed);
        QVERIFY(second.errorCode != 0);
        QVERIFY(fleet.world->hub("a")->find("pump-2"));
    }

    void aHubThatIsDownFailsTheRegistration()
    {
        Fleet fleet;
        fleet.pointTo("b", true, true);
        fleet.life.setOutage(*fleet.world->hub("b"), true);
        QCOMPARE(fleet.enroll("pump-1").status, RegistrationStatus::Failed);
        QVERIFY(fleet.world->hub("a")->find("pump-1"));
    }

    void theIndividualEnrollmentComesBeforeTheGroup()
    {
        Fleet fleet;
        const Enrollment &group = *fleet.world->dps.find(true, "pumps");
        const KeyPair keys = KeySource {group.keys, true}.pairFor("pump-1");
        const auto proves = [&](const KeyPair &known) { return known.primary == keys.primary; };
        QCOMPARE(fleet.provisioning.admits("pump-1", "pumps", proves)->id, std::string("pumps"));
        Enrollment individual = group;
        individual.id = "pump-1";
        individual.group = false;
        individual.keys = std::make_shared<const KeyPair>(keys);
        fleet.world->dps.individuals["pump-1"] = individual;
        QCOMPARE(fleet.provisioning.admits("Pump-1", "pumps", proves)->id, std::string("pump-1"));
        fleet.world->dps.individuals["pump-1"].keys = std::make_shared<const KeyPair>(fleet.world->freshKeys());
        QVERIFY(!fleet.provisioning.admits("pump-1", "pumps", proves));
    }

    void aDeviceObeysTheMethodAndConnectsToItsNewHub()
    {
        Fleet fleet;
        fleet.pointTo("b", true, true);
        const auto answer = fleet.life.call(fleet.world->deviceOf("pump-1"), "Reprovision", Json());
        QVERIFY(answer.has_value());
        QCOMPARE(answer->status, 200);
        fleet.settle();
        const Identity *identity = fleet.world->hub("b")->find("pump-1");
        QVERIFY(identity && identity->connected);
        QCOMPARE(fleet.world->hub("a")->connected, std::size_t {1});
    }

    void aWrongScenarioIsRefusedByNameAndMember()
    {
        const LoadedWorld wrong = readScenario("x.json", R"({"stamps": [{"name": "a", "capacity": "many"}]})", ClockStart {}, 1);
        QVERIFY(!wrong.world);
        QVERIFY(wrong.error.starts_with("x.json:1: stamps[0].capacity"));
        QVERIFY(readScenario("x.json", "{\n\n oops", ClockStart {}, 1).error.starts_with("x.json:3:"));
    }
};

DROVER_TEST(TestReprovisioning)
#include "tst_reprovisioning.moc"
