#pragma once

#include "models/run/runstatus.h"

#include <QGraphicsItem>
#include <QImage>

namespace drover::ui {

/// The stacked states, gates, now line and expected end in a chart's plot area. One value per state and pixel column, so
/// a frame costs the same for ten samples and for ten thousand.
class StackItem final : public QGraphicsItem {
public:
    explicit StackItem(QGraphicsItem *chart);

    void setStatus(const run::RunStatus &status);
    /// Where to paint, and the times at its left and right edge.
    void setPlot(const QRectF &area, Instant from, Instant to, double top);
    QRectF boundingRect() const override;
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    double xOf(Instant at) const;
    QImage render(const QSize &size) const;
    struct GateCaption {
        double x = 0;
        QString words;
        QString shorter;
    };
    std::vector<GateCaption> gateCaptions() const;
    void paintGates(QPainter &painter) const;
    void paintExpected(QPainter &painter) const;

    std::vector<run::Sample> m_samples;
    std::vector<run::WaveStatus> m_waves;
    std::optional<Instant> m_expectedFrom, m_expectedTo, m_ended;
    Instant m_now = {};
    QRectF m_area;
    Instant m_from = {}, m_to = {};
    double m_top = 1;
};

} // namespace drover::ui
