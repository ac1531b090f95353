#include "models/plan/plannames.h"
#include "models/plan/triggers.h"

#include "models/core/json.h"

#include <QCryptographicHash>
#include <QHash>

#include <set>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

bool isPlain(QChar c)
{
    return c >= u' ' && c < QChar(0x7f) && c != u'"' && c != u'\\';
}

QByteArray quoted(const QString &text)
{
    if (std::all_of(text.begin(), text.end(), isPlain))
        return '"' + text.toLatin1() + '"';
    return toBytes(Json(toStd(text)));
}

const char *nameOf(const auto &names, auto value)
{
    return names.at(static_cast<size_t>(value));
}

Json texts(const std::vector<QString> &list)
{
    Json json = Json::array();
    for (const QString &text : list)
        json.push_back(toStd(text));
    return json;
}

Json gateJson(const Gate &gate)
{
    Json json;
    json["success"] = gate.success;
    json["withinMs"] = gate.within.count();
    json["soakMs"] = gate.soak.count();
    // Written where it is wanted only, so that the hash of older plans stays what it was.
    if (gate.sample > 0)
        json["sample"] = gate.sample;
    if (gate.connectWithin > Duration::zero())
        json["connectWithinMs"] = gate.connectWithin.count();
    for (const FailureLimit &limit : gate.limits)
        json["limits"].push_back({{"cause", toStd(limit.cause)}, {"most", limit.most}});
    return json;
}

Json blastJson(const BlastRadius &blast)
{
    Json json;
    json["mostFailed"] = blast.mostFailed;
    json["mostPerStamp"] = blast.mostPerStamp;
    json["mostAnHour"] = blast.mostAnHour;
    return json;
}

Json optionsJson(const Options &options)
{
    Json json;
    json["waves"] = options.waves;
    json["gate"] = gateJson(options.gate);
    if (options.ramp)
        json["ramp"] = {{"factor", options.ramp->factor}, {"first", options.ramp->first}};
    if (options.strictWaves)
        json["strictWaves"] = true;
    if (options.blast != BlastRadius())
        json["blast"] = blastJson(options.blast);
    json["method"] = toStd(options.method);
    json["acceptFollowers"] = options.acceptFollowers;
    json["dpsShare"] = options.dpsShare;
    json["hubShare"] = options.hubShare;
    json["deadlineMs"] = options.deadline.count();
    // What old plans do not have is written only where it differs: their hash stays what it was.
    const Options usual;
    if (!options.triggers.empty())
        json["triggers"] = toStd(wordsOf(options.triggers));
    if (options.property != usual.property)
        json["property"] = toStd(options.property);
    if (options.lookShare != usual.lookShare)
        json["lookShare"] = options.lookShare;
    if (options.dps.operationsPerMinute != usual.dps.operationsPerMinute)
        json["operationsPerMinute"] = options.dps.operationsPerMinute;
    if (options.dps.registrationsPerMinute != usual.dps.registrationsPerMinute)
        json["registrationsPerMinute"] = options.dps.registrationsPerMinute;
    return json;
}

Json moveJson(const Move &move)
{
    Json json;
    json["kind"] = nameOf(setKindNames, move.set.kind);
    json["text"] = toStd(move.set.text);
    json["ids"] = move.set.ids.toStdString();
    json["to"] = toStd(move.to.text());
    return json;
}

Json summaryJson(const MoveSummary &summary)
{
    Json json;
    json["set"] = toStd(summary.set);
    json["from"] = toStd(summary.from);
    json["to"] = toStd(summary.to.text());
    json["devices"] = summary.devices;
    json["how"] = toStd(summary.how);
    return json;
}

Json checkJson(const Check &check)
{
    Json json;
    json["id"] = toStd(check.id);
    json["title"] = toStd(check.title);
    json["verdict"] = nameOf(verdictNames, check.verdict);
    json["evidence"] = toStd(check.evidence);
    json["remedy"] = toStd(check.remedy);
    return json;
}

Json waveJson(const Wave &wave)
{
    Json json;
    json["devices"] = wave.devices;
    json["gate"] = gateJson(wave.gate);
    return json;
}

Json roomJson(const Room &room)
{
    Json json;
    json["hub"] = toStd(room.hub.text());
    json["title"] = toStd(room.title);
    json["population"] = room.population;
    json["ceiling"] = room.ceiling;
    return json;
}

Json requestJson(const Request &request)
{
    Json json;
    json["method"] = toStd(request.method);
    json["url"] = toStd(request.url);
    json["body"] = request.body.toStdString();
    json["count"] = request.count;
    json["why"] = toStd(request.why);
    return json;
}

Json etaJson(const Eta &eta)
{
    Json json;
    json["shortestMs"] = eta.shortest.count();
    json["longestMs"] = eta.longest.count();
    json["bottleneck"] = toStd(eta.bottleneck);
    if (eta.expected > Duration()) {
        json["expectedMs"] = eta.expected.count();
        json["beforeMs"] = eta.before.count();
        json["wavesMs"] = Json::array();
        for (const Duration wave : eta.waves)
            json["wavesMs"].push_back(wave.count());
    }
    return json;
}

/// One member a line and one row a line, so that two plans can be compared with any tool. Rows of devices are written
/// by hand: a hundred thousand of them take milliseconds instead of a second.
class Writer final {
public:
    explicit Writer(const Plan &plan)
        : m_plan(plan)
    {
        const std::vector<HubHostName> hubs = hubsOf(plan);
        Json names = Json::array();
        for (const HubHostName &hub : hubs) {
            m_hubs.insert(hub, static_cast<int>(names.size()));
            names.push_back(toStd(hub.text()));
        }
        m_hubNames = std::move(names);
    }

