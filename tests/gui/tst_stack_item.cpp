#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/common/theme.h"
#include "ui/run/runchart.h"
#include "ui/run/stackitem.h"
#include "ui/run/stateorder.h"

#include <QElapsedTimer>
#include <QGraphicsScene>
#include <QImage>
#include <QPainter>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestStackItem final : public QObject {
    Q_OBJECT

private:
    static QImage picture(ui::StackItem &item, const run::RunStatus &status, QSize size)
    {
        item.setStatus(status);
        item.setPlot(QRectF({0, 0}, QSizeF(size)), status.started, status.now, status.total);
        QImage image(size, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        item.paint(&painter, nullptr, nullptr);
        return image;
    }

    static run::RunStatus even(int samples)
    {
        run::RunStatus status;
        status.total = 1'000;
        for (int i = 0; i < samples; ++i) {
            run::Sample sample {.at = Instant(std::chrono::milliseconds(1'000LL * i)), .counts = {}};
            sample.counts[static_cast<size_t>(run::DeviceState::Verified)] = 500;
            sample.counts[static_cast<size_t>(run::DeviceState::Assigned)] = (i * 7) % 100;
            sample.counts[static_cast<size_t>(run::DeviceState::Planned)] = 500 - (i * 7) % 100;
            status.samples.push_back(sample);
        }
        status.counts = status.samples.back().counts;
        status.now = status.samples.back().at;
        return status;
    }

private Q_SLOTS:
    void fillsThePlotFromTheBottomToTheTotalWhateverTheStates()
    {
        ui::StackItem item(nullptr);
        const QImage image = picture(item, even(300), {200, 100});

        QCOMPARE(image.pixelColor(50, 98), ui::stateColor(run::DeviceState::Verified));
        QCOMPARE(image.pixelColor(50, 52), ui::stateColor(run::DeviceState::Verified));
        QCOMPARE(image.pixelColor(50, 2), ui::stateColor(run::DeviceState::Planned));
        for (int y = 0; y < 100; ++y)
            QVERIFY2(image.pixelColor(50, y) != QColor(Qt::white), qPrintable(QString::number(y)));
    }

    void holdsASampleUntilTheNext()
    {
        run::RunStatus status;
        status.total = 100;
        run::Sample before {.at = Instant(std::chrono::seconds(0)), .counts = {}};
        before.counts[static_cast<size_t>(run::DeviceState::Planned)] = 100;
        run::Sample after {.at = Instant(std::chrono::seconds(100)), .counts = {}};
        after.counts[static_cast<size_t>(run::DeviceState::Verified)] = 100;
        status.samples = {before, after};
        status.counts = after.counts;
        status.now = Instant(std::chrono::seconds(200));
        ui::StackItem item(nullptr);
        const QImage image = picture(item, status, {200, 100});

        for (const int y : {2, 50, 97}) {
            QCOMPARE(image.pixelColor(10, y), ui::stateColor(run::DeviceState::Planned));
            QCOMPARE(image.pixelColor(95, y), ui::stateColor(run::DeviceState::Planned));
            QCOMPARE(image.pixelColor(105, y), ui::stateColor(run::DeviceState::Verified));
        }
    }

    void paintsTenThousandSamplesInAboutTheTimeOfThreeHundred()
    {
        ui::StackItem item(nullptr);
        const auto frame = [&item](int samples) {
            const run::RunStatus status = even(samples);
            qint64 best = std::numeric_limits<qint64>::max();
            for (int i = 0; i < 9; ++i) {
                QElapsedTimer timer;
                timer.start();
                picture(item, status, {1000, 500});
                best = std::min(best, timer.nsecsElapsed());
            }
            return best;
        };
        const qint64 few = frame(300);
        const qint64 many = frame(10'000);
        qInfo("frame of 1000x500: %.2f ms for 300 samples, %.2f ms for 10,000", double(few) / 1e6, double(many) / 1e6);
        QVERIFY2(many < few * 4, "the cost of a frame grows with the samples");
    }
};

DROVER_TEST(TestStackItem)
#include "tst_stack_item.moc"
