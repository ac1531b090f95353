#include "models/plan/requests.h"

#include "models/plan/looks.h"
#include "models/plan/triggers.h"

#include "models/core/json.h"
#include "models/core/words.h"

#include <QUrl>

#include <map>
#include <tuple>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::Enrollment;

constexpr int bulkSize = 10;
constexpr int pageSize = 1000;
const QString dpsVersion = u"?api-version=2021-10-01"_s;
const QString hubVersion = u"?api-version=2021-04-12"_s;
const QByteArray maskedKeys = R"({"type":"symmetricKey","symmetricKey":{"primaryKey":"****","secondaryKey":"****"}})";

int shareOf(int count, int size)
{
    return (count + size - 1) / size;
}

QString encoded(const QString &id)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(id));
}

QByteArray pretty(const QByteArray &json)
{
    const std::optional<Json> parsed = parseJson(json);
    return parsed ? toBytes(*parsed, 2) : json;
}

QByteArray repointedBody(const Enrollment &record, const HubHostName &target)
{
    const bool keys = record.attestation == fleet::Attestation::SymmetricKey;
    return fleet::repointed(record.raw, target, keys ? maskedKeys : QByteArray()).value_or(record.raw);
}

/// What is put in the place of the record: the one that was kept, or the same with another hub.
QByteArray writtenBody(const Enrollment &record, const Step &step)
{
    if (step.record.isEmpty())
        return repointedBody(record, step.target);
    const bool keys = record.attestation == fleet::Attestation::SymmetricKey;
    return fleet::restored(step.record, keys ? maskedKeys : QByteArray(), step.etag).value_or(step.record);
}

QByteArray bulkBody(const char *mode, const QByteArray &enrollment)
{
    return pretty(R"({"mode":")" + QByteArray(mode) + R"(","enrollments":[)" + enrollment + "]}");
}

/// A split-out with made-up keys would show keys that nobody has: both read "****".
QByteArray splitOutBody(const Enrollment &group, const Step &step)
{
    const Result<QByteArray> made = fleet::splitOut(
        group.raw, R"({"symmetricKey":{"primaryKey":"AAAA","secondaryKey":"AAAA"}})", step.enrollment, step.target);
    std::optional<Json> record = made ? parseJson(*made) : std::nullopt;
    if (!record)
        return {};
    (*record)["attestation"] = *parseJson(maskedKeys);
    return toBytes(*record);
}

/// Steps and devices of one move that share a shape.
struct Shape {
    const Step *step = nullptr;
    const Enrollment *record = nullptr;
    const PlannedDevice *device = nullptr;
    int steps = 0;
    int devices = 0;
};

class Writer final {
public:
    Writer(const Facts &facts, const QString &dpsHost)
        : m_facts(facts)
        , m_dps(u"https://"_s + dpsHost)
    {
    }

    void add(const Shape &shape)
    {
        if (shape.record == nullptr)
            return;
        switch (shape.step->strategy) {
        case Strategy::RepointGroup:
            group(shape);
            break;
        case Strategy::RepointIndividual:
            individuals(shape);
            break;
        case Strategy::SplitOut:
            splitOuts(shape);
            break;
        case Strategy::Remove:
            break;
        }
        trigger(shape);
        observe(shape);
    }

    void removals()
    {
        const auto isRemoval = [](const Step &step) { return step.strategy == Strategy::Remove; };
        const auto first = std::ranges::find_if(m_facts.steps, isRemoval);
        if (first == m_facts.steps.end())
            return;
        put(u"DELETE"_s, m_dps + u"/enrollments/"_s + encoded(first->enrollment) + dpsVersion, {},
            static_cast<int>(m_facts.removals),
            m_facts.handsBack()
                ? u"Deletes each split-out enrollment, read just before and with its ETag, once the group names the target and the device is verified"_s
                : u"Deletes each split-out enrollment, read just before and with its ETag, once its device is home"_s);
        if (!m_facts.options.method.isEmpty())
            put(u"POST"_s, u"https://%1/twins/%2/methods"_s.arg(first->target.text(), encoded(first->enrollment)) + hubVersion,
                toBytes(methodBody(), 2), static_cast<int>(m_facts.removals),
                u"Lets each of them register with its group, which lists it again; it stays where it is"_s);
    }

    std::vector<Request> done() { return std::move(m_requests); }

private:
    void put(const QString &method, const QString &url, const QByteArray &body, int count, const QString &why)
    {
        m_requests.push_back({method, url, body, count, why});
    }

