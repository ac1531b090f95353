#include "app/backend/http/door.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <rapidcheck.h>

using namespace Qt::StringLiterals;
using namespace drover::backend;

class TestRedaction final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noKeyEverShows()
    {
        const QStringList places = {u"HostName=h;SharedAccessKeyName=owner;SharedAccessKey=%1"_s,
            u"HostName=h;SharedAccessKey=%1;GatewayHostName=g"_s,
            u"Authorization: SharedAccessSignature sr=h&sig=%1&se=1&skn=owner"_s,
            u"SharedAccessSignature sig=%1&sr=h"_s, u"got sig=%1&se=5"_s, u"Bearer %1"_s, u"authorization=Bearer %1"_s,
            uR"({"primaryKey":"%1","secondaryKey":"x"})"_s, uR"({"secondaryKey" : "%1"})"_s,
            uR"({\"symmetricKey\":{\"primaryKey\":\"%1\"}})"_s, u"grant_type=x&client_secret=%1&scope=y"_s,
            uR"({"access_token":"%1"})"_s, uR"({"connectionString":"HostName=h;SharedAccessKey=%1"})"_s};
        const bool holds = rc::check("a random key never appears", [&places] {
            const auto bytes = *rc::gen::container<std::vector<char>>(32, rc::gen::arbitrary<char>());
            const QString key = QString::fromLatin1(QByteArray(bytes.data(), 32).toBase64());
            for (const QString &place : places) {
                const QString shown = redacted(u"before "_s + place.arg(key) + u" after"_s);
                RC_ASSERT(!shown.contains(key));
                RC_ASSERT(!shown.contains(key.first(20)));
                RC_ASSERT(shown.contains(u"****"));
            }
        });
        QVERIFY(holds);
    }

    void leavesHarmlessTextAsItIs()
    {
        const QString text = u"PUT /enrollments/valve-0001 answered 412: the design=blue record changed"_s;
        QCOMPARE(redacted(text), text);
    }
};

DROVER_TEST(TestRedaction)
#include "tst_redaction.moc"
