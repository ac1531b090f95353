#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"

#include <rapidcheck.h>

#include <QtTest>

using namespace drover::simulator;
using drover::test::Door;

namespace {

constexpr int idCount = 4;

struct Step {
    enum class What : std::uint8_t { Create, Replace, ReplaceIfMatch, ReplaceStale, Remove, Get, Bulk, Register, Pass };

    What what;
    int id;
    bool hubSide;
};

std::ostream &operator<<(std::ostream &out, const Step &step)
{
    return out << static_cast<int>(step.what) << "/" << step.id << (step.hubSide ? "h" : "d");
}

/// What is to be found there, told in a dozen lines: ids with the etag of their last write.
class Model {
public:
    int status(const Step &step, const std::string &lastEtag)
    {
        auto &known = step.hubSide ? m_devices : m_enrollments;
        const bool present = known.contains(step.id);
        switch (step.what) {
        case Step::What::Create:
            if (present)
                return 409;
            known.insert(step.id);
            return 200;
        case Step::What::Replace:
            known.insert(step.id);
            return 200;
        case Step::What::ReplaceIfMatch: return present ? 200 : lastEtag.empty() ? 409 : 404;
        case Step::What::ReplaceStale: return present ? 412 : 404;
        case Step::What::Remove: return known.erase(step.id) ? 204 : 404;
        case Step::What::Get: return present ? 200 : 404;
        default: return 0;
        }
    }
    void enroll(int id) { m_enrollments.insert(id); }
    bool enrolled(int id) const { return m_enrollments.contains(id); }
    /// A device that is enrolled and registers stands in the hub's registry afterwards.
    void assigned(int id)
    {
        if (enrolled(id))
            m_devices.insert(id);
    }
    std::size_t devices() const { return m_devices.size(); }
    std::size_t enrollments() const { return m_enrollments.size(); }

private:
    std::set<int> m_enrollments;
    std::set<int> m_devices;
};

/// Does the same to the model and to the local Azure.
class Pair {
public:
    void take(const Step &step)
    {
        if (step.what == Step::What::Bulk)
            return bulk(step);
        if (step.what == Step::What::Register)
            return enroll(step);
        if (step.what == Step::What::Pass)
            return m_door.pass(2);
        std::string &etag = m_etags[{step.hubSide, step.id}];
        const bool conditional = step.what == Step::What::ReplaceIfMatch && !etag.empty();
        if (step.what == Step::What::ReplaceIfMatch && !conditional)
            return;
        const int expected = m_model.status(step, etag);
        const Response answer = send(step, etag);
        RC_ASSERT(answer.status == expected);
        if (answer.status == 200)
            etag = textOf(Door::bodyOf(answer), "etag");
    }

    void compare()
    {
        RC_ASSERT(m_door.world.dps.individuals.size() == m_enrollmentsBefore + m_model.enrollments());
        RC_ASSERT(m_door.world.hub("a")->registry.size() == m_devicesBefore + m_model.devices());
    }

private:
    /// Each sequence has ids of its own: one local Azure serves all, for its keys take long to make.
    std::string name(int id) const { return "device-" + std::to_string(m_number) + "-" + std::to_string(id); }

    static Door &door()
    {
        static Door one(R"({ "name": "one", "stamps": [{ "name": "a", "capacity": 10 }] })");
        one.world.enforceQuotas = false;
        return one;
    }

    Json record(const Step &step)
    {
        if (step.hubSide)
            return {{"deviceId", name(step.id)}};
        return {{"registrationId", name(step.id)}, {"attestation", {{"type", "symmetricKey"}}},
            {"allocationPolicy", "static"}, {"iotHubs", Json::array({m_door.hub("a")})}};
    }

    Response send(const Step &step, const std::string &etag)
    {
        const std::string host = step.hubSide ? m_door.hub("a") : m_door.dps();
        const std::string path = (step.hubSide ? "/devices/" : "/enrollments/") + name(step.id);
        switch (step.what) {
        case Step::What::Remove: return m_door.send("DELETE", host, path);
        case Step::What::Get: return m_door.send("GET", host, path);
        case Step::What::Replace: return m_door.send("PUT", host, path, record(step), {{"if-match", "*"}});
        case Step::What::ReplaceStale: return m_door.send("PUT", host, path, record(step), {{"if-match", "\"stale\""}});
        case Step::What::ReplaceIfMatch: return m_door.send("PUT", host, path, record(step), {{"if-match", etag}});
        default: return m_door.send("PUT", host, path, record(step));
        }
    }

    void bulk(const Step &step)
    {
        const bool present = m_model.enrolled(step.id);
        const Json items = Json::array({record({Step::What::Bulk, step.id, false})});
        const Response answer = m_door.send("POST", m_door.dps(), "/enrollments", {{"mode", "create"}, {"enrollments", items}});
        RC_ASSERT(answer.status == 200);
        RC_ASSERT(Door::bodyOf(answer)["isSuccessful"].get<bool>() != present);
        m_model.enroll(step.id);
        if (!present)
            m_etags[{false, step.id}].clear();
    }

    void enroll(const Step &step)
    {
        if (!m_model.enrolled(step.id))
            return;
        Provisioning provisioning(m_door.world);
        std::string status;
        provisioning.begin({name(step.id), false, name(step.id)},
            [&](const Registration &done) { status = statusText(done.status); });
        m_door.pass(2);
        RC_ASSERT(status == "assigned");
        m_model.assigned(step.id);
        m_etags[{true, step.id}].clear();
    }

    Door &m_door = door();
    const std::size_t m_number = s_number++;
    const std::size_t m_enrollmentsBefore = m_door.world.dps.individuals.size();
    const std::size_t m_devicesBefore = m_door.world.hub("a")->registry.size();
    static inline std::size_t s_number = 0;
    Model m_model;
    std::map<std::pair<bool, int>, std::string> m_etags;
};

rc::Gen<Step> steps()
{
    return rc::gen::apply([](int what, int id, bool hubSide) { return Step {static_cast<Step::What>(what), id, hubSide}; },
        rc::gen::inRange(0, 9), rc::gen::inRange(0, idCount), rc::gen::arbitrary<bool>());
}

} // namespace

/// Random sequences against a small model of our own; DROVER_SEQUENCES says how many.
class TestReferenceModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomSequencesEndAsTheModelSays()
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

DROVER_TEST(TestReferenceModel)
#include "tst_reference_model.moc"