    void readKeys(const QString &kind, const QString &id, const Enrollment &record, int count)
    {
        if (record.attestation == fleet::Attestation::SymmetricKey)
            put(u"POST"_s, m_dps + u'/' + kind + u'/' + encoded(id) + u"/attestationmechanism"_s + dpsVersion, {},
                count, u"Reads the keys, which a GET leaves out, so that the write keeps them"_s);
    }

    void group(const Shape &shape)
    {
        const QString url = m_dps + u"/enrollmentGroups/"_s + encoded(shape.record->id) + dpsVersion;
        put(u"GET"_s, url, {}, 1, u"Snapshot of the group before any change"_s);
        readKeys(u"enrollmentGroups"_s, shape.record->id, *shape.record, 1);
        put(u"PUT"_s, url, pretty(writtenBody(*shape.record, *shape.step)), 1,
            (shape.step->record.isEmpty() ? u"Re-points the group, with If-Match %1"_s
                                          : u"Writes the group back as it was, with If-Match %1"_s)
                .arg(shape.step->etag));
    }

    void individuals(const Shape &shape)
    {
        const QString id = shape.record->id;
        if (shape.steps > singleSnapshots)
            put(u"POST"_s, m_dps + u"/enrollments/query"_s + dpsVersion, R"({"query": "SELECT * FROM enrollments"})",
                shareOf(static_cast<int>(m_facts.fleet.individuals.size()), pageSize), u"Snapshot of the enrollments, by pages"_s);
        else
            put(u"GET"_s, m_dps + u"/enrollments/"_s + encoded(id) + dpsVersion, {}, shape.steps, u"Snapshot of each enrollment"_s);
        readKeys(u"enrollments"_s, id, *shape.record, shape.steps);
        put(u"POST"_s, m_dps + u"/enrollments"_s + dpsVersion,
            bulkBody("updateIfMatchETag", writtenBody(*shape.record, *shape.step)),
            shareOf(shape.steps, bulkSize),
            (shape.step->record.isEmpty() ? u"Re-points %1, ten a call, each with its ETag; the first is shown"_s
                                          : u"Writes %1 back as they were, ten a call, each with its ETag; the first is shown"_s)
                .arg(counted(shape.steps, u"enrollment"_s)));
    }

    void splitOuts(const Shape &shape)
    {
        const QString group = shape.record->id;
        put(u"GET"_s, m_dps + u"/enrollmentGroups/"_s + encoded(group) + dpsVersion, {}, 1,
            m_facts.handsBack() ? u"Snapshot of the group"_s : u"Snapshot of the group, which stays as it is"_s);
        readKeys(u"enrollmentGroups"_s, group, *shape.record, 1);
        put(u"POST"_s, m_dps + u"/enrollments"_s + dpsVersion,
            bulkBody("create", splitOutBody(*shape.record, *shape.step)), shareOf(shape.steps, bulkSize),
            u"Creates %1 with keys derived from the group's, ten a call; the first is shown"_s.arg(
                counted(shape.steps, u"individual enrollment"_s)));
    }

    /// What the first trigger of the chain sends; those behind it are sent where it failed.
    void trigger(const Shape &shape)
    {
        const auto telling = std::ranges::find(m_facts.tellings, shape.device->source, &Telling::source);
        const TriggerKind kind = telling == m_facts.tellings.end() ? TriggerKind::Method : telling->chain.front();
        const QString hub = u"https://"_s + shape.device->source.text();
        const QString id = encoded(shape.device->deviceId);
        Json body;
        switch (kind) {
        case TriggerKind::Method:
            if (m_facts.options.method.isEmpty() || shape.device->source.isNull())
                return;
            put(u"POST"_s, hub + u"/twins/"_s + id + u"/methods"_s + hubVersion, toBytes(methodBody(), 2), shape.devices,
                u"Tells each device to register again"_s);
            return;
        case TriggerKind::Job:
        case TriggerKind::TwinJob:
            return job(shape, kind, hub);
        case TriggerKind::Twin:
            body["properties"]["desired"][toStd(m_facts.options.property)] = "RUN";
            put(u"PATCH"_s, hub + u"/twins/"_s + id + hubVersion, toBytes(body, 2), shape.devices,
                u"Sets the desired property that tells each device to register again"_s);
            return;
        case TriggerKind::Disable:
            put(u"PUT"_s, hub + u"/devices/"_s + id + hubVersion, QByteArrayLiteral("{\"status\": \"disabled\"}"),
                2 * shape.devices, u"Disables each device, read just before, and enables it again later"_s);
            return;
        case TriggerKind::Register:
            put(u"PUT"_s, u"https://global.azure-devices-provisioning.net/SCOPE/registrations/%1/register?api-version=2021-06-01"_s.arg(
                    encoded(shape.device->registrationId)),
                {}, shape.devices, u"Registers in the place of each device, with its key"_s);
            return;
        case TriggerKind::Wait:
        case TriggerKind::Enable:
            return;
        }
    }

