#include "tests/fuzz/bodies.h"

#include "app/simulator/httpmessages.h"
#include "tests/unit/simulator/door.h"

#include <boost/beast/http.hpp>

#include <cstdlib>

namespace drover::fuzz {

using namespace simulator;
using test::Door;

namespace {

struct Fixture {
    Fixture()
    {
        door.world.enforceQuotas = false;
        hub = door.hub("a");
        door.send("PUT", hub, "/devices/pump-1/modules/m", {{"deviceId", "pump-1"}, {"moduleId", "m"}});
    }

    Door door;
    std::string hub;
    std::size_t used = 0;
};

std::unique_ptr<Fixture> present;

Fixture &fixture() { return *present; }

/// For the next text: a fresh one now and then, lest what was sent before piles up.
Fixture &nextFixture()
{
    constexpr std::size_t textsForOne = 500;
    if (!present || ++present->used > textsForOne)
        present = std::make_unique<Fixture>();
    return *present;
}

std::string bearerFor(World &world, const std::string &host)
{
    const std::string audience = host == "management.azure.com" ? "https://management.azure.com"
        : host.ends_with(".azure-devices.net")                  ? "https://iothubs.azure.net"
                                                                : "https://azure-devices-provisioning.net";
    static std::map<std::pair<World *, std::string>, std::string> known;
    std::string &token = known[{&world, audience}];
    if (token.empty())
        token = world.tokens->issue(audience, Clock::wallSeconds(), 1'000'000);
    return "Bearer " + token;
}

void handle(Fixture &fixture, Request request)
{
    const Outcome outcome = fixture.door.azure.handle(request);
    if (outcome.response.status < 200 || outcome.response.status > 599)
        std::abort();
    headOf(outcome.response, 11, true);
    halfOf(outcome.response);
}

void send(const char *method, const std::string &host, const std::string &path, const std::string &body,
    std::map<std::string, std::string> headers = {})
{
    Fixture &at = fixture();
    const bool hubHost = host.ends_with(".azure-devices.net");
    const char *version = hubHost ? "2021-04-12" : "2021-10-01";
    Request request = Request::parse(method, host, path.contains("api-version") ? path : path + "?api-version=" + version);
    request.body = body;
    request.headers = std::move(headers);
    request.headers["content-type"] = "application/json";
    if (!request.headers.contains("authorization"))
        request.headers["authorization"] = bearerFor(at.door.world, host);
    handle(at, std::move(request));
}

std::string armPath(const char *tail)
{
    const Tenant &tenant = fixture().door.world.tenant;
    return "/subscriptions/" + tenant.subscriptionId + "/resourceGroups/" + tenant.resourceGroup + "/providers/" + tail;
}

/// Great numbers are no mistake in a scenario, they only take long.
void shrink(Json &value)
{
    constexpr int most = 300;
    if (value.is_structured()) {
        for (Json &inner : value)
            shrink(inner);
    } else if (value.is_number() && value > most) {
        value = most;
    }
}

} // namespace

void httpMessage(const std::string &text)
{
    boost::beast::http::request_parser<boost::beast::http::string_body> parser;
    parser.body_limit(1'000'000);
    parser.eager(true);
    boost::system::error_code error;
    parser.put(boost::asio::buffer(text), error);
    if (!error && !parser.is_done())
        parser.put_eof(error);
    if (error) {
        statusFor(error);
        return;
    }
    Request request = requestFrom(parser.get());
    Fixture &at = nextFixture();
    // "hub" and the like stand for hosts and tokens that nobody can guess.
    const std::string host = request.host == "dps" ? at.door.dps() : request.host == "hub" ? at.hub : request.host;
    request.host = host;
    if (request.has("authorization"))
        request.headers["authorization"] = bearerFor(at.door.world, host);
    handle(at, std::move(request));
}

void scenario(const std::string &text)
{
    std::string document = text;
    if (std::optional<Json> parsed = parsedJson(text)) {
        shrink(*parsed);
        document = parsed->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    const LoadedWorld loaded = readScenario("fuzz", document, {1, 1'800'000'000'000, true}, 1);
    if (!loaded.world == loaded.error.empty())
        std::abort();
}

void faultRule(const std::string &text)
{
    const std::string hub = nextFixture().hub;
    for (const char *path : {"/_sim/faults", "/_sim/behavior", "/_sim/hubs/a/failover", "/_sim/hubs/b/outage"})
        send("POST", "simulator", path, text);
    send("GET", hub, "/devices/pump-1", {});
    send("DELETE", "simulator", "/_sim/faults", {});
}

void enrollment(const std::string &text)
{
    const std::string dps = nextFixture().door.dps();
    for (const char *path : {"/enrollments/x", "/enrollmentGroups/x"}) {
        send("PUT", dps, path, text, {{"if-match", "*"}});
        send("GET", dps, path, {});
        send("POST", dps, std::string(path) + "/attestationmechanism", {});
    }
    send("POST", dps, "/enrollments/query", text);
}

void registration(const std::string &text)
{
    Fixture &at = nextFixture();
    const std::string resource = at.door.world.dps.idScope + "/registrations/pump-1";
    const auto keys = at.door.world.dps.find(true, "pumps")->keys;
    const std::string expiry = std::to_string(Clock::wallSeconds() + 3'600);
    const std::string key = deriveKey(keys->primary, "pump-1");
    const std::string signature = base64(hmacSha256(*fromBase64(key), resource + "\n" + expiry));
    send("PUT", "global.azure-devices-provisioning.net", "/" + resource + "/register", text,
        {{"authorization", "SharedAccessSignature sr=" + resource + "&sig=" + percentEncode(signature) + "&se=" + expiry
                 + "&skn=registration"}});
    at.door.pass(2);
}

void twin(const std::string &text)
{
    const std::string hub = nextFixture().hub;
    for (const char *path : {"/twins/pump-1", "/twins/pump-1/modules/m"}) {
        send("PATCH", hub, path, text);
        send("PUT", hub, path, text);
        send("GET", hub, path, {});
    }
    send("POST", hub, "/twins/pump-1/methods", text);
    send("PUT", hub, "/devices/pump-1", text, {{"if-match", "*"}});
    send("PUT", hub, "/configurations/c", text, {{"if-match", "*"}});
}

void bulk(const std::string &text)
{
    const std::string dps = nextFixture().door.dps();
    send("POST", fixture().hub, "/devices", text);
    send("POST", dps, "/enrollments", text);
    send("POST", dps, "/enrollmentGroups", text);
}

void job(const std::string &text)
{
    const std::string path = "/jobs/v2/job-" + std::to_string(nextFixture().used);
    send("PUT", fixture().hub, path, text);
    fixture().door.pass(3);
    send("GET", fixture().hub, path, {});
    send("POST", fixture().hub, path + "/cancel", {});
}

void arm(const std::string &text)
{
    const std::string host = "management.azure.com";
    const Fixture &at = nextFixture();
    const std::string hub = armPath("Microsoft.Devices/IotHubs/") + at.door.world.hub("a")->name + "?api-version=2023-06-30";
    const std::string dps = armPath("Microsoft.Devices/provisioningServices/") + at.door.world.dps.name + "?api-version=2022-02-05";
    const std::string profile = armPath("Microsoft.Network/trafficmanagerprofiles/p?api-version=2022-04-01");
    for (const std::string &path : {hub, dps, profile}) {
        send("PUT", host, path, text);
        send("PATCH", host, path, text);
        fixture().door.pass(7);
        send("GET", host, path, {});
    }
    send("POST", host, "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01", text);
}

} // namespace drover::fuzz
