#include "app/backend/http/governor.h"
#include "app/backend/http/tokenbucket.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <rapidcheck.h>

#include <deque>

using namespace drover;
using namespace drover::backend;
using namespace std::chrono_literals;

namespace {

const Instant start(1000s);

} // namespace

class TestGovernor final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesTheWholeLimitWhileAllIsWell()
    {
        Governor governor;
        for (int second = 0; second < 1000; ++second)
            governor.answered(start + std::chrono::seconds(second), 20ms);
        QCOMPARE(governor.share(), 1.0);
    }

    void countsRefusalsOfOneMomentAsOne()
    {
        Governor governor;
        for (int call = 0; call < 40; ++call)
            governor.refused(start + Duration(call));
        QCOMPARE(governor.share(), 0.7);
        governor.refused(start + 4s);
        QVERIFY(qFuzzyCompare(governor.share(), 0.49));
    }

    void takesARefusalRightAfterAClimbForANewOne()
    {
        Governor governor;
        governor.refused(start);
        governor.answered(start + 5s, 20ms);
        QCOMPARE(governor.share(), 0.75);
        governor.refused(start + 6s);
        QCOMPARE(governor.share(), 0.75 * 0.7);
    }

    void climbsAgainByStepsAndNotAtOnce()
    {
        Governor governor;
        governor.refused(start);
        governor.answered(start + 4s, 20ms);
        QCOMPARE(governor.share(), 0.7);
        for (int second = 5; second < 60; ++second)
            governor.answered(start + std::chrono::seconds(second), 20ms);
        QCOMPARE(governor.share(), 1.0);
    }

    void backsOffWhenAnswersTakeMuchLongerThanTheyDid()
    {
        Governor governor;
        Instant now = start;
        for (int call = 0; call < 100; ++call)
            governor.answered(now += 100ms, 30ms);
        for (int call = 0; call < 100; ++call)
            governor.answered(now += 100ms, 2s);
        QVERIFY(governor.share() < 0.8);
        for (int call = 0; call < 1000; ++call)
            governor.answered(now += 100ms, 30ms);
        QCOMPARE(governor.share(), 1.0);
    }

    void callsASteadyDistanceUsual()
    {
        Governor governor;
        Instant now = start;
        for (int call = 0; call < 10'000; ++call)
            governor.answered(now += 100ms, std::chrono::milliseconds(250 + call % 50));
        QCOMPARE(governor.share(), 1.0);
    }

    void neverStopsAltogether()
    {
        Governor governor;
        for (int minute = 0; minute < 100; ++minute)
            governor.troubled(start + std::chrono::minutes(minute));
        QCOMPARE(governor.share(), Governor::least);
    }

    /// Somebody else uses a part of the limit: what is left is found, mostly used, and seldom asked too much of.
    void findsWhatAnotherClientLeaves()
    {
        const bool holds = rc::check("throughput is most of what is left", [] {
            const double left = 0.01 * *rc::gen::inRange(15, 95);
            constexpr double limit = 1000;
            Governor governor;
            TokenBucket bucket(start, {limit, 10});
            std::deque<Instant> counted;
            int accepted = 0;
            int refused = 0;
            const Instant end = start + 30min;
            for (Instant now = start; now < end;) {
                now += std::max<Duration>(bucket.untilReady(now, 1), 1ms);
                bucket.take(now, 1);
                while (!counted.empty() && counted.front() <= now - 60s)
                    counted.pop_front();
                if (double(counted.size()) < left * limit) {
                    counted.push_back(now);
                    ++accepted;
                    governor.answered(now, 20ms);
                } else {
                    ++refused;
                    governor.refused(now);
                    bucket.block(now + 5s);
                }
                bucket.setLimit(now, {limit * governor.share(), 10});
            }
            RC_ASSERT(accepted >= 0.6 * left * limit * 30);
            RC_ASSERT(refused <= 0.05 * accepted);
        });
        QVERIFY(holds);
    }
};

DROVER_TEST(TestGovernor)
#include "tst_governor.moc"
