#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/session.h"
#include "app/engine/setfile.h"
#include "app/migration/report.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    Terminal &out = session.out();
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return out.error(journal.error());
    const Result<migration::StoredRun> stored = co_await (*journal)->load(session.argument());
    if (!stored)
        co_return out.error(stored.error());
    const Result<migration::Report> report = migration::makeReport(*stored);
    if (!report)
        co_return out.error(report.error());
    if (const QString file = session.asked().value(u"csv"_s); !file.isEmpty()) {
        if (const Result<void> written = engine::writeFile(file, migration::toCsv(*report)); !written)
            co_return out.error(written.error());
        if (!out.json())
            out.line(u"%1 written."_s.arg(file));
    }
    if (out.json())
        out.object(parseJson(migration::toJson(*report)).value_or(Json()));
    else
        showStatus(out, report->status);
    co_return Done;
}

} // namespace

Command reportCommand()
{
    return {.name = u"report"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Tell what a run did: totals, gates, causes, every device"_s,
        .lesson = uR"lesson(With --csv every device stands on a line with its state and reason; with --json the whole report is one object.

  droverctl report 7f3a --csv devices.csv
  droverctl report 7f3a --json)lesson"_s,
        .options = {{u"csv"_s, u"One line a device into this file"_s, u"FILE"_s}}, .run = run};
}

} // namespace drover::cli
