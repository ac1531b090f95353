#include "app/migration/effects.h"
#include "app/migration/report.h"
#include "app/migration/runner.h"
#include "tests/support/fakeworld.h"
#include "tests/support/testmain.h"
#include "tests/support/wrappedstore.h"

#include <QCoroTask>
#include <QCoroTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::migration;
using namespace drover::test;

namespace {

/// A FakeWorld behind the runner's seam; its clock goes a second on with each millisecond that somebody waits.
class FakeEffects final : public Effects {
public:
    explicit FakeEffects(FakeWorld &world)
        : m_world(world)
    {
    }

    Instant now() const override { return m_now; }
    QCoro::Task<bool> wait(Duration, std::stop_token stop) override
    {
        QTimer turn;
        turn.start(1);
        co_await turn;
        m_now += std::chrono::seconds(1);
        co_return !stop.stop_requested();
    }
    qint64 calls() const override { return 0; }
    void begin(const plan::Plan &, Snapshots) override { }
    void setPace(double share) override { pace = share; }
    QString service() const override { return u"dps"_s; }
    void setSharers(int runs) override { sharers = runs; }
    QCoro::Task<Result<void>> greet(std::stop_token) override { co_return {}; }
    QCoro::Task<Result<std::vector<EnrollmentSnapshot>>> readEnrollments(std::stop_token) override
    {
        co_return std::vector<EnrollmentSnapshot>();
    }
    QCoro::Task<Result<std::vector<TwinSnapshot>>> readTwins(std::vector<run::DeviceIndex>, std::stop_token) override
    {
        co_return std::vector<TwinSnapshot>();
    }
    QCoro::Task<Result<void>> drift(const run::RunMachine &, int wave, std::stop_token) override
    {
        if (wave == drifted)
            co_return fail(ErrorKind::Conflict, u"Enrollment meter-9 was changed"_s, u"Skip it"_s);
        co_return {};
    }
    QCoro::Task<std::vector<run::WriteOutcome>> write(std::vector<run::StepIndex> steps) override
    {
        std::vector<run::WriteOutcome> outcomes;
        for (const run::StepIndex step : steps) {
            outcomes.push_back({.step = step, .result = m_world.write(step), .why = {}});
            // Until it is read again or confirmed by the journal, this one is in doubt.
            m_world.loseOutcome(step);
        }
        co_return outcomes;
    }
    QCoro::Task<run::ReadBackDone> readBack(run::StepIndex step) override
    {
        co_return run::ReadBackDone{.step = step, .verdict = m_world.readBack(step), .why = {}};
    }
    QCoro::Task<run::TriggerOutcome> trigger(run::DeviceIndex device) override
    {
        co_return run::TriggerOutcome{.device = device, .result = m_world.trigger(device, m_now), .status = 200};
    }
    QCoro::Task<std::vector<run::TriggerOutcome>> tell(Order order) override
    {
        co_return m_world.tell({.devices = order.devices,
                                   .kind = order.kind,
                                   .batch = order.name.section(u'-', -1).toInt(),
                                   .again = order.again},
            m_now);
    }
    QCoro::Task<Look> look(
        const run::RunMachine &, std::vector<run::DeviceIndex> devices, std::stop_token) override
    {
        if (blind)
            co_return Look{.sightings = {}, .calls = 1, .dpsCalls = 1, .trouble = blind};
        co_return Look{.sightings = m_world.look(devices, m_now), .calls = 1, .dpsCalls = 1};
    }

