#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/inspect/inspectpage.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestInspectPage final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksForWhatWasTyped()
    {
        ui::InspectPage page;
        const QSignalSpy asked(&page, &ui::InspectPage::inspectRequested);
        auto *box = page.findChild<QLineEdit *>(u"inspectBox"_s);
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(asked.count(), 0);
        QTest::keyClicks(box, u" berlin-0412 "_s);
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(asked.at(0).at(0).toString(), u"berlin-0412"_s);
    }

    void saysTheDiagnosisAndOffersTheAction()
    {
        ui::InspectPage page;
        page.setInspection(test::sampleInspection());
        const QSignalSpy acted(&page, &ui::InspectPage::actionRequested);
        QCOMPARE(page.findChild<QLabel *>(u"sentence"_s)->text(), test::sampleInspection().sentence);
        page.findChild<QPushButton *>(u"act"_s)->click();
        QCOMPARE(acted.at(0).at(0).toString(), u"berlin-0412"_s);
    }

    void namesTheDeviceBesideItsDiagnosis()
    {
        ui::InspectPage page;
        page.setInspection(test::sampleInspection());
        QCOMPARE(page.findChild<QLabel *>(u"inspectedId"_s)->text(), u"berlin-0412"_s);
    }

    void doesNotKeepAVerdictBesideAnotherId()
    {
        ui::InspectPage page;
        page.show();
        page.setInspection(test::sampleInspection());
        const QSignalSpy dropped(&page, &ui::InspectPage::questionDropped);
        auto *box = page.findChild<QLineEdit *>(u"inspectBox"_s);
        const auto *sentence = page.findChild<QLabel *>(u"sentence"_s);
        QVERIFY(sentence->isVisible());
        box->end(false);
        QTest::keyClicks(box, u"3"_s);
        QVERIFY2(!sentence->isVisible(), "the verdict of berlin-0412 beside berlin-04123");
        QCOMPARE(dropped.count(), 1);
        QTest::keyClick(box, Qt::Key_Backspace);
        QVERIFY(sentence->isVisible());
    }

    void copiesThePageForATicket()
    {
        ui::InspectPage page;
        page.setInspection(test::sampleInspection());
        const QSignalSpy copied(&page, &ui::InspectPage::copyRequested);
        page.findChild<QPushButton *>(u"copyTicket"_s)->click();
        const QString text = copied.at(0).at(0).toString();
        QVERIFY(text.startsWith(u"berlin-0412\nAssigned to eu-2"_s));
        QVERIFY(text.contains(u"Substatus: initialAssignment"_s));
    }

    void letsOneOfSeveralBeChosen()
    {
        ui::InspectPage page;
        page.show();
        const QSignalSpy asked(&page, &ui::InspectPage::inspectRequested);
        page.setMatches(u"Pump-7"_s, {{u"Pump-7"_s, u"eu-1"_s}, {u"Pump-70"_s, u"eu-2"_s}});
        auto *list = page.findChild<QListWidget *>(u"matches"_s);
        QCOMPARE(list->count(), 2);
        Q_EMIT list->itemActivated(list->item(1));
        QCOMPARE(asked.at(0).at(0).toString(), u"Pump-70"_s);
    }

    void saysWhenMoreDevicesMatchThanAreListed()
    {
        ui::InspectPage page;
        const std::vector<ui::InspectionMatch> two {{u"Pump-7"_s, {}}, {u"Pump-70"_s, {}}};
        const auto *title = page.findChild<QLabel *>(u"matchesTitle"_s);
        page.setMatches(u"Pump"_s, two, true);
        QCOMPARE(title->text(), u"The first 2 that begin with “Pump”. Choose one, or type more of the ID."_s);
        page.setMatches(u"Pump"_s, two);
        QCOMPARE(title->text(), u"Several devices match. Choose one."_s);
    }

    void saysThatItWaitsForTheFirstLook()
    {
        ui::InspectPage page;
        page.showWaiting(u"Pump-7"_s);
        QCOMPARE(page.findChild<QLabel *>(u"placeholderTitle"_s)->text(), u"Looking for Pump-7 in a moment"_s);
        QVERIFY(page.findChild<QLabel *>(u"placeholderHint"_s)->text().contains(u"still reading the fleet"_s));
    }

    void saysWhereItLookedWhenNothingWasFound()
    {
        ui::InspectPage page;
        page.showNotFound(u"ghost"_s, u"Neither DPS nor 8 hubs know it."_s);
        QCOMPARE(page.findChild<QLabel *>(u"placeholderHint"_s)->text(), u"Neither DPS nor 8 hubs know it."_s);
    }
};

DROVER_TEST(TestInspectPage)
#include "tst_inspect_page.moc"
