#include "models/plan/documentreader.h"
#include "models/plan/plannames.h"
#include "models/plan/triggers.h"
#include "models/plan/waves.h"

#include <set>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

constexpr qint64 most = std::numeric_limits<int>::max();
/// A year: nobody plans a longer wait, and sums of such spans cannot overflow.
constexpr qint64 longestSpan = qint64(366) * 24 * 3600 * 1000;

Failure malformed(const QString &what)
{
    return fail(ErrorKind::Malformed, what, u"Make the plan again and save it anew."_s);
}

/// Reads a plan member by member; what it holds is checked here, whether it fits together at the end.
class PlanReader final {
public:
    explicit PlanReader(const Json &document)
        : m_document(document)
    {
    }

    Plan read()
    {
        Plan plan;
        plan.fleet = m_in.text(m_document, "fleet");
        plan.dpsHost = m_in.text(m_document, "dpsHost");
        if (!plan.dpsHost.isEmpty())
            m_in.id<HubHostName>(plan.dpsHost, "dpsHost");
        plan.made = Instant(Duration(m_in.integer(m_document, "madeMs", std::numeric_limits<qint64>::min())));
        plan.options = options(m_in.object(m_document, "options"));
        rows("moves", plan.moves, [this](const Json &row) { return move(row); });
        rows("summaries", plan.summaries, [this](const Json &row) { return summary(row); });
        rows("hubs", m_hubs,
            [this](const Json &row) { return m_in.id<HubHostName>(textOf(&row).value_or(QString()), "hubs"); });
        rows("waves", plan.waves, [this](const Json &row) {
            return Wave{static_cast<int>(m_in.integer(row, "devices", 1, most)), gate(m_in.object(row, "gate"))};
        });
        if (m_document.contains("rooms"))
            rows("rooms", plan.rooms, [this](const Json &row) { return room(row); });
        rows("steps", plan.steps, [&](const Json &row) { return step(row, plan); });
        rows("devices", plan.devices, [&](const Json &row) { return device(row, plan); });
        if (m_document.contains("attached"))
            rows("attached", plan.attached, [&](const Json &row) { return attached(row, plan); });
        if (m_document.contains("triggers"))
            rows("triggers", plan.tellings, [this](const Json &row) { return telling(row); });
        rows("skipped", plan.skipped, [this](const Json &row) { return skipped(row); });
        rows("checks", plan.checks, [this](const Json &row) { return check(row); });
        rows("requests", plan.requests, [this](const Json &row) { return request(row); });
        rows("notes", plan.notes, [this](const Json &row) { return line(row); });
        rows("production", plan.production,
            [this](const Json &row) { return m_in.id<StampName>(line(row), "production"); });
        if (m_document.contains("undoes"))
            plan.undoes = m_in.text(m_document, "undoes");
        plan.eta = eta(m_in.object(m_document, "eta"));
        plan.calls = static_cast<int>(m_in.integer(m_document, "calls", 0, most));
        fitTogether(plan);
        return plan;
    }

    const DocumentReader &in() const { return m_in; }

private:
    template <typename Row, typename Read>
    void rows(const char *name, std::vector<Row> &into, Read readRow)
    {
        const Json &all = m_in.array(m_document, name);
        into.reserve(all.size());
        for (const Json &row : all) {
            if (m_in.failed())
                return;
            into.push_back(readRow(row));
        }
    }

    QString line(const Json &row)
    {
        const std::optional<QString> text = textOf(&row);
        if (!text)
            m_in.refuse(u"one of its lines is no text"_s);
        return text.value_or(QString());
    }

    Duration span(const Json &from, const char *name) { return Duration(m_in.integer(from, name, 0, longestSpan)); }

    Gate gate(const Json &from)
    {
        Gate gate{.success = m_in.number(from, "success", 0, 1),
            .within = span(from, "withinMs"),
            .soak = span(from, "soakMs")};
        if (from.contains("sample"))
            gate.sample = number(from, "sample", 1);
        if (from.contains("connectWithinMs"))
            gate.connectWithin = span(from, "connectWithinMs");
        if (from.contains("limits")) {
            for (const Json &limit : m_in.array(from, "limits"))
                gate.limits.push_back({m_in.text(limit, "cause"), number(limit, "most", 0)});
        }
        return gate;
    }

    int number(const Json &from, const char *name, qint64 least)
    {
        return static_cast<int>(m_in.integer(from, name, least, most));
    }

