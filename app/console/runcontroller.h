#pragma once

#include "app/console/backendthread.h"
#include "app/console/runwork.h"
#include "app/console/stampnames.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

namespace drover::ui {
class ReviewDialog;
class RunsPage;
}

namespace drover::console {

/// The runs: those in the journal and the one that this console carries out.
class RunController final : public QObject {
    Q_OBJECT

public:
    RunController(BackendThread &backend, ui::RunsPage &page, QObject *parent = nullptr);

    /// Lists what the journal holds; tells of a run that was interrupted.
    void list();
    /// Its stamps' names are shown for their hubs.
    void setFleet(const FleetPtr &fleet);
    void start(const std::shared_ptr<const plan::Plan> &plan, const QString &reason, const QString &ticket);
    void resume(const QString &run);
    void pause(const QString &run);
    void stop(const QString &run);
    void stopAndReturn(const QString &run);
    void retry(const QString &run, const QString &cause);
    void leaveOut(const QString &run, const ui::RunChoice &choice);
    void setPace(const QString &run, double share);
    /// Plans the way back and opens it for review.
    void undo(const QString &run, bool withoutChanged = false);

Q_SIGNALS:
    /// A run was started or taken up: its page should be shown.
    void started(const QString &run);
    /// The plan that start() was called with is under way.
    void planStarted();
    /// Nobody carries this run out any more, and it has not ended.
    void resting(const drover::run::RunStatus &status);
    /// Nothing was there to take back: why.
    void nothingToUndo(const QString &why);
    void ended(const drover::run::RunStatus &status);
    void failed(const drover::Error &error);

private:
    void show(const run::RunStatus &status);
    void put(const run::RunStatus &status);
    void takeStarted(const Result<QString> &run);
    void takeListed(const Result<std::vector<run::RunStatus>> &runs);
    void follow();
    void hurry(const QString &run);
    void rest();
    void look(const QString &run);
    void takeNews(const Result<std::vector<run::RunStatus>> &runs);
    void begin(const std::shared_ptr<const plan::Plan> &plan, const QString &reason, const QString &ticket, const std::function<void()> &begun);
    void ask(const QString &run, migration::Control wish);
    void takeAsked(const QString &run, const Result<void> &done);
    void takePlanBack(const Result<plan::Plan> &plan);
    void review(const plan::Plan &plan);
    void setOwn(const QString &run);

    BackendThread &m_backend;
    ui::RunsPage &m_page;
    StampNames m_names;
    /// As the journal and the runner told them: names may become known later.
    std::map<QString, run::RunStatus> m_told;
    QString m_own;
    bool m_starting = false;
    /// Looks after runs that other programs carry out.
    QTimer m_follow;
    QElapsedTimer m_asked;
    /// Looking again before then would cost more than its share of the time.
    QDeadlineTimer m_pause;
    bool m_stirred = false;
    QPointer<ui::ReviewDialog> m_review;
};

} // namespace drover::console
