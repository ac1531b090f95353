#pragma once

#include "app/migration/journalstore.h"
#include "app/migration/lease.h"

#include <QCoroTask>
#include <QFuture>
#include <QObject>
#include <QThread>

#include <memory>

namespace drover::migration {

/// A run's durable memory. Its thread owns the database; what is appended within about ten milliseconds shares one
/// commit. Every call may be made from any one thread with an event loop; a task completes when its data is on the
/// disk.
class Journal final : public QObject {
    Q_OBJECT

public:
    /// Opens or creates a SQLite file (0600), or a journal on a server. Storage with a sentence when it cannot be one of ours.
    static Result<std::unique_ptr<Journal>> open(const QString &place);
    /// Over any store; it is made, used and destroyed on the journal's thread.
    static Result<std::unique_ptr<Journal>> open(StoreFactory factory);
    /// The same without blocking: a server may take its time.
    static QCoro::Task<Result<std::unique_ptr<Journal>>> openLater(StoreFactory factory);
    ~Journal() override;

    const QString &path() const { return m_path; }
    /// Who writes here: the role that is signed in at a server, else the person at this keyboard.
    const Owner &owner() const { return m_owner; }

    /// Rejected, with who and where, when another process carries out the run or one between the same hubs. Waits where that
    /// process has been silent for so long that it will be found dead within ten seconds.
    QCoro::Task<Result<Lease>> claim(QString run, QStringList hubs, QString shares = {});
    /// Asks the store whether the lease still holds, and renews it.
    QCoro::Task<Result<void>> confirm(QString run);
    /// Completes when others may claim it.
    QCoro::Task<Result<void>> letGo(QString run);
    /// The same for who cannot wait.
    void release(const QString &run);

    QCoro::Task<Result<void>> begin(RunEntry run, std::vector<Deed> deeds = {});
    /// Durable when it completes; appended in the order of the calls. Waits for a server that is away, for minutes.
    QCoro::Task<Result<void>> append(QString run, std::vector<Record> records, std::vector<Deed> deeds = {});
    QCoro::Task<Result<void>> keep(
        QString run, std::vector<EnrollmentSnapshot> enrollments, std::vector<TwinSnapshot> twins);
    QCoro::Task<Result<Snapshots>> snapshots(QString run);
    /// What lists show; the records alone are the truth.
    QCoro::Task<Result<void>> summarize(
        QString run, QString phase, std::optional<Instant> ended, int verified, int failed);

    /// Newest first, without their plans.
    QCoro::Task<Result<std::vector<RunEntry>>> runs();
    /// Malformed for one that cannot be read.
    QCoro::Task<Result<plan::Plan>> plan(QString run);
    /// The whole run; Usage error when there is none of that id. A prefix will do when it names one run only.
    QCoro::Task<Result<StoredRun>> load(QString run);
    /// By replaying its records. A run that nobody carries out any more reads Paused, with how to go on.
    QCoro::Task<Result<run::RunStatus>> statusOf(QString run);
    /// What all runs did to one device (device id or registration id), oldest first.
    QCoro::Task<Result<std::vector<HistoryLine>>> historyOf(QString id);
    /// One JSON object a line: the run, its snapshots, every record.
    QCoro::Task<Result<QByteArray>> exported(QString run);

    /// Asks whoever carries the run out; they look every 250 ms. A run without an owner is marked at once; to retry is
    /// more than a mark and needs Runner::retry then.
    QCoro::Task<Result<void>> ask(QString run, Request request);
    QCoro::Task<Result<std::vector<Request>>> takeRequests(QString run);

    QCoro::Task<Result<void>> note(std::vector<Deed> deeds);
    QCoro::Task<Result<Audit>> audit();
    /// Takes away what ended before that instant, but for the audit; how many runs.
    QCoro::Task<Result<int>> prune(Instant before);

Q_SIGNALS:
    /// Another process wrote to this run; an empty id: to some run.
    void changed(const QString &run);
    /// Another process owns this run by now.
    void lost(const QString &run, const drover::Error &error);
    /// The server does not answer, and runs wait for it; then it answers again.
    void away(const drover::Error &error);
    void back();

private:
    class Worker;
    Journal() = default;

    template <typename F>
    QCoro::Task<std::invoke_result_t<F, JournalStore &>> inWorker(F work);
    QFuture<std::optional<Error>> start(StoreFactory factory);

    QString m_path;
    Owner m_owner;
    QThread m_thread;
    Worker *m_worker = nullptr;
};

} // namespace drover::migration
