#include "app/console/reportsaver.h"

#include "app/console/runwork.h"
#include "app/engine/setfile.h"
#include "app/report/changerecord.h"

using namespace Qt::StringLiterals;

namespace drover::console {

Result<QByteArray> reportContent(const migration::Report &report, const QString &fileName)
{
    const QString ending = QFileInfo(fileName).suffix().toLower();
    if (ending == u"pdf"_s)
        return report::toPdf(report);
    if (ending == u"csv"_s)
        return migration::toCsv(report);
    if (ending == u"json"_s)
        return migration::toJson(report);
    return fail(ErrorKind::Usage, u"A report cannot be kept as \"%1\"."_s.arg(QFileInfo(fileName).fileName()),
        u"Let the name end with .pdf, .csv or .json."_s);
}

ReportSaver::ReportSaver(BackendThread &backend, QWidget *window, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_window(window)
{
}

void ReportSaver::save(const QString &run)
{
    m_backend.ask(
        this, [run](Backend &backend) { return reportOf(backend, run); },
        [this](const Result<migration::Report> &report) {
            if (report)
                ask(*report);
            else
                Q_EMIT failed(report.error());
        });
}

void ReportSaver::ask(const migration::Report &report)
{
    auto *dialog = new QFileDialog(m_window, tr("Keep the report of run %1").arg(report.entry.id));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Change record (*.pdf)"), tr("One line a device (*.csv)"), tr("Everything (*.json)")});
    dialog->setDefaultSuffix(u"pdf"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.section(u"*."_s, -1).chopped(1));
    });
    dialog->selectFile(u"drover-run-%1.pdf"_s.arg(report.entry.id));
    connect(dialog, &QFileDialog::fileSelected, this, [this, report](const QString &file) { write(report, file); });
    dialog->open();
}

void ReportSaver::write(const migration::Report &report, const QString &file)
{
    const Result<QByteArray> content = reportContent(report, file);
    if (!content) {
        Q_EMIT failed(content.error());
        return;
    }
    if (const Result<void> written = engine::writeFile(file, *content); !written)
        Q_EMIT failed(written.error());
    else
        Q_EMIT saved(file);
}

} // namespace drover::console
