#include "app/console/console.h"
#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"
#include "ui/board/boardpage.h"
#include "ui/inspect/inspectpage.h"
#include "ui/plan/plantray.h"
#include "ui/run/runspage.h"

#include <QDialog>
#include <QDragEnterEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using Page = ui::MainWindow::Page;

/// The whole program in this process, against the simulated Azure in another.
class TestConsoleDemo final : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_home;
    std::unique_ptr<test::Azure> m_azure;
    std::unique_ptr<console::Console> m_console;

    console::Options options(const QString &endpoints) const
    {
        console::Options options;
        options.source.endpoints = endpoints;
        options.journal = m_home.filePath(u"journal.sqlite"_s);
        return options;
    }

    void openConsole()
    {
        m_console = std::make_unique<console::Console>(options(m_azure->endpoints()));
        m_console->start();
    }

    bool closeConsole()
    {
        QSignalSpy closed(m_console.get(), &console::Console::closed);
        m_console->window().close();
        return (!closed.isEmpty() || closed.wait(3000)) && closed.first().first().toBool();
    }

    template <typename T>
    T *find(const QString &name) const
    {
        return m_console->window().findChild<T *>(name);
    }

    QString textOf(const QString &label) const { return find<QLabel>(label)->text(); }

    /// True when a label of the Runs page holds the words.
    bool says(const QString &words) const
    {
        const auto labels = m_console->window().runs()->findChildren<QLabel *>();
        return std::ranges::any_of(labels, [&words](const QLabel *label) { return label->text().contains(words, Qt::CaseInsensitive); });
    }

    /// False while the board still lays its cards out.
    bool drop(const QString &chip, const QString &stamp)
    {
        const auto *source = find<ui::SetChip>(u"chip:"_s + chip);
        QMimeData data;
        data.setData(QLatin1StringView(ui::setMimeType), source->set().set->toString().toUtf8());
        auto *canvas = find<ui::BoardCanvas>(u"canvas"_s);
        QDragEnterEvent enter(QPoint(5, 5), Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(canvas, &enter);
        // Cards grow by what they say to a drag.
        QCoreApplication::processEvents();
        const ui::StampCard *card = canvas->card(*StampName::parse(stamp));
        const QPoint middle = card->mapTo(canvas, card->rect().center());
        QDragMoveEvent move(middle, Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(canvas, &move);
        if (!move.isAccepted()) {
            QDragLeaveEvent leave;
            QCoreApplication::sendEvent(canvas, &leave);
            return false;
        }
        QDropEvent event(middle, Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(canvas, &event);
        return true;
    }

    void reviewAndRun()
    {
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(u"review"_s)->isVisible(), 10000);
        QTest::mouseClick(find<QPushButton>(u"review"_s), Qt::LeftButton);
        QTRY_VERIFY(find<QDialog>(u"reviewDialog"_s));
        consent(u"a test moves it"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_console->window().page(), Page::Runs, 10000);
    }

    /// Types what the review wants to know, then runs it.
    void consent(const QString &reason)
    {
        auto *dialog = find<QDialog>(u"reviewDialog"_s);
        auto *run = dialog->findChild<QPushButton *>(u"run"_s);
        QVERIFY2(!run->isEnabled(), "production was not asked for");
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"reason"_s), reason);
        for (const QString &stamp : {u"alpha"_s, u"beta"_s})
            QTest::keyClicks(dialog->findChild<QLineEdit *>(u"productionName:"_s + stamp), stamp);
        QVERIFY(run->isEnabled());
        QTest::mouseClick(run, Qt::LeftButton);
    }

    void press(const QString &name) const { QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton); }
    bool canPress(const QString &name) const { return find<QPushButton>(name)->isVisible() && find<QPushButton>(name)->isEnabled(); }
    int figure(const QString &label) const { return textOf(label).remove(u',').toInt(); }
    bool phaseIs(const QString &phase) const
    {
        return m_console->window().runs()->findChild<QLabel *>(u"note"_s)->text().startsWith(phase);
    }

    void planTheMove()
    {
        QTRY_VERIFY_WITH_TIMEOUT(find<ui::SetChip>(u"chip:meters"_s), 20000);
        QTest::mouseClick(find<QPushButton>(u"unlock"_s), Qt::LeftButton);
        QTRY_COMPARE(find<QPushButton>(u"unlock"_s)->text(), u"Lock"_s);
        // Asked again even after it was true: once dropped is enough.
        bool dropped = false;
        QTRY_VERIFY(dropped || (dropped = drop(u"meters"_s, u"beta"_s)));
    }

    void beginTheMove()
    {
        planTheMove();
        if (!QTest::currentTestFailed())
            reviewAndRun();
    }

    /// Names of the programs that this process started and that still run.
    static QStringList childPrograms()
    {
        QStringList names;
        const QString tasks = u"/proc/self/task"_s;
        for (const QString &task : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            QFile children(u"%1/%2/children"_s.arg(tasks, task));
            if (!children.open(QIODevice::ReadOnly))
                continue;
            for (const QByteArray &child : children.readAll().split(' ')) {
                QFile name(u"/proc/%1/comm"_s.arg(QString::fromLatin1(child)));
                if (!child.isEmpty() && name.open(QIODevice::ReadOnly))
                    names.append(QString::fromLatin1(name.readAll().trimmed()));
            }
        }
        return names;
    }

