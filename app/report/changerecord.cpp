#include "app/report/changerecord.h"

#include "models/core/words.h"
#include "ui/common/format.h"
#include "ui/common/theme.h"
#include "ui/run/runchart.h"

#include <QBuffer>
#include <QDateTime>
#include <QFontDatabase>
#include <QPageLayout>
#include <QPdfWriter>
#include <QTextDocument>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace drover::report {
namespace {

using migration::Report;

/// Longer lists belong in the CSV.
constexpr size_t mostDevices = 500;
constexpr size_t mostEvents = 200;
constexpr QSize chartSize(640, 290);
const QUrl chartUrl(u"chart.png"_s);

QString whenText(Instant at)
{
    // Local as the chart's axis is, with the offset, because change records travel.
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count());
    return time.toOffsetFromUtc(time.offsetFromUtc()).toString(u"yyyy-MM-dd HH:mm:ss t"_s);
}

/// A table of cells; the first row is its head where it has one.
class Table final {
public:
    explicit Table(const QStringList &head = {})
    {
        if (!head.isEmpty())
            addCells(head, u"th"_s);
    }

    void row(const QStringList &cells) { addCells(cells, u"td"_s); }

    QString html() const
    {
        return u"<table width=\"100%\" cellspacing=\"0\" cellpadding=\"3\" border=\"0\">"_s + m_rows + u"</table>"_s;
    }

private:
    void addCells(const QStringList &cells, const QString &tag)
    {
        m_rows += u"<tr>"_s;
        for (const QString &cell : cells)
            m_rows += u"<%1 align=\"left\">%2</%1>"_s.arg(tag, cell.toHtmlEscaped());
        m_rows += u"</tr>"_s;
    }

    QString m_rows;
};

QString section(const QString &title, const QString &body)
{
    return u"<h3>%1</h3>%2"_s.arg(title.toHtmlEscaped(), body);
}

QString orDash(const QString &text)
{
    return text.isEmpty() ? u"–"_s : text;
}

QString factsOf(const Report &report)
{
    const migration::RunEntry &entry = report.entry;
    const run::RunStatus &status = report.status;
    Table facts;
    facts.row({u"Run"_s, entry.id});
    if (!entry.undoes.isEmpty())
        facts.row({u"Takes back run"_s, entry.undoes});
    facts.row({u"Plan (SHA-256)"_s, entry.planHash});
    facts.row({u"Operator"_s, orDash(entry.operatorName)});
    facts.row({u"Reason"_s, orDash(entry.reason)});
    facts.row({u"Ticket"_s, orDash(entry.ticket)});
    facts.row({u"Started"_s, whenText(status.started)});
    facts.row({u"Ended"_s, status.ended ? whenText(*status.ended) : u"not yet"_s});
    if (status.ended)
        facts.row({u"Took"_s, ui::duration(*status.ended - status.started)});
    const QString why = status.reason.isEmpty() ? QString() : u": "_s + status.reason;
    facts.row({u"State"_s, run::phaseName(status.phase) + why});
    return facts.html();
}

QString statesOf(const run::RunStatus &status)
{
    Table states({u"State"_s, u"Devices"_s, u"Share"_s});
    for (int state = 0; state < run::stateCount; ++state) {
        const int count = status.counts.at(static_cast<size_t>(state));
        if (count > 0)
            states.row({run::stateName(static_cast<run::DeviceState>(state)), grouped(count),
                ui::percent(static_cast<double>(count) / std::max(1, status.total), 1)});
    }
    states.row({u"in all"_s, grouped(status.total), QString()});
    return states.html();
}

QString gatesOf(const run::RunStatus &status)
{
    Table gates({u"Gate"_s, u"Devices"_s, u"Closed"_s, u"Verdict"_s});
    int number = 0;
    for (const run::WaveStatus &wave : status.waves)
        gates.row({QString::number(++number), grouped(wave.devices), wave.closed ? whenText(*wave.closed) : u"open"_s,
            orDash(wave.sentence)});
    return gates.html();
}

QString causesOf(const run::RunStatus &status)
{
    Table causes({u"Devices"_s, u"Cause"_s, u"Remedy"_s});
    for (const run::FailureCause &failure : status.failures)
        causes.row({grouped(failure.devices), failure.example.isEmpty() ? failure.cause : u"%1 (%2)"_s.arg(failure.cause, failure.example),
            orDash(failure.remedy)});
    return causes.html();
}