    /// What plans have only where somebody asked for it.
    void extras(const Json &from, Options &options)
    {
        if (from.contains("ramp")) {
            const Json &ramp = m_in.object(from, "ramp");
            options.ramp = {.factor = m_in.number(ramp, "factor", leastRampFactor, mostRampFactor),
                .first = number(ramp, "first", 1)};
        }
        if (from.contains("strictWaves"))
            options.strictWaves = m_in.flag(from, "strictWaves");
        if (from.contains("blast")) {
            const Json &blast = m_in.object(from, "blast");
            options.blast = {.mostFailed = number(blast, "mostFailed", 0),
                .mostPerStamp = number(blast, "mostPerStamp", 0),
                .mostAnHour = number(blast, "mostAnHour", 0)};
        }
    }

    Room room(const Json &from)
    {
        return {.hub = m_in.id<HubHostName>(m_in.text(from, "hub"), "hub"),
            .title = m_in.text(from, "title"),
            .population = m_in.integer(from, "population", 0),
            .ceiling = m_in.integer(from, "ceiling", 0)};
    }

    Options options(const Json &from)
    {
        Options options;
        options.waves.clear();
        for (const Json &share : m_in.array(from, "waves")) {
            const bool fits = share.is_number() && share.get<double>() >= 0 && share.get<double>() <= 1;
            if (!fits)
                m_in.refuse(u"a share of its waves is out of range"_s);
            options.waves.push_back(fits ? share.get<double>() : 0);
        }
        options.gate = gate(m_in.object(from, "gate"));
        extras(from, options);
        options.method = m_in.text(from, "method");
        options.acceptFollowers = m_in.flag(from, "acceptFollowers");
        options.dpsShare = m_in.number(from, "dpsShare", 0, 1);
        options.hubShare = m_in.number(from, "hubShare", 0, 1);
        options.deadline = span(from, "deadlineMs");
        if (from.contains("triggers"))
            options.triggers = chain(m_in.text(from, "triggers"));
        if (from.contains("property"))
            options.property = m_in.text(from, "property");
        if (from.contains("lookShare"))
            options.lookShare = m_in.number(from, "lookShare", 0, 1);
        if (from.contains("operationsPerMinute"))
            options.dps.operationsPerMinute = m_in.number(from, "operationsPerMinute", 1, fleet::DpsLimits::most);
        if (from.contains("registrationsPerMinute"))
            options.dps.registrationsPerMinute = m_in.number(from, "registrationsPerMinute", 1, fleet::DpsLimits::most);
        return options;
    }

    TriggerChain chain(const QString &words)
    {
        Result<TriggerChain> read = triggersOf(words);
        if (!read)
            m_in.refuse(u"its triggers are none"_s);
        return read.value_or(TriggerChain());
    }

    Telling telling(const Json &row)
    {
        constexpr size_t words = 1;
        Telling telling;
        if (!m_in.isRow(row, 5, "triggers"))
            return telling;
        telling.source = hub(row, 0, -1);
        telling.chain = chain(m_in.textAt(row, words, "trigger"));
        telling.devices = static_cast<int>(m_in.integerAt(row, 2, "devices", 0, most));
        telling.jobsAtOnce = static_cast<int>(m_in.integerAt(row, 3, "jobs", 1, 1000));
        const bool fits = row[4].is_number() && row[4].get<double>() > 0 && row[4].get<double>() <= 1e6;
        if (!fits)
            m_in.refuse(u"the pace of its jobs is out of range"_s);
        telling.jobDevicesPerSecond = fits ? row[4].get<double>() : 1;
        return telling;
    }

    Move move(const Json &from)
    {
        Move move;
        move.set.kind = m_in.word<fleet::DeviceSet::Kind>(m_in.text(from, "kind"), setKindNames, "kind of set");
        move.set.text = m_in.text(from, "text");
        move.set.ids = m_in.text(from, "ids").toUtf8();
        move.to = m_in.id<StampName>(m_in.text(from, "to"), "stamp");
        return move;
    }

    MoveSummary summary(const Json &from)
    {
        return {.set = m_in.text(from, "set"),
            .from = m_in.text(from, "from"),
            .to = m_in.id<StampName>(m_in.text(from, "to"), "stamp"),
            .devices = static_cast<int>(m_in.integer(from, "devices", 0, most)),
            .how = m_in.text(from, "how")};
    }

