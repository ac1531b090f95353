#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"
#include "tests/unit/simulator/issued.h"

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;
using drover::test::Issued;

namespace {

Json x509(const char *kind, const Issued &issued)
{
    return {{"type", "x509"}, {"x509", {{kind, {{"primary", {{"certificate", base64(issued.der)}}}}}}}};
}

Json individual(const std::string &id, const Issued &issued)
{
    return {{"registrationId", id}, {"attestation", x509("clientCertificates", issued)}};
}

Json group(const std::string &id, const Issued &issued)
{
    return {{"enrollmentGroupId", id}, {"attestation", x509("signingCertificates", issued)}};
}

/// The answer to a registration: the error, or the operation's end.
Json enroll(Door &door, const std::string &id, const std::vector<std::string> &chain)
{
    const std::string host = "global.azure-devices-provisioning.net";
    const std::string base = "/" + door.world.dps.idScope + "/registrations/" + id;
    const Response started = door.outcome("PUT", host, base + "/register", {{"registrationId", id}}, {}, chain).response;
    const Json operation = Door::bodyOf(started);
    if (started.status != 202)
        return operation;
    door.pass(2);
    return Door::bodyOf(door.outcome("GET", host, base + "/operations/" + textOf(operation, "operationId"), Json(), {}, chain).response);
}

} // namespace

class TestAttestation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLeafIsAdmittedByItsIndividualEnrollment()
    {
        Door door;
        const Issued leaf("dev-1");
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/dev-1", individual("dev-1", leaf)).status, 200);
        const Json state = enroll(door, "dev-1", {leaf.der})["registrationState"];
        QCOMPARE(textOf(state, "status"), std::string("assigned"));
        const std::string print = certificateInfo(leaf.der)->sha1;
        QCOMPARE(textOf(state["x509"]["certificateInfo"], "sha1Thumbprint"), print);
        const Identity *identity = door.world.hub(textOf(state, "assignedHub"))->find("dev-1");
        QCOMPARE(textOf((*identity->authentication())["x509Thumbprint"], "primaryThumbprint"), print);
        const std::string events = "/devices/dev-1/messages/events";
        QCOMPARE(door.outcome("POST", textOf(state, "assignedHub"), events, Json("hi"), {}, {leaf.der}).response.status, 204);
        QCOMPARE(door.outcome("POST", textOf(state, "assignedHub"), events, Json("hi"), {}, {Issued("dev-1").der}).response.status, 401);
    }

    void anotherCertificateOfTheSameNameIsRefused()
    {
        Door door;
        door.send("PUT", door.dps(), "/enrollments/dev-1", individual("dev-1", Issued("dev-1")));
        QCOMPARE(enroll(door, "dev-1", {Issued("dev-1").der})["errorCode"].get<int>(), 401002);
    }

    void theRegistrationIdIsTheCommonName()
    {
        Door door;
        const Issued root("root");
        door.send("PUT", door.dps(), "/enrollmentGroups/g", group("g", root));
        const Issued leaf("dev-1", &root);
        QCOMPARE(enroll(door, "dev-2", {leaf.der})["errorCode"].get<int>(), 401002);
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/dev-2", individual("dev-2", leaf)).status, 400);
    }

    void aChainIsAdmittedByTheNearestGroup()
    {
        Door door;
        const Issued root("root");
        const Issued middle("middle", &root);
        const Issued leaf("dev-1", &middle);
        door.send("PUT", door.dps(), "/enrollmentGroups/by-root", group("by-root", root));
        Json state = enroll(door, "dev-1", {leaf.der, middle.der})["registrationState"];
        QCOMPARE(textOf(state["x509"], "enrollmentGroupId"), std::string("by-root"));
        door.send("PUT", door.dps(), "/enrollmentGroups/by-middle", group("by-middle", middle));
        state = enroll(door, "dev-1", {leaf.der, middle.der})["registrationState"];
        QCOMPARE(textOf(state["x509"], "enrollmentGroupId"), std::string("by-middle"));
    }

    void theFirstMatchCountsEvenIfItIsDisabled()
    {
        Door door;
        const Issued root("root");
        const Issued middle("middle", &root);
        const Issued leaf("dev-1", &middle);
        door.send("PUT", door.dps(), "/enrollmentGroups/by-root", group("by-root", root));
        Json disabled = group("by-middle", middle);
        disabled["provisioningStatus"] = "disabled";
        door.send("PUT", door.dps(), "/enrollmentGroups/by-middle", disabled);
        QCOMPARE(textOf(enroll(door, "dev-1", {leaf.der, middle.der}), "status"), std::string("disabled"));
    }

    void anIndividualEnrollmentKeepsTheGroupOut()
    {
        Door door;
        const Issued root("root");
        const Issued leaf("dev-1", &root);
        door.send("PUT", door.dps(), "/enrollmentGroups/g", group("g", root));
        door.send("PUT", door.dps(), "/enrollments/dev-1", {{"registrationId", "dev-1"}, {"attestation", {{"type", "symmetricKey"}}}});
        QCOMPARE(enroll(door, "dev-1", {leaf.der})["errorCode"].get<int>(), 401002);
    }

    void aChainWhoseSignatureIsForgedIsRefused()
    {
        Door door;
        const Issued root("root");
        const Issued otherRoot("root");
        door.send("PUT", door.dps(), "/enrollmentGroups/g", group("g", root));
        QCOMPARE(enroll(door, "dev-1", {Issued("dev-1", &otherRoot).der, root.der})["errorCode"].get<int>(), 401002);
    }

    void nonsenseIsNoCertificate()
    {
        Door door;
        Json record = individual("dev-1", Issued("dev-1"));
        record["attestation"]["x509"]["clientCertificates"]["primary"]["certificate"] = base64("nonsense");
        QCOMPARE(door.send("PUT", door.dps(), "/enrollments/dev-1", record).status, 400);
    }
};

DROVER_TEST(TestAttestation)
#include "tst_attestation.moc"
