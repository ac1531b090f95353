#include "app/migration/journal.h"

#include "app/migration/lease.h"
#include "app/migration/replay.h"
#include "models/run/eventcodec.h"

#include <QCoroFuture>
#include <QElapsedTimer>
#include <QPromise>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace drover::migration {

/// Lives on the journal's thread. Appends wait for each other for a moment, so that one sync to the disk serves them
/// all.
class Journal::Worker final : public QObject {
public:
    using Done = std::shared_ptr<QPromise<Result<void>>>;

    explicit Worker(std::unique_ptr<JournalStore> store)
        : m_store(std::move(store))
        , m_timer(this)
    {
        m_timer.setSingleShot(true);
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, &Worker::commit);
    }

    ~Worker() override { commit(); }

    JournalStore &store() { return *m_store; }

    void append(const QString &run, std::vector<Record> records, Done done)
    {
        for (Record &record : records)
            m_pending.emplace_back(run, std::move(record));
        m_done.push_back(std::move(done));
        const qint64 since = m_last.isValid() ? m_last.elapsed() : gather;
        if (!m_timer.isActive())
            m_timer.start(int(std::max<qint64>(0, gather - since)));
    }

    void commit()
    {
        m_timer.stop();
        if (m_done.empty())
            return;
        const Result<void> written = m_store->append(std::exchange(m_pending, {}));
        m_last.start();
        for (const Done &done : std::exchange(m_done, {})) {
            done->addResult(written);
            done->finish();
        }
    }

private:
    static constexpr int gather = 10;

    std::unique_ptr<JournalStore> m_store;
    std::vector<std::pair<QString, Record>> m_pending;
    std::vector<Done> m_done;
    QTimer m_timer;
    QElapsedTimer m_last;
};

Result<std::unique_ptr<Journal>> Journal::open(const QString &path)
{
    return open([path] { return openSqliteStore(path); });
}

Result<std::unique_ptr<Journal>> Journal::open(StoreFactory factory)
{
    std::unique_ptr<Journal> journal(new Journal);
    std::optional<Error> failed;
    QObject starter;
    starter.moveToThread(&journal->m_thread);
    journal->m_thread.setObjectName(u"journal"_s);
    journal->m_thread.start();
    QMetaObject::invokeMethod(
        &starter,
        [&] {
            Result<std::unique_ptr<JournalStore>> store = factory();
            if (store) {
                journal->m_path = (*store)->path();
                journal->m_worker = new Worker(std::move(*store));
            } else {
                failed = store.error();
            }
            starter.moveToThread(nullptr);
        },
        Qt::BlockingQueuedConnection);
    if (failed)
        return Failure(*failed);
    connect(&journal->m_thread, &QThread::finished, journal->m_worker, &QObject::deleteLater);
    return journal;
}

Journal::~Journal()
{
    m_thread.quit();
    m_thread.wait();
}

template <typename F>
QCoro::Task<std::invoke_result_t<F, JournalStore &>> Journal::inWorker(F work)
{
    using Answer = std::invoke_result_t<F, JournalStore &>;
    auto promise = std::make_shared<QPromise<Answer>>();
    promise->start();
    const QFuture<Answer> future = promise->future();
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, promise, work = std::move(work)]() mutable {
        worker->commit();
        promise->addResult(work(worker->store()));
        promise->finish();
    });
    co_return co_await future;
}

QCoro::Task<Result<void>> Journal::append(QString run, std::vector<Record> records)
{
    auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    const QFuture<Result<void>> future = promise->future();
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, run, records = std::move(records), promise]() mutable {
        worker->append(run, std::move(records), promise);
    });
    co_return co_await future;
}

QCoro::Task<Result<void>> Journal::begin(RunEntry run)
{
    return inWorker([run = std::move(run)](JournalStore &store) { return store.begin(run); });
}

QCoro::Task<Result<void>> Journal::keep(
    QString run, std::vector<EnrollmentSnapshot> enrollments, std::vector<TwinSnapshot> twins)
{
    Snapshots all{.enrollments = std::move(enrollments), .twins = std::move(twins)};
    return inWorker([run, all = std::move(all)](JournalStore &store) { return store.keep(run, all); });
}

QCoro::Task<Result<Snapshots>> Journal::snapshots(QString run)
{
    return inWorker([run](JournalStore &store) { return store.snapshots(run); });
}

QCoro::Task<Result<void>> Journal::summarize(
    QString run, QString phase, std::optional<Instant> ended, int verified, int failed)
{
    return inWorker([=](JournalStore &store) { return store.summarize(run, phase, ended, verified, failed); });
}

QCoro::Task<Result<std::vector<RunEntry>>> Journal::runs()
{
    return inWorker([](JournalStore &store) {
        Result<std::vector<RunEntry>> entries = store.runs();
        if (entries) {
            for (RunEntry &entry : *entries)
                entry.owned = Lease::isHeld(store.path(), entry.id);
        }
        return entries;
    });
}

