#include "app/migration/replay.h"

#include "models/fleet/stamp.h"
#include "models/plan/looks.h"
#include "models/run/eventcodec.h"

#include <QDateTime>

#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

/// Feeds every record; `after` sees the machine after each.
Result<std::unique_ptr<run::RunMachine>> fold(const StoredRun &stored, std::optional<run::RunOptions> options,
    const std::function<void(const run::RunMachine &, Instant)> &after)
{
    const Result<plan::Plan> plan = plan::fromJson(stored.entry.plan);
    if (!plan)
        return Failure(plan.error());
    auto machine = std::make_unique<run::RunMachine>(*plan, options.value_or(optionsFor(*plan)));
    for (const Record &record : stored.records) {
        const Result<run::Event> event = run::decode(record.payload);
        if (!event)
            return Failure(event.error());
        machine->on(*event);
        after(*machine, event->at);
    }
    return machine;
}

QString iso(Instant at)
{
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count(), Qt::UTC).toString(Qt::ISODateWithMs);
}

} // namespace

run::RunOptions optionsFor(const plan::Plan &plan)
{
    run::RunOptions options;
    options.registrationsPerMinute = plan.options.dps.registrationsPerMinute;
    options.triggersPerMinute = options.registrationsPerMinute * std::clamp(plan.options.dpsShare, 0.01, 1.0);
    // Nobody is told again before somebody has had time to look.
    std::map<int, qint64> members;
    for (const plan::PlannedDevice &device : plan.devices)
        members[plan.steps[size_t(device.step)].strategy == plan::Strategy::RepointGroup ? device.step : -1] += 1;
    qint64 calls = 0;
    for (const auto &[group, count] : members)
        calls += plan::callsOfLook(group < 0 ? 0 : count, 0);
    const double share = plan.options.dps.operationsPerMinute * plan.options.lookShare;
    options.retryAfter = std::max<Duration>(options.retryAfter, 5 * plan::pauseAfterLook(int(calls), int(calls), share) / 2);
    return options;
}

Result<std::unique_ptr<run::RunMachine>> replayed(const StoredRun &run, std::optional<run::RunOptions> options)
{
    return fold(run, options, [](const run::RunMachine &, Instant) { });
}

Result<void> feed(run::RunMachine &machine, const std::vector<Record> &records)
{
    for (const Record &record : records) {
        const Result<run::Event> event = run::decode(record.payload);
        if (!event)
            return Failure(event.error());
        machine.on(*event);
    }
    return {};
}

std::optional<run::Happening> happeningOf(const Request &request, const run::RunMachine &machine)
{
    switch (request.what) {
    case Control::Pause:
        return run::PauseAsked{.reason = u"Paused by a person."_s};
    case Control::Stop:
        return run::StopAsked{};
    case Control::Pace: {
        const double share = request.text.toDouble();
        return share > 0 && share <= 1 ? std::optional<run::Happening>(run::PaceAsked{.share = share}) : std::nullopt;
    }
    case Control::Retry: {
        std::vector<run::DeviceIndex> devices = machine.failedBecause(request.text);
        return devices.empty() ? std::nullopt
                               : std::optional<run::Happening>(run::RetryAsked{.devices = std::move(devices)});
    }
    case Control::Skip: {
        std::vector<run::DeviceIndex> devices = machine.named(request.text.split(u'\n', Qt::SkipEmptyParts));
        std::erase(devices, -1);
        return devices.empty() ? std::nullopt
                               : std::optional<run::Happening>(run::SkipAsked{.devices = std::move(devices)});
    }
    }
    return std::nullopt;
}

Result<std::vector<plan::Trace>> tracesOf(const StoredRun &run, const Snapshots &kept)
{
    const auto machine = replayed(run);
    if (!machine)
        return Failure(machine.error());
    std::vector<plan::Trace> traces((*machine)->plan().steps.size());
    for (size_t step = 0; step < traces.size(); ++step)
        traces[step].write = (*machine)->fate(static_cast<run::StepIndex>(step));
    for (const EnrollmentSnapshot &row : kept.enrollments) {
        if (row.step >= 0 && static_cast<size_t>(row.step) < traces.size())
            traces[static_cast<size_t>(row.step)].before = row.raw;
    }
    return traces;
}

