#pragma once

#include "models/run/runstatus.h"

#include <QtCharts/QChartView>

class QDateTimeAxis;
class QValueAxis;

namespace drover::ui {

class StackItem;

/// Devices by state over time: Qt Charts draws axes, grid and legend, StackItem the areas.
class RunChart final : public QChartView {
    Q_OBJECT

public:
    explicit RunChart(QWidget *parent = nullptr);
    void setStatus(const run::RunStatus &status);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void place();
    void paintTheme();

    QDateTimeAxis *m_time;
    QValueAxis *m_devices;
    StackItem *m_stack;
    Instant m_from = {}, m_to = {};
};

} // namespace drover::ui
