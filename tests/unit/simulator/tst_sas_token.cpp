#include "app/simulator/access.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

namespace {

const std::string key = base64("0123456789abcdef0123456789abcdef");
constexpr std::int64_t expiry = 2'000'000'000;

std::string signature(const std::string &resource)
{
    const std::string bytes = fromBase64(key).value_or("");
    return percentEncode(base64(hmacSha256(bytes, resource + "\n" + std::to_string(expiry))));
}

} // namespace

class TestSasToken : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsMayStandInAnyOrder()
    {
        const std::string resource = "hub.azure-devices.net";
        for (const std::string &text :
            {"SharedAccessSignature sr=" + resource + "&sig=" + signature(resource) + "&skn=service&se=2000000000",
                "SharedAccessSignature se=2000000000&skn=service&sig=" + signature(resource) + "&sr=" + resource}) {
            const auto token = SasToken::parse(text);
            QVERIFY(token.has_value());
            QVERIFY(token->isFor("HUB.azure-devices.net"));
            QVERIFY(token->signedWith(key));
            QVERIFY(!token->expired(expiry - 1));
            QVERIFY(token->expired(expiry));
        }
    }

    void theTextSignedIsTheTextSent()
    {
        const std::string encoded = "hub.azure-devices.net%2Fdevices%2Fpump-7";
        const auto token
            = SasToken::parse("SharedAccessSignature sr=" + encoded + "&sig=" + signature(encoded) + "&se=2000000000");
        QVERIFY(token.has_value());
        QVERIFY(token->isFor("hub.azure-devices.net/devices/pump-7"));
        QVERIFY(token->signedWith(key));
    }

    void anotherKeyIsRefused()
    {
        const auto token = SasToken::parse("SharedAccessSignature sr=a&sig=" + signature("a") + "&se=2000000000");
        QVERIFY(token.has_value());
        QVERIFY(!token->signedWith(base64("another key of thirty-two bytes.")));
    }

    void incompleteTokensAreNone()
    {
        for (const char *text : {"", "Bearer x", "SharedAccessSignature sr=a&sig=b", "SharedAccessSignature sr=a&se=1"})
            QVERIFY2(!SasToken::parse(text), text);
    }

    void bearerTokensFitTheirAudienceOnly()
    {
        const TokenIssuer issuer("secret", "tenant", "client");
        const std::string bearer = "Bearer " + issuer.issue("https://management.azure.com/", 1'000, 600);
        QVERIFY(issuer.accepts(bearer, {"https://management.azure.com"}, 1'100));
        QVERIFY(!issuer.accepts(bearer, {"https://iothubs.azure.net"}, 1'100));
        QVERIFY(!issuer.accepts(bearer, {"https://management.azure.com"}, 1'700));
        QVERIFY(!TokenIssuer("other", "tenant", "client").accepts(bearer, {"https://management.azure.com"}, 1'100));
    }
};

DROVER_TEST(TestSasToken)
#include "tst_sas_token.moc"
