#include "tests/bench/bench.h"

#include "app/backend/identity/connection.h"
#include "app/engine/engine.h"
#include "tests/support/wrappedstore.h"

#include <QCoroTask>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;

// What keeping a run's record takes of a real run's speed: the same moves with the journal on the disk, and with one that
// forgets its records.
namespace drover::bench {
namespace {

constexpr int devices = 30'000;
constexpr int pairs = 5;

QJsonObject stamp(const QString &name)
{
    return {{u"name"_s, name}, {u"ring"_s, u"test"_s}, {u"region"_s, u"West Europe"_s}, {u"capacity"_s, 1'000'000}, {u"sku"_s, u"S3"_s}, {u"units"_s, 200}};
}

/// A local Azure whose limits are as high as can be told, with devices that answer at once.
class Unhindered final {
public:
    Unhindered()
    {
        const QJsonObject group{{u"name"_s, u"meters"_s}, {u"stamp"_s, u"one"_s}, {u"count"_s, devices}, {u"idPattern"_s, u"meter-######"_s}};
        const QJsonArray soon{0, 0.2};
        QJsonObject scenario{{u"name"_s, u"bench"_s}, {u"fleet"_s, u"Bench"_s}};
        scenario[u"dps"_s] = QJsonObject{{u"name"_s, u"bench-dps"_s}, {u"idScope"_s, u"0ne00BE0002"_s}, {u"operationsPerMinute"_s, 1'000'000},
            {u"registrationsPerMinute"_s, 1'000'000}};
        scenario[u"stamps"_s] = QJsonArray{stamp(u"one"_s), stamp(u"two"_s)};
        scenario[u"groups"_s] = QJsonArray{group};
        scenario[u"habits"_s] = QJsonObject{{u"registerAfter"_s, soon}, {u"connectAfter"_s, soon}};
        QFile file(m_folder.filePath(u"scenario.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(scenario).toJson()) < 0)
            qFatal("the scenario could not be written");
        file.close();
        m_process.start(QStringLiteral(DROVER_BIN_DIR "/drover-azure"), {u"--scenario"_s, file.fileName(), u"--speed"_s, u"5"_s, u"--endpoints"_s,
            m_folder.filePath(u"azure.json"_s), u"--exit-with-stdin"_s});
        if (!m_process.waitForReadyRead(60'000))
            qFatal("drover-azure did not start");
    }
    ~Unhindered()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }
    backend::Connection connection() const { return *backend::readEndpoints(m_folder.filePath(u"azure.json"_s)); }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
};

/// Confirms every record and keeps none.
class Forgetful final : public test::WrappedStore {
public:
    using WrappedStore::WrappedStore;
    Result<qint64> append(const migration::Portion &portion) override { return m_records += qint64(portion.records.size()); }

private:
    qint64 m_records = 0;
};

/// Milliseconds from the start of the run to its end.
double moved(const Unhindered &azure, const QString &to, bool keeps)
{
    const QTemporaryDir folder;
    auto journal = migration::Journal::open([&]() -> Result<std::unique_ptr<migration::JournalStore>> {
        auto store = migration::openSqliteStore(folder.filePath(u"journal.sqlite"_s));
        if (!store || keeps)
            return store;
        return std::make_unique<Forgetful>(*std::move(store));
    });
    if (!journal)
        qFatal("the journal could not be opened");
    auto engine = QCoro::waitFor(engine::Engine::open(azure.connection(), *std::move(journal)));
    const auto moves = engine::movesOf({{.set = u"group:meters"_s, .to = to}});
    const Result<plan::Plan> plan = QCoro::waitFor((*engine)->plan(*moves, {}, {}));
    if (!plan)
        qFatal("%s", qPrintable(plan.error().what));
    QElapsedTimer timer;
    timer.start();
    const Result<QString> id = QCoro::waitFor((*engine)->start(*plan, {}));
    if (!id)
        qFatal("%s", qPrintable(id.error().what));
    const run::RunStatus last = QCoro::waitFor((*engine)->runner().untilEnd());
    if (last.counts[size_t(run::DeviceState::Verified)] != devices)
        qFatal("the run did not verify its devices: %s", qPrintable(last.reason));
    return double(timer.nsecsElapsed()) / 1e6;
}

} // namespace

void journalCost()
{
    const Unhindered azure;
    std::vector<double> with;
    std::vector<double> without;
    // There and back, and each in turn goes first.
    for (int pair = 0; pair < pairs; ++pair) {
        for (const bool keeps : {pair % 2 == 0, pair % 2 != 0}) {
            const bool forth = (with.size() + without.size()) % 2 == 0;
            (keeps ? with : without).push_back(moved(azure, forth ? u"two"_s : u"one"_s, keeps));
        }
    }
    std::ranges::sort(with);
    std::ranges::sort(without);
    const double kept = with[pairs / 2];
    const double forgot = without[pairs / 2];
    print({{u"figure"_s, u"journal-cost"_s}, {u"devices"_s, devices}, {u"runs"_s, 2 * pairs}, {u"ms"_s, kept}, {u"transitionsPerSecond"_s, 3 * devices / kept * 1000},
        {u"peer"_s, u"the same runs, records forgotten"_s}, {u"peerMs"_s, forgot}, {u"ratio"_s, kept / forgot}, {u"goal"_s, 1.05}});
}

} // namespace drover::bench
