#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/plan/plantray.h"
#include "ui/plan/reviewdialog.h"
#include "ui/plan/waveeditor.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestPlanTray final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void invitesADragWhileThereIsNoPlan()
    {
        ui::PlanTray tray;
        tray.show();
        QVERIFY(tray.findChild<QLabel *>(u"placeholderTitle"_s)->text().contains(u"Drag a device set"_s));
        QVERIFY(!tray.findChild<QPushButton *>(u"review"_s)->isVisible());
    }

    void showsProblemsFirstAndTheRestOnRequest()
    {
        ui::PlanTray tray;
        tray.setPlan(test::samplePlan());
        QVERIFY(tray.findChild<QWidget *>(u"check:headroom"_s));
        QVERIFY(!tray.findChild<QWidget *>(u"check:pass-0"_s));

        tray.findChild<QPushButton *>(u"allChecks"_s)->click();
        QTRY_VERIFY(tray.findChild<QWidget *>(u"check:pass-0"_s));
    }

    void keepsItsWidthWhateverASetIsCalled()
    {
        ui::PlanTray tray;
        plan::Plan plan = test::samplePlan();
        plan.summaries[0].set = u"where:"_s + u"tags.site = 'somewhere' AND "_s.repeated(8) + u"tags.x = 1"_s;
        tray.setPlan(plan);
        tray.resize(390, 700);
        tray.show();
        const auto *remove = tray.findChild<QPushButton *>(u"removeMove0"_s);
        QVERIFY(QTest::qWaitForWindowExposed(&tray));
        QTRY_VERIFY2(remove->mapTo(&tray, remove->rect().topRight()).x() < tray.width(), "the long name pushed the rest out of sight");
    }

    void enterPressesAFocusedButton()
    {
        ui::PlanTray tray;
        tray.setPlan(test::samplePlan());
        tray.show();
        const QSignalSpy removed(&tray, &ui::PlanTray::moveRemoved);
        auto *remove = tray.findChild<QPushButton *>(u"removeMove0"_s);
        tray.activateWindow();
        remove->setFocus();
        QTRY_VERIFY(remove->hasFocus());
        QTest::keyClick(remove, Qt::Key_Return);
        QTRY_COMPARE(removed.count(), 1);
    }

    void asksToTakeAMoveOut()
    {
        ui::PlanTray tray;
        const QSignalSpy removed(&tray, &ui::PlanTray::moveRemoved);
        tray.setPlan(test::samplePlan());
        tray.findChild<QPushButton *>(u"removeMove1"_s)->click();
        QTRY_COMPARE(removed.count(), 1);
        QCOMPARE(removed.at(0).at(0).toInt(), 1);
    }

    void editsSharesAndGate()
    {
        ui::WaveEditor editor({});
        const QSignalSpy changed(&editor, &ui::WaveEditor::changed);
        editor.findChild<QLineEdit *>(u"waveShares"_s)->setText(u"1 device, 5 %, 20 %"_s);
        editor.findChild<QPushButton *>(u"applyWaves"_s)->click();

        QCOMPARE(changed.count(), 1);
        const auto options = changed.at(0).at(0).value<plan::Options>();
        QCOMPARE(options.waves, (std::vector<double> {0, 0.05, 0.2}));
        QCOMPARE(options.gate, plan::Gate {});
    }

    void refusesSharesOfAHundredPercentOrNonsense_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("all") << u"50 %, 50 %"_s;
        QTest::newRow("negative") << u"-1 %"_s;
        QTest::newRow("words") << u"some"_s;
        QTest::newRow("not a number") << u"nan %"_s;
    }

    void refusesSharesOfAHundredPercentOrNonsense()
    {
        QFETCH(QString, text);
        ui::WaveEditor editor({});
        editor.findChild<QLineEdit *>(u"waveShares"_s)->setText(text);
        QVERIFY(!editor.findChild<QPushButton *>(u"applyWaves"_s)->isEnabled());
    }

    void runsOnProductionOnlyAfterItsNamesAndAReasonWereTyped()
    {
        ui::ReviewDialog dialog(test::samplePlan());
        const QSignalSpy asked(&dialog, &ui::ReviewDialog::runRequested);
        auto *run = dialog.findChild<QPushButton *>(u"run"_s);
        QVERIFY(!run->isEnabled());
        dialog.findChild<QLineEdit *>(u"productionName:eu-1"_s)->setText(u"eu-1"_s);
        dialog.findChild<QLineEdit *>(u"productionName:eu-2"_s)->setText(u"eu-1"_s);
        dialog.findChild<QLineEdit *>(u"reason"_s)->setText(u"rebalance"_s);
        QVERIFY(!run->isEnabled());
        dialog.findChild<QLineEdit *>(u"productionName:eu-2"_s)->setText(u"EU-2"_s);
        QVERIFY(run->isEnabled());
        dialog.findChild<QLineEdit *>(u"ticket"_s)->setText(u"CHG-2041"_s);
        run->click();

        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.at(0).at(0).toString(), u"rebalance"_s);
        QCOMPARE(asked.at(0).at(1).toString(), u"CHG-2041"_s);
    }

    void aMoveWhoseDevicesAreInTheTrayAlreadySaysSoAndOffersToReplace()
    {
        ui::PlanTray tray;
        plan::Plan plan = test::samplePlan();
        plan.summaries[1].devices = 0;
        plan.summaries[1].from = u"nowhere"_s;
        tray.setPlan(plan, {{}, {0}});
        tray.show();
        const auto labels = tray.findChildren<QLabel *>();
        const auto says = [&labels](const QString &words) {
            return std::ranges::any_of(labels, [&words](const QLabel *label) { return label->text().contains(words); });
        };
        QVERIFY(says(u"Already in the tray: cold-chain-v3 → eu-1"_s));
        QVERIFY(!says(u"nowhere"_s));
        QSignalSpy replaced(&tray, &ui::PlanTray::moveReplaces);
        QTest::mouseClick(tray.findChild<QPushButton *>(u"replaceMove1"_s), Qt::LeftButton);
        QTRY_COMPARE(replaced.count(), 1);
        QCOMPARE(replaced.at(0).at(0).toInt(), 1);
        QCOMPARE(replaced.at(0).at(1).value<std::vector<size_t>>(), std::vector<size_t> {0});
    }

    void theReviewButtonIsBrightOnlyWhenNothingBlocks()
    {
        ui::PlanTray tray;
        plan::Plan plan = test::samplePlan();
        tray.setPlan(plan);
        const auto *review = tray.findChild<QPushButton *>(u"review"_s);
        QCOMPARE(review->property("kind").toString(), u"primary"_s);
        plan.checks.front().verdict = plan::Verdict::Block;
        tray.setPlan(plan);
        QVERIFY(review->property("kind").toString().isEmpty());
        QVERIFY2(review->isEnabled(), "what blocks can be read there");
    }

    void neverRunsABlockedPlan()
    {
        plan::Plan plan = test::samplePlan();
        plan.production.clear();
        plan.checks.push_back({.id = u"linked"_s, .title = u"eu-1 is not linked"_s, .verdict = plan::Verdict::Block,
            .evidence = {}, .remedy = u"Link it."_s});
        const ui::ReviewDialog dialog(plan);
        QVERIFY(!dialog.findChild<QPushButton *>(u"run"_s)->isEnabled());
    }

    void showsTheExactRequests()
    {
        const ui::ReviewDialog dialog(test::samplePlan());
        const QString text = dialog.findChild<QPlainTextEdit *>(u"requests"_s)->toPlainText();
        QVERIFY(text.contains(u"PUT https://contoso-dps.azure-devices-provisioning.net/enrollmentGroups/cold-chain-v3"_s));
        QVERIFY(text.contains(u"\"iotHubs\":[\"eu-1.azure-devices.net\"]"_s));
    }
};

DROVER_TEST(TestPlanTray)
#include "tst_plan_tray.moc"
