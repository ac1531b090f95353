#include "ui/common/widgets.h"

#include "ui/common/icons.h"

#include <QShortcut>

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

QString toneName(Tone tone)
{
    static const std::array names {QString(), u"good"_s, u"progress"_s, u"warn"_s, u"bad"_s};
    return names[static_cast<size_t>(tone)];
}

QString roleName(Role role)
{
    static const std::array names {
        QString(), u"quiet"_s, u"caption"_s, u"heading"_s, u"title"_s, u"strong"_s, u"small"_s, u"smallstrong"_s, u"number"_s};
    return names[static_cast<size_t>(role)];
}

/// QLabel takes the height at its narrowest for the least height, which makes scroll areas scroll over nothing.
class WrappedLabel final : public QLabel {
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override { return {40, fontMetrics().height()}; }
};

} // namespace

QLabel *label(const QString &text, Role role, QWidget *parent)
{
    auto *made = new QLabel(text, parent);
    made->setProperty("role", roleName(role));
    made->setTextFormat(Qt::PlainText);
    return made;
}

QLabel *wrapped(const QString &text, Role role, QWidget *parent)
{
    auto *made = new WrappedLabel(text, parent);
    made->setProperty("role", roleName(role));
    made->setTextFormat(Qt::PlainText);
    made->setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    made->setSizePolicy(policy);
    return made;
}

QLabel *pill(const QString &text, QWidget *parent)
{
    QLabel *made = label(text, Role::Plain, parent);
    made->setProperty("pill", true);
    made->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Maximum);
    return made;
}

QFrame *rule(QWidget *parent)
{
    auto *made = new QFrame(parent);
    made->setProperty("rule", true);
    return made;
}

QPushButton *button(const QString &text, const QString &kind, const QString &objectName, QWidget *parent)
{
    auto *made = new QPushButton(text, parent);
    made->setObjectName(objectName);
    if (!kind.isEmpty())
        made->setProperty("kind", kind);
    made->setCursor(Qt::PointingHandCursor);
    made->setAutoDefault(false);
    // Outside dialogs Qt presses a focused button by the space bar only.
    for (const int key : {Qt::Key_Return, Qt::Key_Enter})
        QObject::connect(new QShortcut(QKeySequence(key), made, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, made, [made] { made->click(); });
    return made;
}

void allow(QPushButton *button, const QString &whyNot)
{
    button->setEnabled(whyNot.isEmpty());
    button->setToolTip(whyNot);
    button->setAccessibleDescription(whyNot);
}

void setTone(QWidget *widget, Tone tone)
{
    widget->setProperty("tone", toneName(tone));
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

void clear(QLayout *layout)
{
    while (QLayoutItem *item = layout->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        } else if (item->layout()) {
            clear(item->layout());
        }
        delete item;
    }
}

QWidget *fact(const QString &name, const QString &value, QWidget *parent)
{
    auto *line = new QWidget(parent);
    auto *row = new QHBoxLayout;
    row->addWidget(label(name, Role::Small));
    row->addStretch();
    QLabel *right = label(value, Role::SmallStrong);
    right->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(right);
    auto *column = new QVBoxLayout(line);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(6);
    column->addLayout(row);
    column->addWidget(rule());
    return line;
}

Card::Card(QWidget *parent)
    : QFrame(parent)
    , m_column(new QVBoxLayout(this))
{
    setProperty("card", true);
    m_column->setContentsMargins(14, 12, 14, 12);
    m_column->setSpacing(6);
}

ElidedLabel::ElidedLabel(const QString &text, Role role, QWidget *parent)
    : QLabel(text, parent)
{
    setProperty("role", roleName(role));
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance(u"mmm…"_s), QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QString shown = fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
    setToolTip(shown == text() ? QString() : text());
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(contentsRect(), static_cast<int>(alignment()), shown);
}

ToneMark::ToneMark(Tone tone, QWidget *parent)
    : QWidget(parent)
    , m_tone(tone)
{
    setFixedSize(12, 16);
}

void ToneMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_tone == Tone::Warn ? verdictColor(plan::Verdict::Warn)
            : m_tone == Tone::Bad         ? verdictColor(plan::Verdict::Block)
                                          : toneColor(m_tone));
    if (m_tone == Tone::Warn)
        painter.drawPolygon(QPolygonF({QPointF(6, 3), QPointF(11, 12.5), QPointF(1, 12.5)}));
    else if (m_tone == Tone::Bad)
        painter.drawRoundedRect(QRectF(2, 4, 8, 8), 1.5, 1.5);
    else
        painter.drawEllipse(QPointF(6, 8), 4, 4);
}

IconLabel::IconLabel(const QString &name, int size, Tone tone, QWidget *parent)
    : QWidget(parent)
    , m_name(name)
    , m_tone(tone)
{
    setFixedSize(size, size);
}

void IconLabel::paintEvent(QPaintEvent *)
{
    QColor color = m_tone == Tone::Progress ? QColor(tokens().accent) : toneColor(m_tone);
    if (m_tone == Tone::Warn || m_tone == Tone::Bad)
        color = verdictColor(m_tone == Tone::Warn ? plan::Verdict::Warn : plan::Verdict::Block);
    QPainter(this).drawPixmap(rect(), icon(m_name, color, width(), devicePixelRatioF()));
}

PageHeader::PageHeader(QWidget *parent)
    : QWidget(parent)
    , m_title(new ElidedLabel({}, Role::Title, this))
    , m_pill(pill({}, this))
    , m_note(new ElidedLabel({}, Role::Quiet, this))
    , m_trailing(new QHBoxLayout)
{
    setProperty("header", true);
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(52);
    m_title->setObjectName(u"title"_s);
    m_note->setObjectName(u"note"_s);
    m_pill->hide();
    // A long title leaves room for what the note begins with: the state of a run.
    m_note->setMinimumWidth(150);
    m_trailing->setSpacing(8);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(12);
    row->addWidget(m_title);
    row->addWidget(m_pill);
    row->addWidget(m_note, 1);
    row->addLayout(m_trailing);
}

void PageHeader::setTitle(const QString &title)
{
    m_title->setText(title);
    m_title->setToolTip(title);
}

void PageHeader::setPill(const QString &text, Tone tone)
{
    m_pill->setText(text);
    m_pill->setVisible(!text.isEmpty());
    setTone(m_pill, tone);
}

void PageHeader::setNote(const QString &note)
{
    m_note->setText(note);
}

} // namespace drover::ui
