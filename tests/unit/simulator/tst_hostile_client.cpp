#include "tests/support/testmain.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTcpSocket>
#include <QtTest>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 30'000;

/// drover-azure in a process of its own, without TLS, its clients given a second for a request.
class LocalAzure {
public:
    LocalAzure()
    {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(QStringLiteral(DROVER_BIN_DIR "/drover-azure"),
            {u"--scenario"_s, u"small"_s, u"--plain"_s, u"--request-timeout"_s, u"1"_s, u"--exit-with-stdin"_s});
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
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(u"127.0.0.1"_s, m_port);
        socket->waitForConnected(patience);
        return socket;
    }
    bool runs() const { return m_process.state() == QProcess::Running && m_port != 0; }

private:
    QProcess m_process;
    quint16 m_port = 0;
};

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

} // namespace

class TestHostileClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_azure = std::make_unique<LocalAzure>(); }
    void cleanup()
    {
        QVERIFY(m_azure->runs());
        const auto polite = m_azure->client();
        polite->write(get("Connection: close\r\n"));
        QVERIFY(heard(*polite).startsWith(fine));
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
                 QByteArray("\x16\x03\x01\x02\x00\x01", 6) + "\r\n\r\n"}) {
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

    void aThousandConnectionsStallNobody()
    {
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        for (int i = 0; i < 1'000; ++i) {
            crowd.push_back(m_azure->client());
            crowd.back()->write(i % 2 ? get().chopped(1) : QByteArray("POST / HTTP/1.1\r\n"));
            crowd.back()->flush();
        }
        const auto polite = m_azure->client();
        polite->write(get());
        QVERIFY(heard(*polite, fine).startsWith(fine));
        for (const auto &one : crowd)
            one->abort();
    }

private:
    std::unique_ptr<LocalAzure> m_azure;
};

DROVER_TEST(TestHostileClient)
#include "tst_hostile_client.moc"
