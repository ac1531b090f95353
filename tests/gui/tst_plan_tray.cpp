#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/plan/optionseditor.h"
#include "ui/plan/plantray.h"
#include "ui/plan/reviewdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
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

    void keepsEveryOptionThatNobodyTouched()
    {
        plan::Options options;
        options.waves = {0, 0.005, 0.2};
        options.ramp = plan::Ramp{3, 10};
        options.strictWaves = true;
        options.gate = {.success = 0.9, .within = 20min, .soak = 90s, .sample = 7, .connectWithin = 4min, .limits = {{u"twin"_s, 0}, {u"offline"_s, 5}}};
        options.blast = {.mostFailed = 20, .mostPerStamp = 1200, .mostAnHour = 5000};
        options.method = u"Move"_s;
        options.property = u"home"_s;
        options.triggers = {plan::TriggerKind::TwinJob, plan::TriggerKind::Wait};
        options.acceptFollowers = true;
        options.lookShare = 0.2;
        options.deadline = 50min;
        ui::OptionsEditor editor(options);
        const QSignalSpy changed(&editor, &ui::OptionsEditor::changed);
        editor.findChild<QPushButton *>(u"applyWaves"_s)->click();
        QCOMPARE(changed.count(), 1);
        const auto kept = changed.at(0).at(0).value<plan::Options>();
        QCOMPARE(kept.waves, options.waves);
        QCOMPARE(kept.ramp, options.ramp);
        QCOMPARE(kept.strictWaves, true);
        QCOMPARE(kept.gate, options.gate);
        QCOMPARE(kept.blast, options.blast);
        QCOMPARE(kept.method, options.method);
        QCOMPARE(kept.property, options.property);
        QCOMPARE(kept.triggers, options.triggers);
        QCOMPARE(kept.acceptFollowers, true);
        QCOMPARE(kept.lookShare, options.lookShare);
        QCOMPARE(kept.deadline, options.deadline);
    }

    void takesWhatAPersonTypes()
    {
        ui::OptionsEditor editor({});
        const QSignalSpy changed(&editor, &ui::OptionsEditor::changed);
        const auto type = [&editor](const char *name, const QString &text) {
            auto *edit = editor.findChild<QLineEdit *>(QString::fromLatin1(name));
            edit->selectAll();
            QTest::keyClicks(edit, text);
        };
        type("waveShares", u"1 device, 5 %, 20 %"_s);
        type("gateFailOn", u"twin, offline=5"_s);
        editor.findChild<QComboBox *>(u"triggers"_s)->setEditText(u"twin, wait"_s);
        editor.findChild<QCheckBox *>(u"strictWaves"_s)->click();
        editor.findChild<QSpinBox *>(u"mostAnHour"_s)->setValue(600);
        editor.findChild<QPushButton *>(u"applyWaves"_s)->click();

        QCOMPARE(changed.count(), 1);
        const auto options = changed.at(0).at(0).value<plan::Options>();
        QCOMPARE(options.waves, (std::vector<double> {0, 0.05, 0.2}));
        QCOMPARE(options.gate, (plan::Gate {.limits = {{u"twin"_s, 0}, {u"offline"_s, 5}}}));
        QCOMPARE(options.triggers, (plan::TriggerChain {plan::TriggerKind::Twin, plan::TriggerKind::Wait}));
        QVERIFY(options.strictWaves);
        QCOMPARE(options.blast.mostAnHour, 600);
    }

    void cutsWavesByAFactor()
    {
        ui::OptionsEditor editor({});
        const QSignalSpy changed(&editor, &ui::OptionsEditor::changed);
        auto *cut = editor.findChild<QComboBox *>(u"waveCut"_s);
        cut->setFocus();
        QTest::keyClick(cut, Qt::Key_Down);
        QCOMPARE(editor.findChild<QLineEdit *>(u"waveShares"_s)->text(), u"2"_s);
        editor.findChild<QLineEdit *>(u"waveShares"_s)->setText(u"3, 10"_s);
        editor.findChild<QPushButton *>(u"applyWaves"_s)->click();
        QCOMPARE(changed.at(0).at(0).value<plan::Options>().ramp, (plan::Ramp {3, 10}));
    }

    void refusesWhatIsNoOption_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("text");
        QTest::newRow("all in shares") << QByteArray("waveShares") << u"50 %, 50 %"_s;
        QTest::newRow("negative") << QByteArray("waveShares") << u"-1 %"_s;
        QTest::newRow("words") << QByteArray("waveShares") << u"some"_s;
        QTest::newRow("not a number") << QByteArray("waveShares") << u"nan %"_s;
        QTest::newRow("no count") << QByteArray("gateFailOn") << u"offline=many"_s;
        QTest::newRow("no trigger") << QByteArray("triggers") << u"shout"_s;
    }

    void refusesWhatIsNoOption()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, text);
        ui::OptionsEditor editor({});
        if (auto *box = editor.findChild<QComboBox *>(QString::fromLatin1(field)))
            box->setEditText(text);
        else
            editor.findChild<QLineEdit *>(QString::fromLatin1(field))->setText(text);
        QVERIFY(!editor.findChild<QPushButton *>(u"applyWaves"_s)->isEnabled());
        QVERIFY(editor.findChild<QLabel *>(u"optionsProblem"_s)->text().contains(text.section(u',', 0, 0).trimmed()));
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
