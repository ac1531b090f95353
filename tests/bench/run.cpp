#include "tests/bench/bench.h"

#include "app/migration/effects.h"
#include "app/migration/replay.h"
#include "app/migration/runner.h"
#include "tests/support/fakeworld.h"
#include "tests/support/wrappedstore.h"

#include <QCoroTask>
#include <QCoroTimer>
#include <QTemporaryDir>
#include <malloc.h>
#include <sqlite3.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover::migration;

namespace drover::bench {
namespace {

constexpr int devices = 100'000;
const QString runId = u"bench"_s;

size_t heap() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

/// Everything is done at once, and each look at a device sees it one state further, a thousand devices a page.
class InstantEffects final : public Effects {
public:
    Instant now() const override { return m_now; }
    QCoro::Task<bool> wait(Duration span, std::stop_token stop) override
    {
        QTimer turn;
        turn.start(0);
        co_await turn;
        m_now += std::min<Duration>(span, 10s);
        co_return !stop.stop_requested();
    }
    qint64 calls() const override { return 0; }
    void begin(const plan::Plan &plan, Snapshots) override { m_stages.assign(plan.devices.size(), 0); }
    void setPace(double) override { }
    QCoro::Task<Result<void>> greet(std::stop_token) override { co_return {}; }
    QCoro::Task<Result<std::vector<EnrollmentSnapshot>>> readEnrollments(std::stop_token) override
    {
        co_return std::vector<EnrollmentSnapshot>();
    }
    QCoro::Task<Result<std::vector<TwinSnapshot>>> readTwins(std::vector<run::DeviceIndex>, std::stop_token) override
    {
        co_return std::vector<TwinSnapshot>();
    }
    QCoro::Task<Result<void>> drift(const run::RunMachine &, int, std::stop_token) override { co_return {}; }
    QCoro::Task<std::vector<run::WriteOutcome>> write(std::vector<run::StepIndex> steps) override
    {
        std::vector<run::WriteOutcome> outcomes;
        for (const run::StepIndex step : steps)
            outcomes.push_back({.step = step, .result = run::WriteResult::Done, .why = {}});
        co_return outcomes;
    }
    QCoro::Task<run::ReadBackDone> readBack(run::StepIndex step) override
    {
        co_return run::ReadBackDone{.step = step, .verdict = run::ReadVerdict::AsPlanned, .why = {}};
    }
    QCoro::Task<run::TriggerOutcome> trigger(run::DeviceIndex device) override
    {
        co_return run::TriggerOutcome{.device = device, .result = run::TriggerResult::Accepted, .status = 200};
    }
    QCoro::Task<std::vector<run::TriggerOutcome>> tell(Order order) override
    {
        std::vector<run::TriggerOutcome> outcomes;
        for (const run::DeviceIndex device : order.devices)
            outcomes.push_back({.device = device, .result = run::TriggerResult::Accepted, .status = 200});
        co_return outcomes;
    }
    QCoro::Task<Look> look(const run::RunMachine &, std::vector<run::DeviceIndex> watched, std::stop_token) override
    {
        constexpr size_t page = 1000;
        watched.resize(std::min(watched.size(), page));
        Look look{.sightings = {}, .calls = 1, .dpsCalls = 0};
        for (const run::DeviceIndex device : watched)
            look.sightings.push_back(seen(device));
        co_return look;
    }

private:
    run::Sighting seen(run::DeviceIndex device)
    {
        using run::Sighting;
        Sighting sighting{.device = device, .registration = Sighting::Registration::OnTarget};
        quint8 &stage = m_stages[size_t(device)];
        if (stage > 0)
            sighting.target = Sighting::Target::Connected;
        if (stage > 1) {
            sighting.source = Sighting::Source::Absent;
            sighting.twin = Sighting::Twin::AsPolicySays;
        }
        ++stage;
        return sighting;
    }