    Json methodBody() const
    {
        Json body;
        body["methodName"] = toStd(m_facts.options.method);
        body["payload"] = Json::object();
        body["responseTimeoutInSeconds"] = 10;
        return body;
    }

    void job(const Shape &shape, TriggerKind kind, const QString &hub)
    {
        Json body;
        body["type"] = kind == TriggerKind::Job ? "scheduleDeviceMethod" : "scheduleUpdateTwin";
        if (kind == TriggerKind::Job) {
            body["cloudToDeviceMethod"] = methodBody();
            body["cloudToDeviceMethod"]["connectTimeoutInSeconds"] = 0;
        } else {
            body["updateTwin"] = {{"etag", "*"}, {"properties", {{"desired", {{toStd(m_facts.options.property), "RUN"}}}}}};
        }
        body["queryCondition"] = "deviceId IN ['" + toStd(shape.device->deviceId) + "', …]";
        const int jobs = shareOf(shape.devices, devicesPerJob);
        put(u"PUT"_s, hub + u"/jobs/v2/JOB"_s + hubVersion, toBytes(body, 2), jobs,
            u"Tells up to %1 devices to register again"_s.arg(devicesPerJob));
        put(u"GET"_s, hub + u"/jobs/v2/JOB"_s + hubVersion, {}, 2 * jobs, u"Looks whether the job is over"_s);
        put(u"POST"_s, hub + u"/devices/query"_s + hubVersion,
            R"({"query": "SELECT * FROM devices.jobs WHERE devices.jobs.jobId = 'JOB'"})", jobs,
            u"Reads what the job came to for each device"_s);
    }

    void observe(const Shape &shape)
    {
        if (shape.step->strategy == Strategy::RepointGroup)
            put(u"POST"_s, m_dps + u"/registrations/"_s + encoded(shape.record->id) + u"/query"_s + dpsVersion, {},
                shareOf(shape.devices, pageSize), u"Looks where the group's devices registered, by pages"_s);
        else
            put(u"GET"_s, m_dps + u"/registrations/"_s + encoded(shape.device->registrationId) + dpsVersion, {},
                std::min(shape.devices, registrationsRead),
                shape.devices > registrationsRead ? u"Looks where the first of them registered; of the others source and target tell"_s
                                                  : u"Looks where each device registered"_s);
        put(u"POST"_s, u"https://%1/devices/query"_s.arg(shape.step->target.text()) + hubVersion,
            R"({"query": "SELECT deviceId, connectionState FROM devices"})", shareOf(shape.devices, pageSize),
            u"Verifies that the devices connected to the target, by pages"_s);
    }

    const Facts &m_facts;
    QString m_dps;
    std::vector<Request> m_requests;
};

} // namespace

std::vector<Request> requestsOf(const Facts &facts, const std::vector<int> &moveOf, const QString &dpsHost)
{
    // By move, then strategy, then group: one shape each.
    std::map<std::tuple<int, Strategy, QString>, Shape> shapes;
    std::vector<bool> seen(facts.steps.size());
    for (size_t i = 0; i < facts.devices.size(); ++i) {
        const PlannedDevice &device = facts.devices[i];
        const auto at = static_cast<size_t>(device.step);
        const Step &step = facts.steps[at];
        const QString group = step.strategy == Strategy::RepointGroup ? step.enrollment : step.group;
        Shape &shape = shapes[{moveOf[i], step.strategy, group}];
        if (shape.step == nullptr)
            shape = {.step = &step, .record = facts.records[at], .device = &device, .steps = 0, .devices = 0};
        ++shape.devices;
        if (!seen[at])
            ++shape.steps;
        seen[at] = true;
    }
    Writer writer(facts, dpsHost);
    for (const auto &[key, shape] : shapes)
        writer.add(shape);
    writer.removals();
    return writer.done();
}

} // namespace drover::plan
