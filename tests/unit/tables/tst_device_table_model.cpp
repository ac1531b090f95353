#include "models/tables/devicetablemodel.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using tables::DeviceTableModel;

class TestDeviceTableModel final : public QObject {
    Q_OBJECT

private:
    static std::shared_ptr<const fleet::Fleet> sample()
    {
        test::SampleFleet sample;
        sample.addGroup(u"meters"_s);
        sample.addDevices(u"meters"_s, u"meter"_s, 3, u"beta"_s);
        sample.addIndividual(u"reg-7"_s, u"Pump-7"_s, u"alpha"_s);
        sample.addDevice({.deviceId = "lamp-1",
            .registrationId = "lamp-1",
            .hub = test::hostOf(u"gamma"_s),
            .group = "lamps",
            .connected = false,
            .enabled = {},
            .lastActivityMs = 1'700'000'000'000,
            .tags = R"({"site":"Harbor"})"});
        return std::make_shared<const fleet::Fleet>(sample.fleet());
    }

    static QString text(const DeviceTableModel &model, int row, int column)
    {
        return model.index(row, column).data().toString();
    }

    /// False when the worker's rows did not come.
    static bool settled(DeviceTableModel &model)
    {
        return QTest::qWaitFor([&model] { return !model.isArranging(); }, 30'000);
    }

    static QString column(const DeviceTableModel &model, int column)
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts.append(text(model, row, column));
        return texts.join(u' ');
    }

private Q_SLOTS:
    void aRowTellsAboutADevice()
    {
        DeviceTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFleet(sample());
        QVERIFY(settled(model));
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(text(model, 3, DeviceTableModel::DeviceColumn), u"Pump-7"_s);
        QCOMPARE(text(model, 3, DeviceTableModel::RegistrationColumn), u"reg-7"_s);
        QCOMPARE(text(model, 3, DeviceTableModel::StampColumn), u"alpha"_s);
        QCOMPARE(text(model, 3, DeviceTableModel::EnrollmentColumn), u"individual"_s);
        QCOMPARE(text(model, 4, DeviceTableModel::ConnectionColumn), u"Disconnected"_s);
        QCOMPARE(text(model, 4, DeviceTableModel::ActivityColumn), u"2023-11-14 22:13:20"_s);
        QCOMPARE(text(model, 4, DeviceTableModel::TagsColumn), uR"({"site":"Harbor"})"_s);
        QCOMPARE(model.index(4, 0).data(DeviceTableModel::RefRole).toUInt(), 4u);
        QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), u"Device ID"_s);
    }

    void filtersLookAtIdsPlacesAndTags_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("shown");
        QTest::newRow("device") << u"METER-1"_s << u"meter-1"_s;
        QTest::newRow("registration") << u"reg"_s << u"Pump-7"_s;
        QTest::newRow("hub") << u"hub-beta"_s << u"meter-0 meter-1 meter-2"_s;
        QTest::newRow("group") << u"lamps"_s << u"lamp-1"_s;
        QTest::newRow("tags") << u"harbor"_s << u"lamp-1"_s;
        QTest::newRow("nothing") << u"zebra"_s << u""_s;
        QTest::newRow("all") << u" "_s << u"meter-0 meter-1 meter-2 Pump-7 lamp-1"_s;
    }
    void filtersLookAtIdsPlacesAndTags()
    {
        QFETCH(QString, filter);
        DeviceTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFleet(sample());
        model.setFilter(filter);
        QVERIFY(settled(model));
        QTEST(column(model, DeviceTableModel::DeviceColumn), "shown");
        QCOMPARE(model.total(), 5);
    }

    void everyColumnSortsBothWays()
    {
        DeviceTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFleet(sample());
        for (int c = 0; c < model.columnCount(); ++c) {
            model.sort(c, Qt::AscendingOrder);
            QVERIFY(settled(model));
            for (int row = 1; row < model.rowCount(); ++row)
                QVERIFY2(text(model, row - 1, c) <= text(model, row, c), qPrintable(column(model, c)));
            model.sort(c, Qt::DescendingOrder);
            QVERIFY(settled(model));
            for (int row = 1; row < model.rowCount(); ++row)
                QVERIFY(text(model, row - 1, c) >= text(model, row, c));
        }
        model.sort(-1, Qt::AscendingOrder);
        QVERIFY(settled(model));
        QCOMPARE(text(model, 0, 0), u"meter-0"_s);
    }

    void persistentIndexesFollowTheirDevice()
    {
        DeviceTableModel model;
        model.setFleet(sample());
        QVERIFY(settled(model));
        const QPersistentModelIndex pump(model.index(3, 0));
        model.sort(DeviceTableModel::DeviceColumn, Qt::AscendingOrder);
        QVERIFY(settled(model));
        QCOMPARE(pump.data().toString(), u"Pump-7"_s);
        QCOMPARE(pump.row(), 0);
    }

    void aNewFleetKeepsFilterAndOrder()
    {
        DeviceTableModel model;
        model.setFleet(sample());
        model.setFilter(u"meter"_s);
        model.sort(DeviceTableModel::DeviceColumn, Qt::DescendingOrder);
        model.setFleet(sample());
        QVERIFY(settled(model));
        QCOMPARE(column(model, 0), u"meter-2 meter-1 meter-0"_s);
        const auto newest = sample();
        model.setRows(newest, {4, 0});
        QVERIFY(settled(model));
        QCOMPARE(column(model, 0), u"meter-0 lamp-1"_s);
        model.setFleet(newest);
        QVERIFY(settled(model));
        QCOMPARE(model.rowCount(), 5);
    }

    void theRowsShownStayUntilTheWantedOnesAreReady()
    {
        DeviceTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFleet(sample());
        QVERIFY(settled(model));
        const QSignalSpy arranging(&model, &DeviceTableModel::arrangingChanged);
        model.sort(DeviceTableModel::DeviceColumn, Qt::AscendingOrder);
        model.setFilter(u"meter"_s);
        QVERIFY(model.isArranging());
        QCOMPARE(column(model, 0), u"meter-0 meter-1 meter-2 Pump-7 lamp-1"_s);
        QVERIFY(settled(model));
        QCOMPARE(column(model, 0), u"meter-0 meter-1 meter-2"_s);
        QCOMPARE(arranging.first().first().toBool(), true);
        QCOMPARE(arranging.last().first().toBool(), false);
    }

    void theLastOfManyWishesIsTheOneShown()
    {
        DeviceTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFleet(sample());
        for (const QString &typed : {u"m"_s, u"p"_s, u"pu"_s, u"l"_s, u"la"_s})
            model.setFilter(typed);
        model.sort(DeviceTableModel::DeviceColumn, Qt::DescendingOrder);
        model.setFilter(u"p-7"_s);
        QVERIFY(settled(model));
        QCOMPARE(column(model, 0), u"Pump-7"_s);
    }

    void aTableMayGoWhileItsRowsAreArranged()
    {
        for (int i = 0; i < 50; ++i) {
            DeviceTableModel model;
            model.setFleet(sample());
            model.sort(DeviceTableModel::TagsColumn, Qt::DescendingOrder);
        }
    }
};

DROVER_TEST(TestDeviceTableModel)
#include "tst_device_table_model.moc"
