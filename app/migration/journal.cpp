#include "app/migration/journal.h"

#include "app/migration/journalworker.h"
#include "app/migration/replay.h"
#include "app/migration/requests.h"

#include <QCoroFuture>
#include <QCoroTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::migration {

Result<std::unique_ptr<Journal>> Journal::open(const QString &place)
{
    return open([place] { return isServer(place) ? openPostgresStore(place) : openSqliteStore(place); });
}

Result<std::unique_ptr<Journal>> Journal::open(StoreFactory factory)
{
    std::unique_ptr<Journal> journal(new Journal);
    if (const std::optional<Error> failed = journal->start(std::move(factory)).result())
        return Failure(*failed);
    return journal;
}

QCoro::Task<Result<std::unique_ptr<Journal>>> Journal::openLater(StoreFactory factory)
{
    std::unique_ptr<Journal> journal(new Journal);
    if (const std::optional<Error> failed = co_await journal->start(std::move(factory)))
        co_return Failure(*failed);
    co_return Result<std::unique_ptr<Journal>>(std::move(journal));
}

/// The store is made where it will be used; nothing comes back when it is there.
QFuture<std::optional<Error>> Journal::start(StoreFactory factory)
{
    auto promise = std::make_shared<QPromise<std::optional<Error>>>();
    promise->start();
    auto *starter = new QObject;
    starter->moveToThread(&m_thread);
    m_thread.setObjectName(u"journal"_s);
    m_thread.start();
    QMetaObject::invokeMethod(starter, [this, starter, promise, factory = std::move(factory)] {
        Result<std::unique_ptr<JournalStore>> store = factory();
        std::optional<Error> failed;
        if (store) {
            m_path = (*store)->path();
            m_owner = (*store)->owner();
            m_worker = new Worker(*this, std::move(*store));
            connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
        } else {
            failed = store.error();
        }
        starter->deleteLater();
        promise->addResult(failed);
        promise->finish();
    });
    return promise->future();
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

QCoro::Task<Result<void>> Journal::append(QString run, std::vector<Record> records, std::vector<Deed> deeds)
{
    auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    const QFuture<Result<void>> future = promise->future();
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, run, records = std::move(records), deeds = std::move(deeds), promise]() mutable {
        worker->append(run, std::move(records), std::move(deeds), promise);
    });
    co_return co_await future;
}

QCoro::Task<Result<void>> Journal::begin(RunEntry run, std::vector<Deed> deeds)
{
    return inWorker([run = std::move(run), deeds = std::move(deeds)](JournalStore &store) { return store.begin(run, deeds); });
}

QCoro::Task<Result<Lease>> Journal::claim(QString run, QStringList hubs, QString shares)
{
    // An owner that has just ended lets go a moment after it said so; the lease of a silent one runs out.
    constexpr int attempts = 8;
    const auto term = std::make_shared<Lease::Term>();
    for (int attempt = 1;; ++attempt) {
        const Result<void> claimed
            = co_await inWorker([worker = m_worker, run, hubs, shares, term](JournalStore &) { return worker->claim(run, hubs, shares, term); });
        if (claimed)
            co_return Result<Lease>(Lease(*this, run, term));
        if (claimed.error().kind != ErrorKind::Rejected || attempt == attempts)
            co_return Failure(claimed.error());
        QTimer pause;
        pause.start(claimed.error().retryAfter.value_or(0s) + 250ms);
        co_await pause;
    }
}

QCoro::Task<Result<void>> Journal::confirm(QString run)
{
    return inWorker([worker = m_worker, run](JournalStore &) { return worker->renew(run); });
}

QCoro::Task<Result<void>> Journal::letGo(QString run)
{
    return inWorker([worker = m_worker, run](JournalStore &) {
        worker->release(run);
        return Result<void>();
    });
}

void Journal::release(const QString &run)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, run] {
        worker->commit();
        worker->release(run);
    });
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
    return inWorker([](JournalStore &store) { return store.runs(); });
}

namespace {

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

} // namespace

QCoro::Task<Result<plan::Plan>> Journal::plan(QString run)
{
    return inWorker([run](JournalStore &store) -> Result<plan::Plan> {
        const Result<QByteArray> document = store.plan(run);
        return document ? plan::fromJson(*document) : Failure(document.error());
    });
}

QCoro::Task<Result<StoredRun>> Journal::load(QString run)
{
    return inWorker([run](JournalStore &store) { return store.load(run); });
}

QCoro::Task<Result<run::RunStatus>> Journal::statusOf(QString run)
{
    return inWorker([worker = m_worker, run](JournalStore &store) { return worker->follower().statusOf(store, run); });
}

QCoro::Task<Result<std::vector<HistoryLine>>> Journal::historyOf(QString id)
{
    return inWorker([id](JournalStore &store) { return history(store, id); });
}

QCoro::Task<Result<QByteArray>> Journal::exported(QString run)
{
    return inWorker([run](JournalStore &store) -> Result<QByteArray> {
        const Result<StoredRun> stored = store.load(run);
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
    if (request.person.isEmpty())
        request.person = m_owner.person;
    return inWorker([run, request](JournalStore &store) -> Result<void> {
        const Result<StoredRun> stored = store.load(run);
        if (!stored)
            return Failure(stored.error());
        const Result<run::RunStatus> status = storedStatus(*stored);
        if (!status)
            return Failure(status.error());
        if (status->phase == run::Phase::Finished || status->phase == run::Phase::Stopped) {
            return fail(ErrorKind::Rejected, u"Run %1 has ended already: %2"_s.arg(stored->entry.id, status->reason),
                u"See its report: droverctl report %1"_s.arg(stored->entry.id));
        }
        if (request.what == Control::Pause && status->phase == run::Phase::Paused && !status->interrupted && !stored->entry.owned)
            return {};
        return stored->entry.owned ? store.ask(stored->entry.id, request) : markAtRest(store, *stored, request);
    });
}

QCoro::Task<Result<std::vector<Request>>> Journal::takeRequests(QString run)
{
    return inWorker([run](JournalStore &store) { return store.takeRequests(run); });
}

QCoro::Task<Result<void>> Journal::note(std::vector<Deed> deeds)
{
    return inWorker([deeds = std::move(deeds)](JournalStore &store) { return store.note(deeds); });
}

QCoro::Task<Result<Audit>> Journal::audit()
{
    return inWorker([](JournalStore &store) { return store.audit(); });
}

QCoro::Task<Result<int>> Journal::prune(Instant before)
{
    return inWorker([before](JournalStore &store) { return store.prune(before); });
}

} // namespace drover::migration
