#pragma once

#include "app/console/backendthread.h"
#include "app/console/stampnames.h"

namespace drover::ui {
class RunsPage;
}

namespace drover::console {

/// The runs: those in the journal and the one that this console carries out.
class RunController final : public QObject {
    Q_OBJECT

public:
    /// As many runs of the journal are listed; older ones are for droverctl.
    static constexpr qsizetype mostListed = 50;

    RunController(BackendThread &backend, ui::RunsPage &page, QObject *parent = nullptr);

    /// Lists what the journal holds; tells of a run that was interrupted.
    void list();
    /// Its stamps' names are shown for their hubs.
    void setFleet(const FleetPtr &fleet);
    void start(const std::shared_ptr<const plan::Plan> &plan, const QString &reason, const QString &ticket);
    void resume(const QString &run);
    void pause(const QString &run);
    void stop(const QString &run);

Q_SIGNALS:
    /// A run was started or taken up: its page should be shown.
    void started(const QString &run);
    /// Nobody carries this run out any more, and it has not ended.
    void interrupted(const QString &run, const QString &title);
    void ended(const drover::run::RunStatus &status);
    void failed(const drover::Error &error);

private:
    void show(const run::RunStatus &status);
    void put(const run::RunStatus &status);
    void takeStarted(const Result<QString> &run);
    void takeListed(const Result<std::vector<run::RunStatus>> &runs);
    void ask(const QString &run, migration::Control wish);

    BackendThread &m_backend;
    ui::RunsPage &m_page;
    StampNames m_names;
    /// As the journal and the runner told them: names may become known later.
    std::map<QString, run::RunStatus> m_told;
    QString m_own;
    bool m_starting = false;
};

} // namespace drover::console