namespace {

Result<StoredRun> loaded(JournalStore &store, const QString &run)
{
    Result<StoredRun> stored = store.load(run);
    if (stored)
        stored->entry.owned = Lease::isHeld(store.path(), stored->entry.id);
    return stored;
}

Result<std::vector<HistoryLine>> history(JournalStore &store, const QString &id)
{
    const Result<std::vector<RunEntry>> entries = store.runs();
    if (!entries)
        return Failure(entries.error());
    std::vector<HistoryLine> lines;
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
        const Result<StoredRun> stored = store.load(entry->id);
        if (!stored)
            return Failure(stored.error());
        Result<std::vector<HistoryLine>> more = historyOf(*stored, id);
        if (!more)
            return more;
        lines.insert(lines.end(), more->begin(), more->end());
    }
    return lines;
}

Result<void> appendAtRest(JournalStore &store, const StoredRun &stored, const std::vector<run::Happening> &happened)
{
    Instant at = stored.records.empty() ? stored.entry.started : stored.records.back().at;
    std::vector<std::pair<QString, Record>> records;
    for (const run::Happening &what : happened) {
        records.emplace_back(stored.entry.id, Record{.at = at, .payload = run::encode({.at = at, .what = what})});
        at += run::RunOptions().stopPatience;
    }
    return store.append(records);
}

/// Nobody carries it out: what was asked becomes part of its record, under a lease so that nobody takes it up
/// meanwhile.
Result<void> markAtRest(JournalStore &store, const StoredRun &stored, const Request &request)
{
    const Result<Lease> lease = Lease::take(store.path(), stored.entry.id);
    if (!lease)
        return store.ask(stored.entry.id, request);
    if (request.what != Control::Pause && request.what != Control::Stop) {
        const auto machine = replayed(stored);
        if (!machine)
            return Failure(machine.error());
        const std::optional<run::Happening> what = happeningOf(request, **machine);
        return what ? appendAtRest(store, stored, {*what}) : Result<void>();
    }
    const bool pauses = request.what == Control::Pause;
    // Nobody waits for devices that were told: the patience for them is over at once.
    const Result<void> written = pauses
        ? appendAtRest(store, stored, {run::PauseAsked{u"Paused by a person."_s}})
        : appendAtRest(store, stored, {run::StopAsked{}, run::Tick{}});
    if (!written)
        return written;
    const Instant at = stored.records.empty() ? stored.entry.started : stored.records.back().at;
    const QString phase = phaseName(pauses ? run::Phase::Paused : run::Phase::Stopped);
    return store.summarize(stored.entry.id, phase, pauses ? std::nullopt : std::optional(at), stored.entry.verified, stored.entry.failed);
}

} // namespace

QCoro::Task<Result<StoredRun>> Journal::load(QString run)
{
    return inWorker([run](JournalStore &store) { return loaded(store, run); });
}

QCoro::Task<Result<run::RunStatus>> Journal::statusOf(QString run)
{
    return inWorker([run](JournalStore &store) -> Result<run::RunStatus> {
        const Result<StoredRun> stored = loaded(store, run);
        if (!stored)
            return Failure(stored.error());
        return storedStatus(*stored);
    });
}

QCoro::Task<Result<std::vector<HistoryLine>>> Journal::historyOf(QString id)
{
    return inWorker([id](JournalStore &store) { return history(store, id); });
}

QCoro::Task<Result<QByteArray>> Journal::exported(QString run)
{
    return inWorker([run](JournalStore &store) -> Result<QByteArray> {
        const Result<StoredRun> stored = loaded(store, run);
        if (!stored)
            return Failure(stored.error());
        const Result<Snapshots> snapshots = store.snapshots(stored->entry.id);
        if (!snapshots)
            return Failure(snapshots.error());
        return exportedLines(*stored, *snapshots);
    });
}

QCoro::Task<Result<void>> Journal::ask(QString run, Request request)
{
    return inWorker([run, request](JournalStore &store) -> Result<void> {
        const Result<StoredRun> stored = loaded(store, run);
        if (!stored)
            return Failure(stored.error());
        const Result<run::RunStatus> status = storedStatus(*stored);
        if (!status)
            return Failure(status.error());
        if (status->phase == run::Phase::Finished || status->phase == run::Phase::Stopped) {
            return fail(ErrorKind::Rejected, u"Run %1 has ended already: %2"_s.arg(stored->entry.id, status->reason),
                u"See its report: droverctl report %1"_s.arg(stored->entry.id));
        }
        return stored->entry.owned ? store.ask(stored->entry.id, request) : markAtRest(store, *stored, request);
    });
}

QCoro::Task<Result<std::vector<Request>>> Journal::takeRequests(QString run)
{
    return inWorker([run](JournalStore &store) { return store.takeRequests(run); });
}

} // namespace drover::migration
