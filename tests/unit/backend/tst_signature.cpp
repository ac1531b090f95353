#include "app/backend/identity/connection.h"

#include "tests/support/faketransport.h"
#include "tests/support/testmain.h"

#include <QMessageAuthenticationCode>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::backend;

namespace {

std::shared_ptr<const Connection> connection()
{
    auto made = std::make_shared<Connection>();
    made->dps = {u"c.azure-devices-provisioning.net"_s, u"owner"_s, "c2VjcmV0"};
    made->hubs = {{u"a.azure-devices.net"_s, u"service"_s, "YWI="}};
    made->arm.emplace();
    made->arm->bearerToken = "jwt";
    return made;
}

} // namespace

class TestSignature final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void signsTheTextThatItSends()
    {
        const QByteArray token
            = sharedAccessSignature({u"a.azure-devices.net"_s, u"my policy"_s, "c2VjcmV0"}, 1'700'000'000);
        QVERIFY(token.startsWith("SharedAccessSignature sr=a.azure-devices.net&sig="));
        const QByteArray mac
            = QMessageAuthenticationCode::hash("a.azure-devices.net\n1700000000", "secret", QCryptographicHash::Sha256);
        QVERIFY(token.contains("&sig=" + mac.toBase64().toPercentEncoding() + '&'));
        QVERIFY(token.endsWith("&se=1700000000&skn=my%20policy"));
    }

    void picksTheKeyByServiceAndHost()
    {
        const test::FakeClock clock;
        const Authorizer authorize = authorizer(connection(), clock);
        QVERIFY(QCoro::waitFor(authorize(Service::Dps, u"c.azure-devices-provisioning.net"_s))->endsWith("skn=owner"));
        QVERIFY(QCoro::waitFor(authorize(Service::Hub, u"A.azure-devices.net"_s))->endsWith("skn=service"));
        QCOMPARE(*QCoro::waitFor(authorize(Service::Arm, u"management.azure.com"_s)), QByteArray("Bearer jwt"));
        QCOMPARE(
            QCoro::waitFor(authorize(Service::Hub, u"x.azure-devices.net"_s)).error().kind, ErrorKind::Unauthorized);
    }
};

DROVER_TEST(TestSignature)
#include "tst_signature.moc"
