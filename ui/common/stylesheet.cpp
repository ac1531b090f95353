#include "ui/common/stylesheet.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

// %name% is a colour of the table, %size+n% the text size.
constexpr auto sheet = R"(
QFrame[card="true"], QWidget[surface="true"] { background: %surface%; }
QFrame[card="true"] { border: 1px solid %line%; border-radius: 10px; }
QFrame[card="true"][tone="warn"] { border-color: %warnLine%; }
QFrame[card="true"][tone="bad"] { border-color: %blockLine%; }
QFrame[card="true"][tone="good"] { border-color: %passLine%; }
QFrame[banner="true"] { border-radius: 10px; border: 1px solid %line%; background: %surface%; }
QFrame[banner="true"][tone="warn"] { border-color: %warnLine%; background: %warnSoft%; }
QFrame[banner="true"][tone="bad"] { border-color: %blockLine%; background: %blockSoft%; }
QFrame[banner="true"][tone="good"] { border-color: %passLine%; background: %passSoft%; }
QFrame[banner="true"][tone="progress"] { border-color: %accentLine%; background: %accentSoft%; }
QFrame#banner, QFrame#steerPanel { margin: 10px 16px 0px 16px; }
QFrame[rule="true"] { background: %line%; border: none; max-height: 1px; min-height: 1px; }
QWidget[header="true"] { background: %surface%; border-bottom: 1px solid %line%; }
QWidget[tray="true"] { background: %surface%; border-left: 1px solid %line%; }

QLabel { background: transparent; }
QLabel[role="quiet"] { color: %quiet%; font-size: %size-2%px; }
QLabel[role="caption"] { color: %quiet%; font-size: %size-1%px; font-weight: 600; }
QLabel[role="heading"] { font-size: %size+2%px; font-weight: 600; }
QLabel[role="title"] { font-size: %size+3%px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="small"] { font-size: %size-1%px; }
QLabel[role="smallstrong"] { font-size: %size-1%px; font-weight: 600; }
QLabel[role="number"] { font-size: %size+7%px; font-weight: 600; }
QLabel[tone="good"] { color: %pass%; }
QLabel[tone="progress"] { color: %accent%; }
QLabel[tone="warn"] { color: %warn%; }
QLabel[tone="bad"] { color: %block%; }
QLabel[pill="true"] { border-radius: 8px; padding: 2px 8px; font-size: %size-2%px; font-weight: 600;
    background: %accentSoft%; color: %accentText%; }
QLabel[pill="true"][tone="bad"] { background: %blockSoft%; color: %block%; }
QLabel[pill="true"][tone="warn"] { background: %warnSoft%; color: %warn%; }
QLabel[pill="true"][tone="good"] { background: %passSoft%; color: %pass%; }
QLabel[tip="true"] { background: %tip%; color: %tipText%; border-radius: 6px; padding: 6px 10px; font-size: %size-1%px; }

QPushButton { background: %surface%; border: 1px solid %control%; border-radius: 6px; padding: 6px 11px; font-weight: 600; }
QPushButton:hover { background: %hover%; }
QPushButton:pressed, QPushButton:checked { background: %accentSoft%; border-color: %accentLine%; }
QPushButton:focus { border: 2px solid %accent%; padding: 5px 10px; }
QPushButton:disabled { color: %off%; }
QPushButton[kind="primary"] { background: %accent%; border-color: %accent%; color: %onAccent%; }
QPushButton[kind="primary"]:hover { background: %accentHover%; }
QPushButton[kind="primary"]:focus { border-color: %text%; }
QPushButton[kind="primary"]:disabled { background: %track%; border-color: %track%; color: %quiet%; }
QPushButton[kind="danger"] { color: %block%; }
QPushButton[kind="danger"]:disabled { color: %off%; }
QPushButton[kind="small"] { padding: 3px 10px; font-size: %size-1%px; }
QPushButton[kind="small"]:focus { padding: 2px 9px; }
QPushButton[kind="link"] { border: none; background: transparent; padding: 2px 4px; color: %accentText%; font-size: %size-2%px;
    text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 1px solid %accent%; border-radius: 4px; padding: 1px 3px; }
QToolButton { background: transparent; border: none; border-radius: 4px; padding: 2px; }
QToolButton:hover { background: %hover%; }
QToolButton:focus { border: 1px solid %accent%; }

QLineEdit, QPlainTextEdit { background: %field%; border: 1px solid %control%;
    border-radius: 6px; padding: 6px 9px; selection-background-color: %accent%; selection-color: %onAccent%; }
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid %accent%; }
QLineEdit:focus { padding: 5px 8px; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: %off%; }
QComboBox, QAbstractSpinBox { background: %field%; border: 1px solid %control%; border-radius: 6px; padding: 1px 9px; min-height: 28px;
    selection-background-color: %accent%; selection-color: %onAccent%; }
QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid %accent%; padding: 0px 8px; }
QComboBox:disabled, QAbstractSpinBox:disabled { color: %off%; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; background: transparent; padding: 0px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url(:/icons/sort-down.svg); width: 10px; height: 10px; }
QAbstractSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right; border: none; width: 24px; }
QAbstractSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right; border: none; width: 24px; }
QAbstractSpinBox::up-arrow { image: url(:/icons/sort-up.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/sort-down.svg); width: 9px; height: 9px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 15px; height: 15px; border: 1px solid %control%; border-radius: 4px; background: %field%; }
QCheckBox::indicator:focus { border: 2px solid %accent%; width: 13px; height: 13px; }
QCheckBox::indicator:checked { background: %accent%; border-color: %accent%; image: url(:/icons/tick.svg); }
QComboBox QAbstractItemView { background: %surface%; border: 1px solid %line%; selection-background-color: %accentSoft%;
    selection-color: %text%; }

QScrollArea, QStackedWidget { background: transparent; border: none; }
QAbstractItemView { background: %surface%; border: none; outline: none; gridline-color: %line%; alternate-background-color: %stripe%;
    selection-background-color: %accentSoft%; selection-color: %text%; }
QListView::item { padding: 6px 8px; border-radius: 6px; }
QListView::item:selected { background: %accentSoft%; color: %text%; }
QTableView { border: none; }
QTableView::item { padding: 2px 8px; }
QHeaderView { background: %surface%; border: none; }
QHeaderView::section { background: %surface%; color: %quiet%; border: none; border-bottom: 1px solid %line%; padding: 6px 4px;
    font-size: %size-2%px; font-weight: 600; }
QHeaderView::down-arrow { image: url(:/icons/sort-up.svg); width: 10px; height: 10px; margin-right: 6px; }
QHeaderView::up-arrow { image: url(:/icons/sort-down.svg); width: 10px; height: 10px; margin-right: 6px; }
QTabWidget::pane { border: none; border-top: 1px solid %line%; }
QTabBar::tab { background: transparent; color: %quiet%; padding: 7px 14px; border: none; border-bottom: 2px solid transparent;
    font-weight: 600; }
QTabBar::tab:selected { color: %text%; border-bottom-color: %accent%; }
QTabBar::tab:focus { color: %accentText%; }
QMenu { background: %surface%; border: 1px solid %line%; padding: 4px; }
QMenu::item { padding: 6px 22px; border-radius: 4px; }
QMenu::item:selected { background: %accentSoft%; }
QToolTip { background: %tip%; color: %tipText%; border: none; padding: 4px 8px; }
QProgressBar { background: %track%; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: %accent%; border-radius: 3px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: %thumb%; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: %quiet%; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none;
    width: 0; height: 0; }
)";

QHash<QString, QColor> colors(const Tokens &t)
{
    const QColor surface = t.surface;
    const QColor accent = t.accent;
    const auto verdict = [&t](plan::Verdict v) { return QColor(t.verdict[static_cast<size_t>(v)]); };
    const QColor pass = verdict(plan::Verdict::Pass);
    const QColor warn = verdict(plan::Verdict::Warn);
    const QColor block = verdict(plan::Verdict::Block);
    const double soft = t.dark ? 0.18 : 0.10;
    return {
        {u"window"_s, t.window}, {u"surface"_s, surface}, {u"line"_s, t.line}, {u"text"_s, t.text}, {u"quiet"_s, t.quiet},
        {u"accent"_s, accent}, {u"onAccent"_s, t.onAccent}, {u"field"_s, t.field}, {u"track"_s, t.track}, {u"tip"_s, t.tip},
        {u"tipText"_s, t.tipText}, {u"pass"_s, pass}, {u"warn"_s, warn}, {u"block"_s, block},
        {u"control"_s, mix(t.quiet, surface, 0.32)}, {u"hover"_s, mix(t.text, surface, 0.05)},
        {u"stripe"_s, mix(t.text, surface, 0.02)}, {u"off"_s, mix(t.quiet, surface, 0.65)},
        {u"thumb"_s, mix(t.quiet, surface, 0.4)},
        {u"accentSoft"_s, mix(accent, surface, soft + 0.02)}, {u"accentLine"_s, mix(accent, surface, 0.5)},
        {u"accentText"_s, t.dark ? accent : mix(accent, Qt::black, 0.85)}, {u"accentHover"_s, mix(accent, t.text, 0.88)},
        {u"passSoft"_s, mix(pass, surface, soft)}, {u"passLine"_s, mix(pass, surface, 0.55)},
        {u"warnSoft"_s, mix(warn, surface, soft)}, {u"warnLine"_s, mix(warn, surface, 0.6)},
        {u"blockSoft"_s, mix(block, surface, soft)}, {u"blockLine"_s, mix(block, surface, 0.7)},
    };
}

} // namespace

QString styleSheet(const Tokens &tokens, int textSize)
{
    QString text = QString::fromLatin1(sheet);
    const QHash<QString, QColor> table = colors(tokens);
    for (const auto &[name, color] : table.asKeyValueRange())
        text.replace(u'%' + name + u'%', color.name());
    for (int delta = -3; delta <= 9; ++delta) {
        const QString sign = delta < 0 ? u"-"_s : u"+"_s;
        text.replace(u"%size%1%2%"_s.arg(sign).arg(std::abs(delta)), QString::number(textSize + delta));
    }
    return text;
}

} // namespace drover::ui
