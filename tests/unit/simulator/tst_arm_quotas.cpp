#include "app/simulator/armquotas.h"
#include "tests/support/testmain.h"

#include <QtTest>

using namespace drover::simulator;

class TestArmQuotas : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBucketFillsAgainSteadily()
    {
        ArmQuotas quotas;
        QCOMPARE(drained(quotas, "a", ArmQuotas::Kind::Writes, 0), 200);
        QCOMPARE(take(quotas, "a", ArmQuotas::Kind::Writes, 0).wait, Millis(100));
        QCOMPARE(drained(quotas, "a", ArmQuotas::Kind::Writes, 1000), 10);
        QCOMPARE(drained(quotas, "a", ArmQuotas::Kind::Writes, 60'000), 200);
    }

    void aClockThatIsPutBackGivesNothingAndTakesNothing()
    {
        ArmQuotas quotas;
        QCOMPARE(drained(quotas, "a", ArmQuotas::Kind::Writes, 7'200'000), 200);
        QCOMPARE(take(quotas, "a", ArmQuotas::Kind::Writes, 3'600'000).wait, Millis(100));
        QCOMPARE(drained(quotas, "a", ArmQuotas::Kind::Writes, 3'601'000), 10);
    }

    void callersAndKindsHaveBucketsOfTheirOwn()
    {
        ArmQuotas quotas;
        QCOMPARE(drained(quotas, "a", ArmQuotas::Kind::Reads, 0), 250);
        QCOMPARE(drained(quotas, "a", ArmQuotas::Kind::Deletes, 0), 200);
        QCOMPARE(drained(quotas, "b", ArmQuotas::Kind::Reads, 0), 250);
    }

    void allCallersTogetherHaveFifteenTimesAsMuch()
    {
        ArmQuotas quotas;
        int granted = 0;
        for (int caller = 0; caller < 20; ++caller)
            granted += drained(quotas, std::to_string(caller), ArmQuotas::Kind::Writes, 0);
        QCOMPARE(granted, 15 * 200);
    }

    void withoutQuotasCallsAreOnlyCounted()
    {
        ArmQuotas quotas;
        for (int call = 0; call < 300; ++call)
            QCOMPARE(quotas.take("a", "s", ArmQuotas::Kind::Writes, 0, false).wait, Millis(0));
        const Json truth = quotas.truth();
        QVERIFY(std::ranges::any_of(truth, [](const Json &row) { return row["highest"] == 300 && row["rejected"] == 0; }));
    }

private:
    static ArmQuotas::Grant take(ArmQuotas &quotas, const std::string &caller, ArmQuotas::Kind kind, Millis now)
    {
        return quotas.take(caller, "s", kind, now, true);
    }
    /// How many calls are granted at once.
    static int drained(ArmQuotas &quotas, const std::string &caller, ArmQuotas::Kind kind, Millis now)
    {
        int granted = 0;
        while (take(quotas, caller, kind, now).wait == 0)
            ++granted;
        return granted;
    }
};

DROVER_TEST(TestArmQuotas)

#include "tst_arm_quotas.moc"
