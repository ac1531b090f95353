#include "models/plan/waves.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <rapidcheck.h>

#include <numeric>
#include <random>

using namespace drover::plan;

using Sizes = std::vector<int>;

namespace {

void holdsAll(quint32 seed)
{
    std::mt19937 random(seed);
    const auto devices = static_cast<int>(random() % 5000);
    const Ramp ramp{.factor = static_cast<double>(random() % 90 + 11) / 10, .first = static_cast<int>(random() % 200) + 1};
    std::vector<double> shares(random() % 8);
    for (double &share : shares)
        share = static_cast<double>(random() % 101) / 100;
    const Sizes grown = rampSizes(devices, ramp);
    const Sizes shared = waveSizes(devices, shares);
    for (const Sizes *sizes : {&grown, &shared}) {
        RC_ASSERT(std::accumulate(sizes->begin(), sizes->end(), 0) == devices);
        RC_ASSERT(std::ranges::all_of(*sizes, [](int size) { return size > 0; }));
    }
    RC_ASSERT(grown.empty() || std::is_sorted(grown.begin(), grown.end() - 1));
}

} // namespace

class TestWaves final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wavesGrowFromOneDevice()
    {
        QCOMPARE(waveSizes(1000, {0, 0.01, 0.10}), (Sizes{1, 10, 100, 889}));
        QCOMPARE(waveSizes(2000, {0, 0.01, 0.10}), (Sizes{1, 20, 200, 1779}));
    }

    void noWaveIsEmpty()
    {
        QCOMPARE(waveSizes(1, {0, 0.01, 0.10}), (Sizes{1}));
        QCOMPARE(waveSizes(3, {0, 0.01, 0.10}), (Sizes{1, 1, 1}));
        QCOMPARE(waveSizes(0, {0, 0.01}), Sizes{});
        QCOMPARE(waveSizes(50, {}), (Sizes{50}));
        QCOMPARE(waveSizes(50, {1, 1}), (Sizes{50}));
    }

    void aStepBelongsToTheFirstWaveThatNeedsIt()
    {
        std::vector<Step> steps(2);
        std::vector<PlannedDevice> devices(4);
        devices[1].step = devices[2].step = 1;
        Options options;
        options.waves = {0, 0.5};
        const std::vector<Wave> waves = cutWaves(devices, steps, options);
        QCOMPARE(waves.size(), size_t(3));
        QCOMPARE(steps[0].wave, 0);
        QCOMPARE(steps[1].wave, 1);
        QCOMPARE(devices[3].wave, 2);
    }

    void aRampGrowsByItsFactor()
    {
        QCOMPARE(rampSizes(1000, {.factor = 2, .first = 1}), (Sizes{1, 2, 4, 8, 16, 32, 64, 128, 256, 489}));
        QCOMPARE(rampSizes(100, {.factor = 3, .first = 5}), (Sizes{5, 15, 45, 35}));
        QCOMPARE(rampSizes(3, {.factor = 2, .first = 10}), (Sizes{3}));
        QCOMPARE(rampSizes(0, {.factor = 2, .first = 1}), Sizes{});
    }

    void everyCutHoldsEveryDeviceOnce()
    {
        QVERIFY(rc::check("waves of any kind", [] { holdsAll(*rc::gen::arbitrary<quint32>()); }));
    }

    void strictWavesSplitOutAllButTheLast()
    {
        std::vector<Step> steps(1);
        steps[0].strategy = Strategy::RepointGroup;
        steps[0].enrollment = QStringLiteral("meters");
        steps[0].etag = QStringLiteral("1");
        std::vector<PlannedDevice> devices(5);
        for (size_t i = 0; i < devices.size(); ++i)
            devices[i].deviceId = QString::number(i);
        Options options;
        options.ramp = {.factor = 2, .first = 1};
        const auto waves = static_cast<int>(cutWaves(devices, steps, options).size());
        splitEarlyWaves(devices, steps, waves);
        QCOMPARE(waves, 3);
        QCOMPARE(steps.size(), size_t(1 + 3 + 3));
        QCOMPARE(steps[0].wave, 2);
        for (size_t i = 0; i < 3; ++i) {
            const Step &own = steps[static_cast<size_t>(devices[i].step)];
            QCOMPARE(own.strategy, Strategy::SplitOut);
            QCOMPARE(own.enrollment, devices[i].deviceId);
            QCOMPARE(own.group, QStringLiteral("meters"));
            QVERIFY(own.etag.isEmpty());
            QCOMPARE(own.wave, devices[i].wave);
            QCOMPARE(steps[4 + i].strategy, Strategy::Remove);
            QCOMPARE(steps[4 + i].wave, 2);
        }
        QCOMPARE(devices[3].step, 0);
        QCOMPARE(devices[4].step, 0);
    }
};

DROVER_TEST(TestWaves)
#include "tst_waves.moc"
