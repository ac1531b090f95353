#include "tests/support/testmain.h"
#include "tests/unit/simulator/issued.h"
#include "tests/unit/simulator/manager.h"

#include "app/simulator/clientcertificate.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;
using drover::test::Issued;
using drover::test::Manager;

namespace {

Json holding(const Issued &issued, bool verified = false)
{
    return Json::object({{"properties", {{"certificate", base64(issued.der)}, {"isVerified", verified}}}});
}

/// The certificate authorities of the provisioning service.
struct Authorities {
    explicit Authorities(Door &door)
        : manager(door)
        , base(manager.subscription() + "/resourceGroups/" + door.world.tenant.resourceGroup + manager.devices()
              + "/provisioningServices/" + door.world.dps.name + "/certificates")
    {
        manager.version = "2022-02-05";
    }
    Response send(const std::string &method, const std::string &tail, const Json &body = Json(), const std::string &match = {}) const
    {
        return manager.send(method, base + tail, body, match.empty() ? std::map<std::string, std::string> {} : std::map<std::string, std::string> {{"if-match", match}});
    }

    Manager manager;
    std::string base;
};

Json referring(const char *id, const char *authority, bool group)
{
    return {{group ? "enrollmentGroupId" : "registrationId", id},
        {"attestation", {{"type", "x509"}, {"x509", {{"caReferences", {{"primary", authority}}}}}}}};
}

std::string statusOf(Door &door, const std::string &id, const std::vector<std::string> &chain)
{
    const std::string host = "global.azure-devices-provisioning.net";
    const std::string path = "/" + door.world.dps.idScope + "/registrations/" + id;
    const Response started = door.outcome("PUT", host, path + "/register", {{"registrationId", id}}, {}, chain).response;
    door.pass(2);
    const Registration *registration = door.world.dps.registration(id);
    return started.status == 202 && registration ? statusText(registration->status) : std::to_string(started.status);
}

} // namespace

class TestAuthorities : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anAuthorityIsUploadedReadAndDeleted()
    {
        Door door;
        const Authorities authorities(door);
        const Issued root("root");
        const Json made = Door::bodyOf(authorities.send("PUT", "/Root", holding(root)));
        QCOMPARE(textOf(made["properties"], "subject"), std::string("root"));
        QCOMPARE(made["properties"]["isVerified"].get<bool>(), false);
        QCOMPARE(Door::bodyOf(authorities.send("GET", ""))["value"].size(), std::size_t {1});
        QCOMPARE(textOf(Door::bodyOf(authorities.send("GET", "/ROOT")), "name"), std::string("Root"));
        QCOMPARE(authorities.send("PUT", "/Root", holding(root), "\"stale\"").status, 412);
        QCOMPARE(authorities.send("DELETE", "/Root", Json(), "\"stale\"").status, 412);
        QCOMPARE(authorities.send("DELETE", "/Root", Json(), textOf(made, "etag")).status, 200);
        QCOMPARE(authorities.send("GET", "/Root").status, 404);
        QCOMPARE(authorities.send("PUT", "/none", Json::object({{"properties", {{"certificate", "AAAA"}}}})).status, 400);
    }

    void whoHoldsItsKeyProvesIt()
    {
        Door door;
        const Authorities authorities(door);
        const Issued root("root");
        authorities.send("PUT", "/root", holding(root));
        const Json unproved = Json::object({{"certificate", base64(Issued("anything", &root).der)}});
        QCOMPARE(authorities.send("POST", "/root/verify", unproved, "*").status, 400);
        const std::string code = textOf(Door::bodyOf(authorities.send("POST", "/root/generateVerificationCode", Json(), "*"))["properties"], "verificationCode");
        QVERIFY(!code.empty());
        QCOMPARE(authorities.send("POST", "/root/verify", unproved, "*").status, 400);
        const Issued otherRoot("root");
        QCOMPARE(authorities.send("POST", "/root/verify", Json::object({{"certificate", base64(Issued(code.c_str(), &otherRoot).der)}}), "*").status, 400);
        const Response verified = authorities.send("POST", "/root/verify", Json::object({{"certificate", base64(Issued(code.c_str(), &root).der)}}), "*");
        QCOMPARE(verified.status, 200);
        QCOMPARE(Door::bodyOf(verified)["properties"]["isVerified"].get<bool>(), true);
    }

    void anEnrollmentRefersOnlyToWhatIsVerified()
    {
        Door door;
        const Authorities authorities(door);
        authorities.send("PUT", "/root", holding(Issued("root")));
        const Response refused = door.send("PUT", door.dps(), "/enrollmentGroups/g", referring("g", "root", true));
        QCOMPARE(Door::bodyOf(refused)["errorCode"].get<int>(), 404211);
        authorities.send("PUT", "/root", holding(Issued("root"), true), "*");
        QCOMPARE(door.send("PUT", door.dps(), "/enrollmentGroups/g", referring("g", "root", true)).status, 200);
    }

    void devicesOfAVerifiedAuthorityAreLetIn()
    {
        Door door;
        const Authorities authorities(door);
        const Issued root("root");
        const Issued middle("middle", &root);
        authorities.send("PUT", "/root", holding(root, true));
        door.send("PUT", door.dps(), "/enrollmentGroups/g", referring("g", "root", true));
        door.send("PUT", door.dps(), "/enrollments/own", referring("own", "root", false));
        QCOMPARE(statusOf(door, "member", {Issued("member", &root).der}), std::string("assigned"));
        QCOMPARE(statusOf(door, "far", {Issued("far", &middle).der, middle.der}), std::string("assigned"));
        QCOMPARE(statusOf(door, "own", {Issued("own", &root).der, root.der}), std::string("assigned"));
        const Issued otherRoot("root");
        QCOMPARE(statusOf(door, "stranger", {Issued("stranger", &otherRoot).der}), std::string("401"));
        QCOMPARE(statusOf(door, "own", {Issued("own", &otherRoot).der}), std::string("401"));
        authorities.send("DELETE", "/root", Json(), "*");
        QCOMPARE(statusOf(door, "late", {Issued("late", &root).der}), std::string("401"));
    }

    void thereAre25()
    {
        Door door;
        const Authorities authorities(door);
        const Issued root("root");
        for (int i = 0; i < 25; ++i)
            QCOMPARE(authorities.send("PUT", "/ca-" + std::to_string(i), holding(root)).status, 200);
        QCOMPARE(authorities.send("PUT", "/ca-25", holding(root)).status, 400);
        QCOMPARE(authorities.send("PUT", "/ca-24", holding(root), "*").status, 200);
    }
};

DROVER_TEST(TestAuthorities)
#include "tst_authorities.moc"
