#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/session.h"
#include "app/engine/setfile.h"
#include "app/migration/report.h"
#include "app/report/changerecord.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

Result<void> writeFiles(Session &session, const migration::Report &report)
{
    const auto write = [&session](const QString &file, const Result<QByteArray> &content) -> Result<void> {
        if (!content)
            return Failure(content.error());
        if (const Result<void> written = engine::writeFile(file, *content); !written)
            return written;
        if (!session.out().json())
            session.out().line(u"%1 written."_s.arg(file));
        return {};
    };
    if (const QString file = session.asked().value(u"csv"_s); !file.isEmpty())
        if (const Result<void> written = write(file, migration::toCsv(report)); !written)
            return written;
    if (const QString file = session.asked().value(u"pdf"_s); !file.isEmpty())
        return write(file, report::toPdf(report));
    return {};
}

void showReport(Terminal &out, const migration::Report &report)
{
    showStatus(out, report.status);
    QStringList why{report.entry.reason, report.entry.ticket};
    why.removeAll(QString());
    out.line(u"  started by %1 at %2%3"_s.arg(
        report.entry.operatorName, shown(report.entry.started), why.isEmpty() ? QString() : u": "_s + why.join(u" · "_s)));
    out.line(u"  plan %1"_s.arg(report.entry.planHash));
}

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
    if (const Result<void> written = writeFiles(session, *report); !written)
        co_return out.error(written.error());
    if (out.json())
        out.object(parseJson(migration::toJson(*report)).value_or(Json()));
    else
        showReport(out, *report);
    co_return Done;
}

} // namespace

Command reportCommand()
{
    return {.name = u"report"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Tell what a run did: totals, gates, causes, every device"_s,
        .lesson = uR"lesson(With --csv every device stands on a line with its state and reason; with --json the whole report is one object.
With --pdf it is a change record: who, why, chart, gates, causes, and the devices that did not arrive.

  droverctl report 7f3a --csv devices.csv --pdf change-record.pdf
  droverctl report 7f3a --json)lesson"_s,
        .options = {{u"csv"_s, u"One line a device into this file"_s, u"FILE"_s},
            {u"pdf"_s, u"A change record with the chart into this file"_s, u"FILE"_s}}, .run = run};
}

} // namespace drover::cli
