#include "app/simulator/azure.h"
#include "app/simulator/scenario.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

namespace {

constexpr const char *scenario = R"({
    "name": "two", "stamps": [{ "name": "a", "capacity": 10 }, { "name": "b", "capacity": 10 }],
    "groups": [{ "name": "pumps", "stamp": "a", "count": 2, "idPattern": "pump-#" }]
})";

const std::string group = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/drover-two/providers/Microsoft.Devices/";
const std::string hubA = group + "IotHubs/drover-two-a?api-version=2023-06-30";
const std::string service = group + "provisioningServices/drover-two-dps?api-version=2022-02-05";

/// A local Azure without its server; the clock is put forward by hand.
struct Local {
    Local()
        : azure(readScenario("two", scenario, {.speed = 1, .time = {}, .stopped = true}, 1).world)
        , world(azure.world())
    {
    }

    Response call(const std::string &method, const std::string &path, const Json &body = Json())
    {
        Request request = Request::parse(method, "management.azure.com", path);
        request.headers["authorization"] = "Bearer " + world.tokens->issue("https://management.azure.com", Clock::wallSeconds(), 3600);
        request.body = body.is_null() ? "" : body.dump();
        return azure.handle(request).response;
    }
    Json get(const std::string &path) { return Json::parse(call("GET", path).body); }

    /// Writes, and waits until it is done.
    int put(const std::string &path, const Json &body)
    {
        const int status = call("PUT", path, body).status;
        settle();
        return status;
    }

    void settle()
    {
        for (int i = 0; i < 20; ++i) {
            world.clock.advance(1'000);
            world.timeline.runDue(world.now(), 1'000);
        }
    }

    /// What becomes of a pump that registers and is wanted on the first hub.
    std::string registered()
    {
        Registration result;
        Provisioning provisioning(world);
        provisioning.begin({"pump-1", true, "pumps"}, [&](const Registration &done) { result = done; });
        settle();
        return statusText(result.status);
    }

    /// The first hub's policies, with another primary key.
    Json rotated()
    {
        Json hub = get(hubA);
        hub["properties"]["authorizationPolicies"] = Json::array({Json::object({{"keyName", "iothubowner"},
            {"primaryKey", base64("another key")}, {"secondaryKey", world.hubs[0]->policies[0].keys.secondary},
            {"rights", "RegistryWrite, ServiceConnect"}})});
        return hub;
    }

    Azure azure;
    World &world;
};

} // namespace

class TestLinks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRotatedKeyBreaksTheLinkUntilItIsGivenAgain()
    {
        Local local;
        QCOMPARE(local.registered(), std::string("assigned"));
        QCOMPARE(local.put(hubA, local.rotated()), 201);
        QCOMPARE(local.registered(), std::string("failed"));

        Json description = local.get(service);
        Json &link = description["properties"]["iotHubs"][0];
        link["connectionString"] = "HostName=" + local.world.hubs[0]->host + ";SharedAccessKeyName=iothubowner;SharedAccessKey=" + base64("another key");
        QCOMPARE(local.put(service, description), 201);
        QCOMPARE(local.registered(), std::string("assigned"));
    }

    void maskedKeysKeepEveryLinkAsItIs()
    {
        Local local;
        const Json before = local.get(service);
        QVERIFY(before["properties"]["iotHubs"][0]["connectionString"].get<std::string>().ends_with("SharedAccessKey=****"));
        QCOMPARE(local.put(service, before), 201);
        QCOMPARE(local.get(service)["properties"], before["properties"]);
        QCOMPARE(local.registered(), std::string("assigned"));
    }

    void aHubWithoutSharedAccessPoliciesTakesNoDevicesFromDps()
    {
        Local local;
        Json hub = local.get(hubA);
        hub["properties"]["disableLocalAuth"] = true;
        QCOMPARE(local.put(hubA, hub), 201);
        QCOMPARE(local.registered(), std::string("failed"));
        hub["properties"]["disableLocalAuth"] = false;
        QCOMPARE(local.put(hubA, hub), 201);
        QCOMPARE(local.registered(), std::string("assigned"));
    }

    void aChangeUnderWayKeepsOthersOut()
    {
        Local local;
        const Json description = local.get(service);
        const Response first = local.call("PUT", service, description);
        QCOMPARE(first.status, 201);
        QCOMPARE(local.get(service)["properties"]["provisioningState"], Json("Transitioning"));
        QCOMPARE(local.call("PUT", service, description).status, 409);
        const auto header = std::ranges::find(first.headers, "Azure-AsyncOperation", [](const auto &one) { return one.first; });
        QVERIFY(header != first.headers.end());
        const std::string poll = header->second.substr(std::string("https://management.azure.com").size());
        QCOMPARE(local.get(poll)["status"], Json("Running"));
        local.settle();
        QCOMPARE(local.get(poll)["status"], Json("Succeeded"));
    }

    void bodiesThatAreNoResourcesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char *body : {"null", "[]", "5", "{}", "{\"location\":\"West Europe\"}", "{\"location\":\"West Europe\",\"sku\":[],\"properties\":7}",
                 "{\"location\":\"West Europe\",\"sku\":{\"name\":\"S1\",\"capacity\":null}}",
                 "{\"location\":\"West Europe\",\"sku\":{\"name\":\"S1\",\"capacity\":1},\"tags\":[1]}"})
            QTest::newRow(body) << QByteArray(body);
    }
    void bodiesThatAreNoResourcesAreRefused()
    {
        QFETCH(QByteArray, body);
        Local local;
        QCOMPARE(local.call("PUT", hubA, Json::parse(body.toStdString())).status, 400);
        QCOMPARE(local.call("PUT", service, Json::parse(body.toStdString())).status, 400);
    }
};

DROVER_TEST(TestLinks)

#include "tst_links.moc"
