#include "app/engine/inspectormatch.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestInspectorMatch final : public QObject {
    Q_OBJECT

private:
    /// Each device on two hubs: as many rows twice.
    static fleet::DeviceIndex indexOf(int devices)
    {
        fleet::DeviceIndex index;
        for (const QByteArray &hub : {QByteArray("a.azure-devices.net"), QByteArray("b.azure-devices.net")})
            for (int i = 0; i < devices; ++i) {
                fleet::DeviceFact fact;
                fact.deviceId = "pump-" + QByteArray::number(100 + i);
                fact.hub = hub;
                index.mergeHub(fact);
            }
        return index;
    }

private Q_SLOTS:
    void tellsWhetherMoreDevicesMatchThanItLists_data()
    {
        QTest::addColumn<int>("devices");
        QTest::addColumn<int>("listed");
        QTest::addColumn<bool>("more");
        QTest::newRow("fewer") << 19 << 19 << false;
        QTest::newRow("exactly as many") << 20 << 20 << false;
        QTest::newRow("one more") << 21 << 20 << true;
        QTest::newRow("many more") << 90 << 20 << true;
    }

    void tellsWhetherMoreDevicesMatchThanItLists()
    {
        QFETCH(int, devices);
        const engine::Match match = engine::matchOf(indexOf(devices), u"pump-"_s, 20);
        QTEST(static_cast<int>(match.several.size()), "listed");
        QTEST(match.more, "more");
    }

    void oneDeviceOnTwoHubsIsNoChoice()
    {
        const engine::Match match = engine::matchOf(indexOf(90), u"pump-142"_s, 20);
        QVERIFY(match.several.isEmpty());
        QVERIFY(!match.more);
        QCOMPARE(match.deviceId, u"pump-142"_s);
    }
};

DROVER_TEST(TestInspectorMatch)
#include "tst_inspector_match.moc"
