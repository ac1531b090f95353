#include "models/tables/checktablemodel.h"
#include "models/tables/runtablemodel.h"

#include "tests/support/testmain.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using tables::CheckTableModel;
using tables::RunTableModel;

namespace {

run::RunStatus status(const QString &id, int verified)
{
    run::RunStatus status;
    status.id = id;
    status.title = u"Move "_s + id;
    status.phase = run::Phase::Running;
    status.total = 2'000;
    status.counts[static_cast<size_t>(run::DeviceState::Verified)] = verified;
    return status;
}

plan::Check check(const QString &id, plan::Verdict verdict)
{
    return {.id = id, .title = id, .verdict = verdict, .evidence = u"seen"_s, .remedy = {}};
}

} // namespace

class TestListModels final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blocksComeFirst()
    {
        CheckTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setChecks({check(u"a"_s, plan::Verdict::Pass), check(u"b"_s, plan::Verdict::Block),
            check(u"c"_s, plan::Verdict::Warn)});
        QCOMPARE(model.index(0, 0).data(CheckTableModel::IdRole).toString(), u"b"_s);
        QCOMPARE(model.index(0, 0).data().toString(), u"block"_s);
        QCOMPARE(model.index(1, 0).data(CheckTableModel::IdRole).toString(), u"c"_s);
        QCOMPARE(model.count(plan::Verdict::Pass), 1);
        QCOMPARE(model.index(2, CheckTableModel::EvidenceColumn).data().toString(), u"seen"_s);
    }

    void aRunIsOneRowThatChanges()
    {
        RunTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRuns({status(u"r1"_s, 0)});
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.update(status(u"r1"_s, 1'500));
        model.update(status(u"r1"_s, 1'500));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.index(0, RunTableModel::ProgressColumn).data().toString(), u"1,500 of 2,000"_s);
        QCOMPARE(model.index(0, 0).data(RunTableModel::ShareRole).toDouble(), 0.75);
        QCOMPARE(model.index(0, RunTableModel::PhaseColumn).data().toString(), run::phaseName(run::Phase::Running));
        model.update(status(u"r2"_s, 0));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, 0).data(RunTableModel::IdRole).toString(), u"r2"_s);
    }
};

DROVER_TEST(TestListModels)
#include "tst_list_models.moc"
