#include "app/inventory/inventory.h"

#include "tests/support/testmain.h"
#include "tests/unit/inventory/localazure.h"

#include <QElapsedTimer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::inventory;

class TestLookAtALargeFleet final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fourHundredThousandDevicesComeInSeconds()
    {
        test::LocalAzure azure;
        QVERIFY(azure.start(u"demo"_s, 60));
        auto connection = backend::readEndpoints(azure.endpoints());
        QVERIFY2(connection, connection ? "" : qPrintable(connection.error().what));
        Services services(std::move(*connection));
        QElapsedTimer time;
        time.start();
        int partials = 0;
        const auto fleet
            = QCoro::waitFor(look(services, [&partials](const auto &, const Progress &) { ++partials; }, {}));
        QVERIFY2(fleet, fleet ? "" : qPrintable(fleet.error().what));
        qInfo("%lld devices in %lld ms, %lld calls, %d partial fleets", static_cast<long long>(fleet->devices->size()),
            time.elapsed(), services.door().calls(), partials);
        for (const fleet::Gap &gap : fleet->gaps)
            qInfo("gap: %s: %s", qPrintable(gap.what), qPrintable(gap.why));
        QVERIFY(fleet->devices->size() > 400'000);
        for (const backend::Exchange &exchange : services.door().exchanges())
            QVERIFY2(exchange.status != 429, qPrintable(exchange.host + u' ' + exchange.route));
    }
};

DROVER_TEST(TestLookAtALargeFleet)
#include "tst_look_at_a_large_fleet.moc"
