#pragma once

#include "models/run/runstatus.h"

#include <QColor>

#include <array>

namespace drover::ui {

enum class Theme { System, Light, Dark };
/// How a sentence feels; colour goes with a word or a shape, never alone.
using Tone = run::RunEvent::Tone;

/// Every colour that people see, one table per theme.
struct Tokens {
    bool dark;
    QRgb window, surface, line, text, quiet, accent, onAccent;
    QRgb rail, railText, railOn;
    QRgb field, track, fill, fillWarn, fillHigh, fillOff, tip, tipText;
    std::array<QRgb, 3> ring, verdict;
    std::array<QRgb, run::stateCount> state;
};

/// Fusion, our palette, our style sheet; System follows the desktop's colours as they were at the start.
void applyTheme(Theme theme);
const Tokens &tokens();

/// The light colors while it lives: for what is painted on paper, whatever the window's theme is.
class OnPaper final {
public:
    OnPaper();
    ~OnPaper();
    Q_DISABLE_COPY_MOVE(OnPaper)

private:
    const Tokens *m_before;
};

QColor ringColor(fleet::Ring ring);
QColor verdictColor(plan::Verdict verdict);
QColor stateColor(run::DeviceState state);
QColor toneColor(Tone tone);
/// `share` of `a`, the rest of `b`.
QColor mix(QColor a, QColor b, double share);
/// Text size of the desktop in pixels, at least 13.
int textSize();

} // namespace drover::ui
