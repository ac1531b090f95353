#include "app/backend/identity/secretstore.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::backend;

class TestSecretStore final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void memoryKeepsWhatWasWritten()
    {
        const auto store = memoryStore();
        QCOMPARE(QCoro::waitFor(store->read(u"fleet"_s)).error().kind, ErrorKind::NotFound);
        QVERIFY(QCoro::waitFor(store->write(u"fleet"_s, "secret")));
        QCOMPARE(*QCoro::waitFor(store->read(u"fleet"_s)), QByteArray("secret"));
        QVERIFY(QCoro::waitFor(store->remove(u"fleet"_s)));
        QCOMPARE(QCoro::waitFor(store->remove(u"fleet"_s)).error().kind, ErrorKind::NotFound);
    }
};

DROVER_TEST(TestSecretStore)
#include "tst_secret_store.moc"
