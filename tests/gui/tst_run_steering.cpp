#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/plan/reviewdialog.h"
#include "ui/run/runpage.h"
#include "ui/run/runspage.h"
#include "ui/shell/mainwindow.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using run::DeviceState;

/// What a person asks of a run, and what the page says before it is done.
class TestRunSteering final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ui::RunsPage> m_page;

    template <typename T>
    T *find(const QString &name) const
    {
        return m_page->findChild<T *>(name);
    }

    QPushButton *named(const QString &name) const { return find<QPushButton>(name); }
    void press(const QString &name) const { QTest::mouseClick(named(name), Qt::LeftButton); }
    bool isShown(const QString &name) const { return find<QWidget>(name)->isVisible(); }
    QString textOf(const QString &label) const { return find<QLabel>(label)->text(); }
    int figure(int index) const { return textOf(u"steerFigure%1"_s.arg(index)).remove(u',').toInt(); }

    void open(const run::RunStatus &status)
    {
        m_page->setStatus(status);
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

    static int count(const run::RunStatus &status, DeviceState state) { return status.counts[static_cast<size_t>(state)]; }

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<ui::RunsPage>();
        m_page->resize(1200, 700);
        m_page->show();
    }

    void cleanup() { m_page.reset(); }

    void stoppingTellsFirstWhoStaysWhoFinishesAndWhoNeverStarts()
    {
        const run::RunStatus status = test::sampleStatus();
        open(status);
        const QSignalSpy stopped(m_page.get(), &ui::RunsPage::stopRequested);
        press(u"stop"_s);
        QVERIFY(isShown(u"steerPanel"_s));
        QCOMPARE(figure(0), count(status, DeviceState::Verified));
        QCOMPARE(figure(0) + figure(1) + figure(2) + figure(3) + figure(4), status.total);
        QVERIFY2(stopped.isEmpty(), "it stopped before anybody confirmed it");
        press(u"steerConfirm"_s);
        QCOMPARE(stopped.at(0).at(0).toString(), status.id);
        QVERIFY(!isShown(u"steerPanel"_s));
    }

    void theCountsOfAStopStayTrueWhileTheRunGoesOn()
    {
        run::RunStatus status = test::sampleStatus();
        open(status);
        press(u"stop"_s);
        status.counts[static_cast<size_t>(DeviceState::Verified)] += 100;
        status.counts[static_cast<size_t>(DeviceState::Planned)] -= 100;
        m_page->setStatus(status);
        QCOMPARE(figure(0), count(status, DeviceState::Verified));
    }

    void aDoubleClickOnStopAsksAndDoesNotStop()
    {
        open(test::sampleStatus());
        const QSignalSpy stopped(m_page.get(), &ui::RunsPage::stopRequested);
        press(u"stop"_s);
        QTest::mouseDClick(named(u"stop"_s), Qt::LeftButton);
        QTest::mouseRelease(named(u"stop"_s), Qt::LeftButton);
        QVERIFY(isShown(u"steerPanel"_s));
        QVERIFY(stopped.isEmpty());
    }

    void escapeLeavesTheRunAloneAndTheKeyboardWhereItWas()
    {
        open(test::sampleStatus());
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        const QSignalSpy stopped(m_page.get(), &ui::RunsPage::stopRequested);
        named(u"stop"_s)->setFocus();
        QTest::keyClick(named(u"stop"_s), Qt::Key_Space);
        QVERIFY2(named(u"steerCancel"_s)->hasFocus(), "the safe answer is the first");
        QTest::keyClick(named(u"steerCancel"_s), Qt::Key_Escape);
        QVERIFY(!isShown(u"steerPanel"_s));
        QVERIFY(named(u"stop"_s)->hasFocus());
        QVERIFY(stopped.isEmpty());
    }

    void stopAndReturnIsAWishOfItsOwn()
    {
        open(test::sampleStatus());
        const QSignalSpy stopped(m_page.get(), &ui::RunsPage::stopRequested);
        const QSignalSpy returned(m_page.get(), &ui::RunsPage::stopAndReturnRequested);
        press(u"stop"_s);
        press(u"steerOther"_s);
        QCOMPARE(returned.count(), 1);
        QVERIFY(stopped.isEmpty());
    }

    void anUndoCannotBeReturnedAndSaysWhy()
    {
        run::RunStatus status = test::sampleStatus();
        status.undoes = u"run-13"_s;
        open(status);
        press(u"stop"_s);
        const QPushButton *other = named(u"steerOther"_s);
        QVERIFY(!other->isEnabled());
        QVERIFY(other->toolTip().contains(u"takes another one back"_s));
        QCOMPARE(other->accessibleDescription(), other->toolTip());
    }

    void retriesOneCauseAndLeavesTheOthersFailed()
    {
        open(test::sampleStatus());
        const QSignalSpy retried(m_page.get(), &ui::RunsPage::retryRequested);
        press(u"retry:hub answered 429001 after 4 tries"_s);
        QCOMPARE(figure(0), 5);
        QCOMPARE(figure(1), 2);
        press(u"steerConfirm"_s);
        QCOMPARE(retried.at(0).at(1).toString(), u"hub answered 429001 after 4 tries"_s);
    }

    void retriesAllOfARunThatHasFinished()
    {
        open(test::finishedWithFailures());
        const QSignalSpy retried(m_page.get(), &ui::RunsPage::retryRequested);
        press(u"retryAll"_s);
        QCOMPARE(figure(0), 7);
        QVERIFY(textOf(u"steerText"_s).contains(u"taken up again"_s));
        press(u"steerConfirm"_s);
        QVERIFY(retried.at(0).at(1).toString().isEmpty());
    }

    void aStoppedRunRetriesNothingAndSaysWhy()
    {
        run::RunStatus status = test::finishedWithFailures();
        status.phase = run::Phase::Stopped;
        open(status);
        QVERIFY(!named(u"retryAll"_s)->isEnabled());
        QVERIFY(named(u"retryAll"_s)->toolTip().contains(u"stopped"_s));
    }

    void aRunThatWasTakenBackRetriesNothing()
    {
        run::RunStatus undo = test::sampleStatus();
        undo.id = u"run-15"_s;
        undo.undoes = u"run-14"_s;
        open(test::finishedWithFailures());
        QVERIFY(named(u"retryAll"_s)->isEnabled());
        m_page->setStatus(undo);
        m_page->choose(u"run-14"_s);
        QVERIFY(!named(u"retryAll"_s)->isEnabled());
        QVERIFY(named(u"retryAll"_s)->toolTip().contains(u"run-15"_s));
    }

    void leavesAWholeLaneOut()
    {
        open(test::sampleStatus());
        const QSignalSpy skipped(m_page.get(), &ui::RunsPage::skipRequested);
        press(u"skip:waiting:offline"_s);
        QCOMPARE(figure(0), 84);
        press(u"steerConfirm"_s);
        const auto choice = skipped.at(0).at(1).value<ui::RunChoice>();
        QCOMPARE(choice.state, DeviceState::Waiting);
        QCOMPARE(choice.cause, u"offline"_s);
        QVERIFY(choice.ids.isEmpty());
    }

    void leavesTypedDevicesOut()
    {
        open(test::sampleStatus());
        const QSignalSpy skipped(m_page.get(), &ui::RunsPage::skipRequested);
        press(u"skip"_s);
        QVERIFY(!named(u"steerConfirm"_s)->isEnabled());
        QTest::keyClicks(find<QLineEdit>(u"skipIds"_s), u"berlin-0007, berlin-0019 berlin-0007"_s);
        QCOMPARE(named(u"steerConfirm"_s)->text(), u"Leave out 2"_s);
        QTest::keyClick(find<QLineEdit>(u"skipIds"_s), Qt::Key_Return);
        QCOMPARE(skipped.at(0).at(1).value<ui::RunChoice>().ids, (QStringList {u"berlin-0007"_s, u"berlin-0019"_s}));
    }

    void setsThePaceByNameAndByNumber()
    {
        open(test::sampleStatus());
        QCOMPARE(named(u"pace"_s)->text(), u"Pace: urgent"_s);
        const QSignalSpy paced(m_page.get(), &ui::RunsPage::paceRequested);
        press(u"pace"_s);
        press(u"paceCareful"_s);
        QVERIFY2(textOf(u"steerText"_s).startsWith(u"250 devices a minute, of 1,000"_s), qPrintable(textOf(u"steerText"_s)));
        press(u"steerConfirm"_s);
        press(u"pace"_s);
        find<QSpinBox>(u"paceShare"_s)->setValue(40);
        press(u"steerConfirm"_s);
        QCOMPARE(paced.at(0).at(1).toDouble(), 0.25);
        QCOMPARE(paced.at(1).at(1).toDouble(), 0.4);
    }

    void aGateThatAsksShowsItsEvidenceAndGoesOnOrStops()
    {
        open(test::pausedAtGate());
        QVERIFY(textOf(u"steerTitle"_s).startsWith(u"Gate 3 is inconclusive"_s));
        QCOMPARE(figure(0), 932);
        QCOMPARE(figure(1), 4);
        QCOMPARE(figure(2), 84);
        const QSignalSpy resumed(m_page.get(), &ui::RunsPage::resumeRequested);
        const QSignalSpy stopped(m_page.get(), &ui::RunsPage::stopRequested);
        QVERIFY2(!isShown(u"resume"_s), "one question, one answer");
        press(u"steerOther"_s);
        QVERIFY(textOf(u"steerTitle"_s).startsWith(u"Stop"_s));
        press(u"steerCancel"_s);
        QVERIFY2(isShown(u"steerPanel"_s), "the gate still asks");
        press(u"steerConfirm"_s);
        QCOMPARE(resumed.count(), 1);
        QVERIFY(stopped.isEmpty());
    }

    void aGateThatPassedAsksNothing()
    {
        run::RunStatus status = test::pausedAtGate();
        status.waves[2].verdict = run::WaveStatus::Verdict::Pass;
        open(status);
        QVERIFY(!isShown(u"steerPanel"_s));
        QVERIFY(isShown(u"resume"_s));
    }

    void aQuestionClosesWhenItsRunEndsByItself()
    {
        open(test::sampleStatus());
        press(u"stop"_s);
        m_page->setStatus(test::finishedWithFailures());
        QVERIFY(!isShown(u"steerPanel"_s));
        QVERIFY(!isShown(u"stop"_s));
    }

    void anEndedRunOffersItsWayBackUnlessAnotherIsUnderWay()
    {
        open(test::finishedWithFailures());
        const QSignalSpy undone(m_page.get(), &ui::RunsPage::undoRequested);
        press(u"undo"_s);
        QCOMPARE(undone.at(0).at(0).toString(), u"run-14"_s);
        m_page->setUnderWay(u"run-15"_s);
        QVERIFY(!named(u"undo"_s)->isEnabled());
        QVERIFY(named(u"undo"_s)->toolTip().startsWith(u"Another run is under way"_s));
    }

    void theKeyboardStaysInTheRowWhenPauseGivesWayToResume()
    {
        run::RunStatus status = test::sampleStatus();
        open(status);
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        named(u"pause"_s)->setFocus();
        status.phase = run::Phase::Paused;
        m_page->setStatus(status);
        QVERIFY(named(u"resume"_s)->hasFocus());
    }

    void theWayBackIsReviewedLikeAnyPlanAndLeavesOutWhatWasChanged()
    {
        ui::ReviewDialog dialog(test::sampleUndo());
        dialog.show();
        QVERIFY(dialog.windowTitle().contains(u"way back of run 20260803-140200-7f3a"_s));
        QVERIFY(!dialog.findChild<QPushButton *>(u"run"_s)->isEnabled());
        const QSignalSpy without(&dialog, &ui::ReviewDialog::withoutChangedRequested);
        QTest::mouseClick(dialog.findChild<QPushButton *>(u"withoutChanged"_s), Qt::LeftButton);
        QCOMPARE(without.count(), 1);
        QVERIFY(!dialog.isVisible());
    }

    void theRunPageIsMarkedWhileAzureIsSimulated()
    {
        ui::MainWindow window;
        window.setSpeed(60);
        window.setFleet(test::sampleFleet(100));
        window.runs()->setStatus(test::sampleStatus());
        window.showPage(ui::MainWindow::Page::Runs);
        window.show();
        const auto *mark = window.findChild<QLabel *>(u"simulated"_s);
        QVERIFY(mark->isVisible());
        QCOMPARE(mark->text(), u"Simulated ×60"_s);
    }
};

DROVER_TEST(TestRunSteering)
#include "tst_run_steering.moc"
