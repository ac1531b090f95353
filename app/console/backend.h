#pragma once

#include "app/async/taskscope.h"
#include "app/backend/identity/secretstore.h"
#include "app/console/options.h"
#include "app/engine/engine.h"
#include "app/engine/localazure.h"

namespace drover::console {

using FleetPtr = std::shared_ptr<const fleet::Fleet>;

/// What the window shows of a connection; no secret.
struct ConnectionFacts {
    QString name;
    bool simulated = false;
    double speed = 1;
    QString journal;
};

/// Everything that touches the world, on the worker thread: one connection at a time, and what stands on it.
class Backend final : public QObject {
    Q_OBJECT

public:
    Backend();
    ~Backend() override;

    /// Leaves the connection there was, if any, then makes the new one. Usage while a run is under way.
    QCoro::Task<Result<ConnectionFacts>> open(Source source, QString journal);
    /// Pauses the run, stops all tasks, ends the simulated Azure. Whatever is not done then is in the journal.
    QCoro::Task<> close();

    /// Null until open() succeeded.
    engine::Engine *engine() const { return m_engine.get(); }
    /// A whole look; fleetSeen tells of its progress.
    QCoro::Task<Result<FleetPtr>> look();
    /// Stamps and their counts alone, put into the last look.
    QCoro::Task<Result<FleetPtr>> lookAtStamps();

    /// What works with the engine: stopped before the engine goes.
    async::TaskScope &tasks() { return *m_tasks; }
    /// Opening and closing themselves.
    async::TaskScope &changes() { return m_changes; }
    std::stop_token stopToken() const { return m_tasks->stopToken(); }

Q_SIGNALS:
    void fleetSeen(const drover::console::FleetPtr &fleet, const drover::inventory::Progress &progress);
    void statusChanged(const drover::run::RunStatus &status);
    /// Another process wrote to this run; an empty id: to some run.
    void runStirred(const QString &run);
    void openEnded();
    void runEnded(const drover::run::RunStatus &status);

private:
    QCoro::Task<> leave();
    QCoro::Task<Result<ConnectionFacts>> tryOpen(Source source, QString journal);
    QCoro::Task<Result<backend::Connection>> connectionTo(Source source);
    QCoro::Task<Result<backend::Connection>> fromStrings(QStringList strings);
    Result<QString> journalPlace(const Source &source, const QString &asked);

    std::unique_ptr<backend::SecretStore> m_secrets;
    std::unique_ptr<engine::LocalAzure> m_azure;
    /// Holds the journal of a simulated Azure, whose runs mean nothing once it is gone.
    std::unique_ptr<QTemporaryDir> m_passing;
    std::unique_ptr<engine::Engine> m_engine;
    bool m_opening = false;
    bool m_closing = false;
    std::unique_ptr<async::TaskScope> m_tasks = std::make_unique<async::TaskScope>(this);
    async::TaskScope m_changes{this};
};

} // namespace drover::console
