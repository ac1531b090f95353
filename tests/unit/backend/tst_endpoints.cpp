#include "app/backend/identity/connection.h"

#include "tests/support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::backend;

namespace {

const QByteArray whole = R"({
  "redirect": "127.0.0.1:8443", "speed": 60,
  "dps": {"serviceHost": "c.azure-devices-provisioning.net", "globalDeviceHost": "global.azure-devices-provisioning.net",
          "idScope": "0ne1", "policy": "provisioningserviceowner", "key": "c2VjcmV0"},
  "hubs": [{"host": "A.azure-devices.net", "policy": "iothubowner", "key": "c2VjcmV0"}],
  "arm": {"host": "management.azure.com", "subscriptionId": "s", "resourceGroup": "r", "dpsName": "c", "bearerToken": "t"},
  "fleet": {"name": "Demo", "stamps": [{"name": "alpha", "ring": "canary", "hub": "a.azure-devices.net", "capacity": 5000, "sku": "S1", "units": 2}]},
  "somethingNew": {}
})";

Result<Connection> readText(const QByteArray &text)
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"endpoints.json"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("the test cannot write");
    file.close();
    return readEndpoints(file.fileName());
}

} // namespace

class TestEndpoints final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAWholeFile()
    {
        const auto connection = readText(whole);
        QVERIFY2(connection, connection ? "" : qPrintable(connection.error().what));
        QCOMPARE(connection->name, u"Demo"_s);
        QVERIFY(connection->simulated);
        QCOMPARE(connection->speed, 60.0);
        QCOMPARE(connection->hubs.front().host, u"a.azure-devices.net"_s);
        QCOMPARE(connection->stamps.front().ring, fleet::Ring::Canary);
        QCOMPARE(connection->stamps.front().sku.units, 2);
        QCOMPARE(connection->arm->bearerToken, QByteArray("t"));
    }

    void limitsAreTheDocumentedOnesUnlessTheFileSaysMore()
    {
        QCOMPARE(readText(whole)->dpsLimits, fleet::DpsLimits());
        const auto raised = readText(QByteArray(whole).replace("\"idScope\"", "\"operationsPerMinute\": 2500, \"registrationsPerMinute\": 5000, \"idScope\""));
        QVERIFY2(raised, raised ? "" : qPrintable(raised.error().what));
        QCOMPARE(raised->dpsLimits.operationsPerMinute, 2500.0);
        QCOMPARE(raised->dpsLimits.registrationsPerMinute, 5000.0);
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const char *from, const char *to, const char *said) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString::fromUtf8(said);
        };
        row("not JSON", "\"redirect\": \"127.0.0.1:8443\"", "\"redirect\": oops", "line 2, column");
        row("no host", "\"serviceHost\"", "\"serviceName\"", "\"dps.serviceHost\" is missing");
        row("no scope", "\"idScope\": \"0ne1\"", "\"idScope\": \"\"", "\"dps.idScope\" must be a text");
        row("bad key", "\"iothubowner\", \"key\": \"c2VjcmV0\"", "\"iothubowner\", \"key\": \"no!\"",
            "\"hubs[0].key\" is not a key");
        row("no hubs", "\"hubs\"", "\"hub\"", "\"hubs\" is missing");
        row("far redirect", "127.0.0.1:8443", "10.1.2.3:8443", "must be a loopback");
        row("redirect by name", "127.0.0.1:8443", "127.0.0.1.evil.example:8443", "must be a loopback");
        row("no port", "127.0.0.1:8443", "127.0.0.1", "must be a loopback");
        row("no CA file", "\"speed\"", "\"caFile\": \"nowhere.pem\", \"speed\"", "is not there or may not be read");
        row("slow clock", "\"speed\": 60", "\"speed\": 0.5", "\"speed\" must be");
        row("speed is text", "\"speed\": 60", "\"speed\": \"60\"", "\"speed\" must be a number");
        row("no limit", "\"idScope\"", "\"registrationsPerMinute\": 0, \"idScope\"", "\"dps.registrationsPerMinute\" must be from 1 to 1,000,000");
        row("a limit too far", "\"idScope\"", "\"operationsPerMinute\": 1e9, \"idScope\"", "\"dps.operationsPerMinute\" must be");
        row("odd ring", "\"canary\"", "\"staging\"", "\"fleet.stamps[0].ring\" must be");
    }
    void namesWhatIsWrong()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, said);
        QVERIFY(whole.contains(from));
        const auto connection = readText(QByteArray(whole).replace(from, to));
        QVERIFY(!connection);
        QVERIFY2(connection.error().what.contains(said), qPrintable(connection.error().what));
        QVERIFY(!connection.error().remedy.isEmpty());
        QVERIFY(!connection.error().what.contains(u"c2VjcmV0"));
    }

    void survivesEveryCutOfTheFile()
    {
        for (qsizetype length = 0; length < whole.size() - 1; length += 7)
            QVERIFY(!readText(whole.first(length)));
    }

    void aMissingFileIsAUsageError()
    {
        QCOMPARE(readEndpoints(u"/nowhere/at/all.json"_s).error().kind, ErrorKind::Usage);
    }

    void takesConnectionStringsAsTheyAreCopied()
    {
        const auto connection = fromConnectionStrings(
            {u"HostName=C.azure-devices-provisioning.net;SharedAccessKeyName=owner;SharedAccessKey=c2VjcmV0"_s,
                u" HostName=a.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=YWI= \n"_s});
        QVERIFY(connection);
        QCOMPARE(connection->dps.host, u"c.azure-devices-provisioning.net"_s);
        QCOMPARE(connection->hubs.front().key, QByteArray("YWI="));
        QVERIFY(!connection->simulated);
    }

    void refusesConnectionStringsWithoutShowingThem_data()
    {
        QTest::addColumn<QStringList>("strings");
        const QString dps
            = u"HostName=c.azure-devices-provisioning.net;SharedAccessKeyName=o;SharedAccessKey=c2VjcmV0"_s;
        const QString hub = u"HostName=a.azure-devices.net;SharedAccessKeyName=o;SharedAccessKey=c2VjcmV0"_s;
        QTest::newRow("none") << QStringList();
        QTest::newRow("no hub") << QStringList{dps};
        QTest::newRow("no DPS") << QStringList{hub};
        QTest::newRow("twice") << QStringList{dps, hub, hub};
        QTest::newRow("no key") << QStringList{dps, u"HostName=a.azure-devices.net;SharedAccessKeyName=c2VjcmV0"_s};
        QTest::newRow("masked key") << QStringList{
            dps, u"HostName=a.azure-devices.net;SharedAccessKeyName=c2VjcmV0;SharedAccessKey=****"_s};
    }
    void refusesConnectionStringsWithoutShowingThem()
    {
        QFETCH(QStringList, strings);
        const auto connection = fromConnectionStrings(strings);
        QVERIFY(!connection);
        QVERIFY(!connection.error().what.contains(u"c2VjcmV0"));
        QVERIFY(!connection.error().remedy.isEmpty());
    }
};

DROVER_TEST(TestEndpoints)
#include "tst_endpoints.moc"