    HubHostName hub(const Json &row, size_t column, qint64 least)
    {
        const qint64 at = m_in.integerAt(row, column, "hub", least, static_cast<qint64>(m_hubs.size()) - 1);
        return at >= 0 && at < static_cast<qint64>(m_hubs.size()) ? m_hubs[static_cast<size_t>(at)] : HubHostName();
    }

    int wave(const Json &row, size_t column, const Plan &plan)
    {
        return static_cast<int>(m_in.integerAt(row, column, "wave", 0, static_cast<qint64>(plan.waves.size()) - 1));
    }

    Step step(const Json &row, const Plan &plan)
    {
        Step step;
        const bool withRecord = row.is_array() && row.size() == 8;
        if (!m_in.isRow(row, withRecord ? 8 : 7, "steps"))
            return step;
        if (withRecord)
            step.record = m_in.textAt(row, 7, "record").toUtf8();
        step.strategy = m_in.word<Strategy>(m_in.textAt(row, 0, "strategy"), strategyNames, "strategy");
        step.enrollment = m_in.textAt(row, 1, "enrollment");
        step.group = m_in.textAt(row, 2, "group");
        step.etag = m_in.textAt(row, 3, "etag");
        step.target = hub(row, 4, 0);
        step.policy = m_in.word<fleet::Reprovision>(m_in.textAt(row, 5, "policy"), policyNames, "policy");
        step.wave = wave(row, 6, plan);
        m_in.id<RegistrationId>(step.enrollment, "enrollment");
        if (step.strategy == Strategy::SplitOut || step.strategy == Strategy::Remove)
            m_in.id<GroupId>(step.group, "group");
        else if (!step.group.isEmpty())
            m_in.refuse(u"a step that splits nothing out names a group"_s);
        return step;
    }

    PlannedDevice device(const Json &row, const Plan &plan)
    {
        PlannedDevice device;
        device.home = row.is_array() && row.size() == 7 && row[6].is_boolean() && row[6].get<bool>();
        if (!m_in.isRow(row, device.home ? 7 : 6, "devices"))
            return device;
        device.registrationId = m_in.textAt(row, 0, "registration id");
        device.deviceId = m_in.textAt(row, 1, "device id");
        device.source = hub(row, 2, -1);
        device.target = hub(row, 3, 0);
        device.step = static_cast<int>(m_in.integerAt(row, 4, "step", 0, static_cast<qint64>(plan.steps.size()) - 1));
        device.wave = wave(row, 5, plan);
        m_in.id<RegistrationId>(device.registrationId, "registration id");
        m_in.id<DeviceId>(device.deviceId, "device id");
        return device;
    }

    Attached attached(const Json &row, const Plan &plan)
    {
        if (!m_in.isRow(row, 3, "attached"))
            return {};
        const auto last = static_cast<qint64>(plan.devices.size()) - 1;
        const qint64 after = plan.attached.empty() ? 0 : plan.attached.back().device + 1;
        return {.device = static_cast<int>(m_in.integerAt(row, 0, "device", after, last)),
            .modules = static_cast<int>(m_in.integerAt(row, 1, "modules", 0, most)),
            .parent = m_in.textAt(row, 2, "parent")};
    }

    Skipped skipped(const Json &row)
    {
        if (!m_in.isRow(row, 3, "skipped"))
            return {};
        return {
            m_in.textAt(row, 0, "registration id"), m_in.textAt(row, 1, "device id"), m_in.textAt(row, 2, "reason")};
    }

    Check check(const Json &from)
    {
        return {.id = m_in.text(from, "id"),
            .title = m_in.text(from, "title"),
            .verdict = m_in.word<Verdict>(m_in.text(from, "verdict"), verdictNames, "verdict"),
            .evidence = m_in.text(from, "evidence"),
            .remedy = m_in.text(from, "remedy")};
    }

    Request request(const Json &from)
    {
        return {.method = m_in.text(from, "method"),
            .url = m_in.text(from, "url"),
            .body = m_in.text(from, "body").toUtf8(),
            .count = static_cast<int>(m_in.integer(from, "count", 0, most)),
            .why = m_in.text(from, "why")};
    }

