#include "models/fleet/deviceset.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::fleet;
using test::SampleFleet;

class TestDeviceSet final : public QObject {
    Q_OBJECT

private:
    static Fleet sample()
    {
        SampleFleet sample;
        sample.addGroup(u"meters"_s);
        sample.addDevices(u"meters"_s, u"meter"_s, 5, u"alpha"_s);
        sample.addIndividual(u"reg-7"_s, u"Pump-7"_s, u"beta"_s);
        return sample.fleet();
    }

    static Result<Selection> ofFile(const QByteArray &contents)
    {
        return select(sample(), {.kind = DeviceSet::Kind::File, .text = u"ids.csv"_s, .ids = contents});
    }

private Q_SLOTS:
    void aSetReadsAsItIsWritten_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("group") << u"group:meters"_s;
        QTest::newRow("where") << u"where:tags.site = 'a:b'"_s;
        QTest::newRow("file") << u"file:/tmp/ids.csv"_s;
        QTest::newRow("stamp") << u"stamp:alpha"_s;
        QTest::newRow("ids") << u"ids:meter-1 meter-2"_s;
    }
    void aSetReadsAsItIsWritten()
    {
        QFETCH(QString, text);
        const Result<DeviceSet> set = DeviceSet::parse(text);
        QVERIFY(set);
        QCOMPARE(set->toString(), text);
    }

    void whatIsNoSetIsRefused()
    {
        for (const QString &text : {u""_s, u"meters"_s, u"group:"_s, u"cake:meters"_s})
            QCOMPARE(DeviceSet::parse(text).error().kind, ErrorKind::Usage);
    }

    void listsComeInManyShapes_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::newRow("one a line") << QByteArray("meter-1\nmeter-2\n");
        QTest::newRow("no last line end") << QByteArray("meter-1\nmeter-2");
        QTest::newRow("byte order mark and CRLF") << QByteArray("\xef\xbb\xbfmeter-1\r\nmeter-2\r\n");
        QTest::newRow("blank lines") << QByteArray("\n\nmeter-1\n  \nmeter-2\n\n");
        QTest::newRow("first column") << QByteArray("meter-1,north\nmeter-2,south\n");
        QTest::newRow("named column") << QByteArray("site,deviceId\nnorth,meter-1\nsouth,meter-2\n");
        QTest::newRow("registration column") << QByteArray("site;registrationId\nnorth;METER-1\nsouth;meter-2\n");
        QTest::newRow("quotes") << QByteArray("\"note\",\"deviceId\"\n\"a, \"\"b\"\"\",\"meter-1\"\n,meter-2\n");
    }
    void listsComeInManyShapes()
    {
        QFETCH(QByteArray, contents);
        const Result<Selection> selection = ofFile(contents);
        QVERIFY2(selection, qPrintable(selection ? QString() : selection.error().what));
        QCOMPARE(selection->rows, (std::vector<DeviceIndex::Row>{1, 2}));
    }

    void duplicatesAreNotedAndTakenOnce()
    {
        const Result<Selection> selection = ofFile("meter-1\nmeter-2\nmeter-1\nMETER-2\n");
        QVERIFY(selection);
        QCOMPARE(selection->rows.size(), size_t(2));
        QCOMPARE(selection->notes.size(), size_t(1));
        QVERIFY(selection->notes.front().contains(u"2 lines"_s));
        QVERIFY(selection->notes.front().contains(u"line 3"_s));
    }

    void anUnknownIdIsOneErrorThatNamesTheFirstLineAndHowMany()
    {
        const Result<Selection> selection = ofFile("meter-1\nghost-1\nghost-2\n");
        QCOMPARE(selection.error().kind, ErrorKind::Usage);
        QVERIFY(selection.error().what.contains(u"Line 2"_s));
        QVERIFY(selection.error().what.contains(u"ghost-1"_s));
        QVERIFY(selection.error().what.contains(u"2 lines"_s));
    }

    void otherLetterCaseIsToldApart()
    {
        const Result<Selection> selection = ofFile("pump-7\n");
        QCOMPARE(selection.error().kind, ErrorKind::Usage);
        QVERIFY(selection.error().what.contains(u"Pump-7"_s));
        QVERIFY(selection.error().what.contains(u"letter case"_s));
        QVERIFY(ofFile("REG-7\n"));
    }

    void aLineOfMegabytesIsRefused()
    {
        QCOMPARE(ofFile("meter-1\n" + QByteArray(2 << 20, 'x')).error().kind, ErrorKind::Usage);
    }

    void idsAreTakenAsTheyAreAndApartAtCommasOnlyWhereTheyAreNoDevice_data()
    {
        QTest::addColumn<QByteArray>("ids");
        QTest::addColumn<int>("devices");
        QTest::newRow("an id with a comma") << QByteArray("odd,meter-1\n") << 1;
        QTest::newRow("several with commas between") << QByteArray("meter-1,meter-2,meter-3\n") << 3;
        QTest::newRow("commas and lines") << QByteArray("meter-1,\nmeter-2\n") << 2;
        QTest::newRow("the same again") << QByteArray("meter-1\nmeter-1\n") << 1;
        QTest::newRow("one like a header") << QByteArray("deviceId\nmeter-1\n") << 2;
    }
    void idsAreTakenAsTheyAreAndApartAtCommasOnlyWhereTheyAreNoDevice()
    {
        test::SampleFleet odd;
        odd.addStamp(u"alpha"_s);
        odd.addGroup(u"meters"_s);
        odd.addDevices(u"meters"_s, u"meter"_s, 5, u"alpha"_s);
        odd.addIndividual(u"odd"_s, u"odd,meter-1"_s, u"alpha"_s);
        odd.addIndividual(u"deviceid"_s, u"deviceId"_s, u"alpha"_s);
        QFETCH(QByteArray, ids);
        QFETCH(int, devices);
        const Result<Selection> selection = select(odd.fleet(), {.kind = DeviceSet::Kind::Ids, .text = {}, .ids = ids});
        QVERIFY2(selection, qPrintable(selection ? QString() : selection.error().what));
        QCOMPARE(int(selection->rows.size()), devices);
        QVERIFY(selection->notes.empty());
        const Result<Selection> ghost = select(odd.fleet(), *DeviceSet::parse(u"ids:meter-1,ghost"_s));
        QVERIFY(ghost.error().what.contains(u"The set names \"ghost\""_s));
    }

    void saysWhenAListHasColumnsThatNothingNames()
    {
        const Result<Selection> selection = ofFile("meter-1,meter-2,meter-3\n");
        QVERIFY(selection);
        QCOMPARE(selection->rows.size(), size_t(1));
        QVERIFY(selection->notes.front().contains(u"the others were left out"_s));
    }

    void groupsAndStampsSelectTheirDevices()
    {
        const Fleet fleet = sample();
        QCOMPARE(select(fleet, *DeviceSet::parse(u"group:Meters"_s))->rows.size(), size_t(5));
        QCOMPARE(select(fleet, *DeviceSet::parse(u"stamp:beta"_s))->rows.size(), size_t(1));
        QCOMPARE(select(fleet, *DeviceSet::parse(u"group:none"_s)).error().kind, ErrorKind::Usage);
        QCOMPARE(select(fleet, *DeviceSet::parse(u"stamp:none"_s)).error().kind, ErrorKind::Usage);
        QCOMPARE(select(fleet, *DeviceSet::parse(u"where:cake"_s)).error().kind, ErrorKind::Usage);
    }
};

DROVER_TEST(TestDeviceSet)
#include "tst_device_set.moc"
