#include "app/cli/commands.h"
#include "app/cli/runview.h"
#include "app/cli/session.h"
#include "app/migration/report.h"

#include <QCoroTimer>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

/// Changes are told; an owner that died tells nothing.
constexpr std::chrono::milliseconds lookEvery{5000};
constexpr std::chrono::milliseconds lookAtMost{250};

bool isOver(run::Phase phase)
{
    return phase == run::Phase::Paused || phase == run::Phase::Stopped || phase == run::Phase::Finished || phase == run::Phase::Failed;
}

QCoro::Task<> untilChanged(migration::Journal *journal, QString run)
{
    QTimer pause;
    pause.setSingleShot(true);
    pause.start(lookEvery);
    QObject::connect(journal, &migration::Journal::changed, &pause, [&pause, run](const QString &changed) {
        if ((changed.isEmpty() || changed == run) && pause.remainingTimeAsDuration() > lookAtMost)
            pause.start(lookAtMost);
    });
    co_await qCoro(pause).waitForTimeout();
}

QCoro::Task<int> run(Session &session)
{
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return session.out().error(journal.error());
    RunView view(session.out());
    QString id = session.argument();
    for (;;) {
        const Result<run::RunStatus> status = co_await (*journal)->statusOf(id);
        if (!status)
            co_return session.out().error(status.error());
        if (isOver(status->phase)) {
            view.end(*status);
            if (status->phase == run::Phase::Paused && !session.out().json())
                session.out().line(howToResume(*status));
            co_return migration::exitCode(*status);
        }
        view.show(*status);
        id = status->id;
        co_await untilChanged(*journal, status->id);
    }
}

} // namespace

Command watchCommand()
{
    return {.name = u"watch"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Watch a run that another process carries out"_s,
        .lesson = uR"lesson(Reads the journal alone and changes nothing; Ctrl-C ends the watching, not the run. RUN may be the beginning of an id, or what stands after its last dash.
The exit code is that of the run.

  droverctl watch 7f3a)lesson"_s,
        .run = run};
}

} // namespace drover::cli