private Q_SLOTS:
    void initTestCase()
    {
        // Neither settings nor journal of whoever runs the tests.
        qputenv("XDG_CONFIG_HOME", m_home.path().toUtf8());
        qputenv("XDG_DATA_HOME", m_home.path().toUtf8());
    }

    void init()
    {
        QFile::remove(m_home.filePath(u"journal.sqlite"_s));
        m_azure = std::make_unique<test::Azure>(120);
        QVERIFY(m_azure->isUp());
    }

    void cleanup()
    {
        m_console.reset();
        m_azure.reset();
    }

    void aDroppedGroupArrivesWhole()
    {
        openConsole();
        beginTheMove();
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"verified"_s), u"2,000"_s, 90000);
        QCOMPARE(textOf(u"failed"_s), u"0"_s);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 2000);
        QCOMPARE(m_azure->identitiesOn(u"alpha"_s), 500);
        QVERIFY2(says(u"now names beta"_s), "events call a hub by its stamp");
        QVERIFY(!says(u"azure-devices.net"_s));
        // The board was looked at again after the run.
        QTRY_COMPARE_WITH_TIMEOUT(m_console->fleet().fleet()->stamp(*StampName::parse(u"beta"))->population(), 2000, 20000);
        QVERIFY(closeConsole());
    }

    void aRunThatClosingInterruptedIsOfferedAndGoesOn()
    {
        openConsole();
        beginTheMove();
        QVERIFY(closeConsole());
        m_console.reset();

        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(u"bannerAction"_s)->isVisible(), 20000);
        QVERIFY(textOf(u"bannerWhat"_s).contains(u"is paused"_s));
        QVERIFY(textOf(u"bannerRemedy"_s).contains(u"The console was closed"_s));
        QTest::mouseClick(find<QPushButton>(u"bannerAction"_s), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"verified"_s), u"2,000"_s, 90000);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 2000);
        QVERIFY(closeConsole());
    }

    void aRunIsStoppedAndReturnedAsAPlanThatIsReviewed()
    {
        openConsole();
        beginTheMove();
        QTRY_VERIFY_WITH_TIMEOUT(figure(u"verified"_s) > 20, 60000);
        press(u"stop"_s);
        press(u"steerOther"_s);
        QTRY_VERIFY_WITH_TIMEOUT(find<QDialog>(u"reviewDialog"_s) && find<QDialog>(u"reviewDialog"_s)->isVisible(), 60000);
        QVERIFY(find<QDialog>(u"reviewDialog"_s)->windowTitle().contains(u"way back"_s));
        QVERIFY2(m_azure->identitiesOn(u"beta"_s) > 0, "nothing returns before somebody has reviewed it");
        consent(u"the test wants them back"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_azure->identitiesOn(u"beta"_s), 0, 90000);
        QTRY_VERIFY_WITH_TIMEOUT(phaseIs(u"Finished"_s), 60000);
        QCOMPARE(m_azure->identitiesOn(u"alpha"_s), 2500);
        QVERIFY2(!canPress(u"undo"_s), "an undo is not undone");
        QVERIFY(closeConsole());
    }

    void aDeviceThatIsLeftOutDoesNotMoveAndThePaceHoldsAcrossARestart()
    {
        openConsole();
        beginTheMove();
        QTRY_VERIFY_WITH_TIMEOUT(canPress(u"pause"_s), 10000);
        press(u"pause"_s);
        QTRY_VERIFY_WITH_TIMEOUT(canPress(u"resume"_s), 60000);
        press(u"pace"_s);
        press(u"paceUrgent"_s);
        press(u"steerConfirm"_s);
        QTRY_COMPARE_WITH_TIMEOUT(find<QPushButton>(u"pace"_s)->text(), u"Pace: urgent"_s, 10000);
        press(u"skip"_s);
        QTest::keyClicks(find<QLineEdit>(u"skipIds"_s), u"meter-1999"_s);
        press(u"steerConfirm"_s);
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"aside"_s), u"1"_s, 10000);
        QVERIFY(closeConsole());
        m_console.reset();

        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(u"bannerAction"_s)->isVisible(), 20000);
        QVERIFY2(textOf(u"bannerWhat"_s).contains(u"is paused"_s), "a person paused it; nothing interrupted it");
        QCOMPARE(find<QPushButton>(u"pace"_s)->text(), u"Pace: urgent"_s);
        QCOMPARE(textOf(u"aside"_s), u"1"_s);
        m_console->window().showPage(Page::Runs);
        press(u"resume"_s);
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"verified"_s), u"1,999"_s, 90000);
        QVERIFY(closeConsole());
    }

    void aGateThatFailedAsksAndAWholeLaneIsLeftOut()
    {
        m_azure->control("POST", u"/_sim/faults"_s, R"({"route":"PUT /enrollmentGroups","status":412})");
        openConsole();
        beginTheMove();
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"failed"_s), u"2,000"_s, 120000);
        QTRY_VERIFY_WITH_TIMEOUT(textOf(u"steerTitle"_s).startsWith(u"Gate 1 failed"_s), 60000);
        press(u"skip:failed:Its enrollment was changed by somebody else"_s);
        press(u"steerConfirm"_s);
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"aside"_s), u"2,000"_s, 10000);
        QCOMPARE(textOf(u"failed"_s), u"0"_s);
        QVERIFY2(textOf(u"steerTitle"_s).startsWith(u"Gate 1 failed"_s), "the question still stands");
        QVERIFY(closeConsole());
    }

    void failuresOfOneCauseAreRetriedOnceTheCauseIsGone()
    {
        m_azure->control("POST", u"/_sim/faults"_s, R"({"route":"PUT /enrollmentGroups","status":412})");
        openConsole();
        beginTheMove();
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"failed"_s), u"2,000"_s, 120000);
        QTRY_VERIFY_WITH_TIMEOUT(canPress(u"retry:Its enrollment was changed by somebody else"_s), 60000);
        m_azure->control("DELETE", u"/_sim/faults"_s);
        press(u"retry:Its enrollment was changed by somebody else"_s);
        QCOMPARE(textOf(u"steerFigure0"_s), u"2,000"_s);
        press(u"steerConfirm"_s);
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"verified"_s), u"2,000"_s, 90000);
        QCOMPARE(textOf(u"failed"_s), u"0"_s);
        QVERIFY(closeConsole());
    }

    void anUnknownDeviceIsNotLeftOutAndNobodyElseIs()
    {
        openConsole();
        beginTheMove();
        const QSignalSpy failed(m_console->findChild<console::RunController *>(), &console::RunController::failed);
        QTRY_VERIFY_WITH_TIMEOUT(canPress(u"skip"_s), 10000);
        press(u"skip"_s);
        QTest::keyClicks(find<QLineEdit>(u"skipIds"_s), u"meter-0001, nobody-0"_s);
        press(u"steerConfirm"_s);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 10000);
        const QString what = failed.first().first().value<Error>().what;
        QVERIFY2(what.contains(u"nobody-0"_s), qPrintable(what));
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"verified"_s), u"2,000"_s, 90000);
        QVERIFY(closeConsole());
    }

    void aSecondWindowFollowsTheRunOfTheFirst()
    {
        openConsole();
        beginTheMove();
        console::Console other(options(m_azure->endpoints()));
        other.start();
        auto *runs = other.window().runs();
        QTRY_VERIFY_WITH_TIMEOUT(!runs->chosen().isEmpty(), 20000);
        auto *verified = runs->findChild<QLabel *>(u"verified"_s);
        QTRY_COMPARE_WITH_TIMEOUT(verified->text(), u"2,000"_s, 90000);
        QVERIFY2(!other.window().findChild<QPushButton *>(u"bannerAction"_s)->isVisible(), "a run that goes on is not offered for resuming");
        QSignalSpy closed(&other, &console::Console::closed);
        other.window().close();
        QVERIFY(!closed.isEmpty() || closed.wait(3000));
        QVERIFY(closeConsole());
    }

    void aSecondRunIsRefusedWhileTheFirstGoesOn()
    {
        openConsole();
        planTheMove();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(u"review"_s)->isVisible(), 10000);
        const QSignalSpy failed(m_console->findChild<console::RunController *>(), &console::RunController::failed);
        for (const QString &reason : {u"the first"_s, u"the second"_s})
            Q_EMIT m_console->window().tray()->runRequested(reason, {});
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 20000);
        const auto error = failed.first().first().value<Error>();
        QVERIFY2(error.what.startsWith(u"Another run is under way"_s), qPrintable(error.what));
        QVERIFY(error.remedy.startsWith(u"Nothing was written."_s));
        QTRY_COMPARE_WITH_TIMEOUT(textOf(u"verified"_s), u"2,000"_s, 90000);
        QVERIFY(closeConsole());
    }

    void aQuestionBeforeTheFirstLookSaysThatItWaits()
    {
        openConsole();
        m_console->window().showPage(Page::Inspect);
        m_console->window().inspect()->inspect(u"meter-00001"_s);
        const auto *title = m_console->window().inspect()->findChild<QLabel *>(u"placeholderTitle"_s);
        QCOMPARE(title->text(), u"Looking for meter-00001 in a moment"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!title->text().contains(u"in a moment"_s), 20000);
        QVERIFY(closeConsole());
    }

    void closingWhileTheSimulatedAzureStartsIsPromptAndLeavesNoProcess()
    {
        m_azure.reset();
        console::Options starting;
        starting.source.scenario = u"demo"_s;
        m_console = std::make_unique<console::Console>(starting);
        m_console->start();
        QTRY_VERIFY_WITH_TIMEOUT(childPrograms().contains(u"drover-azure"_s), 10000);
        QVERIFY2(closeConsole(), "it waited for a world that nobody will see");
        m_console.reset();
        QVERIFY(!childPrograms().contains(u"drover-azure"_s));
    }

    void anEndpointsFileThatIsNoneLeadsBackToConnectWithARemedy()
    {
        m_console = std::make_unique<console::Console>(options(m_home.filePath(u"nowhere.json"_s)));
        m_console->start();
        QTRY_COMPARE_WITH_TIMEOUT(m_console->window().page(), Page::Connect, 5000);
        QTRY_VERIFY(!textOf(u"connectRemedy"_s).isEmpty());
        QVERIFY2(!find<QWidget>(u"banner"_s)->isVisible(), "once is enough, and the form stays where it is");
        // Without a fleet nothing crashes that asks for one.
        Q_EMIT m_console->window().refreshRequested();
        QVERIFY(closeConsole());
    }
};

DROVER_TEST(TestConsoleDemo)
#include "tst_console_demo.moc"
