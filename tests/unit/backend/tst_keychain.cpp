#include "app/backend/identity/secretstore.h"

#include "tests/support/testmain.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::backend;

/// With a real keyring daemon, which with_keyring.sh starts in a home of its own.
class TestKeychain final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (qEnvironmentVariableIsEmpty("DROVER_TEST_KEYRING"))
            QSKIP("no keyring was started for this test");
    }

    void keepsASecretUntilItIsRemoved()
    {
        const QByteArray secret = "HostName=a;SharedAccessKeyName=b;SharedAccessKey=dGhlIHBsYWluIGtleQ==";
        QCOMPARE(QCoro::waitFor(keychain()->read(u"fleet"_s)).error().kind, ErrorKind::NotFound);
        const Result<void> written = QCoro::waitFor(keychain()->write(u"fleet"_s, secret));
        QVERIFY2(written, written ? "" : qPrintable(written.error().what));
        QCOMPARE(*QCoro::waitFor(keychain()->read(u"fleet"_s)), secret);
        QVERIFY2(!isInAFile("dGhlIHBsYWluIGtleQ"), "the key lies on the disk in the clear");
        QVERIFY(QCoro::waitFor(keychain()->write(u"fleet"_s, "another")));
        QCOMPARE(*QCoro::waitFor(keychain()->read(u"fleet"_s)), QByteArray("another"));
        QVERIFY(QCoro::waitFor(keychain()->remove(u"fleet"_s)));
        QCOMPARE(QCoro::waitFor(keychain()->read(u"fleet"_s)).error().kind, ErrorKind::NotFound);
    }

private:
    static bool isInAFile(const QByteArray &text)
    {
        QDirIterator files(qEnvironmentVariable("HOME"), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text))
                return true;
        }
        return false;
    }
};

DROVER_TEST(TestKeychain)
#include "tst_keychain.moc"
