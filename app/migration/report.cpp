#include "app/migration/report.h"

#include "app/migration/replay.h"
#include "models/core/json.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

std::string iso(Instant at)
{
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count(), Qt::UTC).toString(Qt::ISODate).toStdString();
}

Json countsOf(const run::Counts &counts)
{
    Json json = Json::object();
    for (int state = 0; state < run::stateCount; ++state)
        json[toStd(stateName(run::DeviceState(state)))] = counts[size_t(state)];
    return json;
}

std::string verdictName(run::WaveStatus::Verdict verdict)
{
    switch (verdict) {
    case run::WaveStatus::Verdict::Open:
        return "open";
    case run::WaveStatus::Verdict::Pass:
        return "pass";
    case run::WaveStatus::Verdict::Fail:
        return "fail";
    case run::WaveStatus::Verdict::Inconclusive:
        return "inconclusive";
    }
    Q_UNREACHABLE();
}

Json wavesOf(const run::RunStatus &status)
{
    Json waves = Json::array();
    for (const run::WaveStatus &wave : status.waves) {
        waves.push_back({{"devices", wave.devices}, {"verdict", verdictName(wave.verdict)},
            {"closed", wave.closed ? Json(iso(*wave.closed)) : Json()}, {"sentence", toStd(wave.sentence)},
            {"states", countsOf(wave.counts)}});
    }
    return waves;
}

/// Quoted always; a leading = + - @ would be a formula to a spreadsheet.
QByteArray cell(QString text)
{
    if (!text.isEmpty() && u"=+-@\t\r"_s.contains(text.front()))
        text.prepend(u'\'');
    return '"' + text.replace(u'"', u"\"\""_s).toUtf8() + '"';
}

} // namespace

Result<Report> makeReport(const StoredRun &stored)
{
    const Result<run::RunStatus> status = storedStatus(stored);
    if (!status)
        return Failure(status.error());
    const auto machine = replayed(stored);
    if (!machine)
        return Failure(machine.error());
    Report report{.entry = stored.entry, .status = *status, .devices = {}};
    const std::vector<plan::PlannedDevice> &rows = (*machine)->plan().devices;
    for (size_t i = 0; i < rows.size(); ++i) {
        const auto index = run::DeviceIndex(i);
        report.devices.push_back({.registrationId = rows[i].registrationId,
            .deviceId = rows[i].deviceId,
            .source = rows[i].source.text(),
            .target = rows[i].target.text(),
            .wave = rows[i].wave + 1,
            .state = (*machine)->state(index),
            .reason = (*machine)->reasonOf(index)});
    }
    return report;
}

QByteArray toJson(const Report &report)
{
    const RunEntry &entry = report.entry;
    const run::RunStatus &status = report.status;
    Json failures = Json::array();
    for (const run::FailureCause &cause : status.failures)
        failures.push_back(
            {{"cause", toStd(cause.cause)}, {"remedy", toStd(cause.remedy)}, {"devices", cause.devices}, {"example", toStd(cause.example)}});
    Json devices = Json::array();
    for (const Report::Device &device : report.devices) {
        devices.push_back({{"registrationId", toStd(device.registrationId)}, {"deviceId", toStd(device.deviceId)},
            {"from", toStd(device.source)}, {"to", toStd(device.target)}, {"wave", device.wave},
            {"state", toStd(stateName(device.state))}, {"reason", toStd(device.reason)}});
    }
    const Json json = {{"run", toStd(entry.id)}, {"title", toStd(entry.title)}, {"undoes", toStd(entry.undoes)},
        {"planHash", toStd(entry.planHash)},
        {"operator", toStd(entry.operatorName)}, {"reason", toStd(entry.reason)}, {"ticket", toStd(entry.ticket)},
        {"phase", toStd(phaseName(status.phase))}, {"why", toStd(status.reason)}, {"started", iso(status.started)},
        {"ended", status.ended ? Json(iso(*status.ended)) : Json()}, {"exitCode", exitCode(status)},
        {"devices", status.total}, {"states", countsOf(status.counts)}, {"waves", wavesOf(status)},
        {"failures", failures}, {"each", devices}};
    return toBytes(json, 2) + '\n';
}

QByteArray toCsv(const Report &report)
{
    QByteArray csv = "registration id,device id,from,to,wave,state,reason\r\n";
    for (const Report::Device &device : report.devices) {
        csv += cell(device.registrationId) + ',' + cell(device.deviceId) + ',' + cell(device.source) + ','
            + cell(device.target) + ',' + QByteArray::number(device.wave) + ',' + cell(stateName(device.state)) + ','
            + cell(device.reason) + "\r\n";
    }
    return csv;
}

int exitCode(const run::RunStatus &status)
{
    constexpr int done = 0;
    constexpr int failed = 1;
    constexpr int someFailed = 4;
    constexpr int atRest = 5;
    switch (status.phase) {
    case run::Phase::Finished:
        // Who was left out was left out by a person.
        return status.counts[size_t(run::DeviceState::Verified)] + status.counts[size_t(run::DeviceState::Undone)]
                    + status.counts[size_t(run::DeviceState::Skipped)]
                == status.total
            ? done
            : someFailed;
    case run::Phase::Failed:
        return failed;
    default:
        return atRest;
    }
}

} // namespace drover::migration
