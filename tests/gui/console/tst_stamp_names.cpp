#include "app/console/stampnames.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using console::StampNames;

class TestStampNames final : public QObject {
    Q_OBJECT

private:
    static StampNames names()
    {
        return StampNames({{u"eu-1.azure-devices.net"_s, u"Europe 1"_s}, {u"canary-eu-1.azure-devices.net"_s, u"canary"_s}});
    }

private Q_SLOTS:
    void namesTheStampForItsHub_data()
    {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QString>("named");
        QTest::newRow("at the end") << u"Group meters now names eu-1.azure-devices.net."_s << u"Group meters now names Europe 1."_s;
        QTest::newRow("twice") << u"eu-1.azure-devices.net → EU-1.azure-devices.net"_s << u"Europe 1 → Europe 1"_s;
        QTest::newRow("a longer host") << u"canary-eu-1.azure-devices.net: 429"_s << u"canary: 429"_s;
        QTest::newRow("a hub of nobody") << u"west-eu-1.azure-devices.net"_s << u"west-eu-1.azure-devices.net"_s;
        QTest::newRow("another domain") << u"eu-1.azure-devices.net.example"_s << u"eu-1.azure-devices.net.example"_s;
        QTest::newRow("none") << u"Gate 1 passed."_s << u"Gate 1 passed."_s;
    }

    void namesTheStampForItsHub()
    {
        QFETCH(QString, sentence);
        QTEST(names().in(sentence), "named");
    }

    void namesStampsInAllThatARunTells()
    {
        const QString host = u"eu-1.azure-devices.net"_s;
        run::RunStatus status;
        status.reason = status.limitName = host;
        status.events = {{.at = {}, .tone = {}, .sentence = host}};
        status.waves.resize(1);
        status.waves[0].sentence = host;
        status.failures = {{.cause = host, .remedy = host, .devices = 1}};
        status.crossings = {{.from = host, .to = host}};
        const run::RunStatus named = names().in(status);
        for (const QString &text : {named.reason, named.limitName, named.events[0].sentence, named.waves[0].sentence, named.failures[0].cause,
                 named.failures[0].remedy, named.crossings[0].from, named.crossings[0].to})
            QCOMPARE(text, u"Europe 1"_s);
    }
};

DROVER_TEST(TestStampNames)
#include "tst_stamp_names.moc"