    Eta eta(const Json &from)
    {
        Eta eta{.shortest = Duration(m_in.integer(from, "shortestMs", 0)),
            .longest = Duration(m_in.integer(from, "longestMs", 0)),
            .bottleneck = m_in.text(from, "bottleneck")};
        if (!from.is_object() || !from.contains("expectedMs"))
            return eta;
        eta.expected = span(from, "expectedMs");
        eta.before = span(from, "beforeMs");
        for (const Json &wave : m_in.array(from, "wavesMs")) {
            const bool fits = wave.is_number_integer() && wave.get<qint64>() >= 0 && wave.get<qint64>() <= longestSpan;
            if (!fits)
                m_in.refuse(u"the time of a wave is out of range"_s);
            eta.waves.emplace_back(fits ? wave.get<qint64>() : 0);
        }
        return eta;
    }

    /// A record that is written back must be one of this enrollment; what is removed must have come home before.
    void restoresFit(const Plan &plan)
    {
        std::set<QString> returned;
        std::set<QString> splitOut;
        std::set<std::pair<QString, HubHostName>> groups;
        for (const Step &step : plan.steps) {
            if (step.strategy == Strategy::RepointIndividual)
                returned.insert(step.enrollment.toLower());
            if (step.strategy == Strategy::SplitOut)
                splitOut.insert(step.enrollment.toLower());
            if (step.strategy == Strategy::RepointGroup)
                groups.insert({step.enrollment.toLower(), step.target});
            if (step.record.isEmpty())
                continue;
            const Result<fleet::Enrollment> kept = fleet::parseEnrollment(step.record);
            const bool group = kept && kept->kind == fleet::Enrollment::Kind::Group;
            if (!kept || kept->id.compare(step.enrollment, Qt::CaseInsensitive) != 0 || kept->raw != step.record
                || group != (step.strategy == Strategy::RepointGroup))
                m_in.refuse(u"a record to write back is none of its enrollment"_s);
        }
        for (const Step &step : plan.steps) {
            // Of a device that was split out, to hand it back to a group that goes the same way.
            const bool handsBack = splitOut.contains(step.enrollment.toLower())
                && groups.contains({step.group.toLower(), step.target});
            if (step.strategy == Strategy::Remove && !handsBack && !returned.contains(step.enrollment.toLower()))
                m_in.refuse(u"a step removes an enrollment whose device it does not bring home"_s);
        }
    }

    void fitTogether(const Plan &plan)
    {
        if (!m_in.failed())
            restoresFit(plan);
        std::vector<int> sizes(plan.waves.size());
        for (const PlannedDevice &device : plan.devices) {
            if (m_in.failed())
                return;
            ++sizes[static_cast<size_t>(device.wave)];
            const Step &step = plan.steps[static_cast<size_t>(device.step)];
            if (step.record.isEmpty() && device.target != step.target)
                m_in.refuse(u"a device and its step go to different hubs"_s);
            if (step.strategy == Strategy::Remove)
                m_in.refuse(u"a device is brought home by a step that removes"_s);
        }
        for (size_t i = 0; i < sizes.size(); ++i) {
            if (sizes[i] != plan.waves[i].devices)
                m_in.refuse(u"the sizes of its waves are not those of its devices"_s);
        }
    }

    const Json &m_document;
    DocumentReader m_in;
    std::vector<HubHostName> m_hubs;
};

} // namespace

Result<Plan> fromJson(const QByteArray &json)
{
    if (json.size() > largestDocument)
        return malformed(u"The plan is larger than 256 MB."_s);
    QString twice;
    const std::optional<Json> document = parseOnce(json, twice);
    if (!twice.isEmpty())
        return malformed(u"The plan has its member \"%1\" twice."_s.arg(twice.left(80)));
    if (!document)
        return malformed(u"The file is not JSON, so it is no plan."_s);
    const Json *schema = member(*document, "schema");
    const std::optional<QString> hash = textOf(member(*document, "hash"));
    if (schema == nullptr || !schema->is_number_integer() || !hash)
        return malformed(u"The file is JSON, but no plan of Drover."_s);
    if (*schema != Plan::schemaVersion)
        return fail(ErrorKind::Malformed,
            u"The plan has schema %1; this Drover reads %2."_s.arg(QString::fromUtf8(toBytes(*schema)).left(20))
                .arg(Plan::schemaVersion),
            u"Make the plan again with this version, or use the version that made it."_s);

    PlanReader reader(*document);
    Plan plan = reader.read();
    if (reader.in().failed())
        return malformed(u"The plan is broken: %1."_s.arg(reader.in().wrong()));
    if (hashOf(plan) != *hash)
        return malformed(u"The plan was altered after it was made: its hash does not match."_s);
    return plan;
}

} // namespace drover::plan
