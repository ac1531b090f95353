#include "tests/support/testmain.h"

#include <QElapsedTimer>
#include <QDir>
#include <QProcess>
#include <QSslSocket>
#include <QtTest>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 30'000;
// The address sanitizer keeps freed memory for a while.
#if __has_feature(address_sanitizer)
constexpr double mostMegabytes = 1000;
#else
constexpr double mostMegabytes = 300;
#endif

/// drover-azure in a process of its own, its clients given a second for a request.
class LocalAzure {
public:
    explicit LocalAzure(bool tls, const QStringList &more = {})
        : m_tls(tls)
    {
        const QStringList usual {u"--scenario"_s, u"small"_s, u"--request-timeout"_s, u"1"_s, u"--exit-with-stdin"_s};
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(
            QStringLiteral(DROVER_BIN_DIR "/drover-azure"), usual + (tls ? QStringList() : QStringList(u"--plain"_s)) + more);
        while (!m_process.canReadLine() && m_process.waitForReadyRead(patience)) { }
        m_port = m_process.readLine().trimmed().split(':').last().toUShort();
    }
    ~LocalAzure()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished(patience);
    }
    LocalAzure(const LocalAzure &) = delete;
    LocalAzure &operator=(const LocalAzure &) = delete;

    std::unique_ptr<QTcpSocket> client() const
    {
        return m_tls ? secureClient() : silentClient();
    }
    /// One that does not even shake hands.
    std::unique_ptr<QTcpSocket> silentClient() const
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(u"127.0.0.1"_s, m_port);
        socket->waitForConnected(patience);
        return socket;
    }
    double megabytes() const
    {
        QFile file(u"/proc/%1/statm"_s.arg(m_process.processId()));
        const bool open = file.open(QIODevice::ReadOnly);
        return open ? file.readAll().split(' ').value(1).toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6 : 1e9;
    }
    qsizetype descriptors() const { return QDir(u"/proc/%1/fd"_s.arg(m_process.processId())).count(); }
    bool runs() const { return m_process.state() == QProcess::Running && m_port != 0; }

private:
    std::unique_ptr<QTcpSocket> secureClient() const
    {
        auto socket = std::make_unique<QSslSocket>();
        socket->setPeerVerifyMode(QSslSocket::VerifyNone);
        socket->connectToHostEncrypted(u"127.0.0.1"_s, m_port);
        socket->waitForEncrypted(patience);
        return socket;
    }

    QProcess m_process;
    quint16 m_port = 0;
    bool m_tls;
};

/// The begin of a TLS client's first message; to a plain server it is no HTTP.
const QByteArray halfHello = QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + QByteArray(40, 'r');

/// All that the server says until it closes, or until the text has come so often.
QByteArray heard(QTcpSocket &socket, const QByteArray &text = {}, int times = 1)
{
    QByteArray all = socket.readAll();
    while ((text.isEmpty() || all.count(text) < times) && socket.waitForReadyRead(patience))
        all += socket.readAll();
    return all + socket.readAll();
}

QByteArray get(const QByteArray &more = {}) { return "GET /_sim/behavior HTTP/1.1\r\nHost: simulator\r\n" + more + "\r\n"; }

const QByteArray fine = "HTTP/1.1 200 OK";

bool isAnswered(QTcpSocket &client)
{
    client.write(get());
    return heard(client, fine).startsWith(fine);
}

} // namespace

class TestHostileClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::newRow("plain") << false;
        QTest::newRow("TLS") << true;
    }
    void init()
    {
        QFETCH_GLOBAL(bool, tls);
        m_azure = std::make_unique<LocalAzure>(tls);
    }
    void cleanup()
    {
        QVERIFY(m_azure->runs());
        const auto polite = m_azure->client();
        polite->write(get("Connection: close\r\n"));
        QVERIFY(heard(*polite).startsWith(fine));
        QVERIFY2(m_azure->megabytes() < mostMegabytes, qPrintable(QString::number(m_azure->megabytes())));
        m_azure.reset();
    }

    void anOversizedBodyIsToldSoWhileItIsStillSent()
    {
        const auto client = m_azure->client();
        const QByteArray body(8 * 1024 * 1024, 'x');
        client->write("POST /_sim/faults HTTP/1.1\r\nHost: simulator\r\nContent-Type: application/json\r\nContent-Length: "
            + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        QVERIFY(heard(*client, "\r\n\r\n").startsWith("HTTP/1.1 413 "));
    }

    void anOversizedChunkedBodyToo()
    {
        const auto client = m_azure->client();
        client->write("POST /_sim/faults HTTP/1.1\r\nHost: simulator\r\nTransfer-Encoding: chunked\r\n\r\n");
        const QByteArray chunk = "10000\r\n" + QByteArray(0x10000, 'x') + "\r\n";
        for (int i = 0; i < 64; ++i)
            client->write(chunk);
        QVERIFY(heard(*client, "\r\n\r\n").startsWith("HTTP/1.1 413 "));
    }

    void headersOf64KilobytesAreRefused()
    {
        const auto client = m_azure->client();
        client->write(get("X-Long: " + QByteArray(64 * 1024, 'x') + "\r\n"));
        QVERIFY(heard(*client, "\r\n\r\n").startsWith("HTTP/1.1 431 "));
    }

    void whatIsNoHttpIsRefused()
    {
        for (const QByteArray &text : {QByteArray("\r\nhello\r\n\r\n"), QByteArray("GET / HTTP/9.9\r\n\r\n"), QByteArray("GET /\r\n\r\n"),
                 QByteArray("GET / HTTP/1.1\r\n\r\n"), QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"),
                 halfHello + "\r\n\r\n"}) {
            const auto client = m_azure->client();
            client->write(text);
            QVERIFY2(heard(*client, "\r\n\r\n").startsWith("HTTP/1.1 400 "), text.constData());
        }
    }

    void halfARequestIsHungUpOn()
    {
        for (const QByteArray &text : {QByteArray("GET /_sim/tru"), QByteArray("GET / HTTP/1.1\r\nHost: simu"),
                 QByteArray("POST /_sim/faults HTTP/1.1\r\nHost: simulator\r\nContent-Length: 100\r\n\r\n{")}) {
            const auto client = m_azure->client();
            client->write(text);
            QCOMPARE(heard(*client), QByteArray());
            QVERIFY(client->state() != QAbstractSocket::ConnectedState);
        }
    }

    void pipelinedRequestsAreAnsweredInOrder()
    {
        const auto client = m_azure->client();
        QByteArray requests;
        for (int i = 0; i < 100; ++i)
            requests += get();
        client->write(requests);
        QCOMPARE(heard(*client, fine, 100).count(fine), 100);
    }

    void bytesThatComeOneByOneAreARequest()
    {
        const auto client = m_azure->client();
        const QByteArray request = get();
        for (const char byte : request) {
            client->write(&byte, 1);
            client->flush();
        }
        QVERIFY(heard(*client, fine).startsWith(fine));
    }

    void aThousandConnectionsAreServedAtOnce()
    {
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        for (int i = 0; i < 1'000; ++i) {
            crowd.push_back(m_azure->silentClient());
            crowd.back()->write(i % 2 ? halfHello : QByteArray("POST / HTTP/1.1\r\n"));
            crowd.back()->flush();
        }
        const auto polite = m_azure->client();
        QVERIFY(isAnswered(*polite));
        for (const auto &one : crowd)
            one->abort();
    }

    void handshakesThatAreBrokenOffLeaveNothingBehind()
    {
        // One who is answered shows that the server has opened all of its own by now.
        const auto first = m_azure->client();
        QVERIFY(isAnswered(*first));
        const qsizetype before = m_azure->descriptors();
        for (int i = 0; i < 2'000; ++i) {
            const auto client = m_azure->silentClient();
            client->write(halfHello);
            client->flush();
            client->abort();
        }
        // Who comes last is served last: then none of the others waits to be let in any more.
        const auto last = m_azure->client();
        QVERIFY(isAnswered(*last));
        QTRY_VERIFY_WITH_TIMEOUT(m_azure->descriptors() <= before + 1, patience);
    }

    void silentClientsAreHungUpOn()
    {
        const auto client = m_azure->silentClient();
        client->write(halfHello.first(5));
        QVERIFY(client->state() != QAbstractSocket::ConnectedState || client->waitForDisconnected(patience));
    }

    void whoWaitedLongestMakesRoom()
    {
        QFETCH_GLOBAL(bool, tls);
        m_azure = std::make_unique<LocalAzure>(tls, QStringList {u"--connections"_s, u"20"_s});
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        for (int i = 0; i < 60; ++i)
            crowd.push_back(m_azure->silentClient());
        const auto polite = m_azure->client();
        QVERIFY(isAnswered(*polite));
        QTRY_VERIFY(crowd.front()->waitForReadyRead(1) || crowd.front()->state() != QAbstractSocket::ConnectedState);
        QVERIFY(m_azure->descriptors() < 50);
    }

    void bodiesThatAreNeverFinishedAreNotAllKept()
    {
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        const QByteArray most(1'000'000, ' ');
        for (int i = 0; i < 250; ++i) {
            crowd.push_back(m_azure->client());
            crowd.back()->write("POST /_sim/faults HTTP/1.1\r\nHost: simulator\r\nContent-Length: 1048576\r\n\r\n" + most);
            while (crowd.back()->bytesToWrite() > 0 && crowd.back()->waitForBytesWritten(patience)) { }
        }
        QVERIFY2(m_azure->megabytes() < mostMegabytes, qPrintable(QString::number(m_azure->megabytes())));
    }

    void answersThatNobodyReadsHoldUpOnlyTheirOwnClient()
    {
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        QByteArray requests;
        for (int i = 0; i < 100; ++i)
            requests += "GET /_sim/log HTTP/1.1\r\nHost: simulator\r\n\r\n";
        for (int i = 0; i < 50; ++i) {
            crowd.push_back(m_azure->client());
            crowd.back()->setReadBufferSize(1'024);
            crowd.back()->write(requests);
            crowd.back()->flush();
        }
        const auto polite = m_azure->client();
        QVERIFY(isAnswered(*polite));
    }

    void absurdJsonIsRefused()
    {
        QByteArray members = "{";
        for (int i = 0; i < 100'000; ++i)
            members += '"' + QByteArray::number(i) + "\":1,";
        members.back() = '}';
        for (const QByteArray &body : {members, QByteArray(500'000, '['), QByteArray("{\"a\":").repeated(100'000), QByteArray("\"\xff\"")}) {
            const auto client = m_azure->client();
            client->write("POST /_sim/faults HTTP/1.1\r\nHost: simulator\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
            QVERIFY(heard(*client, "\r\n\r\n").startsWith("HTTP/1.1 400 "));
        }
    }

    void anExpressionThatNeverEndsIsGivenUp()
    {
        const QByteArray rule = R"({"host":"^(([a-z.-]+)*)*!$","status":503})";
        const auto client = m_azure->client();
        client->write("POST /_sim/faults HTTP/1.1\r\nHost: simulator\r\nContent-Length: " + QByteArray::number(rule.size()) + "\r\n\r\n" + rule);
        QVERIFY(heard(*client, fine).startsWith(fine));
        client->write("GET /subscriptions HTTP/1.1\r\nHost: management.azure.com\r\n\r\n");
        QVERIFY(heard(*client, "HTTP/1.1 ").startsWith("HTTP/1.1 4"));
    }

    void longNamesAreShortInTheLog()
    {
        const auto client = m_azure->client();
        const QByteArray lengthy(15'000, 'x');
        for (int i = 0; i < 20; ++i) {
            client->write(lengthy.first(5'000) + " /" + lengthy + " HTTP/1.1\r\nHost: " + lengthy.first(10'000) + "\r\n\r\n");
            QVERIFY(heard(*client, "HTTP/1.1 404").startsWith("HTTP/1.1 404"));
        }
        client->write("GET /_sim/log HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\r\n");
        const QByteArray log = heard(*client);
        QVERIFY(log.contains("xxx..."));
        QVERIFY(log.size() < 50'000);
    }

private:
    std::unique_ptr<LocalAzure> m_azure;
};

DROVER_TEST(TestHostileClient)
#include "tst_hostile_client.moc"
