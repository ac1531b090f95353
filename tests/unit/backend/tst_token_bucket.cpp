#include "app/backend/http/tokenbucket.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <rapidcheck.h>

#include <algorithm>
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
            Instant now(1000s);
            TokenBucket bucket(now, {double(perMinute), double(burst)});
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

    void processesKilledOneAfterTheOtherKeepToTheSameBound()
    {
        const bool holds = rc::check("burst + rate is kept by a chain of fresh buckets", [] {
            const int perMinute = *rc::gen::inRange(1, 2000);
            const int burst = *rc::gen::inRange(1, 100);
            const auto lives = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40'000));
            Instant now(1000s);
            std::vector<Instant> taken;
            for (const int life : lives) {
                TokenBucket bucket(now, {double(perMinute), double(burst)});
                const Instant killed = now + Duration(life);
                for (; now + bucket.untilReady(now, 1) <= killed && taken.size() < 3000; taken.push_back(now)) {
                    now += bucket.untilReady(now, 1);
                    bucket.take(now, 1);
                }
                now = killed;
            }
            for (std::size_t from = 0; from < taken.size(); ++from) {
                const auto end = std::ranges::lower_bound(taken, taken[from] + 60s);
                RC_ASSERT(static_cast<double>(end - taken.begin() - static_cast<std::ptrdiff_t>(from)) <= perMinute + burst + 1e-3);
            }
        });
        QVERIFY(holds);
    }

    void noWindowHoldsMoreThanItsLimitWhateverTheBurst()
    {
        const bool holds = rc::check("most is kept over any window", [] {
            const int most = *rc::gen::inRange(10, 2000);
            const Limit limit{.perMinute = double(most), .burst = double(*rc::gen::inRange(10, 2000)), .most = double(most), .window = 60s};
            const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
                rc::gen::pair(rc::gen::inRange(0, 20'000), rc::gen::inRange(1, 11)));
            Instant now(1000s);
            TokenBucket bucket(now, limit);
            std::vector<std::pair<Instant, int>> taken;
            for (const auto &[idle, cost] : steps) {
                now += Duration(idle);
                now += bucket.untilReady(now, cost);
                RC_ASSERT(bucket.untilReady(now, cost) == Duration::zero());
                bucket.take(now, cost);
                taken.emplace_back(now, cost);
            }
            for (std::size_t from = 0; from < taken.size(); ++from) {
                int sum = 0;
                for (std::size_t to = from; to < taken.size() && taken[to].first - taken[from].first < 60s; ++to)
                    sum += taken[to].second;
                RC_ASSERT(sum <= most);
            }
        });
        QVERIFY(holds);
    }

    /// Calls of ten that leave up to half a second late, as they do when many answers come at once.
    void usesTheWindowToTheFullWhenCallsLeaveLate()
    {
        const bool holds = rc::check("98 % over the minutes of a steady pace", [] {
            const Limit limit{.perMinute = 900, .burst = 20, .most = 900, .window = 60'300ms};
            Instant now(1000s);
            TokenBucket bucket(now, limit);
            std::vector<Instant> taken;
            const auto late = *rc::gen::container<std::vector<int>>(500, rc::gen::inRange(0, 500));
            for (const int each : late) {
                const Duration wait = bucket.untilReady(now, 10);
                now += wait + Duration(wait > Duration::zero() ? each : 0);
                bucket.take(now, 10);
                taken.push_back(now);
            }
            constexpr std::size_t steady = 100;
            for (std::size_t from = steady; taken[from] + 60s < taken.back(); ++from) {
                const auto end = std::ranges::lower_bound(taken, taken[from] + 60s);
                RC_ASSERT(10 * (end - taken.begin() - static_cast<std::ptrdiff_t>(from)) <= 900);
            }
            const auto minutes = std::chrono::duration<double, std::ratio<60>>(taken.back() - taken[steady]).count();
            RC_ASSERT(static_cast<double>(10 * (taken.size() - 1 - steady)) / minutes >= 0.98 * 900);
        });
        QVERIFY(holds);
    }

    void aSlowerPaceSlowsAtOnceAndDoesNotStop()
    {
        Instant now(1000s);
        TokenBucket bucket(now, {900, 20, 900, 60s});
        for (const Instant end = now + 120s; now < end; now += bucket.untilReady(now, 1))
            bucket.take(now, 1);
        bucket.setLimit(now, {90, 20, 90, 60s});
        bucket.take(now, 1);
        QVERIFY(bucket.untilReady(now, 1) <= 2s);
    }

    void isEmptyAtFirst()
    {
        const Instant now(1000s);
        const TokenBucket bucket(now, {60, 10});
        QCOMPARE(bucket.untilReady(now, 1), Duration(1s));
        QCOMPARE(bucket.untilReady(now + 10s, 10), Duration(0));
    }

    void nothingGoesWhileBlocked()
    {
        const Instant now(1000s);
        TokenBucket bucket(now - 10s, {60, 10});
        bucket.block(now + 5s);
        QCOMPARE(bucket.untilReady(now, 1), Duration(5s));
        QCOMPARE(bucket.untilReady(now + 5s, 1), Duration(0));
    }

    void aCallLargerThanTheBurstIsServedInTheEnd()
    {
        const Instant now(1000s);
        TokenBucket bucket(now - 4s, {60, 4});
        QCOMPARE(bucket.untilReady(now, 10), Duration(0));
        bucket.take(now, 10);
        QCOMPARE(bucket.untilReady(now, 1), Duration(7s));
    }

    void aSmallerLimitHoldsAtOnce()
    {
        const Instant now(1000s);
        TokenBucket bucket(now - 10s, {600, 100});
        bucket.setLimit(now, {60, 1});
        bucket.take(now, 1);
        QCOMPARE(bucket.untilReady(now, 1), Duration(1s));
    }
};

DROVER_TEST(TestTokenBucket)
#include "tst_token_bucket.moc"
