#include "app/backend/http/tokenbucket.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <rapidcheck.h>

#include <vector>

using namespace drover;
using namespace drover::backend;
using namespace std::chrono_literals;

class TestTokenBucket final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noWindowHoldsMoreThanTheLimit()
    {
        const bool holds = rc::check("burst + rate is kept over any window", [] {
            const int perMinute = *rc::gen::inRange(1, 2000);
            const int burst = *rc::gen::inRange(10, 100);
            const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
                rc::gen::pair(rc::gen::inRange(0, 5000), rc::gen::inRange(1, 11)));
            TokenBucket bucket(perMinute, burst);
            Instant now(1000s);
            std::vector<std::pair<Instant, int>> taken;
            for (const auto &[idle, cost] : steps) {
                now += Duration(idle);
                now += bucket.untilReady(now, cost);
                RC_ASSERT(bucket.untilReady(now, cost) == Duration::zero());
                bucket.take(now, cost);
                taken.emplace_back(now, cost);
            }
            for (std::size_t from = 0; from < taken.size(); ++from) {
                double sum = 0;
                for (std::size_t to = from; to < taken.size() && taken[to].first - taken[from].first < 60s; ++to)
                    sum += taken[to].second;
                RC_ASSERT(sum <= perMinute + burst + 1e-3);
            }
        });
        QVERIFY(holds);
    }

    void nothingGoesWhileBlocked()
    {
        TokenBucket bucket(60, 10);
        const Instant now(1000s);
        bucket.block(now + 5s);
        QCOMPARE(bucket.untilReady(now, 1), Duration(5s));
        QCOMPARE(bucket.untilReady(now + 5s, 1), Duration(0));
    }

    void aCallLargerThanTheBurstIsServedInTheEnd()
    {
        TokenBucket bucket(60, 4);
        const Instant now(1000s);
        QCOMPARE(bucket.untilReady(now, 10), Duration(0));
        bucket.take(now, 10);
        QCOMPARE(bucket.untilReady(now, 1), Duration(7s));
    }

    void aSmallerLimitHoldsAtOnce()
    {
        TokenBucket bucket(600, 100);
        const Instant now(1000s);
        bucket.setLimit(now, 60, 1);
        bucket.take(now, 1);
        QCOMPARE(bucket.untilReady(now, 1), Duration(1s));
    }
};

DROVER_TEST(TestTokenBucket)
#include "tst_token_bucket.moc"
