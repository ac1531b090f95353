#pragma once

#include "app/engine/inspector.h"
#include "app/inventory/inventory.h"
#include "app/migration/runner.h"
#include "models/plan/plan.h"

namespace drover::engine {

/// A set as a person wrote it, and where it should go.
struct Wish {
    QString set;
    QString to;
};

/// Reads the sets' files. Usage error for a set or a stamp name that cannot be one.
Result<std::vector<plan::Move>> movesOf(const std::vector<Wish> &wishes);

/// What both programs do with one fleet: look, plan, check, inspect, run. Lives on one thread with an event loop.
class Engine final {
public:
    using Partial = std::function<void(std::shared_ptr<const fleet::Fleet>, inventory::Progress)>;

    /// Storage with a sentence when the journal cannot be used. What the keychain gave for it is written into the audit.
    static QCoro::Task<Result<std::unique_ptr<Engine>>> open(
        backend::Connection connection, std::unique_ptr<migration::Journal> journal, QString unlocked = {});

    /// Takes the fleet's rules from this file instead of their usual place.
    void useRules(const QString &file) { m_rulesFile = file; }

    inventory::Services &services() { return m_services; }
    migration::Journal &journal() { return *m_journal; }
    migration::Runner &runner() { return m_runner; }
    /// The last look; null before the first.
    std::shared_ptr<const fleet::Fleet> fleet() const { return m_fleet; }

    /// Looks at Azure and keeps what it saw, arrivals of runs under way included; budgets follow.
    QCoro::Task<Result<std::shared_ptr<const fleet::Fleet>>> look(Partial partial, std::stop_token stop);
    /// Stamps and their counts alone, put into the last look: cheap enough for every few seconds.
    QCoro::Task<Result<std::shared_ptr<const fleet::Fleet>>> lookAtStamps(std::stop_token stop);
    /// Counts the devices that runs under way have yet to bring to each stamp.
    QCoro::Task<> addArrivals(std::vector<fleet::Stamp> *stamps);
    /// Plans on the last look, or on a first one.
    QCoro::Task<Result<plan::Plan>> plan(std::vector<plan::Move> moves, plan::Options options, std::stop_token stop);
    /// A plan's checks against a fresh look.
    QCoro::Task<Result<std::vector<plan::Check>>> check(plan::Plan plan, std::stop_token stop);
    /// The plan that takes an ended run back, on a fresh look. Usage for a run that is an undo itself, Rejected for one that
    /// goes on. `withoutChanged` leaves out what somebody changed since.
    QCoro::Task<Result<plan::Plan>> undo(QString run, bool withoutChanged, std::stop_token stop);
    /// One device; the fleet is looked at only when DPS and hubs alone cannot tell.
    QCoro::Task<Result<Inspection>> inspect(QString id, std::stop_token stop);
    /// Starts a run inside the shares of the quotas that its plan names.
    QCoro::Task<Result<QString>> start(plan::Plan plan, migration::StartInfo info);
    QCoro::Task<Result<QString>> resume(QString run);
    /// Takes a run up with its failed devices, those whose cause holds the text.
    QCoro::Task<Result<QString>> retry(QString run, QString cause);

private:
    Engine(backend::Connection connection, std::unique_ptr<migration::Journal> journal);
    QCoro::Task<Result<void>> prepare(plan::Options options);
    void keepRules(const std::vector<fleet::Stamp> &stamps);
    /// Blocked when a stamp of the plan asks for a second person and nobody else has approved it. Both must outlive it.
    QCoro::Task<Result<void>> secondPerson(const plan::Plan &plan, const migration::StartInfo &info);
    Result<void> sameDps(const QString &host) const;
    /// The run's full id, once its connection is this one and the budgets follow its plan.
    QCoro::Task<Result<QString>> prepareFor(QString run);

    inventory::Services m_services;
    std::unique_ptr<migration::Journal> m_journal;
    migration::Runner m_runner;
    std::shared_ptr<const fleet::Fleet> m_fleet;
    QString m_rulesFile;
};

} // namespace drover::engine
