#pragma once

#include "app/async/taskscope.h"
#include "app/inventory/services.h"
#include "app/migration/journal.h"
#include "app/migration/probe.h"
#include "models/run/event.h"
#include "models/run/runstatus.h"

#include <QObject>

#include <functional>
#include <memory>

namespace drover::run {
class RunMachine;
}

namespace drover::migration {

class Effects;

/// Why a run is started: kept with it for good, beside who does.
struct StartInfo {
    QString reason;
    QString ticket;
    /// Reads and compares everything, writes nothing, triggers nobody, leaves no run behind.
    bool dryRun = false;
};

/// Carries one plan out: feeds the RunMachine, makes every event durable first, and does what the machine commands.
/// Lives on the thread of its Services and Journal, which must outlive it.
class Runner final : public QObject {
    Q_OBJECT

public:
    Runner(inventory::Services &services, Journal &journal, QObject *parent = nullptr);
    /// With other hands than Azure's: tests.
    Runner(std::unique_ptr<Effects> effects, Journal &journal, QObject *parent = nullptr);
    /// Leaves a run that is under way to the journal, as a crash would.
    ~Runner() override;

    /// Asked after each wave of what is started or taken up from now on; none when it is empty.
    void useProbe(Probe probe);
    /// Asked before a run is taken up and before each wave but the first: whether the plan may be carried on now.
    void useRules(std::function<Result<void>(const plan::Plan &, Instant)> rules);
    /// The new run's id; empty for a dry run that found nothing wrong. Conflict when an enrollment is not the one that
    /// was planned with, Blocked when a check forbids it, Usage while this runner carries out another.
    QCoro::Task<Result<QString>> start(plan::Plan plan, StartInfo info);
    /// Takes a run up from the journal. Rejected when it has ended or a living process carries it out.
    QCoro::Task<Result<QString>> resume(QString runId);
    /// Takes a run up and tries its failed devices again: those whose cause holds the text, all with an empty one. Usage
    /// when there are none, Rejected when it was stopped, taken back, or is carried out by a living process.
    QCoro::Task<Result<QString>> retry(QString runId, QString cause);
    /// Completes when nothing is under way any more; the run can then be resumed, here or elsewhere.
    QCoro::Task<Result<void>> pause(QString reason = QStringLiteral("Paused by a person."));
    /// Completes when nothing is under way any more. Devices whose turn had not come are skipped.
    QCoro::Task<Result<void>> stop();
    /// Completes when the run has finished, failed, paused or stopped.
    QCoro::Task<run::RunStatus> untilEnd();

    run::RunStatus status() const;
    bool isRunning() const;

Q_SIGNALS:
    /// At most ten times a second, and once at the end.
    void statusChanged(const drover::run::RunStatus &status);
    /// Paused, stopped, finished or failed.
    void ended(const drover::run::RunStatus &status);

private:
    struct State;
    using First = std::function<Result<run::Happening>(const run::RunMachine &)>;
    QCoro::Task<Result<QString>> takeUp(QString runId, First first);
    QCoro::Task<Result<void>> mayUndo(QString runId);
    QCoro::Task<Result<void>> mayRetry(QString runId);
    std::unique_ptr<State> d;
};

} // namespace drover::migration