    QByteArray rest()
    {
        add("fleet", toStd(m_plan.fleet));
        add("dpsHost", toStd(m_plan.dpsHost));
        add("madeMs", m_plan.made.time_since_epoch().count());
        add("options", optionsJson(m_plan.options));
        rows("moves", m_plan.moves, [](const Move &move) { return toBytes(moveJson(move)); });
        rows("summaries", m_plan.summaries, [](const MoveSummary &summary) { return toBytes(summaryJson(summary)); });
        add("hubs", m_hubNames);
        rows("steps", m_plan.steps, [this](const Step &step) { return stepRow(step); });
        rows("devices", m_plan.devices, [this](const PlannedDevice &device) { return deviceRow(device); });
        if (!m_plan.attached.empty())
            rows("attached", m_plan.attached, [](const Attached &one) {
                return toBytes(Json{one.device, one.modules, toStd(one.parent)});
            });
        if (!m_plan.tellings.empty())
            rows("triggers", m_plan.tellings, [this](const Telling &telling) { return tellingRow(telling); });
        rows("skipped", m_plan.skipped, [](const Skipped &skipped) {
            return '[' + quoted(skipped.registrationId) + ',' + quoted(skipped.deviceId) + ',' + quoted(skipped.reason)
                + ']';
        });
        rows("checks", m_plan.checks, [](const Check &check) { return toBytes(checkJson(check)); });
        rows("waves", m_plan.waves, [](const Wave &wave) { return toBytes(waveJson(wave)); });
        if (!m_plan.rooms.empty())
            rows("rooms", m_plan.rooms, [](const Room &room) { return toBytes(roomJson(room)); });
        add("eta", etaJson(m_plan.eta));
        add("calls", m_plan.calls);
        rows("requests", m_plan.requests, [](const Request &request) { return toBytes(requestJson(request)); });
        add("notes", texts(m_plan.notes));
        std::vector<QString> production;
        for (const StampName &name : m_plan.production)
            production.push_back(name.text());
        add("production", texts(production));
        if (!m_plan.undoes.isEmpty())
            add("undoes", toStd(m_plan.undoes));
        return m_out + "\n}\n";
    }

private:
    void member(const char *name)
    {
        m_out += m_out.isEmpty() ? "\"" : ",\n\"";
        m_out += name;
        m_out += "\":";
    }

    void add(const char *name, const Json &value)
    {
        member(name);
        m_out += toBytes(value);
    }

    template <typename Row, typename ToBytes>
    void rows(const char *name, const std::vector<Row> &all, ToBytes toRow)
    {
        member(name);
        m_out += '[';
        for (size_t i = 0; i < all.size(); ++i) {
            m_out += i == 0 ? "\n" : ",\n";
            m_out += toRow(all[i]);
        }
        m_out += ']';
    }

    QByteArray stepRow(const Step &step) const
    {
        return "[\"" + QByteArray(nameOf(strategyNames, step.strategy)) + "\"," + quoted(step.enrollment) + ','
            + quoted(step.group) + ',' + quoted(step.etag) + ',' + QByteArray::number(m_hubs.value(step.target, -1))
            + ",\"" + nameOf(policyNames, step.policy) + "\"," + QByteArray::number(step.wave)
            + (step.record.isEmpty() ? QByteArray() : ',' + quoted(QString::fromUtf8(step.record))) + ']';
    }

    QByteArray tellingRow(const Telling &telling) const
    {
        return toBytes(Json{m_hubs.value(telling.source, -1), toStd(wordsOf(telling.chain)), telling.devices,
            telling.jobsAtOnce, telling.jobDevicesPerSecond});
    }

    QByteArray deviceRow(const PlannedDevice &device) const
    {
        QByteArray row = "[" + quoted(device.registrationId) + ',' + quoted(device.deviceId);
        for (const int number :
            {m_hubs.value(device.source, -1), m_hubs.value(device.target, -1), device.step, device.wave})
            row += ',' + QByteArray::number(number);
        return row + (device.home ? ",true]" : "]");
    }

    const Plan &m_plan;
    QHash<HubHostName, int> m_hubs;
    Json m_hubNames;
    QByteArray m_out;
};

QByteArray hashOfRest(const QByteArray &rest)
{
    return QCryptographicHash::hash(rest, QCryptographicHash::Sha256).toHex();
}

} // namespace

std::vector<HubHostName> hubsOf(const Plan &plan)
{
    std::set<HubHostName> hubs;
    auto add = [&hubs, last = HubHostName()](const HubHostName &hub) mutable {
        if (hub != last && !hub.isNull())
            hubs.insert(hub);
        last = hub;
    };
    for (const Step &step : plan.steps)
        add(step.target);
    for (const PlannedDevice &device : plan.devices) {
        add(device.source);
        add(device.target);
    }
    return {hubs.begin(), hubs.end()};
}

QByteArray toJson(const Plan &plan)
{
    const QByteArray rest = Writer(plan).rest();
    return "{\n\"schema\":" + QByteArray::number(Plan::schemaVersion) + ",\n\"hash\":\"" + hashOfRest(rest) + "\",\n"
        + rest;
}

QString hashOf(const Plan &plan)
{
    return QString::fromLatin1(hashOfRest(Writer(plan).rest()));
}

} // namespace drover::plan