QString hubsOf(const run::RunStatus &status)
{
    Table hubs({u"From"_s, u"Before"_s, u"After"_s, u"To"_s, u"Before"_s, u"After"_s});
    for (const run::Crossing &crossing : status.crossings)
        hubs.row({crossing.from, grouped(crossing.fromBefore), grouped(crossing.fromNow), crossing.to,
            grouped(crossing.toBefore), grouped(crossing.toNow)});
    return hubs.html();
}

QString eventsOf(const run::RunStatus &status)
{
    Table events({u"At"_s, u"What happened"_s});
    const size_t first = status.events.size() > mostEvents ? status.events.size() - mostEvents : 0;
    if (first > 0)
        events.row({QString(), u"%1 before these"_s.arg(counted(static_cast<qint64>(first), u"event"_s))});
    for (size_t i = first; i < status.events.size(); ++i)
        events.row({whenText(status.events[i].at), status.events[i].sentence});
    return events.html();
}

bool hasArrived(const Report::Device &device)
{
    return device.state == run::DeviceState::Verified;
}

QString absenteesOf(const Report &report)
{
    Table absentees({u"Device"_s, u"Registration"_s, u"Wave"_s, u"State"_s, u"Reason"_s});
    size_t count = 0;
    for (const Report::Device &device : report.devices) {
        if (!hasArrived(device) && ++count <= mostDevices)
            absentees.row({device.deviceId, device.registrationId, QString::number(device.wave),
                run::stateName(device.state), orDash(device.reason)});
    }
    const QString more = count > mostDevices
        ? u"<p>%1 more; the CSV of this run has them all.</p>"_s.arg(grouped(static_cast<qint64>(count - mostDevices)))
        : QString();
    return count == 0 ? u"<p>None: every device was verified.</p>"_s : absentees.html() + more;
}

QImage chartOf(const run::RunStatus &status)
{
    constexpr int dotsPerPoint = 3;
    const ui::OnPaper paper;
    ui::RunChart chart;
    chart.resize(chartSize);
    chart.setStatus(status);
    QImage image(chartSize * dotsPerPoint, QImage::Format_RGB32);
    image.setDevicePixelRatio(dotsPerPoint);
    image.fill(Qt::white);
    // As a widget, not as a scene: that lays out what was never shown.
    chart.QWidget::render(&image);
    return image;
}

QString documentOf(const Report &report, const QString &chart)
{
    const run::RunStatus &status = report.status;
    QString html = u"<html><head><style>h2 { font-size: 16pt; } h3 { font-size: 11pt; } td, th { font-size: 8pt; } p { font-size: 9pt; }"
                   "</style></head><body><h2>%1</h2>%2"_s.arg(report.entry.title.toHtmlEscaped(), factsOf(report));
    html += section(u"Devices by state"_s, statesOf(status)) + chart;
    html += section(u"Gates"_s, gatesOf(status));
    if (!status.failures.empty())
        html += section(u"Causes of failure"_s, causesOf(status));
    if (!status.crossings.empty())
        html += section(u"Hubs"_s, hubsOf(status));
    html += section(u"Devices that were not verified"_s, absenteesOf(report));
    html += section(u"Events"_s, eventsOf(status));
    return html + u"</body></html>"_s;
}

} // namespace

QString toHtml(const Report &report)
{
    return documentOf(report, QString());
}

Result<QByteArray> toPdf(const Report &report)
{
    if (QFontDatabase::families().isEmpty())
        return fail(ErrorKind::Storage, u"No font is installed, so nothing can be written on a page."_s,
            u"Install one, such as Debian's fonts-dejavu-core, or use --csv."_s);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(u"Run %1: %2"_s.arg(report.entry.id, report.entry.title));
    writer.setCreator(u"Drover"_s);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setResolution(300);
    QTextDocument document;
    document.addResource(QTextDocument::ImageResource, chartUrl, chartOf(report.status));
    document.setHtml(documentOf(report, u"<p><img src=\"%1\" width=\"%2\" height=\"%3\"></p>"_s.arg(
        chartUrl.toString()).arg(chartSize.width()).arg(chartSize.height())));
    document.print(&writer);
    return buffer.data();
}

} // namespace drover::report
