#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"

#include <rapidcheck.h>

#include <QtTest>

#include <array>

using namespace drover::simulator;
using drover::test::Door;

namespace {

constexpr int idCount = 3;
constexpr std::array<const char *, 2> stamps {"a", "b"};

struct Step {
    enum class What : std::uint8_t {
        PutGroup,
        DeleteGroup,
        PutIndividual,
        DeleteIndividual,
        BulkUpdate,
        Register,
        DeleteRegistration,
        CreateIdentity,
        DeleteIdentity,
        SetStatus,
        PatchTwin,
        Count
    };

    What what;
    int id;
    int hub;
    bool update;
    bool migrate;
    bool enabled;
};

std::ostream &operator<<(std::ostream &out, const Step &step)
{
    return out << static_cast<int>(step.what) << ":id" << step.id << ":hub" << step.hub << (step.update ? "u" : "")
               << (step.migrate ? "m" : "") << (step.enabled ? "e" : "");
}

/// DPS and two hubs as the documents have them, in a page: who is enrolled how, where DPS thinks a device is, and which
/// identity, with which twin, stands at which hub.
struct Model {
    struct Enrollment {
        int hub;
        bool update;
        bool migrate;
        bool enabled;
    };
    struct Registration {
        std::string status;
        std::string substatus;
        int hub = -1;
    };
    struct Identity {
        bool enabled = true;
        /// The desired property that the test writes; -1 is the initial twin's.
        int mark = -1;
        bool operator==(const Identity &) const = default;
    };

    std::optional<Enrollment> group;
    std::map<int, Enrollment> individuals;
    std::map<int, Registration> registrations;
    std::array<std::map<int, Identity>, 2> hubs;

    /// An individual enrollment comes before the group, even where it is disabled.
    const Enrollment *servedBy(int id) const
    {
        const auto own = individuals.find(id);
        return own != individuals.end() ? &own->second : group ? &*group : nullptr;
    }

    void enroll(int id)
    {
        const Enrollment &enrollment = *servedBy(id);
        Registration &registration = registrations[id];
        if (!enrollment.enabled) {
            registration.status = "disabled";
            return;
        }
        registration.status = "assigned";
        const int from = registration.hub;
        const int to = from >= 0 && !enrollment.update ? from : enrollment.hub;
        registration.hub = to;
        auto &there = hubs[std::size_t(to)];
        if (from < 0 || from == to) {
            there.try_emplace(id);
            registration.substatus = from < 0 ? "initialAssignment"
                : enrollment.update           ? "reprovisionedToInitialAssignment"
                                              : registration.substatus;
            return;
        }
        auto &here = hubs[std::size_t(from)];
        const int mark = enrollment.migrate && here.contains(id) ? here[id].mark : -1;
        there[id].mark = mark;
        here.erase(id);
        registration.substatus = enrollment.migrate ? "deviceDataMigrated" : "deviceDataReset";
    }
};

/// Does the same to the model and to the local Azure, and looks at both by the service's own routes.
class Pair {
public:
    ~Pair()
    {
        for (int id = 0; id < idCount; ++id) {
            m_door.world.dps.individuals.erase(name(id));
            if (Registration *known = m_door.world.dps.registration(name(id)))
                m_door.world.dps.forget(*known);
            for (const char *stamp : stamps) {
                if (m_door.world.hub(stamp)->find(name(id)))
                    m_door.world.hub(stamp)->erase(name(id));
            }
        }
        m_door.world.dps.members.erase(groupName());
        m_door.world.dps.groups.erase(groupName());
    }

    void take(const Step &step)
    {
        using What = Step::What;
        switch (step.what) {
        case What::PutGroup: return putGroup(step);
        case What::DeleteGroup: return deleteGroup();
        case What::PutIndividual: return putIndividual(step);
        case What::DeleteIndividual: return deleteIndividual(step);
        case What::BulkUpdate: return bulk(step);
        case What::Register: return enroll(step);
        case What::DeleteRegistration: return deleteRegistration(step);
        case What::CreateIdentity:
        case What::SetStatus: return putIdentity(step);
        case What::DeleteIdentity: return deleteIdentity(step);
        default: return patchTwin(step);
        }
    }

