#include "app/migration/journalworker.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::migration {
namespace {

constexpr int gatherMs = 10;
constexpr int tryAgainMs = 1000;
/// After that long without an answer a run is paused for good.
constexpr qint64 patienceMs = 600'000;
/// A dead owner is followed after this; a living one renews four times as often.
constexpr Duration leaseSpan = 20s;

} // namespace

Journal::Worker::Worker(Journal &journal, std::unique_ptr<JournalStore> store)
    : m_journal(journal)
    , m_store(std::move(store))
    , m_timer(this)
    , m_renew(this)
    , m_listen(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Worker::commit);
    connect(&m_renew, &QTimer::timeout, this, &Worker::renewAll);
    connect(&m_listen, &QTimer::timeout, this, &Worker::listen);
    m_renew.start(leaseSpan / 4);
    m_listen.start(200ms);
}

Journal::Worker::~Worker()
{
    m_closing = true;
    commit();
    const QStringList held = m_held.keys();
    for (const QString &run : held)
        release(run);
}

void Journal::Worker::append(const QString &run, std::vector<Record> records, std::vector<Deed> deeds, Done done)
{
    if (m_waiting.empty() || m_waiting.back().sent || m_waiting.back().portion.run != run)
        m_waiting.push_back({.portion = {.run = run}});
    Portion &portion = m_waiting.back().portion;
    std::ranges::move(records, std::back_inserter(portion.records));
    std::ranges::move(deeds, std::back_inserter(portion.deeds));
    m_waiting.back().done.push_back(std::move(done));
    const qint64 since = m_last.isValid() ? m_last.elapsed() : gatherMs;
    if (!m_timer.isActive())
        m_timer.start(m_away.isValid() ? tryAgainMs : int(std::max<qint64>(0, gatherMs - since)));
}

void Journal::Worker::commit()
{
    m_timer.stop();
    while (!m_waiting.empty()) {
        if (!write(m_waiting.front()))
            return;
        m_waiting.pop_front();
    }
}

/// False when the server is away and the portion goes on waiting.
bool Journal::Worker::write(Waiting &waiting)
{
    const auto held = m_held.find(waiting.portion.run);
    if (held != m_held.end()) {
        waiting.portion.fence = held->fence;
        waiting.portion.after = held->records;
    }
    waiting.sent = true;
    const Result<qint64> written = m_store->append(waiting.portion);
    m_last.start();
    if (!written && staysAway(written.error()))
        return false;
    if (written && m_away.isValid()) {
        m_away.invalidate();
        Q_EMIT m_journal.back();
    }
    if (held != m_held.end())
        held->records = written ? std::optional(*written) : std::nullopt;
    for (const Done &done : waiting.done) {
        done->addResult(written ? Result<void>() : Result<void>(Failure(written.error())));
        done->finish();
    }
    return true;
}

bool Journal::Worker::staysAway(const Error &error)
{
    if (error.kind != ErrorKind::Offline || m_closing)
        return false;
    if (!m_away.isValid()) {
        m_away.start();
        Q_EMIT m_journal.away(error);
    }
    if (m_away.elapsed() > patienceMs)
        return false;
    m_timer.start(tryAgainMs);
    return true;
}

Result<void> Journal::Worker::claim(
    const QString &run, const QStringList &hubs, const QString &shares, std::shared_ptr<Lease::Term> term)
{
    const qint64 before = sleeplessNow();
    const Result<Fence> fence = m_store->claim({.run = run, .hubs = hubs, .owner = m_store->owner(), .span = leaseSpan, .shares = shares});
    if (!fence)
        return Failure(fence.error());
    // Of a run that is new there is no record yet.
    const Result<qint64> records = m_store->append({.run = run, .fence = *fence});
    if (!records && records.error().kind != ErrorKind::Usage) {
        const Result<void> gone = m_store->release(*fence);
        Q_UNUSED(gone)
        return Failure(records.error());
    }
    term->until = before + leaseSpan.count();
    const auto held
        = m_held.insert(run, {.fence = *fence, .term = std::move(term), .shares = shares, .records = records ? *records : 0});
    countSharers(*held);
    return {};
}

Result<void> Journal::Worker::renew(const QString &run)
{
    const auto held = m_held.find(run);
    if (held == m_held.end())
        return fail(ErrorKind::Rejected, u"Run %1 is not carried out here any more"_s.arg(run), u"Watch it with: droverctl watch %1"_s.arg(run));
    const qint64 before = sleeplessNow();
    const Result<void> renewed = m_store->renew(run, held->fence, leaseSpan);
    if (renewed) {
        held->term->until = before + leaseSpan.count();
        countSharers(*held);
    }
    return renewed;
}

void Journal::Worker::countSharers(const Held &held)
{
    const Result<int> sharers = held.shares.isEmpty() ? Result<int>(1) : m_store->sharers(held.shares);
    if (sharers)
        held.term->sharers = std::max(1, *sharers);
}

void Journal::Worker::renewAll()
{
    const QStringList runs = m_held.keys();
    for (const QString &run : runs) {
        const Result<void> renewed = renew(run);
        // A server that is away says nothing about who owns the run.
        if (!renewed && renewed.error().kind == ErrorKind::Rejected) {
            m_held[run].term->until = 0;
            Q_EMIT m_journal.lost(run, renewed.error());
        }
    }
}

void Journal::Worker::release(const QString &run)
{
    const Held held = m_held.take(run);
    if (held.fence.token == 0)
        return;
    held.term->until = 0;
    // Without an answer it runs out by itself.
    const Result<void> released = m_store->release(held.fence);
    Q_UNUSED(released)
}

void Journal::Worker::listen()
{
    for (const QString &run : m_store->changes())
        Q_EMIT m_journal.changed(run);
}

} // namespace drover::migration
