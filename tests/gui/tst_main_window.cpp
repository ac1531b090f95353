#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/board/boardpage.h"
#include "ui/inspect/inspectpage.h"
#include "ui/shell/mainwindow.h"

#include <QLabel>
#include <QLineEdit>
#include <QPalette>
#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using Page = ui::MainWindow::Page;

class TestMainWindow final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startsAtConnectAndGoesToTheBoardWithTheFirstFleet()
    {
        ui::MainWindow window;
        QCOMPARE(window.page(), Page::Connect);
        window.setFleet(test::sampleFleet(100));
        QCOMPARE(window.page(), Page::Board);
        window.showPage(Page::Devices);
        window.setFleet(test::sampleFleet(100));
        QCOMPARE(window.page(), Page::Devices);
    }

    void saysWhatFleetItIsAndHowOldItsNumbersAre()
    {
        ui::MainWindow window;
        const auto fleet = test::sampleFleet(10);
        window.setFleet(fleet);
        window.setSpeed(60);
        window.setNow(fleet->taken + std::chrono::seconds(4));
        const auto texts = window.findChildren<QLabel *>();
        const auto shows = [&texts](const QString &text) { return std::ranges::any_of(texts, [&](auto *l) { return l->text() == text; }); };
        QVERIFY(shows(u"Contoso fleet"_s));
        QVERIFY(shows(u"Simulated Azure ×60"_s));
        QVERIFY(shows(u"8 stamps · 41,238 devices · updated 4 s ago"_s));
    }

    void goesFromPageToPageByKeyboard()
    {
        ui::MainWindow window;
        window.setFleet(test::sampleFleet(100));
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(window.page(), Page::Runs);
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QCOMPARE(window.page(), Page::Inspect);
        QTRY_VERIFY(window.inspect()->findChild<QLineEdit *>(u"inspectBox"_s)->hasFocus());
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(window.page(), Page::Board);
    }

    void refreshesOnControlR()
    {
        ui::MainWindow window;
        const QSignalSpy asked(&window, &ui::MainWindow::refreshRequested);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
        QCOMPARE(asked.count(), 1);
    }

    void keepsThemeAndPageInItsBytes()
    {
        ui::MainWindow window;
        window.setFleet(test::sampleFleet(100));
        window.setTheme(ui::Theme::Dark);
        window.showPage(Page::Runs);
        const QByteArray bytes = window.saveLayout();
        window.setTheme(ui::Theme::Light);
        window.showPage(Page::Board);
        window.restoreLayout(bytes);
        QCOMPARE(window.theme(), ui::Theme::Dark);
        QCOMPARE(window.page(), Page::Runs);
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() < 60);
        window.restoreLayout("nonsense");
        QCOMPARE(window.theme(), ui::Theme::Dark);
        window.setTheme(ui::Theme::Light);
    }

    void showsAnErrorWithItsRemedyWithoutStoppingAnybody()
    {
        ui::MainWindow window;
        window.setFleet(test::sampleFleet(100));
        window.show();
        window.showError({.what = u"eu-2 did not answer."_s, .remedy = u"Drover tries again."_s});
        QVERIFY(window.findChild<QLabel *>(u"bannerWhat"_s)->isVisible());
        QCOMPARE(window.findChild<QLabel *>(u"bannerRemedy"_s)->text(), u"Drover tries again."_s);
        window.clearBanner();
        QVERIFY(!window.findChild<QLabel *>(u"bannerWhat"_s)->isVisible());
    }
};

DROVER_TEST(TestMainWindow)
#include "tst_main_window.moc"