    void compare()
    {
        for (int id = 0; id < idCount; ++id) {
            compareRegistration(id);
            for (int hub = 0; hub < 2; ++hub)
                compareIdentity(id, hub);
            RC_ASSERT(status("GET", m_door.dps(), "/enrollments/" + name(id)) == (m_model.individuals.contains(id) ? 200 : 404));
        }
        RC_ASSERT(status("GET", m_door.dps(), "/enrollmentGroups/" + groupName()) == (m_model.group ? 200 : 404));
    }

private:
    static Door &door()
    {
        static Door one(R"({ "name": "one", "stamps": [{ "name": "a", "capacity": 10 }, { "name": "b", "capacity": 10 }] })");
        one.world.enforceQuotas = false;
        return one;
    }

    /// Each sequence has names of its own: one local Azure serves all, for its keys take long to make.
    std::string name(int id) const { return "model-" + std::to_string(m_number) + "-" + std::to_string(id); }
    std::string groupName() const { return "models-" + std::to_string(m_number); }
    std::string secret() const { return base64("the secret of sequence " + std::to_string(m_number)); }
    std::string key(int id) const { return deriveKey(secret(), name(id)); }
    std::string host(int hub) const { return m_door.hub(stamps[std::size_t(hub)]); }

    int status(const std::string &method, const std::string &host, const std::string &path, const Json &body = Json(),
        const std::map<std::string, std::string> &headers = {})
    {
        return m_door.send(method, host, path, body, headers).status;
    }

    Json record(const Step &step, const std::string &idMember, const std::string &id, const std::string &primary) const
    {
        return {{idMember, id},
            {"attestation", {{"type", "symmetricKey"}, {"symmetricKey", {{"primaryKey", primary}, {"secondaryKey", primary}}}}},
            {"allocationPolicy", "static"}, {"iotHubs", Json::array({host(step.hub)})},
            {"provisioningStatus", step.enabled ? "enabled" : "disabled"},
            {"initialTwin", {{"tags", Json::object()}, {"properties", {{"desired", {{"mark", -1}}}}}}},
            {"reprovisionPolicy", {{"updateHubAssignment", step.update}, {"migrateDeviceData", step.migrate}}}};
    }

    static Model::Enrollment enrollment(const Step &step) { return {step.hub, step.update, step.migrate, step.enabled}; }

    void putGroup(const Step &step)
    {
        const Json body = record(step, "enrollmentGroupId", groupName(), secret());
        RC_ASSERT(status("PUT", m_door.dps(), "/enrollmentGroups/" + groupName(), body, {{"if-match", "*"}}) == 200);
        m_model.group = enrollment(step);
    }

    void deleteGroup()
    {
        const int expected = m_model.group ? 204 : 404;
        RC_ASSERT(status("DELETE", m_door.dps(), "/enrollmentGroups/" + groupName()) == expected);
        m_model.group.reset();
    }

    void putIndividual(const Step &step)
    {
        const Json body = record(step, "registrationId", name(step.id), key(step.id));
        RC_ASSERT(status("PUT", m_door.dps(), "/enrollments/" + name(step.id), body, {{"if-match", "*"}}) == 200);
        m_model.individuals[step.id] = enrollment(step);
    }

    void deleteIndividual(const Step &step)
    {
        const int expected = m_model.individuals.erase(step.id) ? 204 : 404;
        RC_ASSERT(status("DELETE", m_door.dps(), "/enrollments/" + name(step.id)) == expected);
    }

    /// All of them in one call; those that are not there are refused one by one.
    void bulk(const Step &step)
    {
        Json items = Json::array();
        for (int id = 0; id < idCount; ++id)
            items.push_back(record(step, "registrationId", name(id), key(id)));
        const Response answer
            = m_door.send("POST", m_door.dps(), "/enrollments", {{"mode", "update"}, {"enrollments", items}});
        RC_ASSERT(answer.status == 200);
        const Json told = Door::bodyOf(answer);
        RC_ASSERT(told["isSuccessful"].get<bool>() == (m_model.individuals.size() == std::size_t(idCount)));
        for (auto &[id, known] : m_model.individuals)
            known = enrollment(step);
    }

    void enroll(const Step &step)
    {
        Provisioning provisioning(m_door.world);
        const std::string own = key(step.id);
        const Enrollment *admitted = provisioning.admits(name(step.id), groupName(),
            [&](const KeyPair &keys) { return keys.primary == own; });
        const Model::Enrollment *expected = m_model.servedBy(step.id);
        RC_ASSERT((admitted != nullptr) == (expected != nullptr));
        if (!admitted)
            return;
        RC_ASSERT(admitted->group == !m_model.individuals.contains(step.id));
        provisioning.begin({name(step.id), admitted->group, admitted->id}, [](const Registration &) {});
        m_door.pass(1);
        m_model.enroll(step.id);
    }

