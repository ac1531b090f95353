#include "app/backend/identity/secretstore.h"
#include "app/engine/journalplace.h"
#include "tests/support/postgresserver.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

namespace {

const QByteArray password = "open-the-gate";

using Opened = Result<std::unique_ptr<migration::Journal>>;

Opened opened(const QString &place, const QByteArray &typed = {})
{
    Opened result = fail(ErrorKind::Storage, u"it did not answer"_s);
    const auto ask = [](Opened &into, QString where, QByteArray word) -> QCoro::Task<> {
        into = co_await engine::openJournal(where, word);
    };
    QCoro::waitFor(ask(result, place, typed));
    return result;
}

} // namespace

/// With a real keyring daemon and a server that asks for a password.
class TestJournalPassword final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (qEnvironmentVariableIsEmpty("DROVER_TEST_KEYRING"))
            QSKIP("no keyring was started for this test");
        m_server = std::make_unique<test::PostgresServer>();
        if (!m_server->isUp())
            QSKIP("PostgreSQL is not installed");
    }

    void isKeptOnceItFitsAndNotAskedForAgain()
    {
        const QString place = m_server->newLockedDatabase(password);
        QVERIFY(!place.isEmpty());
        QCOMPARE(opened(place).error().kind, ErrorKind::Unauthorized);
        QCOMPARE(opened(place, "something-else").error().kind, ErrorKind::Unauthorized);
        QCOMPARE(QCoro::waitFor(backend::keychain()->read(place)).error().kind, ErrorKind::NotFound);
        const Opened typed = opened(place, password);
        QVERIFY2(typed, typed ? "" : qPrintable(typed.error().what));
        QCOMPARE(*QCoro::waitFor(backend::keychain()->read(place)), password);
        const Opened remembered = opened(place);
        QVERIFY2(remembered, remembered ? "" : qPrintable(remembered.error().what));
    }

    void isInNoError()
    {
        const QString place = m_server->newLockedDatabase(password);
        const Opened refused = opened(place, "wrong-but-secret");
        QVERIFY(!refused);
        QVERIFY(!QString(refused.error().what + refused.error().remedy).contains(u"wrong-but-secret"_s));
    }

    void cleanupTestCase() { m_server.reset(); }

private:
    std::unique_ptr<test::PostgresServer> m_server;
};

DROVER_TEST(TestJournalPassword)
#include "tst_journal_password.moc"
