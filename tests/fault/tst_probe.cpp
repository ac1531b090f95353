#include "app/migration/probe.h"
#include "tests/support/testmain.h"

#include <QCoroTask>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::migration;
using drover::run::ProbeVerdict;

namespace {

run::ProbeAnswered answerOf(const Probe &probe, std::stop_token stop = {})
{
    return QCoro::waitFor(ask(probe, u"20260101-000000-0001"_s, 1, std::move(stop)));
}

Probe command(const QString &text, std::chrono::milliseconds patience = 60s)
{
    return {.command = text, .url = {}, .patience = patience};
}

Probe address(const QUrl &url, std::chrono::milliseconds patience = 60s)
{
    return {.command = {}, .url = url, .patience = patience};
}

/// Answers every request with these bytes, or never.
class Health final {
public:
    explicit Health(const QByteArray &answer)
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this, answer] {
            QTcpSocket *socket = m_server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                socket->readAll();
                if (answer.isEmpty())
                    return;
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
        m_server.listen(QHostAddress::LocalHost);
    }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1/health?key=hidden"_s.arg(m_server.serverPort())); }

private:
    QTcpServer m_server;
};

} // namespace

/// What a probe's answer means.
class TestProbe final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void judgesACommandByItsExitCode()
    {
        const run::ProbeAnswered good = answerOf(command(u"exit 0"_s));
        QCOMPARE(good.verdict, ProbeVerdict::Pass);
        QCOMPARE(good.wave, 1);
        const run::ProbeAnswered bad = answerOf(command(u"echo nothing came from $DROVER_RUN in wave $DROVER_WAVE; exit 3"_s));
        QCOMPARE(bad.verdict, ProbeVerdict::Fail);
        QCOMPARE(bad.evidence, u"the probe ended with 3 (nothing came from 20260101-000000-0001 in wave 2)"_s);
        QCOMPARE(answerOf(command(u"/does/not/exist"_s)).verdict, ProbeVerdict::Fail);
        QCOMPARE(answerOf(command(u"kill -9 $$"_s)).verdict, ProbeVerdict::Fail);
    }

    void isInconclusiveWhenACommandDoesNotEnd()
    {
        // Its child holds the output open; the whole family is ended.
        const run::ProbeAnswered late = answerOf(command(u"sleep 1000 & wait"_s, 50ms));
        QCOMPARE(late.verdict, ProbeVerdict::Inconclusive);
        QVERIFY(late.evidence.contains(u"did not end within 1 s"_s));
    }

    void endsWhenItIsCalledOff()
    {
        std::stop_source stop;
        QTimer::singleShot(0, [&stop] { stop.request_stop(); });
        QVERIFY(answerOf(command(u"sleep 1000"_s, 1h), stop.get_token()).verdict != ProbeVerdict::Pass);
    }

    void judgesAnAddressByItsStatus()
    {
        const Health well("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        QCOMPARE(answerOf(address(well.url())).verdict, ProbeVerdict::Pass);
        const Health ill("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        const run::ProbeAnswered answered = answerOf(address(ill.url()));
        QCOMPARE(answered.verdict, ProbeVerdict::Fail);
        QCOMPARE(answered.evidence, u"the probe at 127.0.0.1 answered 503"_s);
        const Health moved("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        QCOMPARE(answerOf(address(moved.url())).verdict, ProbeVerdict::Fail);
        const Health mute{QByteArray()};
        QCOMPARE(answerOf(address(mute.url(), 50ms)).verdict, ProbeVerdict::Inconclusive);
        QUrl gone;
        {
            const Health closed{QByteArray()};
            gone = closed.url();
        }
        QCOMPARE(answerOf(address(gone)).verdict, ProbeVerdict::Fail);
    }

    void takesOneProbeThatIsOne()
    {
        QVERIFY(parseProbe({}, {}) && !parseProbe({}, {})->isGiven());
        QVERIFY(parseProbe(u"true"_s, {})->isGiven());
        QVERIFY(parseProbe({}, u"https://a.example/health"_s)->isGiven());
        QVERIFY(!parseProbe(u"true"_s, u"https://a.example/health"_s));
        QVERIFY(!parseProbe({}, u"file:///etc/passwd"_s));
        QVERIFY(!parseProbe({}, u"https://"_s));
    }
};

DROVER_TEST(TestProbe)
#include "tst_probe.moc"
