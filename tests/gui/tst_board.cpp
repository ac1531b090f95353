#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/board/boardpage.h"
#include "ui/common/capacitybar.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QListWidget>
#include <QLineEdit>
#include <QMimeData>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestBoard final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ui::BoardPage> m_board;
    QMimeData m_data;

    ui::StampCard *card(QStringView stamp) const { return m_board->canvas()->card(test::stampName(stamp)); }
    QPoint middle(QStringView stamp) const { return card(stamp)->mapTo(m_board->canvas(), card(stamp)->rect().center()); }
    QString stateOf(QStringView stamp) const { return card(stamp)->findChild<QLabel *>(u"state"_s)->text(); }

    void enter(const QString &set)
    {
        m_data.setData(QLatin1StringView(ui::setMimeType), set.toUtf8());
        QDragEnterEvent event(QPoint(5, 5), Qt::MoveAction, &m_data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_board->canvas(), &event);
        QVERIFY(event.isAccepted());
        QCoreApplication::processEvents();
    }

    bool moveTo(QStringView stamp)
    {
        QDragMoveEvent event(middle(stamp), Qt::MoveAction, &m_data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_board->canvas(), &event);
        return event.isAccepted();
    }

    void dropOn(QStringView stamp)
    {
        QDropEvent event(middle(stamp), Qt::MoveAction, &m_data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_board->canvas(), &event);
    }

