#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/session.h"
#include "models/fleet/setsonstamps.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

struct Line {
    QString stamp;
    QString title;
    qint64 devices = 0;
    QString set;
};

std::vector<Line> linesOf(const fleet::Fleet &fleet)
{
    std::vector<Line> lines;
    for (const auto &[stamp, sets] : fleet::setsOnStamps(fleet)) {
        for (const fleet::SetOnStamp &each : sets)
            lines.push_back({stamp.text(), each.title, each.facts.devices, each.set ? each.set->toString() : QString()});
    }
    for (const QString &group : fleet::emptyGroups(fleet))
        lines.push_back({u"-"_s, group, 0, u"group:"_s + group});
    return lines;
}

QCoro::Task<int> run(Session &session)
{
    Terminal &out = session.out();
    const Result<engine::Engine *> engine = co_await session.onlooker();
    if (!engine)
        co_return out.error(engine.error());
    const auto fleet = co_await (*engine)->look({}, std::stop_token());
    if (!fleet)
        co_return out.error(fleet.error());
    showGaps(out, **fleet);
    std::vector<QStringList> cells;
    for (const Line &line : linesOf(**fleet)) {
        if (out.json())
            out.object({{"stamp", toStd(line.stamp)}, {"title", toStd(line.title)}, {"devices", line.devices}, {"set", toStd(line.set)}});
        else
            cells.push_back({line.stamp, line.title, grouped(line.devices), line.set.isEmpty() ? u"-"_s : u"\"%1\""_s.arg(line.set)});
    }
    if (!out.json())
        out.table({{u"STAMP"_s}, {u"DEVICES OF"_s}, {u"DEVICES"_s, true}, {u"FOR --set"_s}}, cells);
    co_return Done;
}

} // namespace

Command setsCommand()
{
    return {.name = u"sets"_s, .summary = u"List the device sets on each stamp, as plan --set takes them"_s,
        .lesson = uR"lesson(A set is a whole enrollment group, the part of a group that one stamp holds, or a stamp's individual enrollments.
Devices that DPS does not know cannot be moved. Groups without a device stand at the end.

  droverctl sets
  droverctl plan --set group:meters --to beta)lesson"_s,
        .run = run};
}

} // namespace drover::cli
