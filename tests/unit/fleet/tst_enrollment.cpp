#include "models/fleet/enrollment.h"

#include "tests/support/testmain.h"

#include <QFloat16>
#include <QMessageAuthenticationCode>
#include <QTest>

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::fleet;

using Json = nlohmann::ordered_json;

namespace {

// moc loses its way in raw strings with backslashes or several lines.
const QByteArray group
    = R"({"enrollmentGroupId":"Meters",)"
      R"("attestation":{"type":"symmetricKey","symmetricKey":{"primaryKey":"cDE=","secondaryKey":"czE="}},)"
      R"("capabilities":{"iotEdge":true},"iotHubHostName":"old.azure-devices.net",)"
      R"("initialTwin":{"tags":{"a":1}},"etag":"seven","provisioningStatus":"enabled",)"
      R"("reprovisionPolicy":{"updateHubAssignment":true,"migrateDeviceData":false},)"
      R"("allocationPolicy":"hashed","iotHubs":["A.azure-devices.net","b.azure-devices.net"],)"
      R"("zz-new":{"deep":[1,{"x":null}]}})";
const HubHostName target = *HubHostName::parse(u"t.azure-devices.net");

QByteArray mechanism(const QByteArray &primary, const QByteArray &secondary)
{
    return R"({"type":"symmetricKey","symmetricKey":{"primaryKey":")" + primary.toBase64() + R"(","secondaryKey":")"
        + secondary.toBase64() + R"("}})";
}

/// Any JSON value of little depth.
Json anyJson(int depth)
{
    switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0:
        return *rc::gen::arbitrary<int>();
    case 1:
        return *rc::gen::arbitrary<bool>();
    case 2:
        return nullptr;
    case 3:
        return *rc::gen::string<std::string>();
    case 4: {
        Json list = Json::array();
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
            list.push_back(anyJson(depth - 1));
        return list;
    }
    default:
        break;
    }
    Json object = Json::object();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
        object["k" + std::to_string(i)] = anyJson(depth - 1);
    return object;
}

} // namespace

