#include "models/fleet/deviceset.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::fleet;

class TestWhere final : public QObject {
    Q_OBJECT

private:
    static DeviceFact device(const QByteArray &id, bool connected, bool enabled, qint64 seen, const QByteArray &tags)
    {
        return {.deviceId = id,
            .registrationId = id,
            .hub = test::hostOf(u"alpha"_s),
            .group = "meters",
            .connected = connected,
            .enabled = enabled,
            .lastActivityMs = seen,
            .tags = tags};
    }

    /// meter-0 north/1 on, meter-1 south/2 off, valve-2 without tags, disabled.
    static Fleet sample()
    {
        test::SampleFleet sample;
        sample.addGroup(u"meters"_s);
        sample.addDevice(
            device("meter-0", true, true, 1'700'000'000'000, R"({"site":"north","floor":1,"spare":false})"));
        sample.addDevice(
            device("meter-1", false, true, 1'600'000'000'000, R"({"site":"south","floor":2,"a":{"b":"c"}})"));
        sample.addDevice(device("valve-2", true, false, 1'700'000'000'000, "{}"));
        return sample.fleet();
    }

private Q_SLOTS:
    void queriesSelect_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("rows");
        QTest::newRow("equal") << u"deviceId = 'meter-1'"_s << u"1"_s;
        QTest::newRow("case matters") << u"deviceId = 'Meter-1'"_s << u""_s;
        QTest::newRow("tag") << u"tags.site = 'north'"_s << u"0"_s;
        QTest::newRow("nested tag") << u"tags.a.b = 'c'"_s << u"1"_s;
        QTest::newRow("number") << u"tags.floor >= 2"_s << u"1"_s;
        QTest::newRow("truth") << u"tags.spare = false"_s << u"0"_s;
        QTest::newRow("an absent tag is not unequal") << u"tags.site != 'north'"_s << u"1"_s;
        QTest::newRow("not of an absent tag") << u"not tags.site = 'north'"_s << u"1"_s;
        QTest::newRow("defined") << u"NOT is_defined(tags.site)"_s << u"2"_s;
        QTest::newRow("and before or") << u"tags.floor = 2 or tags.floor = 1 and connectionState = 'Connected'"_s
                                       << u"01"_s;
        QTest::newRow("parentheses") << u"(tags.floor = 2 or tags.floor = 1) and connectionState = 'Connected'"_s
                                     << u"0"_s;
        QTest::newRow("in") << u"deviceId IN ['meter-0', 'valve-2']"_s << u"02"_s;
        QTest::newRow("nin") << u"deviceId NIN ['meter-0', 'valve-2']"_s << u"1"_s;
        QTest::newRow("starts with") << u"STARTSWITH(deviceId, 'meter-')"_s << u"01"_s;
        QTest::newRow("status") << u"status = 'disabled'"_s << u"2"_s;
        QTest::newRow("time") << u"lastActivityTime < '2022-01-01T00:00:00Z'"_s << u"1"_s;
        QTest::newRow("stamp") << u"stamp = 'alpha' and status <> 'disabled'"_s << u"01"_s;
        QTest::newRow("hub and group") << u"hub = 'hub-alpha.azure-devices.net' and group = 'meters'"_s << u"012"_s;
    }
    void queriesSelect()
    {
        QFETCH(QString, query);
        const auto rows = where(sample(), query);
        QVERIFY2(rows, qPrintable(rows ? QString() : rows.error().what));
        QString found;
        for (const DeviceIndex::Row row : *rows)
            found += QString::number(row);
        QTEST(found, "rows");
    }

    void otherTextIsRefusedWithItsColumn_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("column");
        QTest::newRow("empty") << u""_s << u"Column 1 "_s;
        QTest::newRow("unknown field") << u"deviceId = 'a' and colour = 'b'"_s << u"Column 20 "_s;
        QTest::newRow("no value") << u"deviceId ="_s << u"Column 11 "_s;
        QTest::newRow("open quote") << u"deviceId = 'a"_s << u"Column 12 "_s;
        QTest::newRow("open parenthesis") << u"(status = 'enabled'"_s << u"Column 20 "_s;
        QTest::newRow("rest") << u"status = 'enabled' status"_s << u"Column 20 "_s;
        QTest::newRow("strange sign") << u"status = 'a' ; drop"_s << u"Column 14 "_s;
        QTest::newRow("deep") << QString(100'000, u'(') << u"Column 201 "_s;
        QTest::newRow("many nots") << u"not "_s.repeated(100'000) << u"Column 801 "_s;
    }
    void otherTextIsRefusedWithItsColumn()
    {
        QFETCH(QString, query);
        QFETCH(QString, column);
        const auto rows = where(sample(), query);
        QVERIFY(!rows);
        QCOMPARE(rows.error().kind, ErrorKind::Usage);
        QVERIFY2(rows.error().what.startsWith(column), qPrintable(rows.error().what));
    }
};

DROVER_TEST(TestWhere)
#include "tst_where.moc"
