#include "models/fleet/stamp.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::fleet;

class TestStamp final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void limitsFollowThePublicTable_data()
    {
        QTest::addColumn<QString>("sku");
        QTest::addColumn<int>("units");
        QTest::addColumn<double>("registry");
        QTest::addColumn<double>("methods");
        QTest::addColumn<double>("connections");
        QTest::addColumn<qint64>("messages");
        QTest::newRow("S1 x1") << u"S1"_s << 1 << 100.0 << 40.0 << 100.0 << qint64(400'000);
        QTest::newRow("S1 x10") << u"S1"_s << 10 << 1000.0 << 400.0 << 120.0 << qint64(4'000'000);
        QTest::newRow("S2 x2") << u"S2"_s << 2 << 200.0 << 240.0 << 240.0 << qint64(12'000'000);
        QTest::newRow("S3 x1") << u"S3"_s << 1 << 5000.0 << 6000.0 << 6000.0 << qint64(300'000'000);
        QTest::newRow("B1 has no methods") << u"B1"_s << 1 << 100.0 << 0.0 << 100.0 << qint64(400'000);
        QTest::newRow("free") << u"F1"_s << 1 << 100.0 << 40.0 << 100.0 << qint64(8'000);
    }
    void limitsFollowThePublicTable()
    {
        QFETCH(QString, sku);
        QFETCH(int, units);
        const HubLimits limits = limitsOf({.name = sku, .units = units});
        QTEST(limits.registryPerMinute, "registry");
        QTEST(limits.methodsPerSecond, "methods");
        QTEST(limits.connectionsPerSecond, "connections");
        QTEST(limits.messagesPerDay, "messages");
    }

    void theCeilingIsTheSmallerOfCapacityAndMaximum()
    {
        Stamp stamp;
        QVERIFY(!stamp.ceiling());
        stamp.health.maximum = 500;
        QCOMPARE(stamp.ceiling(), std::optional<qint64>(500));
        stamp.capacity = 300;
        QCOMPARE(stamp.ceiling(), std::optional<qint64>(300));
        stamp.health.maximum = 200;
        QCOMPARE(stamp.ceiling(), std::optional<qint64>(200));
    }

    void ringsAreNamedInAnyLetterCase()
    {
        QCOMPARE(ringOf(u"Canary"), std::optional(Ring::Canary));
        QCOMPARE(ringOf(ringName(Ring::Production)), std::optional(Ring::Production));
        QVERIFY(!ringOf(u"staging"));
    }
};

DROVER_TEST(TestStamp)
#include "tst_stamp.moc"
