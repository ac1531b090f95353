#include "tests/support/testmain.h"
#include "ui/connect/firststartpage.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>

using namespace Qt::StringLiterals;
using namespace drover;

class TestFirstStart final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startsTheChosenScenario()
    {
        ui::FirstStartPage page;
        const QSignalSpy asked(&page, &ui::FirstStartPage::simulateRequested);
        page.findChild<QComboBox *>(u"scenario"_s)->setCurrentIndex(1);
        page.findChild<QPushButton *>(u"simulate"_s)->click();
        QCOMPARE(asked.at(0).at(0).toString(), u"demo"_s);
    }

    void connectsWithAFileOrWithStrings()
    {
        ui::FirstStartPage page;
        const QSignalSpy file(&page, &ui::FirstStartPage::connectRequested);
        const QSignalSpy strings(&page, &ui::FirstStartPage::connectStringsRequested);
        auto *byFile = page.findChild<QPushButton *>(u"connectFile"_s);
        QVERIFY(!byFile->isEnabled());
        page.findChild<QLineEdit *>(u"endpointsFile"_s)->setText(u"endpoints.json"_s);
        byFile->click();
        QCOMPARE(file.at(0).at(0).toString(), u"endpoints.json"_s);

        page.findChild<QPlainTextEdit *>(u"connectionStrings"_s)
            ->setPlainText(u"HostName=a;SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0\n\n HostName=b;SharedAccessKey=x \n"_s);
        page.findChild<QPushButton *>(u"connectStrings"_s)->click();
        QCOMPARE(strings.at(0).at(0).toStringList().size(), 2);
        QCOMPARE(strings.at(0).at(0).toStringList().last(), u"HostName=b;SharedAccessKey=x"_s);
    }

    void takesAPasswordOnlyForAJournalOnAServer()
    {
        ui::FirstStartPage page;
        auto *password = page.findChild<QLineEdit *>(u"journalPassword"_s);
        QVERIFY(!password->isEnabled());
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        auto *journal = page.findChild<QLineEdit *>(u"journal"_s);
        journal->setText(u" postgres://kim@db.example/drover "_s);
        QTest::keyClicks(password, u"secret"_s);
        QCOMPARE(page.journal(), u"postgres://kim@db.example/drover"_s);
        QCOMPARE(page.journalPassword(), u"secret"_s);
        journal->setText(u"runs.db"_s);
        QVERIFY(page.journalPassword().isEmpty());
    }

    void enterInTheFieldConnects()
    {
        ui::FirstStartPage page;
        const QSignalSpy asked(&page, &ui::FirstStartPage::connectRequested);
        auto *file = page.findChild<QLineEdit *>(u"endpointsFile"_s);
        QTest::keyClick(file, Qt::Key_Return);
        QCOMPARE(asked.count(), 0);
        QTest::keyClicks(file, u"endpoints.json"_s);
        QTest::keyClick(file, Qt::Key_Return);
        QCOMPARE(asked.count(), 1);
    }

    void coversTheKeysUntilAsked()
    {
        ui::FirstStartPage page;
        auto *edit = page.findChild<QPlainTextEdit *>(u"connectionStrings"_s);
        edit->setPlainText(u"HostName=a;SharedAccessKey=c2VjcmV0"_s);
        const auto covered = [edit] { return edit->document()->firstBlock().layout()->formats().size(); };
        QTRY_COMPARE(covered(), 1);
        page.findChild<QPushButton *>(u"reveal"_s)->click();
        QTRY_COMPARE(covered(), 0);
    }

    void saysWhatIsWrongAndWhatToDoInPlace()
    {
        ui::FirstStartPage page;
        page.show();
        page.showProgress(u"Asking DPS"_s);
        QVERIFY(!page.findChild<QPushButton *>(u"simulate"_s)->isEnabled());
        page.showError({.what = u"DPS refused the key."_s, .remedy = u"Use another policy."_s});
        QVERIFY(page.findChild<QPushButton *>(u"simulate"_s)->isEnabled());
        QCOMPARE(page.findChild<QLabel *>(u"connectWhat"_s)->text(), u"DPS refused the key."_s);
        QVERIFY(page.findChild<QLabel *>(u"connectRemedy"_s)->isVisible());
    }
};

DROVER_TEST(TestFirstStart)
#include "tst_first_start.moc"
