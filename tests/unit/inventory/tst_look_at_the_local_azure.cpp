#include "app/inventory/inventory.h"

#include "tests/support/testmain.h"
#include "tests/unit/inventory/localazure.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace drover;
using namespace drover::inventory;

class TestLookAtTheLocalAzure final : public QObject {
    Q_OBJECT

    test::LocalAzure m_azure;
    std::unique_ptr<Services> m_services;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_azure.start(u"small"_s, 60));
        auto connection = backend::readEndpoints(m_azure.endpoints());
        QVERIFY2(connection, connection ? "" : qPrintable(connection.error().what));
        m_services = std::make_unique<Services>(std::move(*connection));
    }

    void seesEveryDeviceOnce()
    {
        int partials = 0;
        auto partial = [&partials](const std::shared_ptr<const fleet::Fleet> &, const Progress &) { ++partials; };
        const auto fleet = QCoro::waitFor(look(*m_services, partial, {}));
        QVERIFY2(fleet, fleet ? "" : qPrintable(fleet.error().what));
        for (const fleet::Gap &gap : fleet->gaps)
            QFAIL(qPrintable(gap.what + u": "_s + gap.why));
        QCOMPARE(fleet->stamps.size(), std::size_t(4));
        QCOMPARE(fleet->devices->size(), 2600);
        QCOMPARE(fleet->groups.size(), std::size_t(2));
        QCOMPARE(fleet->individuals.size(), std::size_t(500));
        QVERIFY(fleet->dps.linked);
        QVERIFY(partials > 1);
        for (fleet::DeviceIndex::Row row = 0; row < 2600; ++row) {
            QVERIFY(fleet->devices->flags(row) & fleet::DeviceIndex::OnHub);
            QVERIFY(fleet->devices->flags(row) & fleet::DeviceIndex::InDps);
        }
    }

    void speaksWithEveryService()
    {
        using Kind = fleet::Enrollment::Kind;
        backend::DpsClient &dps = m_services->dps();
        const auto group = QCoro::waitFor(dps.get(Kind::Group, u"meters"_s, {}));
        QVERIFY2(group, group ? "" : qPrintable(group.error().what));
        const auto keys = QCoro::waitFor(dps.attestation(Kind::Group, u"meters"_s, {}));
        QVERIFY(keys);
        QVERIFY(keys->contains("primaryKey"));
        const auto stale = QCoro::waitFor(dps.put(Kind::Group, u"meters"_s, group->raw, u"stale"_s, {}));
        QCOMPARE(stale.error().status, 412);
        const auto registration = QCoro::waitFor(dps.registration(u"meter-0001"_s, {}));
        QVERIFY(registration);
        backend::HubClient *const hub = m_services->hub(registration->assignedHub);
        QVERIFY(hub);
        const auto twin = QCoro::waitFor(hub->twin(registration->deviceId, {}));
        QVERIFY(twin);
        QVERIFY(twin->connected);
        const auto missing = QCoro::waitFor(hub->identity(u"nobody"_s, {}));
        QCOMPARE(missing.error().code, 404001);
        const auto method = QCoro::waitFor(hub->invoke(registration->deviceId, u"Reprovision"_s, "{}", 30s, {}));
        QVERIFY2(method, method ? "" : qPrintable(method.error().what));
        QCOMPARE(method->status, 200);
    }
};

DROVER_TEST(TestLookAtTheLocalAzure)
#include "tst_look_at_the_local_azure.moc"
