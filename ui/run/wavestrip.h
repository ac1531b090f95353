#pragma once

#include "models/run/runstatus.h"

#include <QWidget>

namespace drover::ui {

/// The waves side by side, each filled by the states of its devices.
class WaveStrip final : public QWidget {
    Q_OBJECT

public:
    explicit WaveStrip(QWidget *parent = nullptr);
    void setWaves(std::vector<run::WaveStatus> waves);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<run::WaveStatus> m_waves;
};

} // namespace drover::ui
