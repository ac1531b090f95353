#include "app/backend/http/networktransport.h"

#include "tests/support/testmain.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <openssl/crypto.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::backend;

namespace {

/// Answers every request that came whole with the same bytes, then perhaps hangs up.
class RawServer final : public QTcpServer {
public:
    explicit RawServer(QByteArray answer, bool hangsUp = false)
    {
        connect(this, &QTcpServer::newConnection, this, [this, answer, hangsUp] {
            QTcpSocket *const socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket, answer, hangsUp] {
                m_heard += socket->readAll();
                const qsizetype head = m_heard.indexOf("\r\n\r\n");
                if (head < 0 || m_heard.size() - head - 4 < lengthIn(m_heard.first(head)))
                    return;
                requests.append(std::exchange(m_heard, {}));
                socket->write(answer);
                if (hangsUp)
                    socket->disconnectFromHost();
            });
        });
        if (!listen(QHostAddress::LocalHost))
            qFatal("no loopback");
    }

    QString address() const { return u"127.0.0.1:%1"_s.arg(serverPort()); }

    QByteArrayList requests;

private:
    static qsizetype lengthIn(const QByteArray &head)
    {
        const qsizetype at = head.toLower().indexOf("content-length:");
        return at < 0 ? 0 : head.sliced(at + 15).split('\r').front().trimmed().toLongLong();
    }

    QByteArray m_heard;
};

HttpRequest request(const char *verb, QByteArray body = {})
{
    return HttpRequest(verb, QUrl(u"http://hub.example/devices/a%3Ab?x=1"_s), std::move(body));
}

} // namespace

class TestNetworkTransport final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void openSslIsNotTakenDownWhileAThreadMayStillBeEnding()
    {
        static int told[2];
        QCOMPARE(::pipe(told), 0);
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            ::alarm(30);
            OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_CIPHERS, nullptr);
            OPENSSL_atexit([] { (void)!::write(told[1], "x", 1); });
            std::exit(0);
        }
        ::close(told[1]);
        int status = -1;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        char byte = 0;
        QCOMPARE(::read(told[0], &byte, 1), ssize_t(0));
        ::close(told[0]);
    }

    void connectsToOneAddressButSpeaksToTheRealHost()
    {
        RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Thing: 1\r\n\r\n{}");
        NetworkTransport transport(server.address());
        const auto answer = QCoro::waitFor(transport.send(request("GET"), {}));
        QVERIFY(answer);
        QCOMPARE(answer->status, 200);
        QCOMPARE(answer->body, QByteArray("{}"));
        QCOMPARE(answer->header("x-thing"), QByteArray("1"));
        QVERIFY(server.requests[0].startsWith("GET /devices/a%3Ab?x=1 HTTP/1.1\r\n"));
        QVERIFY(server.requests[0].contains("\r\nHost: hub.example\r\n"));
    }

    void errorStatusesAreAnswers()
    {
        for (const QByteArray status : {"400 Bad Request", "404 Not Found", "405 No", "410 Gone", "415 No", "418 No", "422 No", "412 Precondition Failed", "429 Too Many", "503 Busy",
                 "302 Found\r\nLocation: http://elsewhere.example/"}) {
            RawServer server("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nno");
            NetworkTransport transport(server.address());
            const auto answer = QCoro::waitFor(transport.send(request("GET"), {}));
            QVERIFY2(answer, status.constData());
            QCOMPARE(answer->status, status.first(3).toInt());
            QCOMPARE(answer->body, QByteArray("no"));
        }
    }

    void aPostWithoutABodySaysSo()
    {
        RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        NetworkTransport transport(server.address());
        QVERIFY(QCoro::waitFor(transport.send(request("POST"), {})));
        QVERIFY(server.requests[0].toLower().contains("\r\ncontent-length: 0\r\n"));
    }

    void aWriteWhoseAnswerWasLostIsNotSentAgain_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("PUT") << QByteArray("PUT") << QByteArray("{\"a\":1}");
        QTest::newRow("POST") << QByteArray("POST") << QByteArray("{\"a\":1}");
    }
    void aWriteWhoseAnswerWasLostIsNotSentAgain()
    {
        QFETCH(QByteArray, verb);
        QFETCH(QByteArray, body);
        RawServer server({}, true);
        NetworkTransport transport(server.address());
        const auto answer = QCoro::waitFor(transport.send(request(verb.constData(), body), {}));
        QCOMPARE(answer.error().kind, ErrorKind::Offline);
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(server.requests[0].endsWith("\r\n\r\n" + body));
    }

    void halfAnAnswerIsOffline()
    {
        RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"half", true);
        NetworkTransport transport(server.address());
        QCOMPARE(QCoro::waitFor(transport.send(request("GET"), {})).error().kind, ErrorKind::Offline);
    }

    void aStopAbortsTheCall()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        NetworkTransport transport(u"127.0.0.1:%1"_s.arg(silent.serverPort()));
        std::stop_source stop;
        QTimer::singleShot(20ms, this, [&stop] { stop.request_stop(); });
        QCOMPARE(QCoro::waitFor(transport.send(request("GET"), stop.get_token())).error().kind, ErrorKind::Cancelled);
    }

    void silenceEndsInOffline()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        NetworkTransport transport(u"127.0.0.1:%1"_s.arg(silent.serverPort()));
        HttpRequest asked = request("GET");
        asked.timeout = 50ms;
        QCOMPARE(QCoro::waitFor(transport.send(asked, {})).error().kind, ErrorKind::Offline);
    }

    void aClosedPortIsOffline()
    {
        NetworkTransport transport(u"127.0.0.1:1"_s);
        const auto answer = QCoro::waitFor(transport.send(request("GET"), {}));
        QCOMPARE(answer.error().kind, ErrorKind::Offline);
        QVERIFY(!answer.error().remedy.isEmpty());
    }

    void manyCallsShareTheConnections()
    {
        RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        NetworkTransport transport(server.address());
        std::vector<QCoro::Task<Result<HttpResponse>>> calls;
        for (int i = 0; i < 5; ++i)
            calls.push_back(transport.send(request("GET"), {}));
        for (auto &call : calls)
            QVERIFY(QCoro::waitFor(std::move(call)));
        QCOMPARE(server.requests.size(), 5);
    }
};

DROVER_TEST(TestNetworkTransport)
#include "tst_network_transport.moc"
