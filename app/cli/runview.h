#pragma once

#include "app/cli/session.h"
#include "app/migration/runner.h"
#include "app/report/notifier.h"

#include <QElapsedTimer>

#include <functional>

namespace drover::cli {

/// Shows a run while it goes on: its events as lines, its counts as one line that is rewritten.
class RunView final {
public:
    explicit RunView(Terminal &out);

    void show(const run::RunStatus &status);
    /// The last word, the same on a terminal and in a file.
    void end(const run::RunStatus &status);

private:
    void showNewEvents(const run::RunStatus &status);

    Terminal &m_out;
    Instant m_lastEvent = {};
    QStringList m_atLastEvent;
    QElapsedTimer m_sinceObject;
};

/// Looks at a run in the journal until it is as wanted or the patience is over; how it was at the last look.
QCoro::Task<Result<run::RunStatus>> waitUntil(migration::Journal *journal, QString run, std::chrono::seconds patience,
    std::function<bool(const run::RunStatus &)> wanted);

/// How to go on with a run that is not over.
QString howToResume(const run::RunStatus &status);

/// --webhook and --notify, for the commands that carry a run out.
std::vector<Option> noticeOptions();
/// Where those lead; ask before anything is begun.
Result<report::NoticeTargets> noticeTargets(const Session &session);

/// Names the runner's run, shows it to its end and tells those who do not watch; Ctrl-C pauses it. The exit code.
QCoro::Task<int> follow(Terminal *out, migration::Runner *runner, report::NoticeTargets targets = {});

} // namespace drover::cli
