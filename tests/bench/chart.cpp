#include "tests/bench/bench.h"

#include "ui/run/runchart.h"

#include <QApplication>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLineSeries>

using namespace Qt::StringLiterals;

namespace drover::bench {
namespace {

constexpr QSize size(1000, 500);

/// A run of 100,000 devices in which five states follow each other.
run::RunStatus statusWith(int samples)
{
    run::RunStatus status;
    status.total = 100'000;
    status.started = Instant(std::chrono::hours(480'000));
    for (int i = 0; i < samples; ++i) {
        run::Sample sample;
        sample.at = status.started + std::chrono::seconds(i);
        int left = status.total;
        for (int state = 6; state >= 1; --state) {
            const int share = std::min(left, status.total * i / samples / (8 - state) + (i * 7919) % 97);
            sample.counts[static_cast<size_t>(state)] = share;
            left -= share;
        }
        sample.counts[0] = left;
        status.samples.push_back(sample);
    }
    status.now = status.started + std::chrono::seconds(samples);
    status.counts = status.samples.back().counts;
    return status;
}

double ours(int samples)
{
    ui::RunChart chart;
    chart.resize(size);
    chart.show();
    QApplication::processEvents();
    const run::RunStatus status = statusWith(samples);
    return median(9, [&] {
        chart.setStatus(status);
        chart.grab();
    });
}

/// The peer: five stacked area series of Qt Charts, antialiased, without pen.
double qtCharts(int samples)
{
    QChartView view;
    view.resize(size);
    view.setRenderHint(QPainter::Antialiasing);
    std::vector<QLineSeries *> lines;
    for (int i = 0; i < 6; ++i)
        lines.push_back(new QLineSeries(view.chart()));
    for (size_t i = 1; i < lines.size(); ++i) {
        auto *area = new QAreaSeries(lines[i], lines[i - 1]);
        area->setPen(Qt::NoPen);
        view.chart()->addSeries(area);
    }
    const run::RunStatus status = statusWith(samples);
    std::vector<QList<QPointF>> points(lines.size());
    for (int at = 0; at < samples; ++at) {
        double sum = 0;
        for (size_t i = 0; i < lines.size(); ++i) {
            points[i].append(QPointF(at, sum));
            sum += status.samples[static_cast<size_t>(at)].counts[6 - i];
        }
    }
    for (size_t i = 0; i < lines.size(); ++i)
        lines[i]->replace(points[i]);
    view.chart()->createDefaultAxes();
    view.show();
    QApplication::processEvents();
    return median(5, [&] {
        for (size_t i = 0; i < lines.size(); ++i)
            lines[i]->replace(points[i]);
        view.grab();
    });
}

} // namespace

void chart()
{
    const double peer = qtCharts(1'000);
    for (const int samples : {300, 1'000, 10'000}) {
        const double own = ours(samples);
        print({{u"figure"_s, u"chart-frame"_s}, {u"samples"_s, samples}, {u"ms"_s, own}, {u"peer"_s, u"Qt Charts areas, 1,000 points"_s},
            {u"peerMs"_s, peer}, {u"ratio"_s, own / peer}});
    }
}

} // namespace drover::bench
