#include "app/report/changerecord.h"

#include "tests/support/testmain.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

namespace {

constexpr Instant begun{std::chrono::hours(490'000)};

run::Counts counts(int verified, int failed, int planned)
{
    run::Counts all = {};
    all[size_t(run::DeviceState::Verified)] = verified;
    all[size_t(run::DeviceState::Failed)] = failed;
    all[size_t(run::DeviceState::Planned)] = planned;
    return all;
}

migration::Report sample(int failed = 2)
{
    migration::Report report;
    report.entry = {.id = u"20260301-7f3a"_s, .title = u"group:meters → beta"_s, .planHash = u"0f3c"_s, .plan = {},
        .operatorName = u"ada"_s, .reason = u"load balancing"_s, .ticket = u"OPS-1234"_s};
    run::RunStatus &status = report.status;
    status.phase = run::Phase::Finished;
    status.reason = u"8 of 10 devices verified."_s;
    status.started = begun;
    status.ended = begun + std::chrono::minutes(4);
    status.now = *status.ended;
    status.total = 10;
    status.counts = counts(10 - failed, failed, 0);
    status.waves = {{.devices = 10, .counts = status.counts, .verdict = run::WaveStatus::Verdict::Pass,
        .closed = status.ended, .sentence = u"Gate 1 passed: 8 of 10 verified."_s}};
    status.events = {{.at = begun, .tone = run::RunEvent::Tone::Neutral, .sentence = u"Started: 10 devices in 1 wave."_s}};
    if (failed > 0)
        status.failures = {{.cause = u"It did not register."_s, .remedy = u"Look at the device."_s, .devices = failed}};
    status.samples = {{.at = begun, .counts = counts(0, 0, 10)}, {.at = *status.ended, .counts = status.counts}};
    status.crossings = {{.from = u"alpha"_s, .to = u"beta"_s, .fromBefore = 10, .fromNow = 2, .toBefore = 0, .toNow = 8}};
    for (int i = 0; i < 10; ++i)
        report.devices.push_back({.registrationId = u"reg-%1"_s.arg(i), .deviceId = u"meter-%1"_s.arg(i), .source = u"alpha"_s,
            .target = u"beta"_s, .wave = 1, .state = i < failed ? run::DeviceState::Failed : run::DeviceState::Verified,
            .reason = i < failed ? u"It did not register."_s : QString()});
    return report;
}

/// The words of a PDF by the tool that Debian has for it; nothing where that is not installed.
std::optional<QString> wordsOf(const QByteArray &pdf)
{
    const QString tool = QStandardPaths::findExecutable(u"pdftotext"_s);
    if (tool.isEmpty())
        return std::nullopt;
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"record.pdf"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(pdf) != pdf.size())
        return std::nullopt;
    file.close();
    QProcess process;
    process.start(tool, {u"-layout"_s, file.fileName(), u"-"_s});
    if (!process.waitForFinished() || process.exitCode() != 0)
        return QString();
    return QString::fromUtf8(process.readAllStandardOutput());
}

} // namespace

class TestChangeRecord final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhoWhyAndWhatCameOfIt()
    {
        const QString html = report::toHtml(sample());
        for (const QString &part : {u"20260301-7f3a"_s, u"ada"_s, u"load balancing"_s, u"OPS-1234"_s, u"0f3c"_s,
                 u"Gate 1 passed: 8 of 10 verified."_s, u"It did not register."_s, u"Look at the device."_s, u"80.0 %"_s})
            QVERIFY2(html.contains(part), qPrintable(part));
    }

    void listsTheDevicesThatDidNotArriveAndNoOther()
    {
        const QString html = report::toHtml(sample());
        QVERIFY(html.contains(u"meter-0<"_s));
        QVERIFY(html.contains(u"meter-1<"_s));
        QVERIFY(!html.contains(u"meter-2<"_s));
        QVERIFY(report::toHtml(sample(0)).contains(u"None: every device was verified."_s));
    }

    void takesNoNameForMarkup()
    {
        migration::Report report = sample();
        report.entry.reason = u"<img src=\"file:///etc/passwd\"> & more"_s;
        report.devices[0].deviceId = u"<b>meter</b>"_s;
        const QString html = report::toHtml(report);
        QVERIFY(!html.contains(u"<img"_s));
        QVERIFY(!html.contains(u"<b>"_s));
        QVERIFY(html.contains(u"&lt;b&gt;meter"_s));
    }

    void saysHowManyDevicesAreLeftToTheCsv()
    {
        migration::Report report = sample();
        const migration::Report::Device failed = report.devices[0];
        report.devices.insert(report.devices.end(), 1000, failed);
        QVERIFY(report::toHtml(report).contains(u"502 more"_s));
    }

    void becomesPagesWithTheChart()
    {
        const Result<QByteArray> pdf = report::toPdf(sample());
        QVERIFY(pdf);
        QVERIFY(pdf->startsWith("%PDF-"));
        QVERIFY(pdf->contains("/Image"));
        const std::optional<QString> words = wordsOf(*pdf);
        if (!words)
            QSKIP("pdftotext is not installed");
        for (const QString &part : {u"OPS-1234"_s, u"meter-1"_s, u"Started: 10 devices in 1 wave."_s})
            QVERIFY2(words->contains(part), qPrintable(*words));
    }
};

DROVER_TEST(TestChangeRecord)
#include "tst_change_record.moc"