class TestEnrollment final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGroupIsRead()
    {
        const Result<Enrollment> read = parseEnrollment(group);
        QVERIFY(read);
        QCOMPARE(read->kind, Enrollment::Kind::Group);
        QCOMPARE(read->id, u"Meters"_s);
        QCOMPARE(read->attestation, Attestation::SymmetricKey);
        QCOMPARE(read->allocation, Allocation::Hashed);
        QCOMPARE(read->reprovision, Reprovision::Reset);
        QVERIFY(read->enabled && read->edge);
        QCOMPARE(read->hubs.size(), size_t(2));
        QCOMPARE(read->hubs.front().text(), u"a.azure-devices.net"_s);
        QCOMPARE(read->etag, u"seven"_s);
    }

    void keysNeverStayInTheRecord()
    {
        const Enrollment read = *parseEnrollment(group);
        QVERIFY(!read.raw.contains("primaryKey"));
        QVERIFY(!read.raw.contains("cDE="));
        QVERIFY(read.raw.contains("zz-new"));
    }

    void whatIsNoEnrollmentIsMalformed_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("no id") << QByteArray(R"({"attestation":{"type":"tpm"}})");
        QTest::newRow("bad id") << QByteArray(R"({"registrationId":"../x","attestation":{"type":"tpm"}})");
        QTest::newRow("no attestation") << QByteArray(R"({"registrationId":"a"})");
        QTest::newRow("strange attestation") << QByteArray(R"({"registrationId":"a","attestation":{"type":"blood"}})");
        QTest::newRow("strange policy") << QByteArray(
            R"({"registrationId":"a","attestation":{"type":"tpm"},"allocationPolicy":3})");
        QTest::newRow("hub is no hub") << QByteArray(
            R"({"registrationId":"a","attestation":{"type":"tpm"},"iotHubs":["a b"]})");
        QTest::newRow("hubs no list") << QByteArray(
            R"({"registrationId":"a","attestation":{"type":"tpm"},"iotHubs":"a.b"})");
    }
    void whatIsNoEnrollmentIsMalformed()
    {
        QFETCH(QByteArray, json);
        QCOMPARE(parseEnrollment(json).error().kind, ErrorKind::Malformed);
    }

    void repointingChangesThePlannedMembersAlone()
    {
        const Enrollment read = *parseEnrollment(group);
        const Json before = Json::parse(read.raw.toStdString());
        const Json after = Json::parse(repointed(read.raw, target, mechanism("one", "two"))->toStdString());
        QCOMPARE(after["iotHubs"], Json::array({"t.azure-devices.net"}));
        QVERIFY(!after.contains("iotHubHostName"));
        QCOMPARE(after["attestation"]["symmetricKey"]["primaryKey"], Json("b25l"));
        for (const auto &[name, value] : before.items()) {
            if (name != "iotHubs" && name != "iotHubHostName" && name != "attestation")
                QCOMPARE(after[name], value);
        }
    }

    void membersThatNobodyKnowsSurviveARoundTrip()
    {
        const bool held = rc::check("unknown members survive, in their order", [] {
            Json record
                = Json::parse(R"({"registrationId":"a","attestation":{"type":"tpm","tpm":{"endorsementKey":"e"}}})");
            for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
                record["x" + std::to_string(i)] = anyJson(3);
            record["registrationState"] = {{"status", "assigned"}};
            const QByteArray raw
                = QByteArray::fromStdString(record.dump(-1, ' ', false, Json::error_handler_t::replace));
            record = Json::parse(raw.toStdString());
            const Result<Enrollment> read = parseEnrollment(raw);
            RC_ASSERT(read.has_value());
            Json after = Json::parse(repointed(read->raw, target, {})->toStdString());
            RC_ASSERT(after.erase("iotHubs") == 1);
            record.erase("registrationState");
            RC_ASSERT(after.dump() == record.dump());
        });
        QVERIFY(held);
    }

    /// Numbers that no double holds, names that look alike, depth: there and back, byte for byte.
    void strangeMembersSurviveAMoveAndItsUndo()
    {
        const QByteArray strange = R"("x":{"big":123456789012345678901234567890,"beyond":1e400,"tail":[1.10,1.0,-0,null,{"":[[]]}]},"X":2.50,)"
                                   R"("\u0078x":"\u0000","initialTwin":{"properties":{"desired":{"n":0.10}}})";
        const QByteArray raw = R"({"registrationId":"a","etag":"1","attestation":{"type":"tpm"},)" + strange
            + R"(,"iotHubs":["s.azure-devices.net"]})";
        const Result<Enrollment> read = parseEnrollment(raw);
        QVERIFY(read);
        const QByteArray moved = *repointed(read->raw, target, {});
        QByteArray expected = raw;
        expected.replace("s.azure", "t.azure").replace("\\u0078x", "xx");
        QCOMPARE(moved, expected);
        QCOMPARE(differingMembers(raw, moved), QStringList{u"iotHubs"_s});
        QByteArray back = *restored(raw, {}, u"1"_s);
        QCOMPARE(back.replace("\"xx\"", "\"\\u0078x\""), raw);
        QByteArray other = raw;
        other.replace("7890,", "7891,");
        QCOMPARE(differingMembers(raw, other), QStringList{u"x"_s});
    }

    void aSplitOutDerivesItsKeysFromTheGroups()
    {
        const Json record
            = Json::parse(splitOut(group, mechanism("group-one", "group-two"), u"Meter-1"_s, target)->toStdString());
        const QByteArray expected
            = QMessageAuthenticationCode::hash("Meter-1", "group-one", QCryptographicHash::Sha256).toBase64();
        QCOMPARE(record["attestation"]["symmetricKey"]["primaryKey"], Json(expected.toStdString()));
        QCOMPARE(record["registrationId"], Json("Meter-1"));
        QCOMPARE(record["iotHubs"], Json::array({"t.azure-devices.net"}));
        QCOMPARE(record["initialTwin"], Json::parse(R"({"tags":{"a":1}})"));
        QCOMPARE(record["capabilities"]["iotEdge"], Json(true));
        QCOMPARE(record["reprovisionPolicy"]["migrateDeviceData"], Json(false));
        QVERIFY(!record.contains("etag") && !record.contains("enrollmentGroupId"));
    }

    void lettersCaseMattersToADerivedKey()
    {
        const QByteArray key = QByteArray("secret").toBase64();
        QVERIFY(derivedKey(key, "Pump-7") != derivedKey(key, "pump-7"));
        QCOMPARE(QByteArray::fromBase64(derivedKey(key, "Pump-7")).size(), 32);
    }

    void aGroupWithoutKeysCannotBeSplit()
    {
        QCOMPARE(splitOut(group, R"({"type":"x509"})", u"a"_s, target).error().kind, ErrorKind::Malformed);
    }
};

DROVER_TEST(TestEnrollment)
#include "tst_enrollment.moc"
