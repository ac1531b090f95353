#include "models/fleet/diagnosis.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::fleet;

namespace {

const QString hostA = u"a.azure-devices.net"_s;
const QString hostB = u"b.azure-devices.net"_s;

HubFact home(const QString &host)
{
    return {.hub = host, .stamp = host.section(u'.', 0, 0), .found = true, .connected = true, .enabled = true, .everActive = true};
}

HubFact stranger(const QString &host)
{
    return {.hub = host, .stamp = host.section(u'.', 0, 0)};
}

RegistrationFact assignedTo(const QString &host)
{
    return {u"d1"_s, u"d1"_s, host, u"assigned"_s, u"initialAssignment"_s, 0, {}, u"2026-03-01T10:00:00Z"_s};
}

Enrollment naming(const QString &host)
{
    Enrollment enrollment;
    enrollment.id = u"d1"_s;
    enrollment.hubs = {*HubHostName::parse(host)};
    return enrollment;
}

/// Enrolled for A, assigned to A, connected to A.
DeviceEvidence fine()
{
    return {u"d1"_s, naming(hostA), assignedTo(hostA), {home(hostA), stranger(hostB)}, {}, {}};
}

template <typename Change>
DeviceEvidence but(Change change)
{
    DeviceEvidence seen = fine();
    change(seen);
    return seen;
}

} // namespace

Q_DECLARE_METATYPE(drover::fleet::DeviceEvidence)

class TestDiagnosis final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysOnePlainSentence_data()
    {
        QTest::addColumn<DeviceEvidence>("seen");
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("tone");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const DeviceEvidence &seen, const char *id, Tone tone, const char *says) {
            QTest::newRow(name) << seen << QString::fromLatin1(id) << static_cast<int>(tone) << QString::fromUtf8(says);
        };
        row("fine", fine(), "fine", Tone::Good, "It is on a, connected");
        row("assigned, never connected", but([](auto &seen) { seen.hubs[0].connected = seen.hubs[0].everActive = false; }), "never-connected",
            Tone::Warn, "has not connected");
        row("offline", but([](auto &seen) { seen.hubs[0].connected = false; }), "offline", Tone::Warn, "offline");
        row("on two hubs", but([](auto &seen) {
            seen.hubs = {home(hostA), home(hostB)};
            seen.registration = assignedTo(hostB);
        }), "two-hubs", Tone::Bad, "DPS assigned it to b");
        row("in DPS, on no hub", but([](auto &seen) { seen.hubs[0] = stranger(hostA); }), "lost-identity", Tone::Bad, "does not know it");
        row("enrolled, never registered", but([](auto &seen) {
            seen.hubs[0] = stranger(hostA);
            seen.registration.reset();
        }), "never-registered", Tone::Neutral, "never registered");
        row("enrollment names another hub", but([](auto &seen) { seen.enrollment = naming(hostB); }), "will-move", Tone::Warn,
            "it will move when it registers again");
        row("identity elsewhere", but([](auto &seen) { seen.hubs = {stranger(hostA), home(hostB)}; }), "elsewhere", Tone::Bad,
            "DPS assigned it to a, but its identity is on b");
        row("enrollment disabled", but([](auto &seen) { seen.enrollment->enabled = false; }), "enrollment-disabled", Tone::Warn, "disabled");
        row("identity disabled", but([](auto &seen) { seen.hubs[0].enabled = false; }), "identity-disabled", Tone::Warn, "refuses its connections");
        row("registration failed", but([](auto &seen) {
            seen.registration->status = u"failed"_s;
            seen.registration->errorCode = 400209;
        }), "registration-failed", Tone::Bad, "400209");
        row("assigning now", but([](auto &seen) { seen.registration->status = u"assigning"_s; }), "assigning", Tone::Progress, "at this moment");
        row("unknown anywhere", {u"ghost"_s, {}, {}, {stranger(hostA), stranger(hostB)}, {}, {}}, "unknown", Tone::Bad, "Neither DPS nor any of the 2 hubs");
        row("other letter case", {u"D1"_s, {}, {}, {stranger(hostA)}, {}, {u"d1"_s}}, "other-case", Tone::Warn, "there is \"d1\"");
        row("unknown, a hub is silent", {u"d1"_s, {}, {}, {but([](auto &seen) { seen.hubs[1].trouble = u"no answer"_s; }).hubs[1]}, {}, {}},
            "unknown-with-gap", Tone::Warn, "b could not be asked");
        row("made by hand", {u"d1"_s, {}, {}, {home(hostA)}, {}, {}}, "hub-only", Tone::Warn, "made there by hand");
        row("its enrollment was deleted", but([](auto &seen) { seen.enrollment.reset(); }), "no-enrollment", Tone::Warn, "no enrollment is left");
        row("hub is silent", but([](auto &seen) {
            seen.hubs[0] = stranger(hostA);
            seen.hubs[0].trouble = u"no answer"_s;
        }), "hub-mute", Tone::Bad, "could not be asked");
        row("twin differs", but([](auto &seen) {
            seen.hubs[0].desired = R"({"interval":30,"other":1})";
            seen.hubs[0].reported = R"({"interval":60})";
        }), "twin-differs", Tone::Warn, "\"interval\"");
        row("nobody answers", {u"d1"_s, {}, {}, {}, u"no route"_s, {}}, "unreachable", Tone::Bad, "no route");
    }
    void saysOnePlainSentence()
    {
        QFETCH(DeviceEvidence, seen);
        QFETCH(QString, says);
        const Diagnosis found = diagnose(seen);
        QTEST(found.id, "id");
        QTEST(static_cast<int>(found.tone), "tone");
        QVERIFY2(found.sentence.contains(says), qPrintable(found.sentence));
        QCOMPARE(found.suggestion.isEmpty(), found.id == u"fine"_s);
    }
};

DROVER_TEST(TestDiagnosis)
#include "tst_diagnosis.moc"
