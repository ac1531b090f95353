#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;

namespace {

Json pump(const std::string &id) { return {{"registrationId", id}, {"attestation", {{"type", "symmetricKey"}}}}; }

std::string written(const Response &response)
{
    std::string text = std::to_string(response.status) + "\n";
    for (const auto &[name, value] : response.headers)
        text += name + ": " + value + "\n";
    return text + response.body;
}

/// A bit of everything, answers and all, as one text.
std::string story(std::uint64_t seed)
{
    Door door(Door::twoHubs, seed);
    const std::string hub = door.hub("a");
    std::string text = written(door.send("PUT", door.dps(), "/enrollments/x", pump("x")));
    text += written(door.send("POST", door.dps(), "/enrollments/x/attestationmechanism"));
    text += written(door.send("PUT", door.dps(), "/enrollments/x", pump("x")));
    text += written(door.send("PUT", hub, "/devices/d", {{"deviceId", "d"}}));
    text += written(door.send("POST", hub, "/twins/pump-1/methods", {{"methodName", "Reprovision"}}));
    door.pass(60);
    text += written(door.send("POST", hub, "/devices/query", {{"query", "SELECT * FROM devices"}}));
    text += written(door.send("POST", door.dps(), "/registrations/pumps/query"));
    return text + written(door.send("GET", hub, "/nothing"));
}

void fault(Door &door, const Json &rule)
{
    QCOMPARE(door.send("POST", "simulator", "/_sim/faults", rule).status, 200);
}

} // namespace

class TestAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyAnswerTellsTheSimulatedDate()
    {
        Door door;
        const char *expected = "Fri, 15 Jan 2027 08:00:00 GMT";
        for (const std::string &host : {door.dps(), door.hub("a"), std::string("management.azure.com"),
                 std::string("login.microsoftonline.com"), std::string("nowhere.example"), std::string("simulator")})
            QCOMPARE(Door::headerOf(door.send("GET", host, "/x"), "Date"), std::string(expected));
        door.world.clock.advance(86'400'000);
        QCOMPARE(Door::headerOf(door.send("GET", door.dps(), "/x"), "Date"), std::string("Sat, 16 Jan 2027 08:00:00 GMT"));
    }

    void theSameSeedGivesTheSameAnswers()
    {
        QCOMPARE(story(7), story(7));
        QVERIFY(story(7) != story(8));
    }

    void aDeeplyNestedBodyIsRefused()
    {
        Door door;
        Request request = Request::parse("PUT", door.dps(), "/enrollments/x?api-version=2021-10-01");
        request.headers["content-type"] = "application/json";
        request.body = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
        QCOMPARE(door.azure.handle(request).response.status, 400);
    }

    void aStatusIsAnsweredAndNothingDone_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {200, 302, 400, 404, 408, 409, 412, 429, 500, 503, 599})
            QTest::addRow("%d", status) << status;
    }
    void aStatusIsAnsweredAndNothingDone()
    {
        QFETCH(int, status);
        Door door;
        fault(door, {{"route", "PUT /enrollments"}, {"status", status}, {"retryAfter", 7}, {"times", 1}});
        const Response answer = door.send("PUT", door.dps(), "/enrollments/x", pump("x"));
        QCOMPARE(answer.status, status);
        QCOMPARE(Door::headerOf(answer, "Retry-After"), std::string("7"));
        QVERIFY(!door.world.dps.find(false, "x"));
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/x", pump("x")).status, 200);
    }

    void faultsTakeEffectOrNot_data()
    {
        QTest::addColumn<QByteArray>("rule");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("effect");
        using Kind = Outcome::Kind;
        const auto row = [](const char *name, const char *rule, Kind kind, bool effect) {
            QTest::newRow(name) << QByteArray(rule) << static_cast<int>(kind) << effect;
        };
        row("delay", "{\"delay\":5}", Kind::Send, true);
        row("drop", "{\"drop\":true}", Kind::Drop, false);
        row("stall", "{\"stall\":true}", Kind::Stall, false);
        row("half", "{\"half\":true}", Kind::Half, true);
        row("lost answer", "{\"loseAnswer\":true}", Kind::Drop, true);
        row("clock jump", "{\"clockJump\":3600}", Kind::Send, true);
        row("another body", "{\"body\":\"<html>\"}", Kind::Send, true);
    }
    void faultsTakeEffectOrNot()
    {
        QFETCH(QByteArray, rule);
        QFETCH(int, kind);
        QFETCH(bool, effect);
        Door door;
        fault(door, Json::parse(rule.toStdString()));
        QCOMPARE(static_cast<int>(door.outcome("PUT", door.dps(), "/enrollments/x", pump("x")).kind), kind);
        QCOMPARE(door.world.dps.find(false, "x") != nullptr, effect);
        const Json bulk = {{"mode", "create"}, {"enrollments", Json::array({pump("y"), pump("z")})}};
        QCOMPARE(static_cast<int>(door.outcome("POST", door.dps(), "/enrollments", bulk).kind), kind);
        QCOMPARE(door.world.dps.find(false, "y") && door.world.dps.find(false, "z"), effect);
    }

    void theBodyIsWhatTheFaultSaysAndTheStatusIsTheServices()
    {
        Door door;
        fault(door, {{"body", "<html>Sign in</html>"}, {"times", 1}});
        const Response wrong = door.send("GET", door.dps(), "/enrollmentGroups/pumps");
        QCOMPARE(wrong.status, 200);
        QCOMPARE(wrong.body, std::string("<html>Sign in</html>"));
        QCOMPARE(Door::bodyOf(door.send("GET", door.dps(), "/enrollmentGroups/pumps"))["enrollmentGroupId"].get<std::string>(), std::string("pumps"));
    }

    void aDelayIsSimulatedTime()
    {
        Door door;
        fault(door, {{"delay", 5}});
        QCOMPARE(door.send("GET", door.dps(), "/enrollmentGroups/pumps").delay, Millis {5'000});
    }

    void deliveredTwiceTheSecondAnswerIsSeen()
    {
        Door door;
        fault(door, {{"twice", true}, {"times", 2}});
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/x", pump("x")).status, 409);
        const Json bulk = {{"mode", "create"}, {"enrollments", Json::array({pump("y")})}};
        QCOMPARE(Door::bodyOf(door.send("POST", door.dps(), "/enrollments", bulk))["isSuccessful"].get<bool>(), false);
        QVERIFY(door.world.dps.find(false, "x") && door.world.dps.find(false, "y"));
    }

    void theClockJumpsBothWays()
    {
        Door door;
        const Millis start = door.world.now();
        fault(door, {{"clockJump", -90}, {"times", 1}});
        door.send("GET", door.dps(), "/x");
        QCOMPARE(door.world.now(), start - 90'000);
        QCOMPARE(door.send("POST", "simulator", "/_sim/clock", Json::object({{"advance", 100}})).status, 200);
        QCOMPARE(door.world.now(), start + 10'000);
    }

    void aStormOfThrottlingHasAnEnd()
    {
        Door door;
        fault(door, {{"host", "azure-devices.net"}, {"status", 429}, {"retryAfter", 10}, {"until", 60}});
        QCOMPARE(door.send("GET", door.hub("a"), "/devices/pump-1").status, 429);
        QCOMPARE(door.send("GET", door.dps(), "/enrollmentGroups/pumps").status, 200);
        door.pass(60);
        QCOMPARE(door.send("GET", door.hub("a"), "/devices/pump-1").status, 200);
    }

    void aRuleThatCannotBeIsRefused()
    {
        Door door;
        for (const Json &rule : {Json::object(), Json({{"status", 99}}), Json({{"host", "("}, {"drop", true}}),
                 Json({{"drop", true}, {"oops", 1}})})
            QCOMPARE(door.send("POST", "simulator", "/_sim/faults", rule).status, 400);
    }

    void anOutageAndAFailoverEnd()
    {
        Door door;
        const std::string get = "/devices/pump-1";
        door.send("POST", "simulator", "/_sim/hubs/a/outage", Json::object({{"on", true}}));
        QCOMPARE(door.send("GET", door.hub("a"), get).status, 503);
        QCOMPARE(door.send("GET", door.hub("b"), get).status, 404);
        door.send("POST", "simulator", "/_sim/hubs/a/outage", Json::object({{"on", false}}));
        QCOMPARE(door.send("GET", door.hub("a"), get).status, 200);
        QCOMPARE(door.send("POST", "simulator", "/_sim/hubs/a/failover", Json::object({{"seconds", 900}})).status, 200);
        const Response moving = door.send("GET", door.hub("a"), get);
        QCOMPARE(moving.status, 404);
        QCOMPARE(Door::headerOf(moving, "iothub-errorcode"), std::string("IotHubNotFound"));
        door.pass(900);
        QCOMPARE(door.send("GET", door.hub("a"), get).status, 200);
    }
};

DROVER_TEST(TestAnswers)
#include "tst_answers.moc"
