#include "models/core/ids.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <type_traits>

using namespace Qt::StringLiterals;
using namespace drover;

static_assert(!std::is_convertible_v<RegistrationId, DeviceId>);
static_assert(!std::is_constructible_v<DeviceId, RegistrationId>);
static_assert(!std::equality_comparable_with<DeviceId, RegistrationId>);
static_assert(!std::is_constructible_v<DeviceId, QString>);

class TestIds final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void registrationsFoldCase() { QCOMPARE(RegistrationId::parse(u"Pump-7")->text(), u"pump-7"_s); }

    void devicesKeepCase() { QVERIFY(DeviceId::parse(u"Pump-7") != DeviceId::parse(u"pump-7")); }

    void rejectsWhatTheServiceRejects_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << u""_s;
        QTest::newRow("space") << u"pump 7"_s;
        QTest::newRow("too long") << QString(129, u'a');
    }
    void rejectsWhatTheServiceRejects()
    {
        QFETCH(QString, text);
        QVERIFY(!RegistrationId::parse(text));
        QVERIFY(!DeviceId::parse(text));
    }
};

DROVER_TEST(TestIds)
#include "tst_ids.moc"
