#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"
#include "tests/unit/simulator/sas.h"

#include "app/simulator/tls.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;
using drover::test::sasFor;

namespace {

constexpr const char *small = R"({
    "name": "small", "dps": { "individualsMaximum": 3, "groupsMaximum": 2, "registrationsMaximum": 3 },
    "stamps": [{ "name": "a", "capacity": 10 }, { "name": "basic", "capacity": 10, "sku": "B1" }],
    "groups": [{ "name": "pumps", "stamp": "a", "count": 2, "idPattern": "pump-#" }]
})";

std::string text(std::size_t length) { return std::string(length, 'x'); }

Json nested(int levels)
{
    Json value = 1;
    for (int i = 0; i < levels; ++i)
        value = Json::object({{"in", value}});
    return value;
}

Json enrollment(const std::string &id) { return {{"registrationId", id}, {"attestation", {{"type", "symmetricKey"}}}}; }
Json group(const std::string &id) { return {{"enrollmentGroupId", id}, {"attestation", {{"type", "symmetricKey"}}}}; }

int codeOf(const Response &response) { return Door::bodyOf(response).value("errorCode", 0); }

/// A device of the group "pumps" as it talks to DPS.
struct Pump {
    Door &door;
    std::string id;

    Response send(const char *method, const std::string &tail, const Json &body = Json()) const
    {
        const std::string resource = door.world.dps.idScope + "/registrations/" + id;
        const std::string key = deriveKey(door.world.dps.find(true, "pumps")->keys->primary, id);
        return door.send(method, "global.azure-devices-provisioning.net", "/" + resource + tail, body,
            {{"authorization", sasFor(resource, key, "registration")}});
    }
    Response enroll(const Json &payload = Json()) const
    {
        return send("PUT", "/register", {{"registrationId", id}, {"payload", payload}});
    }
};

} // namespace

