#include "app/cli/runview.h"

#include "app/async/taskscope.h"
#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/migration/report.h"
#include "app/program/signals.h"

#include <QCoroSignal>
#include <QCoroTimer>
#include <QDeadlineTimer>
#include <QTimer>

#include <array>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

constexpr int objectsEveryMs = 1000;
constexpr int barWidth = 24;

fleet::Tone toneOf(run::RunEvent::Tone tone)
{
    constexpr std::array tones = {fleet::Tone::Neutral, fleet::Tone::Good, fleet::Tone::Progress, fleet::Tone::Warn, fleet::Tone::Bad};
    return tones.at(static_cast<size_t>(tone));
}

QString progressLine(const run::RunStatus &status)
{
    const int verified = status.counts.at(static_cast<size_t>(run::DeviceState::Verified));
    const int filled = status.total > 0 ? static_cast<int>(static_cast<qint64>(verified) * barWidth / status.total) : 0;
    QString line = u"%1%2 %3 of %4 verified · wave %5 of %6"_s.arg(QString(filled, u'█'), QString(barWidth - filled, u'░'),
        grouped(verified), grouped(status.total)).arg(status.wave + 1).arg(status.waves.size());
    for (const run::DeviceState state : {run::DeviceState::Waiting, run::DeviceState::Failed})
        if (const int count = status.counts.at(static_cast<size_t>(state)); count > 0)
            line += u" · %1 %2"_s.arg(grouped(count), run::stateName(state));
    if (status.rate > 0)
        line += u" · %1/min"_s.arg(grouped(static_cast<qint64>(status.rate)));
    line += u" · pace %1"_s.arg(percentGiven(status.pace));
    if (status.left && *status.left > Duration::zero())
        line += u" · %1 left"_s.arg(shown(*status.left));
    if (!status.slowed.isEmpty())
        line += u" · "_s + status.slowed;
    if (status.phase != run::Phase::Running)
        line += u" · "_s + run::phaseName(status.phase).toLower();
    return status.phase == run::Phase::Stopping && !status.reason.isEmpty() ? line + u": "_s + status.reason : line;
}

QCoro::Task<> pauseByHand(migration::Runner *runner)
{
    // A failure shows in the status that ends the run.
    const Result<void> paused = co_await runner->pause(u"Paused by Ctrl-C."_s);
    Q_UNUSED(paused)
}

} // namespace

RunView::RunView(Terminal &out)
    : m_out(out)
{
}

void RunView::show(const run::RunStatus &status)
{
    showNewEvents(status);
    if (!m_out.json()) {
        m_out.progress(progressLine(status));
        return;
    }
    if (m_sinceObject.isValid() && m_sinceObject.elapsed() < objectsEveryMs)
        return;
    m_sinceObject.start();
    m_out.object(statusObject(status));
}

void RunView::showNewEvents(const run::RunStatus &status)
{
    for (const run::RunEvent &event : status.events) {
        if (event.at < m_lastEvent || (event.at == m_lastEvent && m_atLastEvent.contains(event.sentence)))
            continue;
        if (event.at > m_lastEvent)
            m_atLastEvent.clear();
        m_lastEvent = event.at;
        m_atLastEvent.append(event.sentence);
        if (m_out.json())
            m_out.object({{"event", toStd(event.sentence)}, {"at", iso(event.at)}, {"tone", toStd(fleet::toneName(toneOf(event.tone)))}});
        else
            m_out.line(u"%1  %2"_s.arg(shown(event.at), m_out.painted(toneOf(event.tone), event.sentence)));
    }
}

void RunView::end(const run::RunStatus &status)
{
    showNewEvents(status);
    if (m_out.json())
        m_out.object(statusObject(status));
    else
        showStatus(m_out, status);
}

QCoro::Task<Result<run::RunStatus>> waitUntil(migration::Journal *journal, QString run, std::chrono::seconds patience,
    std::function<bool(const run::RunStatus &)> wanted)
{
    constexpr std::chrono::milliseconds lookEvery{250};
    const QDeadlineTimer deadline(patience);
    for (;;) {
        const Result<run::RunStatus> status = co_await journal->statusOf(run);
        if (!status || wanted(*status) || deadline.hasExpired())
            co_return status;
        QTimer pause;
        pause.setSingleShot(true);
        pause.start(lookEvery);
        co_await qCoro(pause).waitForTimeout();
    }
}

QString howToResume(const run::RunStatus &status)
{
    return u"Go on with: droverctl resume %1"_s.arg(status.id);
}

std::vector<Option> noticeOptions()
{
    return {{u"webhook"_s, u"Post gates, pauses and the end to this https address (or DROVER_WEBHOOK)"_s, u"URL"_s},
        {u"notify"_s, u"Show gates, pauses and the end as desktop notifications"_s}};
}

Result<report::NoticeTargets> noticeTargets(const Session &session)
{
    return report::noticeTargets(session.asked().value(u"webhook"_s), session.asked().has(u"notify"_s));
}

QCoro::Task<int> follow(Terminal *out, migration::Runner *runner, report::NoticeTargets targets)
{
    RunView view(*out);
    report::Notifier notifier(targets, runner->status());
    const program::Signals interrupts(PausedOrStopped);
    async::TaskScope tasks;
    QObject context;
    QObject::connect(&interrupts, &program::Signals::asked, &context, [out, runner, &tasks] {
        out->note(u"Pausing; once more leaves at once"_s);
        tasks.start(pauseByHand(runner));
    });
    QObject::connect(runner, &migration::Runner::statusChanged, &context, [&view, &notifier](const run::RunStatus &status) {
        view.show(status);
        notifier.look(status);
    });
    // Whoever reads its name may send a signal at once.
    const QString id = runner->status().id;
    out->json() ? out->object({{"run", toStd(id)}}) : out->line(u"run %1"_s.arg(id));
    QObject::connect(&notifier, &report::Notifier::failed, &context, [out](const QString &sentence) { out->note(sentence); });
    const run::RunStatus last = co_await runner->untilEnd();
    co_await tasks.stop();
    notifier.look(last);
    view.end(last);
    if (!notifier.isIdle())
        co_await qCoro(&notifier, &report::Notifier::idle);
    if (last.phase == run::Phase::Paused && !out->json())
        out->line(howToResume(last));
    co_return migration::exitCode(last);
}

} // namespace drover::cli
