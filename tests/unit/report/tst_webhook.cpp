#include "app/report/notifier.h"

#include "models/core/json.h"
#include "tests/support/testmain.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <deque>

using namespace Qt::StringLiterals;
using namespace drover;

namespace {

/// A server that takes posts and answers with the statuses it was given, then with 200.
class Receiver final : public QObject {
public:
    explicit Receiver(std::deque<int> statuses = {})
        : m_statuses(std::move(statuses))
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        });
    }

    QUrl url() const { return QUrl(u"http://127.0.0.1:%1/services/T0-secret"_s.arg(m_server.serverPort())); }
    std::vector<Json> bodies;

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &text = m_read[socket];
        text += socket->readAll();
        const auto end = text.indexOf("\r\n\r\n");
        const auto at = text.toLower().indexOf("content-length: ");
        if (end < 0 || at < 0)
            return;
        const qsizetype length = text.mid(at + 16, text.indexOf('\r', at) - at - 16).toLongLong();
        if (text.size() < end + 4 + length)
            return;
        bodies.push_back(parseJson(text.mid(end + 4, length)).value_or(Json()));
        text = text.mid(end + 4 + length);
        int status = 200;
        if (!m_statuses.empty()) {
            status = m_statuses.front();
            m_statuses.pop_front();
        }
        socket->write("HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:1/\r\n\r\n");
    }

    QTcpServer m_server;
    QHash<QTcpSocket *, QByteArray> m_read;
    std::deque<int> m_statuses;
};

run::Notice notice(const QString &sentence)
{
    return {.kind = run::Notice::Kind::GateFailed, .run = u"7f3a"_s, .title = u"group:meters → beta"_s, .sentence = sentence,
        .at = Instant(std::chrono::hours(490'000)), .total = 10, .verified = 7, .failed = 3};
}

} // namespace

class TestWebhook final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void postsEachNoticeInOrder()
    {
        Receiver receiver;
        report::Webhook webhook(receiver.url());
        QSignalSpy idle(&webhook, &report::Webhook::idle);
        for (int i = 0; i < 5; ++i)
            webhook.post(notice(u"sentence %1"_s.arg(i)));
        QVERIFY(idle.wait());
        QCOMPARE(receiver.bodies.size(), size_t(5));
        for (size_t i = 0; i < 5; ++i)
            QCOMPARE(receiver.bodies[i]["sentence"], "sentence " + std::to_string(i));
        QCOMPARE(receiver.bodies[0]["event"], "gate-failed");
        QCOMPARE(receiver.bodies[0]["verified"], 7);
        QVERIFY(receiver.bodies[0]["text"].get<std::string>().starts_with("Drover run 7f3a (group:meters"));
    }

    void triesAgainWhenTheServerFails()
    {
        Receiver receiver({503});
        report::Webhook webhook(receiver.url());
        QSignalSpy idle(&webhook, &report::Webhook::idle);
        QSignalSpy failed(&webhook, &report::Webhook::failed);
        webhook.post(notice(u"once"_s));
        QVERIFY(idle.wait(20'000));
        QCOMPARE(receiver.bodies.size(), size_t(2));
        QCOMPARE(failed.size(), 0);
    }

    void saysWhatDidNotArriveWithoutTheSecretInItsPath()
    {
        Receiver receiver({500, 500, 302});
        report::Webhook webhook(receiver.url());
        QSignalSpy idle(&webhook, &report::Webhook::idle);
        QSignalSpy failed(&webhook, &report::Webhook::failed);
        webhook.post(notice(u"once"_s));
        QVERIFY(idle.wait(20'000));
        QCOMPARE(failed.size(), 1);
        const QString sentence = failed[0][0].toString();
        QCOMPARE(sentence, u"The webhook at 127.0.0.1 was not told: it answered 302."_s);
    }

    void takesNoAddressThatIsNotSafe_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("fine");
        QTest::newRow("https") << u"https://hooks.example.com/a/b"_s << true;
        QTest::newRow("http here") << u"http://127.0.0.1:8080/x"_s << true;
        QTest::newRow("http here, version 6") << u"http://[::1]:8080/x"_s << true;
        QTest::newRow("http there") << u"http://hooks.example.com/a"_s << false;
        QTest::newRow("file") << u"file:///etc/passwd"_s << false;
        QTest::newRow("no host") << u"https:///x"_s << false;
        QTest::newRow("no address") << u"hooks"_s << false;
        QTest::newRow("broken") << u"https://a b"_s << false;
    }
    void takesNoAddressThatIsNotSafe()
    {
        QFETCH(const QString, text);
        QFETCH(const bool, fine);
        const Result<QUrl> url = report::Webhook::parse(text);
        QCOMPARE(url.has_value(), fine);
        if (!fine)
            QCOMPARE(url.error().kind, ErrorKind::Usage);
    }

    void tellsTheEndOfARun()
    {
        Receiver receiver;
        run::RunStatus status;
        status.id = u"7f3a"_s;
        status.phase = run::Phase::Running;
        report::Notifier notifier({.webhook = receiver.url(), .desktop = false}, status);
        QSignalSpy idle(&notifier, &report::Notifier::idle);
        notifier.look(status);
        QVERIFY(notifier.isIdle());
        status.phase = run::Phase::Finished;
        notifier.look(status);
        notifier.look(status);
        QVERIFY(!notifier.isIdle());
        QVERIFY(idle.wait());
        QCOMPARE(receiver.bodies.size(), size_t(1));
        QCOMPARE(receiver.bodies[0]["event"], "finished");
    }
};

DROVER_TEST(TestWebhook)
#include "tst_webhook.moc"
