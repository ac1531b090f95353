#include "app/inventory/inventory.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::inventory;

class TestLook final : public QObject {
    Q_OBJECT

    static backend::Connection toNowhere()
    {
        backend::Connection connection;
        connection.simulated = true;
        connection.speed = 100'000;
        connection.redirect = u"127.0.0.1:1"_s;
        connection.dps = {u"c.azure-devices-provisioning.net"_s, u"o"_s, "c2VjcmV0"};
        connection.hubs = {{u"a.azure-devices.net"_s, u"o"_s, "c2VjcmV0"}};
        return connection;
    }

private Q_SLOTS:
    void nothingAtAllIsAnError()
    {
        Services services(toNowhere());
        const auto fleet = QCoro::waitFor(look(services, {}, {}));
        QVERIFY(!fleet);
        QCOMPARE(fleet.error().kind, ErrorKind::Offline);
        QVERIFY(!fleet.error().remedy.isEmpty());
    }

    void aStopEndsTheLook()
    {
        Services services(toNowhere());
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(look(services, {}, stop.get_token())).error().kind, ErrorKind::Cancelled);
    }

    void hubsWithoutAnyoneWhoKnowsThemAreStamps()
    {
        Services services(toNowhere());
        const auto stamps = QCoro::waitFor(lookAtStamps(services, {}, {}));
        QVERIFY(stamps);
        QCOMPARE(stamps->size(), std::size_t(1));
        QCOMPARE(stamps->front().title, u"a"_s);
        QCOMPARE(stamps->front().health.state, fleet::HubHealth::State::Outage);
        QVERIFY(!stamps->front().health.trouble.isEmpty());
    }
};

DROVER_TEST(TestLook)
#include "tst_look.moc"