Result<run::RunStatus> storedStatus(const StoredRun &stored)
{
    const auto machine = replayed(stored);
    if (!machine)
        return Failure(machine.error());
    return statusOfEntry(stored.entry, **machine);
}

run::RunStatus statusOfEntry(const RunEntry &entry, const run::RunMachine &machine)
{
    run::RunStatus status = run::statusOf(machine, machine.now());
    status.id = entry.id;
    status.title = entry.title;
    status.planHash = entry.planHash;
    if (entry.owned || machine.atRest())
        return status;
    if (status.phase == run::Phase::Stopping) {
        status.phase = run::Phase::Stopped;
        status.reason = u"Stopped by a person while nobody carried it out."_s;
    } else {
        status.phase = run::Phase::Paused;
        status.interrupted = true;
        // While nobody carries it out no end can be expected.
        status.left.reset();
        status.expectedFrom.reset();
        status.expectedTo.reset();
        status.reason
            = u"It was interrupted, and nothing is lost. Go on with: droverctl resume %1"_s.arg(entry.id);
    }
    return status;
}

Result<std::vector<HistoryLine>> historyOf(const StoredRun &stored, const QString &id)
{
    std::vector<HistoryLine> lines;
    std::optional<run::DeviceIndex> device;
    QString last;
    const auto look = [&](const run::RunMachine &machine, Instant at) {
        if (!device) {
            const auto &rows = machine.plan().devices;
            const auto row = std::ranges::find_if(rows, [&id](const plan::PlannedDevice &candidate) {
                return candidate.deviceId == id || candidate.registrationId.compare(id, Qt::CaseInsensitive) == 0;
            });
            device = row == rows.end() ? -1 : run::DeviceIndex(row - rows.begin());
        }
        if (*device < 0)
            return;
        const QString now = run::describe(machine, *device);
        if (std::exchange(last, now) != now)
            lines.push_back({.at = at, .run = stored.entry.id, .sentence = now});
    };
    const auto machine = fold(stored, std::nullopt, look);
    if (!machine)
        return Failure(machine.error());
    return lines;
}

QByteArray exportedLines(const StoredRun &stored, const Snapshots &snapshots)
{
    using Json = nlohmann::ordered_json;
    const auto text = [](const QString &value) { return value.toStdString(); };
    QByteArray lines;
    const auto add = [&lines](const Json &line) {
        lines += QByteArray::fromStdString(line.dump(-1, ' ', false, Json::error_handler_t::replace)) + '\n';
    };
    add({{"kind", "run"}, {"id", text(stored.entry.id)}, {"title", text(stored.entry.title)},
        {"operator", text(stored.entry.operatorName)}, {"reason", text(stored.entry.reason)},
        {"ticket", text(stored.entry.ticket)}, {"undoes", text(stored.entry.undoes)}, {"started", text(iso(stored.entry.started))},
        {"plan", Json::parse(stored.entry.plan.toStdString(), nullptr, false)}});
    for (const EnrollmentSnapshot &row : snapshots.enrollments) {
        add({{"kind", "enrollment"}, {"step", row.step}, {"id", text(row.id)}, {"etag", text(row.etag)},
            {"before", row.raw.isEmpty() ? Json() : Json::parse(row.raw.toStdString(), nullptr, false)}});
    }
    for (const TwinSnapshot &row : snapshots.twins)
        add({{"kind", "twin"}, {"device", row.device}, {"digest", row.digest.toHex().toStdString()}});
    for (const Record &record : stored.records)
        add({{"kind", "record"}, {"at", text(iso(record.at))}, {"event", record.payload.toBase64().toStdString()}});
    return lines;
}

} // namespace drover::migration