private Q_SLOTS:
    void init()
    {
        m_board = std::make_unique<ui::BoardPage>();
        m_board->resize(1000, 800);
        m_board->setFleet(test::sampleFleet(100));
        m_board->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_board.get()));
        m_board->activateWindow();
    }

    void showsOneCardPerStampAndAChipPerGroup()
    {
        QCOMPARE(m_board->canvas()->cards().size(), 8U);
        QVERIFY(card(u"lab-eu")->findChild<ui::SetChip *>(u"chip:pilot-meters"_s));
        const auto *individuals = card(u"canary-eu")->findChild<ui::SetChip *>(u"chip:individual enrollments"_s);
        QVERIFY(individuals);
        QCOMPARE(individuals->set().facts.devices, 5);
    }

    void everyStampTalksFromTheMomentADragComesIn()
    {
        enter(u"group:pilot-meters"_s);

        QCOMPARE(stateOf(u"canary-eu"), u"fits"_s);
        QCOMPARE(stateOf(u"lab-eu"), u"refused"_s);
        QCOMPARE(stateOf(u"ap-1"), u"refused"_s);
        QVERIFY(!card(u"ap-1")->offer()->sentence.isEmpty());
    }

    void hoveringShowsWhatTheStampWouldFillTo()
    {
        enter(u"group:pilot-meters"_s);

        QVERIFY(moveTo(u"canary-eu"));
        QCOMPARE(card(u"canary-eu")->findChild<ui::CapacityBar *>()->ghost(), std::optional<qint64>(card(u"canary-eu")->offer()->after));
        auto *tip = m_board->canvas()->findChild<QLabel *>(u"tip"_s);
        QVERIFY(tip->isVisible());
        QCOMPARE(tip->text(), card(u"canary-eu")->offer()->sentence);
    }

    void droppingAsksForTheMoveAndChangesNothing()
    {
        const QSignalSpy asked(m_board.get(), &ui::BoardPage::moveRequested);
        enter(u"group:pilot-meters"_s);
        QVERIFY(moveTo(u"canary-eu"));
        dropOn(u"canary-eu");

        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.at(0).at(0).toString(), u"group:pilot-meters"_s);
        QCOMPARE(asked.at(0).at(1).value<StampName>(), test::stampName(u"canary-eu"));
        QVERIFY(!card(u"canary-eu")->offer());
    }

    void refusesADropOnLockedProductionUntilItIsUnlocked()
    {
        const QSignalSpy asked(m_board.get(), &ui::BoardPage::moveRequested);
        enter(u"group:pilot-meters"_s);
        QVERIFY(!moveTo(u"eu-1"));
        QVERIFY(card(u"eu-1")->offer()->sentence.contains(u"read-only until unlocked"_s));
        dropOn(u"eu-1");
        QCOMPARE(asked.count(), 0);

        m_board->setProductionUnlocked(true);
        QCoreApplication::processEvents();
        enter(u"group:pilot-meters"_s);
        QVERIFY(moveTo(u"eu-1"));
        dropOn(u"eu-1");
        QCOMPARE(asked.count(), 1);
    }

    void refusesToTakeDevicesFromLockedProduction()
    {
        enter(u"group:cold-chain"_s);

        QCOMPARE(stateOf(u"lab-us"), u"refused"_s);
        QVERIFY(card(u"lab-us")->offer()->sentence.contains(u"eu-1"_s));
    }

    void movesAFocusedSetByKeyboardAlone()
    {
        const QSignalSpy asked(m_board.get(), &ui::BoardPage::moveRequested);
        auto *chip = card(u"lab-eu")->findChild<ui::SetChip *>(u"chip:pilot-meters"_s);
        chip->setFocus();
        QTRY_VERIFY(chip->hasFocus());
        QVERIFY(m_board->moveFocused());
        auto *filter = m_board->findChild<QLineEdit *>(u"stampFilter"_s);
        QVERIFY(filter->isVisible());
        QTest::keyClicks(filter, u"canary"_s);
        QTest::keyClick(filter, Qt::Key_Return);

        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.at(0).at(0).toString(), u"group:pilot-meters"_s);
        QCOMPARE(asked.at(0).at(1).value<StampName>(), test::stampName(u"canary-eu"));
    }

    void aRefusedStampCannotBeChosenByKeyboardEither()
    {
        const QSignalSpy asked(m_board.get(), &ui::BoardPage::moveRequested);
        auto *chip = card(u"lab-eu")->findChild<ui::SetChip *>(u"chip:pilot-meters"_s);
        chip->setFocus();
        QTRY_VERIFY(chip->hasFocus());
        m_board->moveFocused();
        auto *filter = m_board->findChild<QLineEdit *>(u"stampFilter"_s);
        QTest::keyClicks(filter, u"ap-1"_s);
        QTest::keyClick(filter, Qt::Key_Return);

        QCOMPARE(asked.count(), 0);
    }

    void keepsTheFocusWhenNewerNumbersCome()
    {
        card(u"lab-eu")->findChild<ui::SetChip *>(u"chip:pilot-meters"_s)->setFocus();
        QTRY_VERIFY(card(u"lab-eu")->findChild<ui::SetChip *>(u"chip:pilot-meters"_s)->hasFocus());
        m_board->setFleet(test::sampleFleet(50));
        QTRY_VERIFY(card(u"lab-eu")->findChild<ui::SetChip *>(u"chip:pilot-meters"_s)->hasFocus());
    }

    void unlockingKeepsTheKeyboardOnItsButton()
    {
        m_board->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_board.get()));
        QPointer<QPushButton> unlock = m_board->findChild<QPushButton *>(u"unlock"_s);
        unlock->setFocus();
        QTest::keyClick(unlock, Qt::Key_Space);
        QTRY_VERIFY(m_board->isProductionUnlocked());
        QTRY_VERIFY(unlock.isNull());
        const auto *focus = qobject_cast<QPushButton *>(QApplication::focusWidget());
        QVERIFY(focus != nullptr);
        QCOMPARE(focus->text(), u"Lock"_s);
    }

    void everyRefusedStampGivesItsReasonInTheList()
    {
        auto *chip = m_board->findChild<ui::SetChip *>(u"chip:pilot-meters"_s);
        chip->setFocus();
        QTest::keyClick(chip, Qt::Key_Return);
        const auto *list = m_board->findChild<QListWidget *>(u"stampList"_s);
        int refused = 0;
        for (int row = 0; row < list->count(); ++row) {
            const QString text = list->item(row)->text();
            refused += text.contains(u"refused"_s);
            QVERIFY2(!text.contains(u"refused"_s) || text.contains(u'\n'), qPrintable(text));
        }
        QVERIFY(refused > 1);
    }

    void dashesTheSetsThatAreInThePlan()
    {
        m_board->setMoves({{.set = test::groupSet(u"pilot-meters"_s), .to = test::stampName(u"canary-eu")}});

        QVERIFY(card(u"lab-eu")->findChild<ui::SetChip *>(u"chip:pilot-meters"_s)->isMoving());
        QVERIFY(!card(u"lab-us")->findChild<ui::SetChip *>(u"chip:bench-rigs"_s)->isMoving());
    }
};

DROVER_TEST(TestBoard)
#include "tst_board.moc"
