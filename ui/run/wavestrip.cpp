#include "ui/run/wavestrip.h"

#include "ui/common/theme.h"
#include "ui/run/stateorder.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

WaveStrip::WaveStrip(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"waveStrip"_s);
    setFixedHeight(12);
    setMinimumWidth(160);
}

void WaveStrip::setWaves(std::vector<run::WaveStatus> waves)
{
    m_waves = std::move(waves);
    update();
}

void WaveStrip::paintEvent(QPaintEvent *)
{
    if (m_waves.empty())
        return;
    // By the root of their size: a wave of one device stays visible beside one of nine thousand.
    const auto weight = [](const run::WaveStatus &wave) { return std::pow(std::max(1, wave.devices), 0.35); };
    double weights = 0;
    for (const run::WaveStatus &wave : m_waves)
        weights += weight(wave);
    constexpr double gap = 4;
    const double room = width() - gap * static_cast<double>(m_waves.size() - 1);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    double left = 0;
    for (const run::WaveStatus &wave : m_waves) {
        const QRectF box(left, 0, std::max(6.0, room * weight(wave) / weights), height());
        QPainterPath shape;
        shape.addRoundedRect(box, 3, 3);
        painter.setClipPath(shape);
        painter.fillRect(box, QColor(tokens().track));
        double at = box.left();
        for (const run::DeviceState state : stackOrder) {
            const double part = box.width() * countOf(wave.counts, state) / std::max(1, wave.devices);
            if (state != run::DeviceState::Planned)
                painter.fillRect(QRectF(at, 0, part, height()), stateColor(state));
            at += part;
        }
        left = box.right() + gap;
    }
}

} // namespace drover::ui
