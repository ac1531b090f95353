#include "app/simulator/quota.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

class TestQuota : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anyWindowHoldsTheLimitAtMost()
    {
        Quota quota("dps", "operations", 10, 60'000);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(quota.take(i * 1'000, 1, true), Millis {0});
        QCOMPARE(quota.take(30'000, 1, true), Millis {30'000});
        QCOMPARE(quota.take(60'000, 1, true), Millis {0});
        QCOMPARE(quota.take(60'000, 1, true), Millis {1'000});
    }

    void aBulkCallTakesAsMuchAsItsItems()
    {
        Quota quota("dps", "operations", 10, 60'000);
        QCOMPARE(quota.take(0, 8, true), Millis {0});
        QVERIFY(quota.take(1, 3, true) > 0);
        QCOMPARE(quota.take(1, 2, true), Millis {0});
    }

    void liftedQuotasStillCount()
    {
        Quota quota("hub", "registry", 1, 60'000);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(quota.take(0, 1, false), Millis {0});
        QCOMPARE(quota.truth()["highest"].get<int>(), 5);
        QCOMPARE(quota.truth()["rejected"].get<int>(), 0);
    }

    void aClockThatIsPutBackGivesNothingAndTakesNothing()
    {
        Quota window("hub", "registry", 10, 60'000);
        Quota bucket = Quota::bucket("arm", "requests", 10, 1);
        for (Quota *quota : {&window, &bucket}) {
            QCOMPARE(quota->take(7'200'000, 10, true), Millis {0});
            QVERIFY(quota->take(3'600'000, 1, true) > 0);
            QVERIFY(quota->take(3'600'000, 1, true) <= 60'000);
            QCOMPARE(quota->take(3'660'000, 10, true), Millis {0});
        }
    }

    void aBucketFillsAgain()
    {
        Quota quota = Quota::bucket("arm", "requests", 2, 1);
        QCOMPARE(quota.take(0, 1, true), Millis {0});
        QCOMPARE(quota.take(0, 1, true), Millis {0});
        QCOMPARE(quota.take(0, 1, true), Millis {1'000});
        QCOMPARE(quota.take(1'000, 1, true), Millis {0});
    }
};

DROVER_TEST(TestQuota)
#include "tst_quota.moc"
