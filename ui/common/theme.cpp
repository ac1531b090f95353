#include "ui/common/theme.h"

#include "ui/common/stylesheet.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

// States after Okabe and Ito: planned, enrolled, triggered, registering, assigned, connected, verified, waiting,
// throttled, failed, skipped, undone.
constexpr Tokens light {
    .dark = false,
    .window = 0xF4F5F7, .surface = 0xFFFFFF, .line = 0xDFE3E8, .text = 0x1C2430, .quiet = 0x66707F,
    .accent = 0x1F6FD0, .onAccent = 0xFFFFFF,
    .rail = 0x1F2733, .railText = 0xAAB4C2, .railOn = 0x5AA2F0,
    .field = 0xFAFBFC, .track = 0xE7EAEF, .fill = 0x6496D2, .fillWarn = 0xD9A23B, .fillHigh = 0xDB7F3C, .fillOff = 0xAEB6C1,
    .tip = 0x14365F, .tipText = 0xFFFFFF,
    .ring = {0x6B7FA3, 0xC98A00, 0xB3261E},
    .verdict = {0x00795A, 0x9A6700, 0xB3261E},
    .state = {0xD4D9E0, 0x56B4E9, 0x0072B2, 0xCC79A7, 0xE69F00, 0x7CC6AA, 0x009E73, 0xB8A1D9, 0x8A94A3, 0xD55E00, 0x9C8F7A,
        0x6B7280},
};
constexpr Tokens dark {
    .dark = true,
    .window = 0x15191F, .surface = 0x1E242C, .line = 0x333C48, .text = 0xE6EAF0, .quiet = 0x98A3B3,
    .accent = 0x5AA2F0, .onAccent = 0x0E141C,
    .rail = 0x11151A, .railText = 0x98A3B3, .railOn = 0x5AA2F0,
    .field = 0x191E25, .track = 0x333C48, .fill = 0x4F86C6, .fillWarn = 0xC4933A, .fillHigh = 0xCF7638, .fillOff = 0x66707F,
    .tip = 0x2B5C97, .tipText = 0xFFFFFF,
    .ring = {0x8FA2C4, 0xE0A93B, 0xEF6A61},
    .verdict = {0x3CC79A, 0xE0B14A, 0xF27D74},
    .state = {0x48525F, 0x56B4E9, 0x0072B2, 0xCC79A7, 0xE69F00, 0x7CC6AA, 0x009E73, 0xB8A1D9, 0x8A94A3, 0xD55E00, 0x9C8F7A,
        0x6B7280},
};

const Tokens *current = &light;

QPalette paletteOf(const Tokens &t)
{
    QPalette palette;
    palette.setColor(QPalette::Window, t.window);
    palette.setColor(QPalette::Base, t.surface);
    palette.setColor(QPalette::AlternateBase, t.window);
    palette.setColor(QPalette::Button, t.surface);
    palette.setColor(QPalette::ToolTipBase, t.tip);
    palette.setColor(QPalette::ToolTipText, t.tipText);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(role, t.text);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, mix(t.quiet, t.surface, 0.7));
    palette.setColor(QPalette::PlaceholderText, t.quiet);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, t.onAccent);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::Mid, t.line);
    return palette;
}

bool desktopIsDark()
{
    // Asked once, before our own palette replaces the desktop's.
    static const bool answer = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    return answer;
}

} // namespace

void applyTheme(Theme theme)
{
    const bool desktop = desktopIsDark();
    static const int size = textSize();
    current = theme == Theme::Dark || (theme == Theme::System && desktop) ? &dark : &light;
    QApplication::setStyle(u"Fusion"_s);
    QFont font = QApplication::font();
    if (QFontDatabase::hasFamily(u"Inter"_s))
        font.setFamily(u"Inter"_s);
    font.setPixelSize(size);
    QApplication::setFont(font);
    QApplication::setPalette(paletteOf(*current));
    qApp->setStyleSheet(styleSheet(*current, size));
}

const Tokens &tokens()
{
    return *current;
}

OnPaper::OnPaper()
    : m_before(std::exchange(current, &light))
{
}

OnPaper::~OnPaper()
{
    current = m_before;
}

QColor ringColor(fleet::Ring ring)
{
    return tokens().ring[static_cast<size_t>(ring)];
}

QColor verdictColor(plan::Verdict verdict)
{
    return tokens().verdict[static_cast<size_t>(verdict)];
}

QColor stateColor(run::DeviceState state)
{
    return tokens().state[static_cast<size_t>(state)];
}

QColor toneColor(Tone tone)
{
    switch (tone) {
    case Tone::Good:
        return stateColor(run::DeviceState::Verified);
    case Tone::Progress:
        return stateColor(run::DeviceState::Triggered);
    case Tone::Warn:
        return stateColor(run::DeviceState::Assigned);
    case Tone::Bad:
        return stateColor(run::DeviceState::Failed);
    case Tone::Neutral:
        break;
    }
    return tokens().quiet;
}

QColor mix(QColor a, QColor b, double share)
{
    const auto part = [share](int x, int y) { return static_cast<int>(std::lround(x * share + y * (1 - share))); };
    return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

int textSize()
{
    return std::clamp(QFontInfo(QApplication::font()).pixelSize(), 13, 26);
}

} // namespace drover::ui