    void deleteRegistration(const Step &step)
    {
        const int expected = m_model.registrations.erase(step.id) ? 204 : 404;
        RC_ASSERT(status("DELETE", m_door.dps(), "/registrations/" + name(step.id)) == expected);
    }

    void putIdentity(const Step &step)
    {
        auto &there = m_model.hubs[std::size_t(step.hub)];
        const bool creates = step.what == Step::What::CreateIdentity;
        const Json body {{"deviceId", name(step.id)}, {"status", step.enabled ? "enabled" : "disabled"}};
        const std::map<std::string, std::string> headers
            = creates ? std::map<std::string, std::string>() : std::map<std::string, std::string> {{"if-match", "*"}};
        const int answer = status("PUT", host(step.hub), "/devices/" + name(step.id), body, headers);
        RC_ASSERT(answer == (creates && there.contains(step.id) ? 409 : 200));
        if (answer != 200)
            return;
        // An identity that was made by hand has an empty twin.
        if (!there.contains(step.id))
            there[step.id].mark = -2;
        there[step.id].enabled = step.enabled;
    }

    void deleteIdentity(const Step &step)
    {
        const int expected = m_model.hubs[std::size_t(step.hub)].erase(step.id) ? 204 : 404;
        RC_ASSERT(status("DELETE", host(step.hub), "/devices/" + name(step.id), Json(), {{"if-match", "*"}}) == expected);
    }

    void patchTwin(const Step &step)
    {
        auto &there = m_model.hubs[std::size_t(step.hub)];
        const int mark = m_marks++;
        const Json patch {{"properties", {{"desired", {{"mark", mark}}}}}};
        const int expected = there.contains(step.id) ? 200 : 404;
        RC_ASSERT(status("PATCH", host(step.hub), "/twins/" + name(step.id), patch) == expected);
        if (expected == 200)
            there[step.id].mark = mark;
    }

    void compareRegistration(int id)
    {
        const Response answer = m_door.send("GET", m_door.dps(), "/registrations/" + name(id));
        const auto known = m_model.registrations.find(id);
        RC_ASSERT(answer.status == (known == m_model.registrations.end() ? 404 : 200));
        if (answer.status != 200)
            return;
        const Json told = Door::bodyOf(answer);
        RC_ASSERT(textOf(told, "status") == known->second.status);
        RC_ASSERT(textOf(told, "assignedHub") == (known->second.hub < 0 ? "" : host(known->second.hub)));
        RC_ASSERT(textOf(told, "substatus") == known->second.substatus);
    }

    void compareIdentity(int id, int hub)
    {
        const auto known = m_model.hubs[std::size_t(hub)].find(id);
        const bool present = known != m_model.hubs[std::size_t(hub)].end();
        const Response answer = m_door.send("GET", host(hub), "/twins/" + name(id));
        RC_ASSERT(answer.status == (present ? 200 : 404));
        if (!present)
            return;
        const Json twin = Door::bodyOf(answer);
        const Model::Identity told {textOf(twin, "status") == "enabled", twin["properties"]["desired"].value("mark", -2)};
        RC_ASSERT(told == known->second);
    }

    Door &m_door = door();
    const std::size_t m_number = s_number++;
    static inline std::size_t s_number = 0;
    int m_marks = 0;
    Model m_model;
};

rc::Gen<Step> steps()
{
    using What = Step::What;
    // Devices register more often than anything else happens.
    return rc::gen::apply(
        [](int what, int id, int hub, int flags) {
            const bool registers = what >= static_cast<int>(What::Count);
            return Step {registers ? What::Register : static_cast<What>(what), id, hub, (flags & 1) != 0, (flags & 2) != 0,
                (flags & 12) != 0};
        },
        rc::gen::inRange(0, static_cast<int>(What::Count) + 5), rc::gen::inRange(0, idCount), rc::gen::inRange(0, 2),
        rc::gen::inRange(0, 16));
}

} // namespace

/// Enrollments, groups, registrations, moves, identities and twins in random sequences against a model of our own;
/// DROVER_SEQUENCES says how many.
class TestProvisioningModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void devicesAreWhereTheModelSays()
    {
        drover::test::setCases("DROVER_SEQUENCES", 1000, "max_size=40");
        QVERIFY(rc::check([] {
            const auto sequence = *rc::gen::container<std::vector<Step>>(steps());
            Pair pair;
            for (const Step &step : sequence) {
                pair.take(step);
                pair.compare();
            }
        }));
    }
};

DROVER_TEST(TestProvisioningModel)
#include "tst_provisioning_model.moc"