class TestLimits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void membersOfTheWrongKindAreRefusedAndChangeNothing_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("member");
        const auto rows = [](const char *method, const char *path, std::initializer_list<const char *> members) {
            for (const char *member : members)
                QTest::addRow("%s %s", path, member) << QByteArray(method) << QByteArray(path) << QByteArray(member);
        };
        rows("PATCH", "/twins/pump-1", {R"("tags":5)", R"("tags":[])", R"("properties":5)", R"("properties":{"desired":[]})"});
        rows("PUT", "/twins/pump-1", {R"("tags":"x")", R"("properties":[])"});
        rows("PUT", "/devices/pump-1", {R"("authentication":5)", R"("authentication":{"type":"foo"})", R"("capabilities":[])",
            R"("capabilities":{"iotEdge":1})", R"("status":5)", R"("status":"maybe")"});
        rows("PUT", "/enrollmentGroups/pumps", {R"("provisioningStatus":"maybe")", R"("provisioningStatus":5)", R"("capabilities":5)",
            R"("initialTwin":5)", R"("initialTwin":{"tags":[]})", R"("initialTwin":{"properties":{"desired":1}})",
            R"("reprovisionPolicy":5)", R"("reprovisionPolicy":{"updateHubAssignment":1,"migrateDeviceData":true})",
            R"("allocationPolicy":5)", R"("allocationPolicy":"odd")", R"("iotHubs":"a")", R"("iotHubHostName":5)", R"("attestation":5)"});
        rows("PUT", "/jobs/v2/j", {R"("startTime":"soon")", R"("startTime":5)", R"("jobId":"k")", R"("maxExecutionTimeInSeconds":-1)",
            R"("maxExecutionTimeInSeconds":0.5)", R"("updateTwin":{"etag":"*","tags":5})"});
    }
    void membersOfTheWrongKindAreRefusedAndChangeNothing()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, member);
        Door door;
        const std::string to = path.toStdString();
        const std::string host = to.starts_with("/enrollment") ? door.dps() : door.hub("a");
        Json body = to.starts_with("/enrollment") ? group("pumps")
            : to.starts_with("/jobs")             ? Json {{"jobId", "j"}, {"type", "scheduleUpdateTwin"}, {"updateTwin", {{"etag", "*"}}}, {"queryCondition", "*"}}
                                                  : Json {{"deviceId", "pump-1"}};
        const Response before = door.send("GET", host, to);
        body.update(Json::parse("{" + member.toStdString() + "}"));
        const Response refused = door.send(method.toStdString(), host, to, body, {{"if-match", "*"}});
        QCOMPARE(refused.status, 400);
        QCOMPARE(door.send("GET", host, to).body.substr(0, 60), before.body.substr(0, 60));
        if (!to.starts_with("/jobs"))
            QCOMPARE(door.send("GET", host, to).body, before.body);
    }

    void aTwinHasItsSizesDepthAndNames_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, const Json &change, int status) {
            QTest::newRow(name) << QByteArray::fromStdString(change.dump()) << status;
        };
        const auto tags = [](const Json &value) { return Json::object({{"tags", value}}); };
        const auto desired = [](const Json &value) { return Json::object({{"properties", {{"desired", value}}}}); };
        const auto wide = [](int count) {
            Json value = Json::object();
            for (int i = 0; i < count; ++i)
                value["n" + std::to_string(i)] = text(1000);
            return value;
        };
        row("tags of 7 KB", tags(wide(7)), 200);
        row("tags of 9 KB", tags(wide(9)), 400);
        row("desired properties of 31 KB", desired(wide(31)), 200);
        row("desired properties of 33 KB", desired(wide(33)), 400);
        row("a value of 4096 bytes", tags({{"a", text(4096)}}), 200);
        row("a value of 4097 bytes", tags({{"a", text(4097)}}), 400);
        row("ten levels", tags(nested(11)), 200);
        row("eleven levels", tags(nested(12)), 400);
        row("a name with a dot", tags({{"a.b", 1}}), 400);
        row("a name with a dollar", desired({{"a", {{"$b", 1}}}}), 400);
        row("a name with a space", tags({{"a b", 1}}), 400);
        row("a name with a control character", tags({{"a\n", 1}}), 400);
        row("a name with a C1 control character", tags({{"a\xc2\x85", 1}}), 400);
        row("a name with an umlaut", tags({{"h\xc3\xb6he", 1}}), 200);
        row("a name of 1024 bytes", tags({{text(1024), 1}}), 200);
        row("a name of 1025 bytes", tags({{text(1025), 1}}), 400);
        row("an array that nests too deep", desired({{"a", Json::array({nested(10)})}}), 400);
    }
    void aTwinHasItsSizesDepthAndNames()
    {
        QFETCH(QByteArray, change);
        QFETCH(int, status);
        Door door;
        const Json body = Json::parse(change.toStdString());
        const std::int64_t before = door.world.hub("a")->find("pump-1")->twin->version;
        QCOMPARE(door.send("PATCH", door.hub("a"), "/twins/pump-1", body).status, status);
        QCOMPARE(door.world.hub("a")->find("pump-1")->twin->version, before + (status == 200 ? 1 : 0));
        Json item = body;
        item["id"] = "pump-2";
        item["importMode"] = "updateTwin";
        QCOMPARE(door.send("POST", door.hub("a"), "/devices", Json::array({item})).status, status);
        item["id"] = "fresh";
        item["importMode"] = "create";
        QCOMPARE(door.send("POST", door.hub("a"), "/devices", Json::array({item})).status, status);
        QCOMPARE(door.world.hub("a")->find("fresh") != nullptr, status == 200);
    }

    void aTwinCannotBeFilledUpBitByBit()
    {
        Door door;
        int status = 200;
        for (int i = 0; i < 9 && status == 200; ++i)
            status = door.send("PATCH", door.hub("a"), "/twins/pump-1", {{"tags", {{"n" + std::to_string(i), text(1000)}}}}).status;
        QCOMPARE(status, 400);
    }

    void aJobTellsWhichTwinsHaveNoRoom()
    {
        Door door;
        door.send("PATCH", door.hub("a"), "/twins/pump-1", {{"tags", {{"a", text(4000)}, {"b", text(3500)}}}});
        const Json job = {{"jobId", "j"}, {"type", "scheduleUpdateTwin"}, {"queryCondition", "*"},
            {"updateTwin", {{"etag", "*"}, {"tags", {{"c", text(1000)}}}}}};
        QCOMPARE(door.send("PUT", door.hub("a"), "/jobs/v2/j", job).status, 200);
        door.pass(5);
        const Json counts = Door::bodyOf(door.send("GET", door.hub("a"), "/jobs/v2/j"))["deviceJobStatistics"];
        QCOMPARE(counts["failedCount"].get<int>(), 1);
        QCOMPARE(counts["succeededCount"].get<int>(), 1);
    }

    void aMethodTakes128KilobytesOfPayload()
    {
        Door door;
        const std::string path = "/twins/pump-1/methods";
        QCOMPARE(door.send("POST", door.hub("a"), path, {{"methodName", "ping"}, {"payload", text(128 * 1024 - 2)}}).status, 200);
        QCOMPARE(door.send("POST", door.hub("a"), path, {{"methodName", "ping"}, {"payload", text(128 * 1024 - 1)}}).status, 413);
        const Json job = {{"jobId", "j"}, {"type", "scheduleDeviceMethod"}, {"queryCondition", "*"},
            {"cloudToDeviceMethod", {{"methodName", "ping"}, {"payload", text(128 * 1024)}}}};
        QCOMPARE(door.send("PUT", door.hub("a"), "/jobs/v2/j", job).status, 413);
    }

    void aStatusReasonHas128Characters()
    {
        Door door;
        std::string umlauts;
        for (int i = 0; i < 128; ++i)
            umlauts += "\xc3\xa4";
        const auto put = [&](const std::string &reason) {
            return door.send("PUT", door.hub("a"), "/devices/d", {{"deviceId", "d"}, {"statusReason", reason}}, {{"if-match", "*"}}).status;
        };
        QCOMPARE(put(umlauts), 200);
        QCOMPARE(put(umlauts + "x"), 400);
    }

    void aStatusThatIsNoneChangesNothing()
    {
        Door door;
        const auto put = [&](const Json &status) {
            return door.send("PUT", door.hub("a"), "/devices/d", {{"deviceId", "d"}, {"status", status}}, {{"if-match", "*"}}).status;
        };
        QCOMPARE(put("disabled"), 200);
        for (const Json &wrong : {Json("weird"), Json(5), Json(true), Json("")})
            QCOMPARE(put(wrong), 400);
        QCOMPARE(door.send("GET", door.hub("a"), "/devices/d").status, 200);
        QVERIFY(door.send("GET", door.hub("a"), "/devices/d").body.find("\"status\":\"disabled\"") != std::string::npos);
        QCOMPARE(put("Enabled"), 200);
    }

    void aDevicesKeyIsBase64Of16To64Bytes_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<int>("status");
        QTest::newRow("15 bytes") << QByteArray(15, 'k').toBase64() << 400;
        QTest::newRow("16 bytes") << QByteArray(16, 'k').toBase64() << 200;
        QTest::newRow("64 bytes") << QByteArray(64, 'k').toBase64() << 200;
        QTest::newRow("65 bytes") << QByteArray(65, 'k').toBase64() << 400;
        QTest::newRow("no base64") << QByteArray("not base64 at all!") << 400;
    }
    void aDevicesKeyIsBase64Of16To64Bytes()
    {
        QFETCH(QByteArray, key);
        QFETCH(int, status);
        Door door;
        const Json authentication = {{"type", "sas"}, {"symmetricKey", {{"primaryKey", key.toStdString()}, {"secondaryKey", key.toStdString()}}}};
        QCOMPARE(door.send("PUT", door.hub("a"), "/devices/d", {{"deviceId", "d"}, {"authentication", authentication}}).status, status);
        const Json item = {{"id", "e"}, {"importMode", "create"}, {"authentication", authentication}};
        QCOMPARE(door.send("POST", door.hub("a"), "/devices", Json::array({item})).status, status);
        const Json module = {{"deviceId", "pump-1"}, {"moduleId", "m"}, {"authentication", authentication}};
        QCOMPARE(door.send("PUT", door.hub("a"), "/devices/pump-1/modules/m", module).status, status);
    }

    void twinsMethodsJobsAndMessagesAreNotOfTheBasicTier()
    {
        Door door(small);
        const std::string hub = door.hub("basic");
        QCOMPARE(door.send("PUT", hub, "/devices/d", {{"deviceId", "d"}}).status, 200);
        QCOMPARE(door.send("POST", hub, "/devices/query", {{"query", "SELECT * FROM devices"}}).status, 200);
        const std::pair<const char *, const char *> refused[] = {{"GET", "/twins/d"}, {"PATCH", "/twins/d"},
            {"PUT", "/twins/d"}, {"POST", "/twins/d/methods"}, {"GET", "/jobs/v2/query"}, {"PUT", "/jobs/v2/j"},
            {"POST", "/devices/d/messages/deviceBound"}, {"DELETE", "/devices/d/commands"}};
        for (const auto &[method, path] : refused) {
            const Response answer = door.send(method, hub, path, Json::object());
            QCOMPARE(answer.status, 403);
            QCOMPARE(Door::headerOf(answer, "iothub-errorcode"), std::string("OperationNotAvailableInCurrentTier"));
        }
        const Json withTwin = Json::array({{{"id", "e"}, {"importMode", "create"}, {"tags", {{"a", 1}}}},
            {{"id", "d"}, {"importMode", "updateTwin"}, {"tags", {{"a", 1}}}}});
        const Json errors = Door::bodyOf(door.send("POST", hub, "/devices", withTwin))["errors"];
        QCOMPARE(errors.size(), std::size_t {2});
        QCOMPARE(textOf(errors[1], "errorCode"), std::string("OperationNotAvailableInCurrentTier"));
    }

    void aTopOutOfRangeMeansThousand()
    {
        Door door;
        for (const char *top : {"0", "1001", "-1", "many"})
            QCOMPARE(Door::bodyOf(door.send("GET", door.hub("a"), std::string("/devices?top=") + top)).size(), std::size_t {2});
        QCOMPARE(Door::bodyOf(door.send("GET", door.hub("a"), "/devices?top=1")).size(), std::size_t {1});
    }

    void aDeviceTwiceInOneBulkCallCountsOnce()
    {
        Door door;
        const Json item = {{"id", "d"}, {"importMode", "create"}};
        const Response answer = door.send("POST", door.hub("a"), "/devices", Json::array({item, item}));
        QCOMPARE(answer.status, 400);
        const Json errors = Door::bodyOf(answer)["errors"];
        QCOMPARE(errors.size(), std::size_t {1});
        QCOMPARE(textOf(errors[0], "errorCode"), std::string("DeviceDefinedMultipleTimes"));
        QVERIFY(door.world.hub("a")->find("d"));
    }

    void jobsAreTurnedOverPageByPage()
    {
        Door door;
        for (int i = 0; i < 3; ++i) {
            const std::string id = "j" + std::to_string(i);
            const Json job = {{"jobId", id}, {"type", "scheduleDeviceMethod"}, {"queryCondition", "*"}, {"cloudToDeviceMethod", {{"methodName", "ping"}}}};
            QCOMPARE(door.send("PUT", door.hub("a"), "/jobs/v2/" + id, job).status, 200);
            door.pass(5);
        }
        const Response first = door.send("GET", door.hub("a"), "/jobs/v2/query", Json(), {{"x-ms-max-item-count", "2"}});
        QCOMPARE(Door::bodyOf(first).size(), std::size_t {2});
        const Response last = door.send("GET", door.hub("a"), "/jobs/v2/query", Json(),
            {{"x-ms-max-item-count", "2"}, {"x-ms-continuation", Door::headerOf(first, "x-ms-continuation")}});
        QCOMPARE(textOf(Door::bodyOf(last)[0], "jobId"), std::string("j2"));
        QVERIFY(Door::headerOf(last, "x-ms-continuation").empty());
        QCOMPARE(door.send("GET", door.hub("a"), "/jobs/v2/query", Json(), {{"x-ms-continuation", "!"}}).status, 400);
    }

    void modulesAreCounted()
    {
        Door door;
        for (const char *device : {"pump-1", "pump-2"}) {
            for (const char *id : {"m1", "m2"})
                door.send("PUT", door.hub("a"), std::string("/devices/") + device + "/modules/" + id, {{"deviceId", device}, {"moduleId", id}});
        }
        const auto asked = [&](const char *query) {
            return Door::bodyOf(door.send("POST", door.hub("a"), "/devices/query", {{"query", query}}));
        };
        QCOMPARE(asked("SELECT COUNT() AS n FROM devices.modules")[0]["n"].get<int>(), 4);
        QCOMPARE(asked("SELECT moduleId, COUNT() AS n FROM devices.modules WHERE moduleId = 'm1' GROUP BY moduleId").size(), std::size_t {1});
    }

    void aDevicePollsFiveTimesInTenSeconds()
    {
        Door door;
        const Pump pump {door, "pump-1"};
        const std::string operation = "/operations/" + textOf(Door::bodyOf(pump.enroll()), "operationId");
        for (int i = 0; i < 5; ++i)
            QVERIFY(pump.send("GET", operation).status < 300);
        const Response sixth = pump.send("GET", operation);
        QCOMPARE(sixth.status, 429);
        QCOMPARE(Door::headerOf(sixth, "Retry-After"), std::string("10"));
        // Another device has polls of its own.
        const Pump other {door, "pump-2"};
        QCOMPARE(other.send("GET", "/operations/" + textOf(Door::bodyOf(other.enroll()), "operationId")).status, 202);
        door.pass(10);
        QCOMPARE(pump.send("GET", operation).status, 200);
        door.pass(600);
        QVERIFY(door.world.dps.pollQuotas.empty());
    }

    void aRegistrationHas96Kilobytes()
    {
        Door door;
        const Pump pump {door, "pump-1"};
        QCOMPARE(pump.enroll(text(90'000)).status, 202);
        QCOMPARE(pump.enroll(text(99'000)).status, 400);
    }

    void registrationsHaveAMaximum()
    {
        Door door(small);
        QCOMPARE((Pump {door, "pump-3"}.enroll().status), 202);
        QCOMPARE((Pump {door, "pump-4"}.enroll().status), 403);
        QCOMPARE((Pump {door, "pump-1"}.enroll().status), 202);
    }

    void enrollmentsHaveAMaximum()
    {
        Door door(small);
        for (int i = 1; i <= 3; ++i)
            QCOMPARE(door.send("PUT", door.dps(), "/enrollments/e" + std::to_string(i), enrollment("e" + std::to_string(i))).status, 200);
        QCOMPARE(codeOf(door.send("PUT", door.dps(), "/enrollments/e4", enrollment("e4"))), 400205);
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/e3", enrollment("e3"), {{"if-match", "*"}}).status, 200);
        QCOMPARE(door.send("DELETE", door.dps(), "/enrollments/e3").status, 204);
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/e4", enrollment("e4")).status, 200);
    }

    void groupsHaveAMaximumOfEachKindOfAttestation()
    {
        Door door(small);
        QCOMPARE(door.send("PUT", door.dps(), "/enrollmentGroups/g2", group("g2")).status, 200);
        QCOMPARE(codeOf(door.send("PUT", door.dps(), "/enrollmentGroups/g3", group("g3"))), 400205);
        for (const char *id : {"x1", "x2", "x3"}) {
            const Json certificates = {{"primary", {{"certificate", makeCertificates({})->ca}}}};
            const Json record = {{"enrollmentGroupId", id}, {"attestation", {{"type", "x509"}, {"x509", {{"signingCertificates", certificates}}}}}};
            QCOMPARE(door.send("PUT", door.dps(), std::string("/enrollmentGroups/") + id, record).status, *(id + 1) == '3' ? 400 : 200);
        }
    }

    void oneCertificateIsInOneEnrollmentOnly()
    {
        Door door;
        const std::string pem = makeCertificates({})->ca;
        const auto put = [&](const char *id, const char *which, const std::map<std::string, std::string> &headers = {}) {
            Json certificates = {{"primary", {{"certificate", makeCertificates({})->ca}}}};
            certificates[which] = Json::object({{"certificate", pem}});
            const Json record = {{"enrollmentGroupId", id}, {"attestation", {{"type", "x509"}, {"x509", {{"signingCertificates", certificates}}}}}};
            return codeOf(door.send("PUT", door.dps(), std::string("/enrollmentGroups/") + id, record, headers));
        };
        QCOMPARE(put("one", "primary"), 0);
        QCOMPARE(put("two", "secondary"), 409202);
        QCOMPARE(put("one", "secondary", {{"if-match", "*"}}), 0);
        QCOMPARE(door.send("DELETE", door.dps(), "/enrollmentGroups/one").status, 204);
        QCOMPARE(put("two", "secondary"), 0);
        QVERIFY(door.world.dps.certificateHolders.size() == 2);
    }

    void anAttestationIsOfAKnownType_data()
    {
        QTest::addColumn<QByteArray>("attestation");
        QTest::addColumn<int>("individual");
        QTest::addColumn<int>("group");
        const auto row = [](const char *name, const char *json, int one, int many) { QTest::newRow(name) << QByteArray(json) << one << many; };
        row("symmetric keys", R"({"type":"symmetricKey"})", 0, 0);
        row("unknown", R"({"type":"password"})", 400004, 400004);
        row("missing", R"({})", 400004, 400004);
        row("a TPM", R"({"type":"tpm","tpm":{"endorsementKey":"AAAA"}})", 0, 400004);
        row("a TPM without a key", R"({"type":"tpm","tpm":{}})", 400201, 400004);
        row("a CA that nobody uploaded", R"({"type":"x509","x509":{"caReferences":{"primary":"ca"}}})", 404211, 404211);
    }
    void anAttestationIsOfAKnownType()
    {
        QFETCH(QByteArray, attestation);
        QFETCH(int, individual);
        QFETCH(int, group);
        Door door;
        const Json parsed = Json::parse(attestation.toStdString());
        QCOMPARE(codeOf(door.send("PUT", door.dps(), "/enrollments/e", {{"registrationId", "e"}, {"attestation", parsed}})), individual);
        QCOMPARE(codeOf(door.send("PUT", door.dps(), "/enrollmentGroups/g", {{"enrollmentGroupId", "g"}, {"attestation", parsed}})), group);
    }

    void anEnrollmentTwiceInOneBulkCallCountsOnce()
    {
        Door door;
        const Json body = {{"mode", "create"}, {"enrollments", Json::array({enrollment("e"), enrollment("E")})}};
        const Json errors = Door::bodyOf(door.send("POST", door.dps(), "/enrollments", body))["errors"];
        QCOMPARE(errors.size(), std::size_t {1});
        QCOMPARE(errors[0]["errorCode"].get<int>(), 400206);
        QVERIFY(door.world.dps.find(false, "e"));
    }
};

DROVER_TEST(TestLimits)
#include "tst_limits.moc"