    double pace = 0;
    int sharers = 0;
    /// Nothing tells where devices are.
    std::optional<Error> blind;
    /// The wave before which something is not as planned.
    int drifted = -1;

private:
    FakeWorld &m_world;
    Instant m_now = Instant(std::chrono::seconds(1'700'000'000));
};

/// Any store, of which one write of records fails.
class FailingStore final : public WrappedStore {
public:
    FailingStore(std::unique_ptr<JournalStore> store, int failing)
        : WrappedStore(std::move(store))
        , m_left(failing)
    {
    }
    Result<qint64> append(const Portion &portion) override
    {
        const bool writes = !portion.records.empty() || !portion.deeds.empty();
        if (writes && --m_left == 0)
            return fail(
                ErrorKind::Storage, u"The journal does not fit on the disk"_s, u"Make room there, then resume."_s);
        return WrappedStore::append(portion);
    }

private:
    int m_left;
};

std::unique_ptr<Journal> journalIn(const QTemporaryDir &folder, int failing)
{
    const QString path = folder.filePath(u"journal.db"_s);
    Result<std::unique_ptr<Journal>> journal
        = Journal::open([path, failing]() -> Result<std::unique_ptr<JournalStore>> {
              Result<std::unique_ptr<JournalStore>> store = openSqliteStore(path);
              if (!store)
                  return store;
              return std::make_unique<FailingStore>(std::move(*store), failing);
          });
    return journal ? std::move(*journal) : nullptr;
}

} // namespace

/// The whole engine without a network: pausing, stopping, and a disk that fails at any moment.
class TestRunner final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void asksAPersonWhenNothingTellsWhereDevicesAre()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointIndividual, {});
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        auto effects = std::make_unique<FakeEffects>(world);
        FakeEffects *const azure = effects.get();
        azure->blind = Error{.kind = ErrorKind::Offline, .what = u"Hub b did not answer"_s, .remedy = {}};
        Runner runner(std::move(effects), *journal);
        const Result<QString> id = QCoro::waitFor(runner.start(plan, {}));
        QVERIFY(id);
        const run::RunStatus blind = QCoro::waitFor(runner.untilEnd());
        QCOMPARE(blind.phase, run::Phase::Paused);
        QVERIFY2(blind.reason.contains(u"Hub b did not answer."_s), qPrintable(blind.reason));
        azure->blind.reset();
        QVERIFY(QCoro::waitFor(runner.resume(*id)));
        QCOMPARE(QCoro::waitFor(runner.untilEnd()).phase, run::Phase::Finished);
    }

    void carriesAPlanOutAndReportsIt()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointIndividual, {1, 4});
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        Runner runner(std::make_unique<FakeEffects>(world), *journal);
        const Result<QString> id = QCoro::waitFor(runner.start(plan, {}));
        QVERIFY(id);
        const run::RunStatus last = QCoro::waitFor(runner.untilEnd());
        QCOMPARE(last.phase, run::Phase::Finished);
        QCOMPARE(exitCode(last), 0);
        const Result<Report> report = makeReport(*QCoro::waitFor(journal->load(*id)));
        QVERIFY(report);
        QCOMPARE(report->devices.size(), size_t(20));
        QVERIFY(toCsv(*report).contains("\"verified\""));
        QCOMPARE(QCoro::waitFor(journal->runs())->front().verified, 20);
        const auto history = QCoro::waitFor(journal->historyOf(u"METER-3"_s));
        QVERIFY(history);
        QCOMPARE(history->back().sentence, u"verified"_s);
    }

    void losesNothingWhicheverWriteOfTheJournalFails()
    {
        const plan::Plan plan = samplePlan(12, plan::Strategy::SplitOut, {1, 3});
        for (int failing = 1; failing < 400; ++failing) {
            init();
            FakeWorld world(plan);
            QString id;
            {
                const auto journal = journalIn(*m_folder, failing);
                Runner runner(std::make_unique<FakeEffects>(world), *journal);
                id = *QCoro::waitFor(runner.start(plan, {}));
                const run::RunStatus first = QCoro::waitFor(runner.untilEnd());
                if (first.phase == run::Phase::Finished) {
                    QVERIFY(failing > 10);
                    return;
                }
                QCOMPARE(first.phase, run::Phase::Paused);
                QVERIFY(first.reason.contains(u"Make room there"_s));
            }
            const auto journal = journalIn(*m_folder, -1);
            Runner again(std::make_unique<FakeEffects>(world), *journal);
            const Result<QString> resumed = QCoro::waitFor(again.resume(id));
            QVERIFY2(resumed, resumed ? "" : qPrintable(resumed.error().what));
            const run::RunStatus last = QCoro::waitFor(again.untilEnd());
            QCOMPARE(last.phase, run::Phase::Finished);
            QCOMPARE(last.counts[size_t(run::DeviceState::Verified)], 12);
            QCOMPARE(world.blindWrites, 0);
            QVERIFY(std::ranges::all_of(world.steps, [](const FakeWorld::Step &step) { return step.writes == 1; }));
        }
        QFAIL("the run never ended");
    }

    void pausesAndGoesOn()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointGroup, {1});
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        Runner runner(std::make_unique<FakeEffects>(world), *journal);
        const QString id = *QCoro::waitFor(runner.start(plan, {}));
        QVERIFY(!QCoro::waitFor(runner.resume(id)));
        QVERIFY(QCoro::waitFor(runner.pause()));
        QCOMPARE(exitCode(runner.status()), 5);
        QVERIFY(!runner.isRunning());
        QVERIFY(QCoro::waitFor(runner.resume(id)));
        QCOMPARE(QCoro::waitFor(runner.untilEnd()).phase, run::Phase::Finished);
    }

    void sharesTheBudgetOfItsServiceWithTheOtherRunsOfTheJournal()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointGroup, {1});
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        const Result<std::unique_ptr<JournalStore>> store = openSqliteStore(m_folder->filePath(u"journal.db"_s));
        QVERIFY(store);
        const Result<Fence> other = (*store)->claim(
            {.run = u"other"_s, .hubs = {u"hub-z"_s}, .owner = thisOwner(), .span = std::chrono::hours(1), .shares = u"dps"_s});
        QVERIFY(other);
        auto effects = std::make_unique<FakeEffects>(world);
        const FakeEffects &azure = *effects;
        Runner runner(std::move(effects), *journal);
        const QString id = *QCoro::waitFor(runner.start(plan, {}));
        const auto says = [&runner](const QString &sentence) {
            return std::ranges::any_of(runner.status().events, [&](const run::RunEvent &each) { return each.sentence.contains(sentence); });
        };
        QTRY_VERIFY(says(u"2 runs of this journal use the provisioning service"_s));
        QCOMPARE(azure.sharers, 2);
        QVERIFY(QCoro::waitFor(runner.pause()));
        QVERIFY((*store)->release(*other));
        QVERIFY(QCoro::waitFor(runner.resume(id)));
        QCOMPARE(QCoro::waitFor(runner.untilEnd()).phase, run::Phase::Finished);
        QVERIFY(says(u"its whole budget is this run's"_s));
        QCOMPARE(azure.sharers, 1);
    }

    void pausesBeforeAWaveThatIsNotAsPlannedAnyMore()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointIndividual, {1, 5});
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        auto effects = std::make_unique<FakeEffects>(world);
        FakeEffects &azure = *effects;
        azure.drifted = 1;
        Runner runner(std::move(effects), *journal);
        const QString id = *QCoro::waitFor(runner.start(plan, {}));
        const run::RunStatus paused = QCoro::waitFor(runner.untilEnd());
        QCOMPARE(paused.phase, run::Phase::Paused);
        QCOMPARE(paused.reason, u"Before wave 2: Enrollment meter-9 was changed. Skip it"_s);
        QVERIFY(!world.steps[1].written);
        azure.drifted = -1;
        QVERIFY(QCoro::waitFor(runner.resume(id)));
        QCOMPARE(QCoro::waitFor(runner.untilEnd()).phase, run::Phase::Finished);
    }

    void asksTheProbeThatItWasGiven()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointIndividual, {1});
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        Runner runner(std::make_unique<FakeEffects>(world), *journal);
        runner.useProbe(*parseProbe(u"exit 4"_s, {}));
        const QString id = *QCoro::waitFor(runner.start(plan, {}));
        const run::RunStatus paused = QCoro::waitFor(runner.untilEnd());
        QCOMPARE(paused.phase, run::Phase::Paused);
        QVERIFY2(paused.reason.contains(u"the probe ended with 4"_s), qPrintable(paused.reason));
        runner.useProbe({});
        QVERIFY(QCoro::waitFor(runner.resume(id)));
        QCOMPARE(QCoro::waitFor(runner.untilEnd()).phase, run::Phase::Finished);
        const Result<run::RunStatus> told = QCoro::waitFor(journal->statusOf(id));
        QVERIFY(std::ranges::any_of(told->events, [](const run::RunEvent &event) { return event.sentence.startsWith(u"No probe is asked any more"_s); }));
    }

    void obeysWhatAnotherProcessAsks()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointGroup, {1});
        FakeWorld world(plan);
        for (FakeWorld::Device &device : world.devices)
            device.deaf = true;
        const auto journal = journalIn(*m_folder, -1);
        Runner runner(std::make_unique<FakeEffects>(world), *journal);
        const QString id = *QCoro::waitFor(runner.start(plan, {}));
        const auto other = journalIn(*m_folder, -1);
        QVERIFY(QCoro::waitFor(other->ask(id, Control::Stop)));
        const run::RunStatus last = QCoro::waitFor(runner.untilEnd());
        QVERIFY(last.phase == run::Phase::Stopped || last.phase == run::Phase::Paused);
    }

    void losesNothingOfAnUndoWhicheverWriteOfTheJournalFails()
    {
        plan::Plan back = sampleUndo(4, plan::Strategy::SplitOut, {1});
        back.undoes = carriedOut(samplePlan(4, plan::Strategy::SplitOut, {}));
        const std::unique_ptr<QTemporaryDir> there = std::move(m_folder);
        for (int failing = 1; failing < 400; ++failing) {
            init();
            QVERIFY(QFile::copy(there->filePath(u"journal.db"_s), m_folder->filePath(u"journal.db"_s)));
            FakeWorld world(back);
            QString id;
            {
                const auto journal = journalIn(*m_folder, failing);
                Runner runner(std::make_unique<FakeEffects>(world), *journal);
                id = *QCoro::waitFor(runner.start(back, {}));
                if (QCoro::waitFor(runner.untilEnd()).phase == run::Phase::Finished) {
                    QVERIFY(failing > 10);
                    QCOMPARE(QCoro::waitFor(journal->runs())->front().undoes, back.undoes);
                    return;
                }
            }
            const auto journal = journalIn(*m_folder, -1);
            Runner again(std::make_unique<FakeEffects>(world), *journal);
            QVERIFY(QCoro::waitFor(again.resume(id)));
            const run::RunStatus last = QCoro::waitFor(again.untilEnd());
            QCOMPARE(last.phase, run::Phase::Finished);
            QCOMPARE(last.counts[size_t(run::DeviceState::Verified)], 4);
            QCOMPARE(world.blindWrites, 0);
            QCOMPARE(world.earlyRemovals, 0);
            QVERIFY(std::ranges::all_of(world.steps, [](const FakeWorld::Step &step) { return step.writes == 1; }));
        }
        QFAIL("the undo never ended");
    }

    void takesNothingBackThatHasNotEnded()
    {
        const plan::Plan forth = samplePlan(12, plan::Strategy::SplitOut, {1});
        FakeWorld world(forth);
        const auto journal = journalIn(*m_folder, -1);
        Runner runner(std::make_unique<FakeEffects>(world), *journal);
        plan::Plan back = sampleUndo(12, plan::Strategy::SplitOut, {1});
        back.undoes = *QCoro::waitFor(runner.start(forth, {}));
        QVERIFY(QCoro::waitFor(runner.pause()));
        const Result<QString> refused = QCoro::waitFor(runner.start(back, {}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Rejected);
    }

    void triesAgainUntilItWasTakenBack()
    {
        const plan::Plan forth = samplePlan(60, plan::Strategy::RepointGroup, {});
        FakeWorld world(forth);
        world.devices[5].deaf = true;
        const auto journal = journalIn(*m_folder, -1);
        Runner runner(std::make_unique<FakeEffects>(world), *journal);
        const QString id = *QCoro::waitFor(runner.start(forth, {}));
        QCOMPARE(exitCode(QCoro::waitFor(runner.untilEnd())), 4);
        QCOMPARE(QCoro::waitFor(runner.retry(id, u"no such cause"_s)).error().kind, ErrorKind::Usage);
        world.devices[5].deaf = false;
        QVERIFY(QCoro::waitFor(runner.retry(id, u"register"_s)));
        QCOMPARE(exitCode(QCoro::waitFor(runner.untilEnd())), 0);
        QCOMPARE(QCoro::waitFor(journal->runs())->front().verified, 60);

        plan::Plan back = sampleUndo(60, plan::Strategy::SplitOut, {});
        back.undoes = id;
        FakeWorld other(back);
        Runner second(std::make_unique<FakeEffects>(other), *journal);
        QVERIFY(QCoro::waitFor(second.start(back, {})));
        QCoro::waitFor(second.untilEnd());
        QCOMPARE(QCoro::waitFor(runner.retry(id, {})).error().kind, ErrorKind::Rejected);
    }

    void takesAnotherPaceWhileItGoesOn()
    {
        const plan::Plan plan = samplePlan(20, plan::Strategy::RepointGroup, {1});
        FakeWorld world(plan);
        for (FakeWorld::Device &device : world.devices)
            device.deaf = true;
        const auto journal = journalIn(*m_folder, -1);
        auto effects = std::make_unique<FakeEffects>(world);
        const double &pace = effects->pace;
        Runner runner(std::move(effects), *journal);
        const QString id = *QCoro::waitFor(runner.start(plan, {}));
        const auto other = journalIn(*m_folder, -1);
        QVERIFY(QCoro::waitFor(other->ask(id, {Control::Pace, u"0.25"_s})));
        QVERIFY(QCoro::waitFor(other->ask(id, {Control::Skip, u"meter-7\nghost"_s})));
        QTRY_COMPARE(pace, 0.25);
        QTRY_COMPARE(runner.status().counts[size_t(run::DeviceState::Skipped)], 1);
        QCOMPARE(QCoro::waitFor(other->statusOf(id))->pace, 0.25);
        QVERIFY(QCoro::waitFor(runner.pause()));
        QVERIFY(QCoro::waitFor(other->ask(id, {Control::Pace, u"1"_s})));
        QCOMPARE(QCoro::waitFor(other->statusOf(id))->pace, 1.0);
    }

    void stopsARunThatNobodyCarriesOut()
    {
        const plan::Plan plan = samplePlan(5, plan::Strategy::RepointIndividual, {1});
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        QString id;
        {
            Runner runner(std::make_unique<FakeEffects>(world), *journal);
            id = *QCoro::waitFor(runner.start(plan, {}));
            QVERIFY(QCoro::waitFor(runner.pause()));
        }
        QVERIFY(QCoro::waitFor(journal->ask(id, Control::Stop)));
        QCOMPARE(QCoro::waitFor(journal->statusOf(id))->phase, run::Phase::Stopped);
        QVERIFY(!QCoro::waitFor(journal->ask(id, Control::Pause)));
    }

private:
    /// A run that has come to its end in this folder's journal.
    QString carriedOut(const plan::Plan &plan) const
    {
        FakeWorld world(plan);
        const auto journal = journalIn(*m_folder, -1);
        Runner runner(std::make_unique<FakeEffects>(world), *journal);
        const QString id = *QCoro::waitFor(runner.start(plan, {}));
        QCoro::waitFor(runner.untilEnd());
        return id;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

DROVER_TEST(TestRunner)
#include "tst_runner.moc"
