#pragma once

#include "app/migration/effects.h"
#include "app/migration/eventqueue.h"
#include "app/migration/lease.h"
#include "app/migration/probe.h"
#include "models/run/lookpacer.h"

#include <QTimer>

namespace drover::migration {

/// One run from start or resume until it rests: carries out what the machine commands. Kept alive by its own tasks.
class Execution final : public std::enable_shared_from_this<Execution> {
public:
    Execution(
        Effects &effects, Journal &journal, RunEntry entry, std::unique_ptr<run::RunMachine> machine, Lease lease);

    /// Called whenever something changed, and once with `true` when nothing is under way any more.
    std::function<void(bool)> onChange;
    /// Asked before each wave but the first: whether the plan may be carried on now.
    std::function<Result<void>(const plan::Plan &, Instant)> rules;

    /// First event: Started, or Resumed. The probe is asked after each wave, where one is given.
    void begin(run::Happening first, Probe probe);
    /// `person`: who decided it, when not the one that this process runs for.
    QCoro::Task<bool> post(run::Happening what, QString person = {}, QString reason = {});
    /// Completes when nothing is under way any more.
    QCoro::Task<> untilRest();
    /// Lets go at once, as a crash would: no further event is fed.
    void abandon();

    const QString &id() const { return m_entry.id; }
    run::RunStatus status() const;
    bool isOver() const { return m_isOver; }

private:
    void spawn(QCoro::Task<> task);
    QCoro::Task<> watch(QCoro::Task<> task, std::shared_ptr<Execution> self);
    void settle();
    QCoro::Task<> conclude(std::shared_ptr<Execution> self);
    bool isResting() const { return m_trouble || m_abandoned || m_machine->atRest(); }

    void execute(run::Commands commands);
    void carryOut(const run::TakeSnapshot &command) { spawn(snapshot(command)); }
    void carryOut(const run::WriteSteps &command) { spawn(write(command)); }
    void carryOut(const run::ReadBack &command) { spawn(readBack(command)); }
    void carryOut(const run::Trigger &command)
    {
        spawn(command.kind == plan::TriggerKind::Method ? trigger(command.devices) : tell(command));
    }
    void carryOut(const run::CallOff &);
    void carryOut(const run::WaitUntil &command) { spawn(tick(command.at, ++m_wait)); }
    void carryOut(const run::AskProbe &command) { spawn(askProbe(command.wave)); }
    void carryOut(const run::Halt &) { m_halt.request_stop(); }

    void listen();
    void noteGates();
    QCoro::Task<bool> isStillOurs();
    QCoro::Task<> snapshot(run::TakeSnapshot command);
    QCoro::Task<Result<void>> whenItAnswers(std::function<QCoro::Task<Result<void>>()> ask);
    struct Kept {
        std::optional<Error> trouble;
        /// Devices of sources that are away.
        int without = 0;
        bool isAway() const { return trouble && trouble->kind == ErrorKind::Offline; }
    };
    QCoro::Task<Kept> keepTwins(std::vector<run::DeviceIndex> devices);
    QCoro::Task<> keepTwinsAhead(int wave);
    bool twinsAreFresh(int wave) const;
    std::vector<run::DeviceIndex> notMoved(int wave) const;
    QCoro::Task<> askProbe(int wave);
    /// Others began or ended that use the same provisioning service.
    void followSharers();
    QCoro::Task<> share(int runs);
    QCoro::Task<> write(run::WriteSteps command);
    QCoro::Task<> readBack(run::ReadBack command);
    QCoro::Task<> trigger(std::vector<run::DeviceIndex> devices);
    QCoro::Task<> tell(run::Trigger command);
    QCoro::Task<> tick(Instant at, int generation);
    QCoro::Task<> observe();
    QCoro::Task<bool> pauseLooking(Duration pause, run::LookPacer &pacer, run::LookTaken last);
    QCoro::Task<> obey();

    Effects &m_effects;
    Journal &m_journal;
    RunEntry m_entry;
    std::unique_ptr<run::RunMachine> m_machine;
    std::optional<Lease> m_lease;
    EventQueue m_events;
    std::stop_source m_halt;
    std::stop_source m_callOff;
    std::stop_source m_gone;
    std::optional<Error> m_trouble;
    /// The journal's server does not answer: nothing goes on until it does.
    std::optional<Error> m_away;
    QObject m_context;
    std::vector<run::WaveStatus::Verdict> m_gates;
    QTimer m_controls;
    std::vector<QPromise<void>> m_waiters;
    Probe m_probe;
    qint64 m_callsBefore = 0;
    /// When the twins of a wave were read.
    std::map<int, Instant> m_twinsRead;
    QFuture<void> m_twinsAhead;
    int m_tasks = 0;
    int m_wait = 0;
    bool m_obeying = false;
    int m_sharers;
    bool m_concluding = false;
    bool m_isOver = false;
    bool m_abandoned = false;
};

} // namespace drover::migration
