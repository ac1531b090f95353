#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/session.h"
#include "models/fleet/deviceset.h"

#include <numeric>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

using Row = fleet::DeviceIndex::Row;
using Flag = fleet::DeviceIndex;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

struct Line {
    QString deviceId;
    QString registrationId;
    QString stamp;
    QString enrollment;
    QString state;
    QString tags;
};

QString stateOf(quint8 flags, bool allSeen)
{
    if (flags & Flag::Disabled)
        return u"disabled"_s;
    if (!(flags & Flag::OnHub))
        return allSeen ? u"on no hub"_s : u"not seen"_s;
    if (!(flags & Flag::ConnectionKnown))
        return u"unknown"_s;
    return flags & Flag::Connected ? u"connected"_s : u"offline"_s;
}

Line lineOf(const fleet::Fleet &fleet, Row row)
{
    const fleet::DeviceIndex &index = *fleet.devices;
    Line line{text(index.deviceId(row)), text(index.registrationId(row)), u"-"_s, u"-"_s, stateOf(index.flags(row), fleet.gaps.empty()), text(index.tags(row))};
    if (index.hubOf(row) != Flag::noHub) {
        const QString hub = index.hubName(index.hubOf(row));
        const fleet::Stamp *stamp = fleet.stampOfHub(QStringView(hub));
        line.stamp = stamp ? stamp->name.text() : hub;
    }
    if (index.groupOf(row) != Flag::noGroup)
        line.enrollment = u"group:"_s + index.groupName(index.groupOf(row));
    else if (index.flags(row) & Flag::Individual)
        line.enrollment = u"individual"_s;
    return line;
}

void show(Terminal &out, const fleet::Fleet &fleet, const std::vector<Row> &rows)
{
    if (out.json()) {
        for (const Row row : rows) {
            const Line line = lineOf(fleet, row);
            out.object({{"deviceId", toStd(line.deviceId)}, {"registrationId", toStd(line.registrationId)}, {"stamp", toStd(line.stamp)},
                {"enrollment", toStd(line.enrollment)}, {"state", toStd(line.state)},
                {"tags", parseJson(line.tags.toUtf8()).value_or(Json::object())}});
        }
        return;
    }
    std::vector<QStringList> cells;
    cells.reserve(rows.size());
    for (const Row row : rows) {
        const Line line = lineOf(fleet, row);
        cells.push_back({line.deviceId, line.registrationId, line.stamp, line.enrollment, line.state});
    }
    out.table({{u"DEVICE"_s}, {u"REGISTRATION"_s}, {u"STAMP"_s}, {u"ENROLLMENT"_s}, {u"STATE"_s}}, cells);
    out.line(u"%1 of %2"_s.arg(grouped(static_cast<qint64>(rows.size())), counted(fleet.devices->size(), u"device"_s)));
}

QCoro::Task<int> run(Session &session)
{
    const Result<engine::Engine *> engine = co_await session.onlooker();
    if (!engine)
        co_return session.out().error(engine.error());
    const auto fleet = co_await (*engine)->look({}, std::stop_token());
    if (!fleet)
        co_return session.out().error(fleet.error());
    showGaps(session.out(), **fleet);
    std::vector<Row> rows((*fleet)->devices->size());
    std::iota(rows.begin(), rows.end(), Row(0));
    if (session.asked().has(u"where"_s)) {
        Result<std::vector<Row>> chosen = fleet::where(**fleet, session.asked().value(u"where"_s));
        if (!chosen)
            co_return session.out().error(chosen.error());
        rows = *std::move(chosen);
    }
    show(session.out(), **fleet, rows);
    co_return Done;
}

} // namespace

Command devicesCommand()
{
    return {.name = u"devices"_s, .summary = u"List devices, all or those a query chooses"_s,
        .lesson = uR"lesson(The query is the WHERE part of IoT Hub's query language, run on what one look at the fleet told:
and, or, not, parentheses, = != < > <= >=, IN, NIN, is_defined(), STARTSWITH(), on deviceId, status,
connectionState, lastActivityTime, tags.…, and on stamp, hub and group.

  droverctl devices --where "STARTSWITH(deviceId, 'valve-') AND stamp = 'alpha'"
  droverctl devices --where "connectionState = 'Disconnected'" --json)lesson"_s,
        .options = {{u"where"_s, u"Only devices that the query chooses"_s, u"QUERY"_s}},
        .run = run};
}

} // namespace drover::cli
