#include "models/plan/waves.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <numeric>

using namespace drover::plan;

using Sizes = std::vector<int>;

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
};

DROVER_TEST(TestWaves)
#include "tst_waves.moc"
