#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/devices/devicespage.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestDevicesPage final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reportsWhatIsTypedIntoTheFilter()
    {
        ui::DevicesPage page;
        const QSignalSpy changed(&page, &ui::DevicesPage::filterChanged);
        QTest::keyClicks(page.findChild<QLineEdit *>(u"filter"_s), u"pump"_s);
        QCOMPARE(changed.count(), 4);
        QCOMPARE(changed.last().at(0).toString(), u"pump"_s);
    }

    void tellsAQueryFromAPartOfAnId_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isQuery");
        QTest::newRow("id") << u"berlin-04"_s << false;
        QTest::newRow("id like a field") << u"group-7"_s << false;
        QTest::newRow("tag") << u"tags.site = 'berlin'"_s << true;
        QTest::newRow("parentheses") << u"(stamp != 'eu-1') AND status = 'enabled'"_s << true;
        QTest::newRow("function") << u"STARTSWITH(deviceId, 'a')"_s << true;
        QTest::newRow("not") << u"NOT is_defined(tags.site)"_s << true;
        QTest::newRow("list") << u"deviceId IN ['a', 'b']"_s << true;
    }

    void tellsAQueryFromAPartOfAnId()
    {
        QFETCH(QString, text);
        QFETCH(bool, isQuery);
        QCOMPARE(ui::DevicesPage::isQuery(text), isQuery);
    }

    void movesTheSelectedDevicesToTheChosenStamp()
    {
        const auto fleet = test::sampleFleet(100);
        QStandardItemModel model;
        for (const QString &id : {u"bench-rigs-00000"_s, u"bench-rigs-00001"_s, u"bench-rigs-00002"_s})
            model.appendRow(new QStandardItem(id));
        ui::DevicesPage page;
        page.setModel(model);
        page.setFleet(fleet);
        page.show();
        const QSignalSpy asked(&page, &ui::DevicesPage::moveRequested);
        auto *move = page.findChild<QPushButton *>(u"moveSelected"_s);
        QVERIFY(!move->isEnabled());
        auto *table = page.findChild<QTableView *>(u"devices"_s);
        table->setSelectionMode(QAbstractItemView::MultiSelection);
        table->selectRow(0);
        table->selectRow(2);
        page.moveSelected();
        auto *filter = page.findChild<QLineEdit *>(u"stampFilter"_s);
        QVERIFY2(!filter->isVisible(), "the devices are looked up while the window goes on");
        QTRY_VERIFY(filter->isVisible());
        QTest::keyClicks(filter, u"canary"_s);
        QTest::keyClick(filter, Qt::Key_Return);

        QCOMPARE(asked.count(), 1);
        const auto set = asked.at(0).at(0).value<fleet::DeviceSet>();
        QCOMPARE(set.kind, fleet::DeviceSet::Kind::Ids);
        QCOMPARE(set.ids, QByteArray("bench-rigs-00000\nbench-rigs-00002\n"));
    }

    void saysWhyTheTableIsEmpty()
    {
        ui::DevicesPage page;
        const auto *title = page.findChild<QLabel *>(u"placeholderTitle"_s);
        QCOMPARE(title->text(), u"No devices yet"_s);
        page.setCounts(3, 3);
        QVERIFY(title->isHidden() || !title->isVisibleTo(&page));
        page.findChild<QLineEdit *>(u"filter"_s)->setText(u"zebra"_s);
        page.setCounts(0, 3);
        QCOMPARE(title->text(), u"No device matches the filter"_s);
        QVERIFY(title->isVisibleTo(&page));
    }

    void saysThatItIsBusyWhenThatTakesLong()
    {
        ui::DevicesPage page;
        page.setCounts(412'000, 412'000);
        page.setWorking(true);
        const auto *counts = page.findChild<QLabel *>(u"counts"_s);
        QTRY_COMPARE(counts->text(), u"Sorting and filtering…"_s);
        page.setWorking(false);
        QCOMPARE(counts->text(), u"412,000 of 412,000 devices"_s);
    }

    void aLargeSelectionIsDroppedBeforeASortWouldFollowItRowByRow()
    {
        QStandardItemModel model(6'000, 1);
        ui::DevicesPage page;
        page.setModel(model);
        auto *table = page.findChild<QTableView *>(u"devices"_s);
        const auto select = [&](int rows) {
            table->selectionModel()->select(QItemSelection(model.index(0, 0), model.index(rows - 1, 0)), QItemSelectionModel::ClearAndSelect);
        };
        select(5'500);
        table->sortByColumn(0, Qt::DescendingOrder);
        QVERIFY(!table->selectionModel()->hasSelection());
        select(10);
        table->sortByColumn(0, Qt::AscendingOrder);
        QVERIFY(table->selectionModel()->hasSelection());
    }

    void saysWhyNothingCanBeMoved()
    {
        ui::DevicesPage page;
        const auto *all = page.findChild<QPushButton *>(u"moveShown"_s);
        QCOMPARE(all->accessibleDescription(), u"No fleet is connected yet."_s);
        page.setFleet(test::sampleFleet(100));
        QVERIFY(all->accessibleDescription().startsWith(u"Type a query first"_s));
        QCOMPARE(page.findChild<QPushButton *>(u"moveSelected"_s)->toolTip(), u"Select devices first."_s);
    }

    void offersToMoveAllThatAQueryFinds()
    {
        ui::DevicesPage page;
        page.setFleet(test::sampleFleet(100));
        page.setCounts(9, 4'123);
        auto *all = page.findChild<QPushButton *>(u"moveShown"_s);
        auto *filter = page.findChild<QLineEdit *>(u"filter"_s);
        filter->setText(u"bench"_s);
        QVERIFY(!all->isEnabled());
        filter->setText(u"group = 'bench-rigs'"_s);
        QVERIFY(all->isEnabled());
        page.setFilterProblem(u"Column 9: …"_s);
        QVERIFY(!all->isEnabled());
        QCOMPARE(page.findChild<QLabel *>(u"counts"_s)->text(), u"9 of 4,123 devices"_s);
    }
};

DROVER_TEST(TestDevicesPage)
#include "tst_devices_page.moc"