    std::vector<quint8> m_stages;
    Instant m_now = Instant(std::chrono::seconds(1'700'000'000));
};

/// Writes down what it was given together, and keeps it or not.
class WatchedStore final : public test::WrappedStore {
public:
    WatchedStore(std::unique_ptr<JournalStore> store, bool keeps, std::vector<std::vector<Record>> &given)
        : WrappedStore(std::move(store))
        , m_given(given)
        , m_keeps(keeps)
    {
    }
    Result<qint64> append(const Portion &portion) override
    {
        m_records += qint64(portion.records.size());
        if (!m_keeps)
            return m_records;
        if (!portion.records.empty())
            m_given.push_back(portion.records);
        return WrappedStore::append(portion);
    }

private:
    std::vector<std::vector<Record>> &m_given;
    qint64 m_records = 0;
    bool m_keeps;
};

struct Carried {
    double ms = 0;
    StoredRun stored;
    /// The records that became durable together.
    std::vector<std::vector<Record>> commits;
};

/// A whole group, told by jobs, in waves: runner, machine and journal as in a real run, and nothing to wait for.
Carried carryOut(const QString &path, bool keeps)
{
    Carried carried;
    const auto opened = Journal::open([&, path]() -> Result<std::unique_ptr<JournalStore>> {
        auto store = openSqliteStore(path);
        if (!store)
            return store;
        return std::make_unique<WatchedStore>(std::move(*store), keeps, carried.commits);
    });
    if (!opened)
        qFatal("the journal could not be opened");
    Runner runner(std::make_unique<InstantEffects>(), **opened);
    const plan::Plan plan = test::toldBy(
        test::samplePlan(devices, plan::Strategy::RepointGroup, {1, 1000, 10'000}), {plan::TriggerKind::Job});
    QElapsedTimer timer;
    timer.start();
    const auto id = QCoro::waitFor(runner.start(plan, {}));
    const run::RunStatus last = id ? QCoro::waitFor(runner.untilEnd()) : run::RunStatus();
    carried.ms = double(timer.nsecsElapsed()) / 1e6;
    if (!id || last.counts[size_t(run::DeviceState::Verified)] != devices)
        qFatal("the run did not verify its devices");
    if (keeps)
        carried.stored = *QCoro::waitFor((*opened)->load(*id));
    return carried;
}

/// How often a device changed its state: at least that, for what two devices exchange in one event is not seen.
qint64 transitionsOf(const StoredRun &stored)
{
    const auto plan = plan::fromJson(stored.entry.plan);
    run::RunMachine machine(*plan, optionsFor(*plan));
    qint64 twice = 0;
    for (const Record &record : stored.records) {
        const run::Counts before = machine.counts();
        if (!feed(machine, {record}))
            qFatal("a record cannot be read");
        for (size_t i = 0; i < before.size(); ++i)
            twice += std::abs(machine.counts()[i] - before[i]);
    }
    return twice / 2;
}

/// The same commits through our store.
double appended(const Carried &carried)
{
    return median(3, [&] {
        const QTemporaryDir dir;
        const auto store = openSqliteStore(dir.filePath(u"journal.db"_s));
        RunEntry run;
        run.id = runId;
        if (!store || !(*store)->begin(run, {}))
            qFatal("the journal could not be opened");
        for (const std::vector<Record> &records : carried.commits) {
            if (!(*store)->append({.run = runId, .records = records}))
                qFatal("the journal could not be written");
        }
    });
}

/// The floor: the same rows and commits by SQLite's own interface.
double appendedRaw(const Carried &carried)
{
    return median(3, [&] {
        const QTemporaryDir dir;
        sqlite3 *db = nullptr;
        sqlite3_open(dir.filePath(u"raw.db"_s).toUtf8().constData(), &db);
        sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE record(run INTEGER, seq INTEGER, at INTEGER, "
                         "payload BLOB, PRIMARY KEY(run, seq)) WITHOUT ROWID",
            nullptr, nullptr, nullptr);
        sqlite3_stmt *insert = nullptr;
        sqlite3_prepare_v2(db, "INSERT INTO record VALUES(1, ?, 0, ?)", -1, &insert, nullptr);
        int row = 0;
        for (const std::vector<Record> &records : carried.commits) {
            sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
            for (const Record &record : records) {
                sqlite3_bind_int(insert, 1, row++);
                sqlite3_bind_blob(insert, 2, record.payload.constData(), int(record.payload.size()), SQLITE_STATIC);
                sqlite3_step(insert);
                sqlite3_reset(insert);
            }
            sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
        }
        sqlite3_finalize(insert);
        sqlite3_close(db);
    });
}

/// The floor of a resume: every byte of the plan and the records, read by SQLite's own interface.
double scannedRaw(const QString &path)
{
    return median(5, [&] {
        sqlite3 *db = nullptr;
        sqlite3_open_v2(path.toUtf8().constData(), &db, SQLITE_OPEN_READONLY, nullptr);
        quint64 sum = 0;
        for (const char *query : {"SELECT plan FROM run", "SELECT payload FROM record"}) {
            sqlite3_stmt *select = nullptr;
            if (sqlite3_prepare_v2(db, query, -1, &select, nullptr) != SQLITE_OK)
                qFatal("%s", sqlite3_errmsg(db));
            while (sqlite3_step(select) == SQLITE_ROW) {
                const auto *bytes = static_cast<const quint8 *>(sqlite3_column_blob(select, 0));
                for (int i = 0; i < sqlite3_column_bytes(select, 0); ++i)
                    sum += bytes[i];
            }
            sqlite3_finalize(select);
        }
        sqlite3_close(db);
        if (sum == 0)
            qFatal("nothing was read");
    });
}

} // namespace

void run()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"journal.db"_s);
    const Carried carried = carryOut(path, true);
    const double without = carryOut(dir.filePath(u"forgetful.db"_s), false).ms;
    const double transitions = double(transitionsOf(carried.stored));
    const double own = appended(carried);
    const double floor = appendedRaw(carried);
    const double perCommit = transitions / double(carried.commits.size());
    print({{u"figure"_s, u"run-engine"_s}, {u"devices"_s, devices}, {u"transitions"_s, transitions}, {u"ms"_s, carried.ms},
        {u"transitionsPerSecond"_s, transitions / carried.ms * 1000}, {u"peer"_s, u"the same run, nothing written"_s}, {u"peerMs"_s, without},
        {u"ratio"_s, carried.ms / without}});
    print({{u"figure"_s, u"journal-append"_s}, {u"commits"_s, qint64(carried.commits.size())}, {u"transitionsPerCommit"_s, perCommit},
        {u"transitionsPerSecond"_s, transitions / own * 1000}, {u"floor"_s, u"sqlite3, same commits"_s},
        {u"floorPerSecond"_s, transitions / floor * 1000}, {u"ratio"_s, floor / own}});

    const double scan = scannedRaw(path);
    const double resume = median(5, [&] {
        const auto store = openSqliteStore(path);
        if (!store || !replayed(*(*store)->load(carried.stored.entry.id)))
            qFatal("the run could not be taken up");
    });
    print({{u"figure"_s, u"run-resume"_s}, {u"devices"_s, devices}, {u"records"_s, qint64(carried.stored.records.size())}, {u"ms"_s, resume},
        {u"floor"_s, u"sqlite3, every byte of it read"_s}, {u"floorMs"_s, scan}, {u"ratio"_s, resume / scan}});

    const size_t empty = heap();
    auto plan = std::make_unique<plan::Plan>(*plan::fromJson(carried.stored.entry.plan));
    const size_t planned = heap();
    run::RunMachine machine(*plan, optionsFor(*plan));
    // The machine has one of its own.
    plan.reset();
    if (!feed(machine, carried.stored.records))
        qFatal("a record cannot be read");
    print({{u"figure"_s, u"run-memory"_s}, {u"devices"_s, devices}, {u"bytesPerDevice"_s, double(heap() - planned) / devices},
        {u"peer"_s, u"the plan, besides"_s}, {u"peerBytesPerDevice"_s, double(planned - empty) / devices}});
}

} // namespace drover::bench
